DROP TABLE signed_scans;
