-- Sessions of browsers: a random token is kept as its digest, and can be ended at once (ASVS 7.2, 7.3, 7.4).
CREATE TABLE sessions (
    token_hash TEXT NOT NULL,
    public_id TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    token_version BIGINT NOT NULL,
    agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    PRIMARY KEY (token_hash)
) WITHOUT ROWID;
CREATE INDEX sessions_person_id_idx ON sessions (person_id, created_at);
CREATE INDEX sessions_ends_at_idx ON sessions (ends_at);
