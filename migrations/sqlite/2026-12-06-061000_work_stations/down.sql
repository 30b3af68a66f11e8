DROP TABLE correction_groups;
DROP TABLE station_funds;
DROP TABLE work_stations;
