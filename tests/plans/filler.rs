//! Rows for the tables that `luyue load` leaves empty: letters, files, request keys, delegations, pending accounts,
//! printed documents and sessions. There are as many as a register of this size would have, and they are consistent
//! limited to what lists require.

use diesel::connection::SimpleConnection;
use luyue::storage::AnyConnection;

use crate::support::app::TestApp;

/// One statement per table, valid on both engines.
const STATEMENTS: &[&str] = &[
    "INSERT INTO emails (public_id, message_id, kind, contract_id, subject_key, person_id, due_on, address, language, subject,
         body, html, state, attempts, next_try_at, leased_until, answer, created_at, sent_at)
     SELECT 'letter-' || id, '<' || id || '@luyue>', 'due-7', id, 'deliver/D', created_by, starts_on, 'a@load.example', 'zh',
         '提醒', '正文', '', CASE WHEN id % 5000 = 0 THEN 'queued' WHEN id % 2001 = 0 THEN 'dead' ELSE 'sent' END, 1,
         created_at, created_at, '', created_at, CASE WHEN id % 5000 = 0 THEN NULL ELSE created_at END FROM contracts",
    "INSERT INTO files (public_id, storage_key, name, media_type, bytes, sha256, hash_alg, flags, state, owner_id, contract_id,
         kind, subject, no, uploaded_by, uploaded_at)
     SELECT 'file-' || id, SUBSTR('00000000000000000000000000000000' || id, LENGTH('' || id) + 1, 32),
         '记录.pdf', 'application/pdf', 1000, '', 'SHA-256', '', 'clean', contractor_id, id, 'submission', 'VISIT-1', 1, created_by, created_at FROM contracts",
    "INSERT INTO idempotency (person_id, request_key, request_hash, answer, created_at)
     SELECT created_by, 'key-' || id, '', '{}', recorded_at FROM contracts WHERE id % 3 = 0",
    "INSERT INTO delegations (public_id, seat_id, deputy_id, from_on, until_on, created_by, created_at)
     SELECT 'delegation-' || c.id, (SELECT min(id) FROM seats) + c.id % 100, c.created_by, c.starts_on, c.ends_on, c.created_by,
         c.created_at FROM contracts c WHERE c.id % 10 = 0",
    "INSERT INTO account_changes (public_id, contractor_id, account_name, account_bank, account_number, state, proposed_by,
         proposed_at)
     SELECT 'account-' || id, contractor_id, 'x', 'x', '1', CASE WHEN id % 1000 = 0 THEN 'proposed' ELSE 'approved' END,
         created_by, created_at FROM contracts WHERE id % 10 = 0",
    "INSERT INTO documents (code, contract_id, kind, as_of, fingerprint, made_at)
     SELECT 'code-' || id, id, 'summary', starts_on, '', created_at FROM contracts",
    "INSERT INTO sessions (token_hash, public_id, person_id, token_version, agent, address, created_at, seen_at, ends_at)
     SELECT 'token-' || id, 'session-' || id, created_by, 1, '', '', recorded_at, recorded_at, recorded_at FROM contracts
     WHERE id % 10 = 0",
    // A finance bureau whose payment requests are not reviewed, so that the stages of the desk differ.
    r#"INSERT INTO approval_chains (public_id, funder_id, subject, steps, from_on, document_no, state, proposed_by, proposed_at)
     SELECT 'chain', funder_id, 'payment',
         '[{"act": "confirm", "role": "officer", "amount_fen": 0, "people": 1},
           {"act": "approve", "role": "approver", "amount_fen": 0, "people": 1},
           {"act": "pay", "role": "cashier", "amount_fen": 0, "people": 1}]',
         '2015-01-01', 'x', 'approved', created_by, created_at FROM contracts WHERE id = (SELECT MIN(id) FROM contracts)"#,
];

/// Fills the tables, and runs on PostgreSQL the maintenance that its autovacuum would do.
pub fn fill(test: &TestApp) {
    let connection = &mut *test.app.pool.get().expect("a connection");
    for statement in STATEMENTS {
        let filled = match connection {
            AnyConnection::Sqlite(c) => c.batch_execute(statement),
            AnyConnection::Postgres(c) => c.batch_execute(statement),
        };
        filled.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    if let AnyConnection::Postgres(c) = connection {
        // Autovacuum would also do this: without it, an index-only scan visits every row of the table.
        c.batch_execute("SET statement_timeout = 0").expect("there is time");
        c.batch_execute("VACUUM ANALYZE").expect("the tables are looked at");
    }
}
