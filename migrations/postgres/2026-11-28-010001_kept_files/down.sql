DROP TABLE kept_files;
