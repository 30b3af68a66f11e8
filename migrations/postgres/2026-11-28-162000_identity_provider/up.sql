-- Identities of people at the bureau's identity provider (OpenID Connect): at most one of a person at each issuer.
CREATE TABLE provider_identities (
    person_id BIGINT NOT NULL REFERENCES people(id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    bound_by BIGINT REFERENCES people(id),
    bound_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, issuer)
);
CREATE UNIQUE INDEX provider_identities_subject_key ON provider_identities (issuer, subject);
-- How the session's owner signed in: `provider`, or `provider-factors` where the provider checked a second factor as
-- well; NULL for a password.
ALTER TABLE sessions ADD COLUMN signed_in_by TEXT;
-- The subject that a second administrator must confirm for an identity; NULL for other requests.
ALTER TABLE administrator_requests ADD COLUMN subject TEXT;
