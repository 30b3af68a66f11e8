-- The officer's word on an extension or a waiver that the contractor requests.
ALTER TABLE change_requests ADD COLUMN endorsed_by BIGINT REFERENCES people(id);
ALTER TABLE change_requests ADD COLUMN endorsed_for BIGINT REFERENCES people(id);
ALTER TABLE change_requests ADD COLUMN endorsed_at TIMESTAMP;
ALTER TABLE change_requests ADD COLUMN endorsement TEXT;

-- Messages between the parties of a contract.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    about TEXT NOT NULL,
    text TEXT NOT NULL,
    sent_by BIGINT NOT NULL REFERENCES people(id),
    sent_for BIGINT REFERENCES people(id),
    sent_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX messages_public_id_key ON messages (public_id);
CREATE INDEX messages_contract_id_id_idx ON messages (contract_id, id);

-- Messages that a recipient has not opened yet.
CREATE TABLE unread_messages (
    person_id BIGINT NOT NULL REFERENCES people(id),
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    message_id BIGINT NOT NULL REFERENCES messages(id),
    PRIMARY KEY (person_id, contract_id, message_id)
) WITHOUT ROWID;
