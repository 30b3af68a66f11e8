-- Budget changes: amounts moved between appropriations, and what is carried over to the next year. `reclaimed_fen` is
-- the part that they took of what contracts had released; null is none.
CREATE TABLE budget_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_id BIGINT NOT NULL REFERENCES appropriations(id),
    to_id BIGINT REFERENCES appropriations(id),
    amount_fen BIGINT,
    document_no TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP
);
CREATE UNIQUE INDEX budget_changes_public_id_key ON budget_changes (public_id);
CREATE INDEX budget_changes_from_id_id_idx ON budget_changes (from_id, id);
CREATE INDEX budget_changes_to_id_idx ON budget_changes (to_id);
ALTER TABLE appropriations ADD COLUMN reclaimed_fen BIGINT;
DROP INDEX ledger_postings_amount_key;
CREATE UNIQUE INDEX ledger_postings_amount_key ON ledger_postings (appropriation_id, seq) WHERE contract_id IS NULL;
