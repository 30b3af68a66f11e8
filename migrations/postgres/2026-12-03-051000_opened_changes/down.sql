ALTER TABLE budget_changes DROP COLUMN opened_at;
ALTER TABLE budget_changes DROP COLUMN opened_by;
