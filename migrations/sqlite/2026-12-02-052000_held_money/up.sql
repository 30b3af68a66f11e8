-- Deductions for contested breaches are held, and claims on guarantees are recovered, in the ledger from now on. What
-- earlier versions recorded of them is left to the jobs, which post it for every contract to be derived.
UPDATE contracts SET next_change = '1970-01-01'
WHERE id IN (SELECT contract_id FROM objections WHERE state <> 'rejected')
   OR id IN (SELECT contract_id FROM change_requests WHERE kind = 'waiver' AND state IN ('applied', 'asked'))
   OR id IN (SELECT guarantees.contract_id FROM guarantee_claims
             INNER JOIN guarantees ON guarantees.id = guarantee_claims.guarantee_id
             WHERE guarantee_claims.state = 'granted');
