-- One-year loan prime rates, each from a day on; they take precedence over those that the program knows.
CREATE TABLE loan_rates (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    from_on DATE NOT NULL,
    hundredths BIGINT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP
);
CREATE UNIQUE INDEX loan_rates_public_id_key ON loan_rates (public_id);
CREATE INDEX loan_rates_organisation_id_idx ON loan_rates (organisation_id);
