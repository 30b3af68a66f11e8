ALTER TABLE account_changes DROP COLUMN proposed_for;
ALTER TABLE appropriations DROP COLUMN proposed_for;
DROP TABLE contractor_pairs;
