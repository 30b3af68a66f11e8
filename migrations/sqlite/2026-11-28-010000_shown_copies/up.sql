-- The copy of a file without personal data, which ordinary readers get. Empty where they get the original.
ALTER TABLE files ADD COLUMN shown_key TEXT;
ALTER TABLE files ADD COLUMN shown_bytes BIGINT;
ALTER TABLE files ADD COLUMN shown_sha256 TEXT;
CREATE UNIQUE INDEX files_shown_key_key ON files (shown_key);
