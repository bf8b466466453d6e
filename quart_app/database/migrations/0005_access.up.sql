-- Access keys, each by the SHA-256 of its text, which is shown once and kept nowhere. A key of a till
-- is bound to one store. Revoked ones stay: that any was ever made closes the service for good.
CREATE TABLE access_keys (
    id              INTEGER PRIMARY KEY,
    hash            BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    role            TEXT    NOT NULL CHECK (role IN ('till', 'reader', 'manager')),
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    store_id        INTEGER          REFERENCES stores (id),
    created_at_us   INTEGER NOT NULL,
    expires_on      INTEGER,
    last_used_at_us INTEGER,
    revoked_at_us   INTEGER,
    CHECK ((role = 'till') = (store_id IS NOT NULL))
) STRICT;

-- Deleting a shop looks here.
CREATE INDEX access_keys_by_store
    ON access_keys (store_id);

-- Who did what, when, to which thing, from where: changes of the catalogue and of keys, voids, what
-- became of held receipts. Written with the change itself, and never changed.
CREATE TABLE audit_records (
    id      INTEGER PRIMARY KEY,
    at_us   INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    role    TEXT    NOT NULL,
    key_id  INTEGER,
    origin  TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    detail  TEXT    NOT NULL
) STRICT;

-- The record of a period, newest first.
CREATE INDEX audit_records_by_time
    ON audit_records (at_us);
