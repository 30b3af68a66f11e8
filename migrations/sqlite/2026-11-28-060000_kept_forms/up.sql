-- Forms that were sent after their session had ended: kept for a day for the person who filled them in.
CREATE TABLE kept_forms (
    public_id TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    path TEXT NOT NULL,
    fields TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    PRIMARY KEY (public_id)
) WITHOUT ROWID;
CREATE INDEX kept_forms_person_id_idx ON kept_forms (person_id, created_at);
CREATE INDEX kept_forms_ends_at_idx ON kept_forms (ends_at);
