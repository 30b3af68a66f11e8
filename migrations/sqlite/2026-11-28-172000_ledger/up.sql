-- The ledger: postings in fen, and the balances of each contract after its last one. The program opens it for
-- appropriations and commitments that are there already.
CREATE TABLE ledger_postings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    appropriation_id BIGINT NOT NULL REFERENCES appropriations(id),
    contract_id BIGINT REFERENCES contracts(id),
    seq BIGINT NOT NULL,
    day DATE NOT NULL,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    cause TEXT NOT NULL,
    cause_seq BIGINT
);
CREATE UNIQUE INDEX ledger_postings_contract_id_seq_key ON ledger_postings (contract_id, seq);
CREATE UNIQUE INDEX ledger_postings_amount_key ON ledger_postings (appropriation_id) WHERE contract_id IS NULL;
CREATE INDEX ledger_postings_appropriation_id_id_idx ON ledger_postings (appropriation_id, id);
CREATE TABLE ledger_balances (
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    appropriation_id BIGINT NOT NULL REFERENCES appropriations(id),
    last_seq BIGINT NOT NULL,
    as_of DATE,
    unassigned_fen BIGINT NOT NULL,
    reserved_fen BIGINT NOT NULL,
    committed_fen BIGINT NOT NULL,
    earned_fen BIGINT NOT NULL,
    held_fen BIGINT NOT NULL,
    deducted_fen BIGINT NOT NULL,
    payable_fen BIGINT NOT NULL,
    paid_fen BIGINT NOT NULL,
    interest_fen BIGINT NOT NULL,
    recovered_fen BIGINT NOT NULL,
    released_fen BIGINT NOT NULL,
    PRIMARY KEY (contract_id, appropriation_id)
) WITHOUT ROWID;
CREATE INDEX ledger_balances_appropriation_id_idx ON ledger_balances (appropriation_id);
CREATE INDEX ledger_balances_opened_idx ON ledger_balances (contract_id) WHERE as_of IS NULL;
