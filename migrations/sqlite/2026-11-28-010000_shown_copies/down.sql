DROP INDEX files_shown_key_key;
ALTER TABLE files DROP COLUMN shown_sha256;
ALTER TABLE files DROP COLUMN shown_bytes;
ALTER TABLE files DROP COLUMN shown_key;
