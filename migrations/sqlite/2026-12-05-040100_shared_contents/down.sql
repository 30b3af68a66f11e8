DROP INDEX files_shown_key_id_idx;
CREATE UNIQUE INDEX files_shown_key_key ON files (shown_key);
DROP INDEX files_storage_key_id_idx;
CREATE UNIQUE INDEX files_storage_key_key ON files (storage_key);
