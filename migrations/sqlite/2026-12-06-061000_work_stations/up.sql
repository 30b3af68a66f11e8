-- Work stations of villages with the funds that follow their tasks, and correction groups.
CREATE TABLE work_stations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    address TEXT NOT NULL,
    keeper TEXT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE,
    entered_by BIGINT NOT NULL REFERENCES people(id),
    entered_for BIGINT REFERENCES people(id),
    entered_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX work_stations_public_id_key ON work_stations (public_id);
CREATE INDEX work_stations_organisation_id_id_idx ON work_stations (organisation_id, id);
CREATE TABLE station_funds (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    work_station_id BIGINT NOT NULL REFERENCES work_stations(id),
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    year INTEGER NOT NULL,
    amount_fen BIGINT NOT NULL,
    document_no TEXT NOT NULL,
    entered_by BIGINT NOT NULL REFERENCES people(id),
    entered_for BIGINT REFERENCES people(id),
    entered_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX station_funds_public_id_key ON station_funds (public_id);
CREATE INDEX station_funds_work_station_id_year_idx ON station_funds (work_station_id, year);
CREATE INDEX station_funds_organisation_id_id_idx ON station_funds (organisation_id, id);
CREATE TABLE correction_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    subject TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    members TEXT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE,
    entered_by BIGINT NOT NULL REFERENCES people(id),
    entered_for BIGINT REFERENCES people(id),
    entered_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX correction_groups_public_id_key ON correction_groups (public_id);
CREATE INDEX correction_groups_organisation_id_id_idx ON correction_groups (organisation_id, id);
