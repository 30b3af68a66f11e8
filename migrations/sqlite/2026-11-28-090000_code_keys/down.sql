DROP INDEX organisations_search_key_idx;
DROP INDEX services_search_key_idx;
