-- The address at which a person's calendar reads their tasks. Only the digest of its token is kept; the token follows from
-- the nonce and the installation's secret.
CREATE TABLE calendar_feeds (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES people(id),
    nonce TEXT COLLATE "C" NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL,
    made_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX calendar_feeds_token_hash_key ON calendar_feeds (token_hash);
