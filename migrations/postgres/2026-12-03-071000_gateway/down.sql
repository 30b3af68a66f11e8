DROP INDEX emails_post_next_at_id_idx;
DROP INDEX emails_created_at_id_unposted_idx;
ALTER TABLE emails DROP COLUMN post_answer;
ALTER TABLE emails DROP COLUMN post_next_at;
ALTER TABLE emails DROP COLUMN post_attempts;
ALTER TABLE emails DROP COLUMN post_state;
