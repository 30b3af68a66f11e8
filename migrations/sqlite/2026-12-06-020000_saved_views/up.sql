-- Saved views: the filters and the order of a list, kept under a name by a person.
CREATE TABLE saved_views (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    list TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    filters TEXT NOT NULL
);
CREATE UNIQUE INDEX saved_views_public_id_key ON saved_views (public_id);
CREATE UNIQUE INDEX saved_views_person_id_list_name_key_key ON saved_views (person_id, list, name_key);
