DROP INDEX payments_reversed_in_idx;
ALTER TABLE payments DROP COLUMN reversed_in;
