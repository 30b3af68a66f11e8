-- Yearly shares: what falls due of a contract from a year on, borne by the appropriation of that year.
CREATE TABLE yearly_shares (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    from_year INTEGER NOT NULL,
    appropriation_id BIGINT NOT NULL REFERENCES appropriations(id),
    assigned_by BIGINT NOT NULL REFERENCES people(id),
    assigned_for BIGINT REFERENCES people(id),
    assigned_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX yearly_shares_public_id_key ON yearly_shares (public_id);
CREATE UNIQUE INDEX yearly_shares_contract_id_from_year_key ON yearly_shares (contract_id, from_year);
CREATE INDEX yearly_shares_appropriation_id_id_idx ON yearly_shares (appropriation_id, id);
-- First year of the share that these balances belong to; null for what the contract's own appropriation bears.
ALTER TABLE ledger_balances ADD COLUMN from_year INTEGER;
