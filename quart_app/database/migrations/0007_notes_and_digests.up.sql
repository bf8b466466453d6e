-- What people wrote down about a day: of a shop, or of the whole chain where store_id is NULL. The
-- writer's name stays when its person is removed; nobody but an owner can remove such a note then.
CREATE TABLE notes (
    id            INTEGER PRIMARY KEY,
    business_date INTEGER NOT NULL,
    store_id      INTEGER          REFERENCES stores (id) ON DELETE CASCADE,
    text          TEXT    NOT NULL CHECK (length(text) BETWEEN 1 AND 500),
    writer_id     INTEGER          REFERENCES people (id) ON DELETE SET NULL,
    writer        TEXT    NOT NULL,
    written_at_us INTEGER NOT NULL,
    changed_at_us INTEGER
) STRICT;

-- The notes of a period.
CREATE INDEX notes_by_day
    ON notes (business_date);

-- Deleting a shop looks here.
CREATE INDEX notes_by_store
    ON notes (store_id);

-- Removing a person looks here.
CREATE INDEX notes_by_writer
    ON notes (writer_id);

-- Who asked for the daily digest by e-mail, in which language unless the profile names one, and
-- the last business date they need no digest of any more.
CREATE TABLE digests (
    person_id INTEGER PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    language  TEXT    NOT NULL CHECK (language IN ('en', 'ru')),
    sent_for  INTEGER NOT NULL
) STRICT;
