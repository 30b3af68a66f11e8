-- The approver who first looked at a budget change, and when; until then, the proposer can recall it.
ALTER TABLE budget_changes ADD COLUMN opened_by BIGINT REFERENCES people(id);
ALTER TABLE budget_changes ADD COLUMN opened_at TIMESTAMP;
