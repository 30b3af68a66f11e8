ALTER TABLE links DROP COLUMN password_digest;
