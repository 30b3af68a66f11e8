-- Folded spellings: numbers that people take for the same are the same, and searches ignore width, case, dashes and
-- brackets. The program fills the columns of older rows after this migration; the engines have no such tables.
ALTER TABLE contracts ADD COLUMN number_key TEXT;
ALTER TABLE organisations ADD COLUMN search_key TEXT;
ALTER TABLE services ADD COLUMN search_key TEXT;
ALTER TABLE appropriations ADD COLUMN search_key TEXT;
CREATE UNIQUE INDEX contracts_number_key_key ON contracts (number_key);
