DROP INDEX drafts_amends_id_key;
ALTER TABLE drafts DROP COLUMN amends_id;
DROP TABLE amendment_steps;
DROP TABLE amendments;
