-- Evaluations of a contract over a period, with the measures of the standing as they were, and their steps.
CREATE TABLE evaluations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    contractor_id BIGINT NOT NULL REFERENCES organisations(id),
    region_id BIGINT NOT NULL REFERENCES regions(id),
    from_on DATE NOT NULL,
    to_on DATE NOT NULL,
    measured_on DATE NOT NULL,
    inputs TEXT NOT NULL,
    services TEXT NOT NULL,
    state TEXT NOT NULL,
    answer_by DATE NOT NULL,
    views TEXT NOT NULL,
    adjustments TEXT NOT NULL,
    outcome TEXT,
    score TEXT
);
CREATE UNIQUE INDEX evaluations_public_id_key ON evaluations (public_id);
CREATE INDEX evaluations_contract_id_id_idx ON evaluations (contract_id, id);
CREATE INDEX evaluations_contractor_id_state_id_idx ON evaluations (contractor_id, state, id);

CREATE TABLE evaluation_steps (
    evaluation_id BIGINT NOT NULL REFERENCES evaluations(id),
    seq BIGINT NOT NULL,
    action TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    for_id BIGINT REFERENCES people(id),
    at TIMESTAMP NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (evaluation_id, seq)
) WITHOUT ROWID;
