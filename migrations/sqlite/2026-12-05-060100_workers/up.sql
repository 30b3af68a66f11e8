-- Rosters: the workers whom a contractor assigns to a contract with the purchaser's consent.
CREATE TABLE workers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    certificate TEXT NOT NULL,
    certificate_until DATE,
    from_on DATE NOT NULL,
    until_on DATE,
    replaces_id BIGINT REFERENCES workers(id),
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP,
    warn_on DATE NOT NULL
);
CREATE UNIQUE INDEX workers_public_id_key ON workers (public_id);
CREATE INDEX workers_contract_id_id_idx ON workers (contract_id, id);
CREATE INDEX workers_warn_on_id_idx ON workers (warn_on, id);
