-- Suspensions and resumptions of contracts: recorded, without effect on any figure.
CREATE TABLE suspensions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    step TEXT NOT NULL,
    on_day DATE NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP
);
CREATE UNIQUE INDEX suspensions_public_id_key ON suspensions (public_id);
CREATE INDEX suspensions_contract_id_id_idx ON suspensions (contract_id, id);
