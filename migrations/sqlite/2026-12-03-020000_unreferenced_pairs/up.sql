-- On PostgreSQL, search words refer to no contract any more. On SQLite the reference costs little, and stays.
SELECT 1;
