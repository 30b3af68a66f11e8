ALTER TABLE statute_settings DROP COLUMN days;
