-- Days that a setting gives for the task of a statute; none for those of the law.
ALTER TABLE statute_settings ADD COLUMN days BIGINT;
-- An amendment that came into force is announced again, the task of signing waits for the day of an award to come, and that of
-- closing follows an early end, and a right to end a contract is watched until it lapses. The jobs derive these contracts again;
-- their day is one on which no contract changes by itself.
UPDATE contracts SET next_change = '1970-01-01'
WHERE state = 'terminated'
   OR state = 'active'
  AND EXISTS (SELECT 1 FROM contract_terms WHERE contract_id = contracts.id AND terms LIKE '%"termination":{%')
   OR regime = 'procurement_law'
  AND (state IN ('active', 'completed')
       AND EXISTS (SELECT 1 FROM contract_terms WHERE contract_id = contracts.id AND version > terms_version)
       OR state IN ('draft', 'submitted', 'funded') AND award_on IS NOT NULL);
