-- Documents of a contract or an amendment, such as the signed text. Their files are in the table files.
CREATE TABLE annexes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    amendment_id BIGINT REFERENCES amendments(id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    internal BOOLEAN NOT NULL,
    added_by BIGINT NOT NULL REFERENCES people(id),
    added_for BIGINT REFERENCES people(id),
    added_at TIMESTAMP NOT NULL,
    removed_by BIGINT REFERENCES people(id),
    removed_for BIGINT REFERENCES people(id),
    removed_at TIMESTAMP
);
CREATE UNIQUE INDEX annexes_public_id_key ON annexes (public_id);
CREATE INDEX annexes_contract_id_id_idx ON annexes (contract_id, id);
