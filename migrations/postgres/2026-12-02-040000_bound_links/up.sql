-- Keyed digest of the password hash for which a link was made: with another password the link opens nothing.
ALTER TABLE links ADD COLUMN password_digest TEXT COLLATE "C";
