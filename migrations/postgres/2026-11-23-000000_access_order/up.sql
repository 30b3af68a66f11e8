-- Where a contract is seen, what lists are read by is repeated: each list of an organisation is one walk over an index.
ALTER TABLE contract_access ADD COLUMN year INTEGER;
ALTER TABLE contract_access ADD COLUMN next_duty_on DATE;
UPDATE contract_access SET
    year = (SELECT year FROM contracts WHERE contracts.id = contract_access.contract_id),
    next_duty_on = (SELECT next_duty_on FROM contracts WHERE contracts.id = contract_access.contract_id);
ALTER TABLE contract_access ALTER COLUMN year SET NOT NULL;
ALTER TABLE contract_access ALTER COLUMN next_duty_on SET NOT NULL;
CREATE INDEX contract_access_organisation_id_year_contract_id_idx ON contract_access (organisation_id, year, contract_id);
CREATE INDEX contract_access_organisation_id_next_duty_on_contract_id_idx ON contract_access (organisation_id, next_duty_on, contract_id);
