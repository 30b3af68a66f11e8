-- One word for one thing: these are the heads of hash chains.
ALTER TABLE chains RENAME TO hash_chains;
