-- Codes are looked up by their folded spelling, with which the search key begins.
CREATE INDEX organisations_search_key_idx ON organisations (search_key);
CREATE INDEX services_search_key_idx ON services (search_key);
