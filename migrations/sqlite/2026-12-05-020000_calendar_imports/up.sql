-- Years of the working calendar that were proposed; an approved one is copied to calendars.
CREATE TABLE calendar_imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    year INTEGER NOT NULL,
    version BIGINT NOT NULL,
    notice TEXT NOT NULL,
    holidays TEXT NOT NULL,
    workdays TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP
);
CREATE UNIQUE INDEX calendar_imports_public_id_key ON calendar_imports (public_id);
CREATE INDEX calendar_imports_organisation_id_idx ON calendar_imports (organisation_id);
