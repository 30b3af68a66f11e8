-- Settings of statutes, each from a day on: another limit, or that a rule no longer applies.
CREATE TABLE statute_settings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    rule TEXT NOT NULL,
    applies BOOLEAN NOT NULL,
    hundredths BIGINT,
    from_on DATE NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP
);
CREATE UNIQUE INDEX statute_settings_public_id_key ON statute_settings (public_id);
CREATE INDEX statute_settings_organisation_id_idx ON statute_settings (organisation_id);
