-- Amendments: new terms that both sides agree on step by step. The last step adds the version to contract_terms.
CREATE TABLE amendments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    base_version BIGINT NOT NULL,
    ground TEXT NOT NULL,
    effective_on DATE NOT NULL,
    reason TEXT NOT NULL,
    terms TEXT NOT NULL,
    details TEXT NOT NULL,
    hash TEXT NOT NULL,
    grows BOOLEAN NOT NULL,
    state TEXT NOT NULL
);
CREATE UNIQUE INDEX amendments_public_id_key ON amendments (public_id);
CREATE INDEX amendments_contract_id_id_idx ON amendments (contract_id, id);

CREATE TABLE amendment_steps (
    amendment_id BIGINT NOT NULL REFERENCES amendments(id),
    seq BIGINT NOT NULL,
    action TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    for_id BIGINT REFERENCES people(id),
    at TIMESTAMP NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (amendment_id, seq)
) WITHOUT ROWID;

-- The contract that a draft amends.
ALTER TABLE drafts ADD COLUMN amends_id BIGINT REFERENCES contracts(id);
CREATE UNIQUE INDEX drafts_amends_id_key ON drafts (amends_id);
