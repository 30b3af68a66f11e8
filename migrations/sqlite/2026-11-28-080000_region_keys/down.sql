ALTER TABLE regions DROP COLUMN search_key;
