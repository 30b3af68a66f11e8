-- A suspension or resumption that waits is a leader's task, and what was not accepted of a contract that ended early is
-- released. The jobs derive these contracts again; their day is one on which no contract changes by itself.
UPDATE contracts SET next_change = '1970-01-01'
WHERE state = 'terminated'
   OR (state = 'active' AND id IN (SELECT contract_id FROM suspensions WHERE state = 'proposed'));
