-- Recovery of penalties that deductions could not bear: demands, amounts received, and write-offs by two people.
CREATE TABLE recoveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    reason TEXT NOT NULL,
    due_on DATE,
    received_on DATE,
    funder_id BIGINT NOT NULL REFERENCES organisations(id),
    receipt TEXT,
    receipt_key TEXT,
    recorded_by BIGINT NOT NULL REFERENCES people(id),
    recorded_for BIGINT REFERENCES people(id),
    recorded_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_for BIGINT REFERENCES people(id),
    decided_at TIMESTAMP,
    decision_note TEXT NOT NULL
);
CREATE UNIQUE INDEX recoveries_public_id_key ON recoveries (public_id);
CREATE INDEX recoveries_contract_id_id_idx ON recoveries (contract_id, id);
CREATE UNIQUE INDEX recoveries_funder_id_receipt_key_key ON recoveries (funder_id, receipt_key);
-- A contract that ended with penalties to be recovered has a task now. The jobs derive the tasks of these contracts
-- again; their day is one on which no contract changes by itself.
UPDATE contracts SET next_change = '1970-01-01' WHERE state IN ('completed', 'terminated');
