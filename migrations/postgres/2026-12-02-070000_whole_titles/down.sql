-- The program of before fills its own words again.
UPDATE contracts SET number_key = NULL;
