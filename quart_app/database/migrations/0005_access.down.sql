-- An older release knows no keys: it listens on the loopback alone.

DROP TABLE audit_records;

DROP TABLE access_keys;
