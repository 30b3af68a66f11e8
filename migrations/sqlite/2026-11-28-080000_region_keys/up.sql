-- Regions are found by part of their names or codes. The program fills the column of older rows after this migration.
ALTER TABLE regions ADD COLUMN search_key TEXT;
