-- Documents that were printed, by the code that stands on them: whoever holds one can ask whether it is ours.
CREATE TABLE documents (
    code TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    kind TEXT NOT NULL,
    as_of DATE NOT NULL,
    fingerprint TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (code)
) WITHOUT ROWID;
CREATE INDEX documents_contract_id_idx ON documents (contract_id);
