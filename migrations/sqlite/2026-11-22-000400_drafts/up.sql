-- Registrations that are being written: what was typed, as it was typed. Nothing but registering reads it.
CREATE TABLE drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    contract_id BIGINT REFERENCES contracts(id),
    contract_version BIGINT NOT NULL,
    fields TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_by BIGINT NOT NULL REFERENCES people(id),
    created_at TIMESTAMP NOT NULL,
    changed_by BIGINT NOT NULL REFERENCES people(id),
    changed_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX drafts_public_id_key ON drafts (public_id);
CREATE UNIQUE INDEX drafts_contract_id_key ON drafts (contract_id);
CREATE INDEX drafts_organisation_id_idx ON drafts (organisation_id, id);
