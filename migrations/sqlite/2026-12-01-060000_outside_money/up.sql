-- Interest paid and amounts recovered are posted in the ledger from now on. What earlier versions recorded of them is left
-- to the jobs, which post it for every contract to be derived.
UPDATE contracts SET next_change = '1970-01-01'
WHERE id IN (SELECT contract_id FROM facts WHERE kind = 'interest')
   OR id IN (SELECT contract_id FROM recoveries WHERE kind = 'receipt');
