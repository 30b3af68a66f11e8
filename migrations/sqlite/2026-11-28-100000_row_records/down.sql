DROP TABLE row_heads;
DROP TABLE row_records;
