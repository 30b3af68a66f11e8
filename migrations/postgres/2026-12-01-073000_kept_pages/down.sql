DELETE FROM kept_forms WHERE NOT is_unsent;
ALTER TABLE kept_forms DROP COLUMN is_unsent;
