//! Searching registers of 300 rows each: whatever is beyond the first page is found by its name or code.

use luyue::domain::codes::{ContractorKind, Function, ProposalState};
use luyue::domain::ledger::{Balances, LedgerAccount};
use luyue::error::Error;
use luyue::services::identity::sessions;
use luyue::services::ledger::post::opening;
use luyue::services::registry::{catalogue, contractors, organisations as bureaus};
use luyue::services::shared::paging::MAX_SUGGESTIONS;
use luyue::storage::identity::people;
use luyue::storage::ledger::{self, BalanceRow};
use luyue::storage::registry::appropriations::{self, NewAppropriation};
use luyue::storage::registry::catalogue as services;
use luyue::storage::registry::organisations::{self, NewContractor};
use luyue::storage::write::{Context, Tx, write};
use serde_json::Value;

use crate::registry::{column, text};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    every_row_of_a_register_is_found
    suggestions_are_few_and_the_best_come_first
}

on_sqlite_first! {
    appropriations_with_a_free_amount_are_found
}

/// Rows of each kind.
pub(crate) const ROWS: usize = 300;
/// Rows from this one on have a free amount.
pub(crate) const FREE_FROM: usize = 250;

/// Fills the registers: contractors `承接单位ZX000`, finance bureaus `F-000`, services `S-000` and appropriations
/// `money-000` of the justice bureau, of which the first 250 are spent. Another bureau, another year and a proposal
/// have one each.
pub(crate) fn fill(test: &TestApp) {
    programme::registered(test, "XCSF-2026-999");
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let contract = luyue::storage::contracts::by_number(tx.connection, "XCSF-2026-999")?.expect("it is there");
        let county = organisations::region(tx.connection, "341824")?.map(|(id, _)| id);
        for n in 0..ROWS {
            let id = tx.context.ids.uuid();
            let (code, name) = (format!("F-{n:03}"), format!("财政局FB{n:03}"));
            organisations::insert(tx.connection, &id, &code, &name, Function::Finance, county)?;
            insert_contractor(tx, n)?;
            let (code, name) = (format!("S-{n:03}"), format!("服务事项SV{n:03}"));
            services::insert(tx.connection, &format!("service-{n:03}"), [&code, &name, "次", "", ""])?;
            let id = format!("money-{n:03}");
            insert_appropriation(tx, &id, "XC-JUSTICE", 2026, ProposalState::Approved)?;
            if n < FREE_FROM {
                let money = appropriations::by_public_id(tx.connection, &id)?.expect("it was just written");
                appropriations::commit(tx.connection, money.id, contract.id, money.amount_fen, tx.context.now)?;
                let mut used = Balances::default();
                used.set(LedgerAccount::Committed, money.amount_fen);
                let (balances, _) = opening(&used);
                let spent = BalanceRow {
                    contract: contract.id,
                    appropriation: money.id,
                    last_seq: 1,
                    as_of: Some(tx.context.today()),
                    balances,
                    from_year: None,
                };
                ledger::insert_balances(tx.connection, &[spent])?;
            }
        }
        insert_appropriation(tx, "money-of-another", "JX-JUSTICE", 2026, ProposalState::Approved)?;
        insert_appropriation(tx, "money-of-2025", "XC-JUSTICE", 2025, ProposalState::Approved)?;
        insert_appropriation(tx, "money-proposed", "XC-JUSTICE", 2026, ProposalState::Proposed)
    })
    .expect("the registers are filled");
}

fn insert_contractor(tx: &mut Tx<'_>, n: usize) -> Result<(), Error> {
    let (id, code, name) = (tx.context.ids.uuid(), credit_code(n), format!("承接单位ZX{n:03}"));
    let organisation_id = organisations::insert(tx.connection, &id, &code, &name, Function::Contractor, None)?;
    let contractor = NewContractor {
        organisation_id,
        credit_code: &code,
        kind: ContractorKind::Company,
        sme: false,
        name_key: &name.to_lowercase(),
        qualifications: "",
        changed_at: tx.context.now,
    };
    organisations::insert_contractor(tx.connection, &contractor)
}

/// The credit code of a contractor of the filled register.
pub(crate) fn credit_code(n: usize) -> String {
    format!("91341800MKQ{n:03}777X")
}

fn insert_appropriation(tx: &mut Tx<'_>, id: &str, bureau: &str, year: i32, state: ProposalState) -> Result<(), Error> {
    let bureau = organisations::by_code(tx.connection, bureau)?.expect("the bureau is there");
    let reviewer = people::by_username(tx.connection, "finance-review")?.expect("the reviewer is there");
    let approver = people::by_username(tx.connection, "finance-approve")?.expect("the approver is there");
    let document_no = format!("宣财指 {id}");
    let new = NewAppropriation {
        public_id: id,
        year,
        bureau_id: bureau.id,
        words: ["2040607 社区矫正", "30227 委托业务费", "50%_矫正", &document_no, "一般公共预算"],
        amount_fen: 10_000,
        proposed_by: reviewer.id,
        proposed_for: None,
        proposed_at: tx.context.now,
    };
    appropriations::insert(tx.connection, &new)?;
    if state == ProposalState::Proposed {
        return Ok(());
    }
    let row = appropriations::by_public_id(tx.connection, id)?.expect("it was just written");
    appropriations::decide(tx.connection, row.id, state, approver.id, tx.context.now)
}

fn found(test: &TestApp, who: &str, path: &str, q: &str, field: &str) -> Vec<String> {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    column(&test.by(who).get(&format!("{path}q={q}")).expect_status(200), field)
}

fn every_row_of_a_register_is_found(test: &TestApp) {
    fill(test);
    assert_eq!(found(test, "justice", "contractors?", "zx299", "credit_code"), [credit_code(299)]);
    assert_eq!(found(test, "justice", "contractors?", &credit_code(298), "name"), ["承接单位ZX298"]);
    assert_eq!(found(test, "justice", "services?", "sv299", "code"), ["S-299"]);
    assert_eq!(found(test, "justice", "services?", "s-298", "name"), ["服务事项SV298"]);
    assert_eq!(found(test, "justice", "organisations?function=finance&", "局fb299", "code"), ["F-299"]);
    assert_eq!(found(test, "justice", "organisations?function=justice&", "fb299", "code"), Vec::<String>::new());
    assert_eq!(found(test, "justice", "organisations?", "f-298", "name"), ["财政局FB298"]);
    for path in ["services", "organisations"] {
        assert_eq!(found(test, "justice", &format!("{path}?limit=1&"), "%", "code"), Vec::<String>::new(), "{path}");
    }
    assert_eq!(found(test, "justice", "services?limit=200&", "服务事项", "code").len(), 200);
}

fn appropriations_with_a_free_amount_are_found(test: &TestApp) {
    fill(test);
    let money = |path: &str, q: &str| found(test, "justice", path, q, "id");
    assert_eq!(money("appropriations?", "money-299"), ["money-299"]);
    assert_eq!(money("appropriations?", "MONEY-000 宣财指"), ["money-000"], "every word, in any case");
    assert_eq!(money("appropriations?available=true&", "money-000"), Vec::<String>::new(), "it is spent");
    assert_eq!(money("appropriations?available=true&", "proposed"), Vec::<String>::new());
    assert_eq!(money("appropriations?limit=200&", "50%_").len(), 200);
    assert_eq!(money("appropriations?", "50_矫"), Vec::<String>::new(), "a wildcard is an ordinary character");
    let first = test.by("justice").get("appropriations?year=2026&available=true&q=money-2&limit=30").expect_status(200);
    assert_eq!(column(&first, "id").first().map(String::as_str), Some("money-250"));
    let next = text(&first["next"]);
    let rest = format!("appropriations?year=2026&available=true&q=money-2&limit=30&cursor={next}");
    let rest = test.by("justice").get(&rest).expect_status(200);
    assert_eq!((column(&first, "id").len(), column(&rest, "id").len()), (30, 20));
    assert_eq!(rest["next"], Value::Null);
}

fn suggestions_are_few_and_the_best_come_first(test: &TestApp) {
    fill(test);
    let officer = sessions::local_caller(&test.app, "justice").expect("the officer");
    let every = contractors::suggest(&test.app, &officer, "").expect("contractors");
    assert_eq!((every.items.len(), every.has_more), (MAX_SUGGESTIONS, true));
    let exact = contractors::suggest(&test.app, &officer, &credit_code(299).to_lowercase()).expect("contractors");
    assert_eq!(exact.items[0].credit_code, credit_code(299));
    let near = bureaus::suggest(&test.app, &officer, Some(Function::Finance), "", "XC-JUSTICE").expect("bureaus");
    assert_eq!((near.items[0].code.as_str(), near.items.len()), ("XC-FINANCE", MAX_SUGGESTIONS));
    let far = bureaus::suggest(&test.app, &officer, Some(Function::Finance), "FB29", "XC-JUSTICE").expect("bureaus");
    assert_eq!((far.items.len(), far.has_more), (10, false));
    let services = catalogue::suggest(&test.app, &officer, "事项SV299").expect("services");
    assert_eq!(services.items.iter().map(|found| found.code.as_str()).collect::<Vec<_>>(), ["S-299"]);
    catalogue::install(&test.app).expect("the catalogue");
    let barred = catalogue::suggest(&test.app, &officer, "社区矫正协管员").expect("services");
    assert!(barred.items.is_empty(), "what is barred cannot be chosen");
}
