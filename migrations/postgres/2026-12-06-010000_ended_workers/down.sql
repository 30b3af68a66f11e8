DROP INDEX workers_name_id_idx;
ALTER TABLE workers DROP COLUMN end_reason;
