DROP INDEX files_sha256_idx;
DROP TABLE invoice_numbers;
