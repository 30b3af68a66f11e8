-- Templates of contracts, without parties and days: of a bureau, or of all bureaus without an organisation.
CREATE TABLE contract_templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    organisation_id BIGINT REFERENCES organisations(id),
    name TEXT NOT NULL,
    fields TEXT NOT NULL,
    is_retired BOOLEAN NOT NULL,
    saved_by BIGINT NOT NULL REFERENCES people(id),
    saved_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX contract_templates_public_id_key ON contract_templates (public_id);
CREATE INDEX contract_templates_organisation_id_idx ON contract_templates (organisation_id, id);
