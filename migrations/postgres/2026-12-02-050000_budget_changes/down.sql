DROP INDEX ledger_postings_amount_key;
CREATE UNIQUE INDEX ledger_postings_amount_key ON ledger_postings (appropriation_id) WHERE contract_id IS NULL;
ALTER TABLE appropriations DROP COLUMN reclaimed_fen;
DROP TABLE budget_changes;
