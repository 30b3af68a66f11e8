DROP TABLE service_records;
DROP TABLE record_batches;
