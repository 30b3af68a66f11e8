-- A page that answers a form is kept like a form, to be read again at an address of its own; nothing in it is unsent.
CREATE TABLE kept_forms_and_pages (
    public_id TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    path TEXT NOT NULL,
    fields TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    is_unsent BOOLEAN NOT NULL,
    PRIMARY KEY (public_id)
) WITHOUT ROWID;
INSERT INTO kept_forms_and_pages (public_id, person_id, path, fields, created_at, ends_at, is_unsent)
    SELECT public_id, person_id, path, fields, created_at, ends_at, TRUE FROM kept_forms;
DROP TABLE kept_forms;
ALTER TABLE kept_forms_and_pages RENAME TO kept_forms;
CREATE INDEX kept_forms_person_id_idx ON kept_forms (person_id, created_at);
CREATE INDEX kept_forms_ends_at_idx ON kept_forms (ends_at);
