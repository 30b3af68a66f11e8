-- Opinions of recipients: one-time codes, and what was answered with them. No row says who was given a code.
CREATE TABLE opinions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    deliverable TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    expires_on DATE NOT NULL,
    issued_by BIGINT NOT NULL REFERENCES people(id),
    issued_for BIGINT REFERENCES people(id),
    issued_at TIMESTAMP NOT NULL,
    answered_on DATE,
    received BOOLEAN,
    satisfaction TEXT,
    remark TEXT
);
CREATE UNIQUE INDEX opinions_public_id_key ON opinions (public_id);
CREATE UNIQUE INDEX opinions_code_hash_key ON opinions (code_hash);
CREATE INDEX opinions_contract_id_id_idx ON opinions (contract_id, id);
