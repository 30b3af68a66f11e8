-- A new contract has some eighty search words, each of which the reference looked up. Contracts are never deleted.
CREATE TABLE contract_pairs_new (
    pair TEXT NOT NULL,
    contract_id BIGINT NOT NULL,
    PRIMARY KEY (pair, contract_id)
) WITHOUT ROWID;
INSERT INTO contract_pairs_new (pair, contract_id) SELECT pair, contract_id FROM contract_pairs ORDER BY pair, contract_id;
DROP TABLE contract_pairs;
ALTER TABLE contract_pairs_new RENAME TO contract_pairs;
CREATE INDEX contract_pairs_contract_id_idx ON contract_pairs (contract_id);
