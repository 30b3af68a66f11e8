-- Performance guarantees that a contractor provides, and the claims on them: an officer proposes, a leader decides.
CREATE TABLE guarantees (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    kind TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    issuer TEXT NOT NULL,
    issuer_key TEXT NOT NULL,
    number TEXT NOT NULL,
    number_key TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    return_on DATE NOT NULL,
    state TEXT NOT NULL,
    recorded_by BIGINT NOT NULL REFERENCES people(id),
    recorded_for BIGINT REFERENCES people(id),
    recorded_at TIMESTAMP NOT NULL,
    returned_on DATE,
    returned_by BIGINT REFERENCES people(id),
    returned_for BIGINT REFERENCES people(id),
    returned_at TIMESTAMP,
    return_note TEXT NOT NULL
);
CREATE UNIQUE INDEX guarantees_public_id_key ON guarantees (public_id);
CREATE INDEX guarantees_contract_id_id_idx ON guarantees (contract_id, id);
-- A document is held once. One that was returned may be provided again.
CREATE UNIQUE INDEX guarantees_issuer_key_number_key_key ON guarantees (issuer_key, number_key) WHERE state = 'held';
CREATE TABLE guarantee_claims (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    guarantee_id BIGINT NOT NULL REFERENCES guarantees(id),
    amount_fen BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_for BIGINT REFERENCES people(id),
    decided_at TIMESTAMP,
    decision_note TEXT NOT NULL
);
CREATE INDEX guarantee_claims_guarantee_id_id_idx ON guarantee_claims (guarantee_id, id);
