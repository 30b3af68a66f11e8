-- Addresses from which an email came back, until an administrator sends one again.
CREATE TABLE bounced_addresses (
    person_id BIGINT NOT NULL REFERENCES people(id),
    address TEXT COLLATE "C" NOT NULL,
    answer TEXT COLLATE "C" NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id)
);
