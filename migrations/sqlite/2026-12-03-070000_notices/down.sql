DROP TABLE notice_choices;
DROP INDEX emails_person_id_id_unread_idx;
DROP INDEX emails_person_id_id_idx;
ALTER TABLE emails DROP COLUMN read_at;
