-- Late interest is requested and paid like a milestone. Requests without a kind are for principal.
ALTER TABLE payments ADD COLUMN kind TEXT;
-- A milestone that was paid late may have interest left to request or waive, which is a task. The jobs derive the tasks
-- of these contracts again; their day is one on which no contract changes by itself.
UPDATE contracts SET next_change = '1970-01-01'
WHERE state IN ('active', 'completed', 'terminated') AND id IN (
    SELECT p.contract_id FROM payments p JOIN milestones m ON m.contract_id = p.contract_id AND m.code = p.milestone
    WHERE p.state = 'paid' AND p.paid_on > m.due_on
);
