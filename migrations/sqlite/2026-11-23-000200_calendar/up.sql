-- Working calendars of years that were imported: each import is a row of its own and none is ever changed, so that what was
-- reckoned by an earlier one can be worked out again. A contract says by which its projections were made.
CREATE TABLE calendars (
    version BIGINT NOT NULL,
    year INTEGER NOT NULL,
    notice TEXT NOT NULL,
    holidays TEXT NOT NULL,
    workdays TEXT NOT NULL,
    imported_by BIGINT NOT NULL REFERENCES people(id),
    imported_at TIMESTAMP NOT NULL,
    PRIMARY KEY (version)
);
ALTER TABLE contracts ADD COLUMN calendar_version BIGINT;
UPDATE contracts SET calendar_version = 0;
CREATE INDEX contracts_calendar_version_id_idx ON contracts (calendar_version, id);
