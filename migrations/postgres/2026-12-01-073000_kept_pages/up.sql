-- A page that answers a form is kept like a form, to be read again at an address of its own; nothing in it is unsent.
ALTER TABLE kept_forms ADD COLUMN is_unsent BOOLEAN;
UPDATE kept_forms SET is_unsent = TRUE;
ALTER TABLE kept_forms ALTER COLUMN is_unsent SET NOT NULL;
