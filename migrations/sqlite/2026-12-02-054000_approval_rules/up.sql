-- Rules of finance bureaus on how many people approve a payment request of an amount, each from a day on.
CREATE TABLE approval_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    funder_id BIGINT NOT NULL REFERENCES organisations(id),
    amount_fen BIGINT NOT NULL,
    approvers BIGINT NOT NULL,
    from_on DATE NOT NULL,
    document_no TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP
);
CREATE UNIQUE INDEX approval_rules_public_id_key ON approval_rules (public_id);
CREATE INDEX approval_rules_funder_id_id_idx ON approval_rules (funder_id, id);
