-- Purchase plans, for which an appropriation reserves an amount until the contract is funded and signed.
CREATE TABLE purchase_plans (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    appropriation_id BIGINT NOT NULL REFERENCES appropriations(id),
    number TEXT NOT NULL,
    number_key TEXT NOT NULL,
    title TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    reserved_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    contract_id BIGINT REFERENCES contracts(id),
    planned_by BIGINT NOT NULL REFERENCES people(id),
    planned_for BIGINT REFERENCES people(id),
    planned_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX purchase_plans_public_id_key ON purchase_plans (public_id);
CREATE UNIQUE INDEX purchase_plans_number_key_key ON purchase_plans (number_key);
CREATE INDEX purchase_plans_appropriation_id_id_idx ON purchase_plans (appropriation_id, id);
CREATE INDEX purchase_plans_contract_id_idx ON purchase_plans (contract_id);
ALTER TABLE appropriations ADD COLUMN reserved_fen BIGINT;
