-- Objections: the contractor disagrees with a breach, decision, score or deduction, and somebody else answers.
CREATE TABLE objections (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    against TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    fact_seq BIGINT,
    deciders TEXT NOT NULL,
    state TEXT NOT NULL,
    raised_by BIGINT NOT NULL REFERENCES people(id),
    raised_for BIGINT REFERENCES people(id),
    raised_at TIMESTAMP NOT NULL,
    answered_by BIGINT REFERENCES people(id),
    answered_for BIGINT REFERENCES people(id),
    answered_at TIMESTAMP,
    answer TEXT NOT NULL
);
CREATE UNIQUE INDEX objections_public_id_key ON objections (public_id);
CREATE INDEX objections_contract_id_id_idx ON objections (contract_id, id);
