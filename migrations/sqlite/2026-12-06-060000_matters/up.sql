-- Matters between bureaus: demand notices, minutes of joint meetings and their decisions, with the answers to them.
CREATE TABLE matters (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    addressee_id BIGINT REFERENCES organisations(id),
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    on_day DATE NOT NULL,
    due_on DATE,
    state TEXT NOT NULL,
    closing TEXT NOT NULL,
    entered_by BIGINT NOT NULL REFERENCES people(id),
    entered_for BIGINT REFERENCES people(id),
    entered_at TIMESTAMP NOT NULL,
    closed_by BIGINT REFERENCES people(id),
    closed_for BIGINT REFERENCES people(id),
    closed_at TIMESTAMP
);
CREATE UNIQUE INDEX matters_public_id_key ON matters (public_id);
CREATE INDEX matters_kind_id_idx ON matters (kind, id);
CREATE INDEX matters_organisation_id_id_idx ON matters (organisation_id, id);
CREATE INDEX matters_addressee_id_id_idx ON matters (addressee_id, id);
CREATE TABLE matter_answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    matter_id BIGINT NOT NULL REFERENCES matters(id),
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    text TEXT NOT NULL,
    entered_by BIGINT NOT NULL REFERENCES people(id),
    entered_for BIGINT REFERENCES people(id),
    entered_at TIMESTAMP NOT NULL
);
CREATE INDEX matter_answers_matter_id_id_idx ON matter_answers (matter_id, id);
CREATE INDEX matter_answers_organisation_id_id_idx ON matter_answers (organisation_id, id);
