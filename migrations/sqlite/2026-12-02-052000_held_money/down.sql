-- The postings stay: the ledger is only ever appended.
SELECT 1;
