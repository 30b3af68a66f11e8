-- Task lists read the decisions and reversals of many contracts, without their other facts.
CREATE INDEX facts_contract_id_kind_seq_idx ON facts (contract_id, kind, seq);
