-- The program fills the keys that are missing, and with them the search words, which now hold the whole title.
UPDATE contracts SET number_key = NULL;
