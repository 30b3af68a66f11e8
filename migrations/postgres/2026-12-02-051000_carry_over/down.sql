DROP INDEX payments_borne_by_idx;
ALTER TABLE payments DROP COLUMN borne_by;
