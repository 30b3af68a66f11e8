DROP TABLE statute_settings;
