-- Workbooks of running contracts that an officer proposed; the content stays until it is refused or recalled.
CREATE TABLE ledger_imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    funder_id BIGINT NOT NULL REFERENCES organisations(id),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content TEXT,
    contracts BIGINT NOT NULL,
    facts BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP
);
CREATE UNIQUE INDEX ledger_imports_public_id_key ON ledger_imports (public_id);
CREATE INDEX ledger_imports_organisation_id_idx ON ledger_imports (organisation_id);
CREATE INDEX ledger_imports_funder_id_idx ON ledger_imports (funder_id);
