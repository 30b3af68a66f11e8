-- The files of a withdrawn submission are offered for the next one, so two submissions may share their content.
DROP INDEX files_storage_key_key;
CREATE INDEX files_storage_key_id_idx ON files (storage_key, id);
DROP INDEX files_shown_key_key;
CREATE INDEX files_shown_key_id_idx ON files (shown_key, id);
