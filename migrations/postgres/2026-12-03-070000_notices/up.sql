-- Emails as notices in the program, and the ways in which people choose to be notified. Earlier emails count as read.
ALTER TABLE emails ADD COLUMN read_at TIMESTAMP;
UPDATE emails SET read_at = created_at;
CREATE INDEX emails_person_id_id_idx ON emails (person_id, id);
CREATE INDEX emails_person_id_id_unread_idx ON emails (person_id, id) WHERE read_at IS NULL;
CREATE TABLE notice_choices (
    person_id BIGINT NOT NULL REFERENCES people(id),
    ways TEXT COLLATE "C" NOT NULL,
    digest_hour INTEGER NOT NULL,
    is_quiet BOOLEAN NOT NULL,
    PRIMARY KEY (person_id)
);
