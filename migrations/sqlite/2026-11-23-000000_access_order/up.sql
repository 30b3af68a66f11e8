-- Where a contract is seen, what lists are read by is repeated: each list of an organisation is one walk over an index.
-- SQLite adds no column without a value to rows that are there, so the table is written anew.
CREATE TABLE contract_access_anew (
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    state TEXT NOT NULL,
    year INTEGER NOT NULL,
    next_duty_on DATE NOT NULL,
    PRIMARY KEY (organisation_id, contract_id)
) WITHOUT ROWID;
INSERT INTO contract_access_anew (organisation_id, contract_id, state, year, next_duty_on)
    SELECT seen.organisation_id, seen.contract_id, seen.state, contracts.year, contracts.next_duty_on
    FROM contract_access AS seen JOIN contracts ON contracts.id = seen.contract_id;
DROP TABLE contract_access;
ALTER TABLE contract_access_anew RENAME TO contract_access;
CREATE INDEX contract_access_contract_id_organisation_id_idx ON contract_access (contract_id, organisation_id);
CREATE INDEX contract_access_organisation_id_state_contract_id_idx ON contract_access (organisation_id, state, contract_id);
CREATE INDEX contract_access_organisation_id_year_contract_id_idx ON contract_access (organisation_id, year, contract_id);
CREATE INDEX contract_access_organisation_id_next_duty_on_contract_id_idx ON contract_access (organisation_id, next_duty_on, contract_id);
