ALTER TABLE hash_chains RENAME TO chains;
