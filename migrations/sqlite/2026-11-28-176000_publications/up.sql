-- Publications: an officer proposes that a contract be shown to the public after a secrecy review, and a leader decides.
CREATE TABLE publications (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    notice_url TEXT NOT NULL,
    notice_on DATE NOT NULL,
    review TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_for BIGINT REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_for BIGINT REFERENCES people(id),
    decided_at TIMESTAMP,
    decision_note TEXT NOT NULL,
    withdrawn_by BIGINT REFERENCES people(id),
    withdrawn_for BIGINT REFERENCES people(id),
    withdrawn_at TIMESTAMP,
    withdrawal_note TEXT NOT NULL
);
CREATE UNIQUE INDEX publications_public_id_key ON publications (public_id);
CREATE INDEX publications_contract_id_id_idx ON publications (contract_id, id);
CREATE INDEX publications_state_id_idx ON publications (state, id);
