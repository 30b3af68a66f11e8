ALTER TABLE sessions DROP COLUMN proved_at;
CREATE TABLE link_requests (
    person_id BIGINT NOT NULL REFERENCES people(id),
    requested_by BIGINT NOT NULL REFERENCES people(id),
    requested_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id)
);
INSERT INTO link_requests (person_id, requested_by, requested_at)
SELECT person_id, requested_by, requested_at FROM administrator_requests WHERE kind = 'link';
DROP TABLE administrator_requests;
DROP TABLE recovery_codes;
