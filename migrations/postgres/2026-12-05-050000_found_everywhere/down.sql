DROP INDEX payments_amount_fen_id_idx;
DROP INDEX people_name_id_idx;
-- The program of before fills its own words again.
UPDATE contracts SET number_key = NULL;
