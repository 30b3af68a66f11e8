-- Files of a form that was refused for another reason, kept for the person who sent it until the form is sent again.
CREATE TABLE kept_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    form TEXT NOT NULL,
    storage_key TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    hash_alg TEXT NOT NULL,
    flags TEXT NOT NULL,
    shown_key TEXT,
    shown_bytes BIGINT,
    shown_sha256 TEXT,
    kept_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX kept_files_public_id_key ON kept_files (public_id);
CREATE UNIQUE INDEX kept_files_storage_key_key ON kept_files (storage_key);
CREATE UNIQUE INDEX kept_files_shown_key_key ON kept_files (shown_key);
CREATE INDEX kept_files_person_id_form_id_idx ON kept_files (person_id, form, id);
CREATE INDEX kept_files_kept_at_idx ON kept_files (kept_at);
