-- Recovery codes: single-use codes in place of a one-time code, stored as keyed digests.
CREATE TABLE recovery_codes (
    person_id BIGINT NOT NULL REFERENCES people(id),
    code_hash TEXT NOT NULL,
    used_at TIMESTAMP,
    PRIMARY KEY (person_id, code_hash)
);
-- Acts on the account of a person in a finance role that a second administrator must confirm: `link` and `reset-codes`.
CREATE TABLE administrator_requests (
    person_id BIGINT NOT NULL REFERENCES people(id),
    kind TEXT NOT NULL,
    requested_by BIGINT NOT NULL REFERENCES people(id),
    requested_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, kind)
);
INSERT INTO administrator_requests (person_id, kind, requested_by, requested_at)
SELECT person_id, 'link', requested_by, requested_at FROM link_requests;
DROP TABLE link_requests;
-- The last time that the session's owner gave password and code; NULL for sessions opened before this migration.
ALTER TABLE sessions ADD COLUMN proved_at TIMESTAMP;
