-- People who sign in to the pages. An owner sees every store, a manager those of people_stores. A
-- password is kept as an argon2id hash; until there is one, the SHA-256 of a code that lets its
-- person choose it. E-mail addresses are kept in lower case.
CREATE TABLE people (
    id               INTEGER PRIMARY KEY,
    email            TEXT    NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 200),
    name             TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    role             TEXT    NOT NULL CHECK (role IN ('owner', 'manager')),
    language         TEXT             CHECK (language IN ('en', 'ru')),
    password_hash    TEXT,
    invitation_hash  BLOB             UNIQUE CHECK (length(invitation_hash) = 32),
    invited_until_us INTEGER,
    created_at_us    INTEGER NOT NULL,
    CHECK ((invitation_hash IS NULL) = (invited_until_us IS NULL))
) STRICT;

-- The stores that a manager sees.
CREATE TABLE people_stores (
    person_id INTEGER NOT NULL REFERENCES people (id),
    store_id  INTEGER NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    PRIMARY KEY (person_id, store_id)
) STRICT, WITHOUT ROWID;

-- Deleting a shop looks here.
CREATE INDEX people_stores_by_store
    ON people_stores (store_id);

-- Browsers in which somebody is signed in, each by the SHA-256 of its token.
CREATE TABLE sign_ins (
    hash            BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    person_id       INTEGER NOT NULL REFERENCES people (id),
    signed_in_at_us INTEGER NOT NULL,
    last_seen_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Ending every sign-in of a person looks here.
CREATE INDEX sign_ins_by_person
    ON sign_ins (person_id);
