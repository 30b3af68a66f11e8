CREATE INDEX people_name_id_idx ON people (name, id);
CREATE INDEX payments_amount_fen_id_idx ON payments (amount_fen, id);
-- The program fills the keys that are missing, and with them the search words, which now hold those of deliverables.
UPDATE contracts SET number_key = NULL;
