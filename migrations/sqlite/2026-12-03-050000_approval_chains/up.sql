-- Chains of finance bureaus: the steps that payment requests pass, each with its role, from a day on.
CREATE TABLE approval_chains (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    funder_id BIGINT NOT NULL REFERENCES organisations(id),
    subject TEXT NOT NULL,
    steps TEXT NOT NULL,
    from_on DATE NOT NULL,
    document_no TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP
);
CREATE UNIQUE INDEX approval_chains_public_id_key ON approval_chains (public_id);
CREATE INDEX approval_chains_funder_id_id_idx ON approval_chains (funder_id, id);
