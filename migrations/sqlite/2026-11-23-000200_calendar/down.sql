DROP INDEX contracts_calendar_version_id_idx;
ALTER TABLE contracts DROP COLUMN calendar_version;
DROP TABLE calendars;
