-- A new contract has some eighty search words, each of which the reference looked up. Contracts are never deleted.
ALTER TABLE contract_pairs DROP CONSTRAINT contract_pairs_contract_id_fkey;
