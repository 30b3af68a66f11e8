-- The first schema: what is agreed (contract_terms), what happened (facts, events), and small projections of both.
CREATE TABLE regions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    parent_id BIGINT
);
CREATE UNIQUE INDEX regions_code_key ON regions (code);
CREATE INDEX regions_path_idx ON regions (path);

CREATE TABLE organisations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    function TEXT NOT NULL,
    region_id BIGINT REFERENCES regions(id)
);
CREATE UNIQUE INDEX organisations_public_id_key ON organisations (public_id);
CREATE UNIQUE INDEX organisations_code_key ON organisations (code);
CREATE INDEX organisations_function_region_id_id_idx ON organisations (function, region_id, id);

CREATE TABLE contractors (
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    credit_code TEXT NOT NULL,
    kind TEXT NOT NULL,
    sme BOOLEAN NOT NULL,
    name_key TEXT NOT NULL,
    qualifications TEXT NOT NULL,
    account_name TEXT NOT NULL,
    account_bank TEXT NOT NULL,
    account_number TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id)
);
CREATE UNIQUE INDEX contractors_credit_code_key ON contractors (credit_code);
CREATE INDEX contractors_name_key_organisation_id_idx ON contractors (name_key, organisation_id);

CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    token_version BIGINT NOT NULL,
    totp_secret TEXT,
    totp_step BIGINT NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX people_public_id_key ON people (public_id);
CREATE UNIQUE INDEX people_username_key ON people (username);

CREATE TABLE account_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contractor_id BIGINT NOT NULL REFERENCES organisations(id),
    account_name TEXT NOT NULL,
    account_bank TEXT NOT NULL,
    account_number TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP
);
CREATE UNIQUE INDEX account_changes_public_id_key ON account_changes (public_id);
CREATE INDEX account_changes_contractor_id_id_idx ON account_changes (contractor_id, id);
CREATE INDEX account_changes_state_id_idx ON account_changes (state, id);

CREATE TABLE seats (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    role TEXT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL
);
CREATE INDEX seats_person_id_until_on_idx ON seats (person_id, until_on);
CREATE INDEX seats_organisation_id_role_until_on_idx ON seats (organisation_id, role, until_on);

CREATE TABLE delegations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    seat_id BIGINT NOT NULL REFERENCES seats(id),
    deputy_id BIGINT NOT NULL REFERENCES people(id),
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    created_by BIGINT NOT NULL REFERENCES people(id),
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX delegations_public_id_key ON delegations (public_id);
CREATE INDEX delegations_deputy_id_until_on_idx ON delegations (deputy_id, until_on);
CREATE INDEX delegations_seat_id_until_on_idx ON delegations (seat_id, until_on);

CREATE TABLE links (
    token_hash TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    purpose TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    PRIMARY KEY (token_hash)
);
CREATE INDEX links_person_id_idx ON links (person_id);

CREATE TABLE services (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    standard TEXT NOT NULL,
    basis TEXT NOT NULL
);
CREATE UNIQUE INDEX services_public_id_key ON services (public_id);
CREATE UNIQUE INDEX services_code_key ON services (code);

CREATE TABLE appropriations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    year INTEGER NOT NULL,
    bureau_id BIGINT NOT NULL REFERENCES organisations(id),
    line TEXT NOT NULL,
    economic TEXT NOT NULL,
    project TEXT NOT NULL,
    document_no TEXT NOT NULL,
    source TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES people(id),
    proposed_at TIMESTAMP NOT NULL,
    approved_by BIGINT REFERENCES people(id),
    approved_at TIMESTAMP
);
CREATE UNIQUE INDEX appropriations_public_id_key ON appropriations (public_id);
CREATE INDEX appropriations_bureau_id_year_id_idx ON appropriations (bureau_id, year, id);
CREATE INDEX appropriations_state_id_idx ON appropriations (state, id);

CREATE TABLE contracts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    purchaser_id BIGINT NOT NULL REFERENCES organisations(id),
    funder_id BIGINT NOT NULL REFERENCES organisations(id),
    contractor_id BIGINT NOT NULL REFERENCES organisations(id),
    region_id BIGINT NOT NULL REFERENCES regions(id),
    appropriation_id BIGINT REFERENCES appropriations(id),
    regime TEXT NOT NULL,
    method TEXT NOT NULL,
    plan_no TEXT NOT NULL,
    award_on DATE,
    signed_on DATE,
    published_on DATE,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    terms_version BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    year INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    next_change DATE NOT NULL,
    next_duty_on DATE NOT NULL,
    fact_seq BIGINT NOT NULL,
    fact_hash TEXT NOT NULL,
    created_by BIGINT NOT NULL REFERENCES people(id),
    created_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX contracts_public_id_key ON contracts (public_id);
CREATE UNIQUE INDEX contracts_number_key ON contracts (number);
CREATE INDEX contracts_state_id_idx ON contracts (state, id);
CREATE INDEX contracts_next_change_id_idx ON contracts (next_change, id);
CREATE INDEX contracts_purchaser_id_id_idx ON contracts (purchaser_id, id);
CREATE INDEX contracts_funder_id_id_idx ON contracts (funder_id, id);
CREATE INDEX contracts_contractor_id_id_idx ON contracts (contractor_id, id);
CREATE INDEX contracts_year_id_idx ON contracts (year, id);
CREATE INDEX contracts_region_id_id_idx ON contracts (region_id, id);
CREATE INDEX contracts_next_duty_on_id_idx ON contracts (next_duty_on, id);
CREATE INDEX contracts_appropriation_id_idx ON contracts (appropriation_id);

CREATE TABLE contract_terms (
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    version BIGINT NOT NULL,
    effective_on DATE NOT NULL,
    terms TEXT NOT NULL,
    details TEXT NOT NULL,
    hash TEXT NOT NULL,
    recorded_by BIGINT NOT NULL REFERENCES people(id),
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (contract_id, version)
);

CREATE TABLE contract_access (
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    state TEXT NOT NULL,
    PRIMARY KEY (organisation_id, contract_id)
) WITHOUT ROWID;
CREATE INDEX contract_access_contract_id_organisation_id_idx ON contract_access (contract_id, organisation_id);
CREATE INDEX contract_access_organisation_id_state_contract_id_idx ON contract_access (organisation_id, state, contract_id);

CREATE TABLE contract_pairs (
    pair TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    PRIMARY KEY (pair, contract_id)
) WITHOUT ROWID;
CREATE INDEX contract_pairs_contract_id_idx ON contract_pairs (contract_id);

CREATE TABLE commitments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    appropriation_id BIGINT NOT NULL REFERENCES appropriations(id),
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    amount_fen BIGINT NOT NULL,
    committed_at TIMESTAMP NOT NULL,
    released_at TIMESTAMP
);
CREATE INDEX commitments_appropriation_id_id_idx ON commitments (appropriation_id, id);
CREATE INDEX commitments_contract_id_id_idx ON commitments (contract_id, id);

CREATE TABLE facts (
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    on_day DATE NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    actor_id BIGINT NOT NULL REFERENCES people(id),
    for_id BIGINT REFERENCES people(id),
    body TEXT NOT NULL,
    words TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (contract_id, seq)
);

CREATE TABLE events (
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    actor_id BIGINT REFERENCES people(id),
    for_id BIGINT REFERENCES people(id),
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    body TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (stream, seq)
);

CREATE TABLE chains (
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (stream)
);

CREATE TABLE seals (
    day DATE NOT NULL,
    digest TEXT NOT NULL,
    signature TEXT NOT NULL,
    key_id TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (day)
);

CREATE TABLE sealed_heads (
    kind TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (kind, stream)
);

CREATE TABLE asks (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by BIGINT NOT NULL REFERENCES people(id),
    asked_for BIGINT REFERENCES people(id),
    asked_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES people(id),
    decided_at TIMESTAMP,
    decision_note TEXT NOT NULL
);
CREATE UNIQUE INDEX asks_public_id_key ON asks (public_id);
CREATE INDEX asks_contract_id_id_idx ON asks (contract_id, id);
CREATE INDEX asks_state_id_idx ON asks (state, id);

CREATE TABLE payments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    milestone TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    requested_at TIMESTAMP NOT NULL,
    voucher TEXT NOT NULL,
    paid_on DATE,
    account TEXT NOT NULL
);
CREATE UNIQUE INDEX payments_public_id_key ON payments (public_id);
CREATE INDEX payments_contract_id_id_idx ON payments (contract_id, id);
CREATE INDEX payments_state_id_idx ON payments (state, id);

CREATE TABLE payment_steps (
    payment_id BIGINT NOT NULL REFERENCES payments(id),
    seq BIGINT NOT NULL,
    action TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    for_id BIGINT REFERENCES people(id),
    at TIMESTAMP NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (payment_id, seq)
) WITHOUT ROWID;

CREATE TABLE duties (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations(id),
    role TEXT NOT NULL,
    due_on DATE NOT NULL,
    alert_on DATE NOT NULL,
    since DATE NOT NULL
);
CREATE UNIQUE INDEX duties_contract_id_kind_subject_role_key ON duties (contract_id, kind, subject, role);
CREATE INDEX duties_organisation_id_role_due_on_id_idx ON duties (organisation_id, role, due_on, id);
CREATE INDEX duties_alert_on_id_idx ON duties (alert_on, id);
CREATE INDEX duties_due_on_id_idx ON duties (due_on, id);

CREATE TABLE milestones (
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    code TEXT NOT NULL,
    place INTEGER NOT NULL,
    satisfied_on DATE NOT NULL,
    gross_fen BIGINT NOT NULL,
    deductions_fen BIGINT NOT NULL,
    payable_fen BIGINT NOT NULL,
    due_on DATE NOT NULL,
    paid_fen BIGINT NOT NULL,
    PRIMARY KEY (contract_id, code)
) WITHOUT ROWID;
CREATE INDEX milestones_due_on_contract_id_idx ON milestones (due_on, contract_id);

CREATE TABLE breaches (
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    clause TEXT NOT NULL,
    subject TEXT NOT NULL,
    since DATE NOT NULL,
    amount_fen BIGINT NOT NULL,
    charged_fen BIGINT NOT NULL,
    waived BOOLEAN NOT NULL,
    accruing BOOLEAN NOT NULL,
    settled_in TEXT NOT NULL,
    found_at TIMESTAMP NOT NULL,
    PRIMARY KEY (contract_id, clause, subject)
) WITHOUT ROWID;
CREATE INDEX breaches_since_contract_id_idx ON breaches (since, contract_id);

CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    storage_key TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    hash_alg TEXT NOT NULL,
    flags TEXT NOT NULL,
    state TEXT NOT NULL,
    owner_id BIGINT NOT NULL REFERENCES organisations(id),
    contract_id BIGINT NOT NULL REFERENCES contracts(id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    no INTEGER NOT NULL,
    uploaded_by BIGINT NOT NULL REFERENCES people(id),
    uploaded_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX files_public_id_key ON files (public_id);
CREATE UNIQUE INDEX files_storage_key_key ON files (storage_key);
CREATE INDEX files_contract_id_kind_subject_no_idx ON files (contract_id, kind, subject, no);
CREATE INDEX files_state_id_idx ON files (state, id);
CREATE INDEX files_owner_id_idx ON files (owner_id);

CREATE TABLE letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    contract_id BIGINT NOT NULL,
    subject_key TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people(id),
    due_on DATE NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    html TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at TIMESTAMP NOT NULL,
    leased_until TIMESTAMP NOT NULL,
    answer TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP
);
CREATE UNIQUE INDEX letters_public_id_key ON letters (public_id);
CREATE UNIQUE INDEX letters_kind_contract_id_subject_key_person_id_due_on_key ON letters (kind, contract_id, subject_key, person_id, due_on);
CREATE INDEX letters_state_next_try_at_id_idx ON letters (state, next_try_at, id);
CREATE INDEX letters_contract_id_id_idx ON letters (contract_id, id);

CREATE TABLE idempotency (
    person_id BIGINT NOT NULL REFERENCES people(id),
    request_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, request_key)
) WITHOUT ROWID;
CREATE INDEX idempotency_created_at_idx ON idempotency (created_at);
