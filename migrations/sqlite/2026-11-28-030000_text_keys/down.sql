DROP INDEX contracts_number_key_key;
ALTER TABLE appropriations DROP COLUMN search_key;
ALTER TABLE services DROP COLUMN search_key;
ALTER TABLE organisations DROP COLUMN search_key;
ALTER TABLE contracts DROP COLUMN number_key;
