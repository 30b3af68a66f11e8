-- Password links for people in finance roles, which a second administrator must confirm.
CREATE TABLE link_requests (
    person_id BIGINT NOT NULL REFERENCES people(id),
    requested_by BIGINT NOT NULL REFERENCES people(id),
    requested_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id)
);
