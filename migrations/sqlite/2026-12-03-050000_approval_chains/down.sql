DROP TABLE approval_chains;
