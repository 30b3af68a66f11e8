ALTER TABLE contract_pairs ADD CONSTRAINT contract_pairs_contract_id_fkey
    FOREIGN KEY (contract_id) REFERENCES contracts (id);
