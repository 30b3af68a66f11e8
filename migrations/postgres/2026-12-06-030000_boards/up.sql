-- Catalogue services of the newest terms, each between line feeds, by which boards group contracts. The program fills them
-- in for older contracts after the migrations.
ALTER TABLE contracts ADD COLUMN services TEXT COLLATE "C";
-- Counts by state for boards, without reading the rows.
CREATE INDEX contracts_boards_by_service_idx ON contracts (purchaser_id, funder_id, region_id, services, state);
CREATE INDEX contracts_boards_by_contractor_idx ON contracts (purchaser_id, funder_id, region_id, contractor_id, state);
CREATE INDEX tasks_kind_due_on_contract_id_idx ON tasks (kind, due_on, contract_id);
CREATE INDEX evaluations_state_to_on_contract_id_score_idx ON evaluations (state, to_on, contract_id, score);
