-- The payment that a milestone still has to come. Without a day it is of an earlier version; the jobs fill it in.
ALTER TABLE milestones ADD COLUMN expected_on DATE;
ALTER TABLE milestones ADD COLUMN expected_fen BIGINT;
CREATE INDEX milestones_expected_on_contract_id_due_on_expected_fen_idx ON milestones (expected_on, contract_id, due_on, expected_fen);
-- Sums of payments of principal by contract and by the bank's day, without reading the rows.
CREATE INDEX payments_contract_id_state_paid_on_amount_fen_idx ON payments (contract_id, state, paid_on, amount_fen) WHERE kind IS NULL;
CREATE INDEX payments_state_paid_on_contract_id_milestone_amount_fen_idx ON payments (state, paid_on, contract_id, milestone, amount_fen) WHERE kind IS NULL;
