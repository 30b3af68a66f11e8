//! Classes of the texts that the database holds. A new column of text without a class fails a test; the classes decide
//! what may be in answers to the public, in answers of the API and in the log.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use luyue::storage::AnyConnection;
use luyue::web::routes::{Needs, ROUTES};

use crate::identity::totp;
use crate::matrix::prepared::Prepared;
use crate::matrix::rows;
use crate::support::app::{PEOPLE, TestApp};
use crate::support::digest::{columns, lines, tables};
use crate::support::log;
use crate::support::visitor::Visitor;

/// Class of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Identifiers, codes, states, digests and search keys, which mean nothing by themselves.
    Key,
    /// Registers and terms that are published with a contract, or are public anyway.
    Open,
    /// Texts and decisions of the parties of a contract and of the bureaus.
    Internal,
    /// As [`Class::Internal`], in JSON.
    Record,
    /// About a person: names, addresses, whom a service was given to, what they wrote to each other.
    Personal,
    /// Bank accounts that money is sent to.
    Account,
    /// Keys to something: passwords, codes, links, sessions. Never leaves the database.
    Secret,
}

use Class::{Account, Internal, Key, Open, Personal, Record, Secret};

/// Columns of text by table and class, separated by blanks.
const CLASSES: &[(&str, Class, &str)] = &[
    ("account_changes", Key, "public_id state"),
    ("account_changes", Account, "account_name account_bank account_number"),
    ("administrator_requests", Key, "kind"),
    ("administrator_requests", Personal, "subject"),
    ("amendment_steps", Key, "action"),
    ("amendment_steps", Internal, "note"),
    ("amendments", Key, "public_id ground hash state"),
    ("amendments", Internal, "reason"),
    ("amendments", Record, "terms details"),
    ("annexes", Key, "public_id kind"),
    ("annexes", Internal, "title"),
    ("appropriations", Key, "public_id state search_key"),
    ("appropriations", Internal, "line economic project document_no source"),
    ("approval_chains", Key, "public_id subject steps state"),
    ("approval_chains", Internal, "document_no"),
    ("approval_rules", Key, "public_id state"),
    ("approval_rules", Internal, "document_no"),
    ("bounced_addresses", Internal, "answer"),
    ("bounced_addresses", Personal, "address"),
    ("breaches", Key, "clause subject settled_in"),
    ("budget_changes", Key, "public_id kind state"),
    ("budget_changes", Internal, "document_no reason"),
    ("calendar_feeds", Key, "nonce"),
    ("calendar_feeds", Secret, "token_hash"),
    ("calendar_imports", Key, "public_id state"),
    ("calendar_imports", Open, "notice holidays workdays"),
    ("calendars", Open, "notice holidays workdays"),
    ("change_requests", Key, "public_id kind state"),
    ("change_requests", Internal, "reason decision_note endorsement"),
    ("change_requests", Record, "body"),
    ("contract_access", Key, "state"),
    ("contract_pairs", Key, "pair"),
    ("contract_templates", Key, "public_id"),
    ("contract_templates", Internal, "name"),
    ("contract_templates", Record, "fields"),
    ("contract_terms", Key, "hash"),
    ("contract_terms", Record, "terms details"),
    ("contractor_pairs", Key, "pair"),
    ("contractors", Open, "credit_code kind name_key"),
    ("contractors", Internal, "qualifications"),
    ("contractors", Account, "account_name account_bank account_number"),
    ("contracts", Key, "public_id state fact_hash number_key"),
    ("contracts", Open, "number title regime method services"),
    ("contracts", Internal, "plan_no"),
    ("correction_groups", Key, "public_id"),
    ("correction_groups", Personal, "subject subject_key members"),
    ("delegations", Key, "public_id"),
    ("documents", Key, "code kind fingerprint"),
    ("drafts", Key, "public_id"),
    ("drafts", Record, "fields"),
    ("emails", Key, "public_id message_id kind subject_key language state post_state signature"),
    ("emails", Internal, "answer post_answer"),
    ("emails", Personal, "address subject body html"),
    ("evaluation_steps", Key, "action"),
    ("evaluation_steps", Internal, "note"),
    ("evaluations", Key, "public_id state outcome"),
    ("evaluations", Record, "inputs services views adjustments score"),
    ("events", Key, "stream action object prev_hash hash"),
    ("events", Record, "body"),
    ("facts", Key, "kind prev_hash hash"),
    ("facts", Record, "body words"),
    ("files", Key, "public_id storage_key media_type sha256 hash_alg flags state kind subject shown_key shown_sha256"),
    ("files", Internal, "name"),
    ("guarantee_claims", Key, "purpose state"),
    ("guarantee_claims", Internal, "reason decision_note"),
    ("guarantees", Key, "public_id kind issuer_key number_key state"),
    ("guarantees", Internal, "issuer number return_note"),
    ("hash_chains", Key, "stream hash"),
    ("idempotency", Key, "request_key request_hash signature"),
    ("idempotency", Record, "answer"),
    ("invoice_numbers", Key, "number_key colour milestone"),
    ("kept_files", Key, "public_id form storage_key media_type sha256 hash_alg flags shown_key shown_sha256"),
    ("kept_files", Internal, "name"),
    ("kept_forms", Key, "public_id path"),
    ("kept_forms", Record, "fields"),
    ("ledger_imports", Key, "public_id sha256 state"),
    ("ledger_imports", Internal, "name content"),
    ("ledger_postings", Key, "debit credit cause"),
    ("links", Key, "purpose"),
    ("links", Secret, "token_hash signature password_digest"),
    ("loan_rates", Key, "public_id state"),
    ("loan_rates", Open, "source"),
    ("mail_templates", Key, "kind language"),
    ("mail_templates", Internal, "subject body"),
    ("matter_answers", Internal, "text"),
    ("matters", Key, "public_id kind state"),
    ("matters", Internal, "title text closing"),
    ("messages", Key, "public_id about"),
    ("messages", Personal, "text"),
    ("milestones", Key, "code"),
    ("notice_choices", Key, "ways"),
    ("objections", Key, "public_id against subject deciders state"),
    ("objections", Internal, "text answer"),
    ("opinions", Key, "public_id deliverable satisfaction"),
    ("opinions", Secret, "code_hash"),
    ("opinions", Personal, "remark"),
    ("organisations", Key, "public_id function search_key"),
    ("organisations", Open, "code name"),
    ("payment_steps", Key, "action"),
    ("payment_steps", Internal, "note"),
    ("payments", Key, "public_id milestone state kind"),
    ("payments", Internal, "voucher"),
    ("payments", Account, "account"),
    ("people", Key, "public_id language"),
    ("people", Personal, "username name email"),
    ("people", Secret, "password_hash totp_secret"),
    ("provider_identities", Open, "issuer"),
    ("provider_identities", Personal, "subject"),
    ("publications", Key, "public_id state"),
    ("publications", Open, "notice_url"),
    ("publications", Internal, "review decision_note withdrawal_note"),
    ("purchase_plans", Key, "public_id number_key state"),
    ("purchase_plans", Internal, "number title"),
    ("record_batches", Key, "public_id"),
    ("recoveries", Key, "public_id kind state receipt_key"),
    ("recoveries", Internal, "reason receipt decision_note"),
    ("recovery_codes", Secret, "code_hash"),
    ("regions", Key, "path search_key"),
    ("regions", Open, "code name"),
    ("register_version", Key, "version"),
    ("row_heads", Key, "stream hash"),
    ("row_records", Key, "stream body prev_hash hash"),
    ("saved_views", Key, "public_id list name_key"),
    ("saved_views", Internal, "name"),
    ("saved_views", Record, "filters"),
    ("sealed_heads", Key, "kind stream hash"),
    ("seals", Key, "digest signature key_id"),
    ("seats", Key, "role"),
    ("service_records", Key, "public_id item deliverable repeat_key state"),
    ("service_records", Internal, "reason"),
    ("service_records", Personal, "place worker subject note"),
    ("services", Key, "public_id search_key"),
    ("services", Open, "code name unit standard basis"),
    ("sessions", Key, "public_id signed_in_by"),
    ("sessions", Personal, "agent address"),
    ("sessions", Secret, "token_hash"),
    ("signed_scans", Key, "document code fingerprint"),
    ("station_funds", Key, "public_id"),
    ("station_funds", Internal, "document_no"),
    ("statute_settings", Key, "public_id rule state"),
    ("statute_settings", Open, "source"),
    ("suspensions", Key, "public_id state step"),
    ("suspensions", Internal, "reason"),
    ("tasks", Key, "kind subject role"),
    ("vouchers", Key, "voucher_key"),
    ("work_stations", Key, "public_id name_key"),
    ("work_stations", Internal, "name address"),
    ("work_stations", Personal, "keeper"),
    ("workers", Key, "public_id role state"),
    ("workers", Internal, "reason end_reason"),
    ("workers", Personal, "name certificate"),
    ("yearly_shares", Key, "public_id"),
];

/// Returns the columns of the given classes, each with its table.
pub fn of(classes: &[Class]) -> Vec<(&'static str, &'static str)> {
    let rows = CLASSES.iter().filter(|(_, class, _)| classes.contains(class));
    rows.flat_map(|(table, _, columns)| columns.split(' ').map(move |column| (*table, column))).collect()
}

/// Plants a marker in front of every text of the given classes.
pub fn plant(test: &TestApp, classes: &[Class], marker: &str) {
    for (table, column) in of(classes) {
        let statement = format!("UPDATE {table} SET {column} = '{marker}' || {column}");
        match &mut *test.app.pool.get().expect("a connection") {
            AnyConnection::Sqlite(connection) => connection.batch_execute(&statement),
            AnyConnection::Postgres(connection) => connection.batch_execute(&statement),
        }
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// Returns the values of the columns of the given classes, except short ones.
fn values(test: &TestApp, classes: &[Class]) -> BTreeSet<String> {
    let connection = &mut *test.app.pool.get().expect("a connection");
    let read = |(table, column)| {
        let query = format!("SELECT {column} AS line FROM {table} WHERE length({column}) >= 8");
        lines(connection, &query, &query)
    };
    of(classes).into_iter().flat_map(read).collect()
}

#[test]
fn every_text_has_a_class() {
    let test = TestApp::sqlite();
    let connection = &mut *test.app.pool.get().expect("a connection");
    let mut found = Vec::new();
    for table in tables(connection) {
        let query = format!("SELECT name AS line FROM pragma_table_info('{table}') WHERE type = 'TEXT'");
        let texts: BTreeSet<String> = lines(connection, &query, &query).into_iter().collect();
        found.extend(columns(connection, &table).into_iter().filter(|c| texts.contains(c)).map(|c| (table.clone(), c)));
    }
    found.sort_unstable();
    let all = of(&[Key, Open, Internal, Record, Personal, Account, Secret]);
    let mut known: Vec<_> = all.into_iter().map(|(table, column)| (table.to_owned(), column.to_owned())).collect();
    known.sort_unstable();
    assert_eq!(known, found, "each column of text once, and no other");
}

#[test]
fn no_secret_and_no_account_is_in_an_answer_that_does_not_need_it() {
    log::keep_as_json();
    let test = TestApp::sqlite();
    let place = Prepared::new(&test);
    totp::enrolled(&test);
    let visitor = Visitor::signed_in(&test, "justice");
    let anyone = Visitor::new(&test);
    anyone.post_from("/forgotten-password", "/forgotten-password", &[("username", "justice")]).expect_status(303);
    let secrets = values(&test, &[Secret]);
    let accounts: BTreeSet<String> = of(&[Account])
        .into_iter()
        .filter(|(_, column)| *column == "account_number")
        .flat_map(|(table, column)| {
            let query = format!("SELECT {column} AS line FROM {table} WHERE {column} <> ''");
            lines(&mut test.app.pool.get().expect("a connection"), &query, &query)
        })
        .collect();
    assert!(secrets.len() > 2 && !accounts.is_empty(), "{} and {}", secrets.len(), accounts.len());
    let routes = rows::routes();
    let mut told = Vec::new();
    let mut look = |what: &str, text: &str, hidden: &BTreeSet<String>| {
        told.extend(hidden.iter().filter(|one| text.contains(one.as_str())).map(|one| format!("{what}: {one}")));
    };
    for (who, role, organisation) in PEOPLE {
        let by = test.by(who);
        for (operation, needs) in ROUTES {
            let (row, route) = (rows::row_of(operation), &routes[*operation]);
            if route.method != "GET" || matches!(needs, Needs::ByName(_)) {
                continue;
            }
            let reply = row.send(route, &row.address(route, &place, ""), &by, &place);
            let text = String::from_utf8_lossy(&reply.bytes);
            look(&format!("{operation} by {who}"), &text, &secrets);
            // Those who pay, the contractor whose account it is, and the purchaser where it confirms a payment to it.
            let confirms = *organisation == "XC-JUSTICE" && ["list_payments", "show_payment"].contains(operation);
            // It answers the people of a contractor, about that contractor alone.
            let is_own = *operation == "list_own_organisations";
            if !role.is_finance() && *who != "contractor" && !confirms && !is_own {
                look(&format!("{operation} by {who}"), &text, &accounts);
            }
        }
    }
    for page in ["/work", "/account", "/contractors", "/people", "/accounts"] {
        let text = visitor.get(page).text;
        look(page, &text, &secrets);
        look(page, &text, &accounts);
    }
    look("the log", &log::text(), &secrets);
    look("the log", &log::text(), &accounts);
    // User names are words of routes as well.
    let mut personal = values(&test, &[Personal]);
    personal.retain(|text| text.contains('@') || !text.is_ascii());
    look("the log", &log::text(), &personal);
    assert_eq!(told, Vec::<String>::new());
}
