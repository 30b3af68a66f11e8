-- Posts of emails to the bureau's gateway for text messages. Emails without a state have not been posted.
ALTER TABLE emails ADD COLUMN post_state TEXT COLLATE "C";
ALTER TABLE emails ADD COLUMN post_attempts INTEGER;
ALTER TABLE emails ADD COLUMN post_next_at TIMESTAMP;
ALTER TABLE emails ADD COLUMN post_answer TEXT COLLATE "C";
CREATE INDEX emails_created_at_id_unposted_idx ON emails (created_at, id) WHERE post_state IS NULL;
CREATE INDEX emails_post_next_at_id_idx ON emails (post_next_at, id) WHERE post_next_at IS NOT NULL;
