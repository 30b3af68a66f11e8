-- Keyed digests of rows by which the program acts and which no hash chain knows. Of emails and answers to repeated
-- requests it is NULL until the start that runs this migration has signed them.
ALTER TABLE emails ADD COLUMN signature TEXT;
ALTER TABLE idempotency ADD COLUMN signature TEXT;
-- One-time links are valid for three days at most; those sent before open nothing and are requested again.
DROP TABLE links;
CREATE TABLE links (
    token_hash TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    purpose TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    signature TEXT NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX links_person_id_idx ON links (person_id);
