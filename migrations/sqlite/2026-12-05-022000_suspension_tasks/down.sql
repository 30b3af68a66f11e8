-- The tasks and postings stay: the jobs derive the contracts of any version.
SELECT 1;
