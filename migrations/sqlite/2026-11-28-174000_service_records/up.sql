-- Service records: what the contractor did on a day, entered in batches and confirmed by the justice station.
CREATE TABLE record_batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    recorded_by BIGINT NOT NULL REFERENCES people(id),
    recorded_for BIGINT REFERENCES people(id),
    recorded_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX record_batches_public_id_key ON record_batches (public_id);
CREATE INDEX record_batches_contract_id_idx ON record_batches (contract_id);
CREATE TABLE service_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    batch_id BIGINT NOT NULL REFERENCES record_batches(id),
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    on_day DATE NOT NULL,
    item TEXT NOT NULL,
    deliverable TEXT NOT NULL,
    place TEXT NOT NULL,
    station_id BIGINT NOT NULL REFERENCES organisations(id),
    worker TEXT NOT NULL,
    subject TEXT NOT NULL,
    group_size INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    note TEXT NOT NULL,
    repeat_key TEXT,
    state TEXT NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_for BIGINT REFERENCES people(id),
    decided_at TIMESTAMP,
    reason TEXT NOT NULL
);
CREATE UNIQUE INDEX service_records_public_id_key ON service_records (public_id);
CREATE UNIQUE INDEX service_records_contract_id_repeat_key_key ON service_records (contract_id, repeat_key);
CREATE INDEX service_records_contract_id_id_idx ON service_records (contract_id, id);
CREATE INDEX service_records_contract_id_state_id_idx ON service_records (contract_id, state, id);
CREATE INDEX service_records_batch_id_idx ON service_records (batch_id);
