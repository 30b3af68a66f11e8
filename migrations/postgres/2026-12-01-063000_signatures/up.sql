-- Keyed digests of rows by which the program acts and which no hash chain knows. NULL until the start that runs this
-- migration has signed the rows from before it.
ALTER TABLE emails ADD COLUMN signature TEXT COLLATE "C";
ALTER TABLE idempotency ADD COLUMN signature TEXT COLLATE "C";
ALTER TABLE links ADD COLUMN signature TEXT COLLATE "C";
