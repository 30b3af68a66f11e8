ALTER TABLE ledger_balances DROP COLUMN from_year;
DROP TABLE yearly_shares;
