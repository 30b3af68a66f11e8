//! Data of the sweeps: a signed contract and one of each kind of object, so that every address can be requested.

use std::collections::BTreeMap;

use luyue::domain::codes::{AlertKind, ObjectionTarget, PaymentKind, PaymentState};
use luyue::storage::identity::people;
use luyue::storage::notifications::email_queue::{self, NewEmail, Outcome};
use luyue::storage::notifications::recipients::Recipient;
use luyue::storage::objections::{self, NewObjection};
use luyue::storage::write::{Context, write};
use luyue::storage::{contracts, payments};
use serde_json::{Value, json};

use crate::coordination::{decision, demand, minutes};
use crate::evaluations::setup as evaluations;
use crate::guarantees::setup::inserted as guaranteed;
use crate::identity::saved_views::saved_view;
use crate::imports::setup::drafted;
use crate::matrix::rows::{
    BY_ACCOUNTANT, Thing, amendment, appropriation, approval_chain, approval_rule, budget_change, loan_rate,
    purchase_plan, statute_setting, suspension,
};
use crate::publications::setup::inserted;
use crate::records::setup::body;
use crate::recoveries::setup::inserted as recovering;
use crate::registry::calendar::year_2026;
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::programme;
use crate::work_stations::{group, work_station};
use crate::workers::worker;

/// The data of the sweeps: a signed contract with its dependent objects, and one of each kind of object in the
/// registers.
pub struct Prepared {
    /// The officer's input for the contract.
    pub input: Value,
    ids: BTreeMap<&'static str, String>,
}

impl Prepared {
    /// Creates the data through the API, except for the payment, because nothing is payable on the first day.
    pub fn new(test: &TestApp) -> Self {
        let money = programme::appropriation(test, "468000.00");
        let giver = programme::appropriation_named(test, ("宣财指〔2026〕20号", 2026), "1000.00");
        let receiver = programme::appropriation_named(test, ("宣财指〔2026〕21号", 2026), "1000.00");
        programme::appropriation_named(test, ("宣财指〔2027〕1号", 2027), "468000.00");
        let input = programme::input_from("M-1", &money);
        let contract = programme::registered_from(test, "M-1", &money);
        programme::activate(test, &contract);
        let id = |who: &str, path: &str, body: &Value| {
            let answer = test.by(who).post(path, body).expect_status(201);
            answer["id"].as_str().expect("an id").to_owned()
        };
        let of = |path: &str| format!("contracts/{contract}/{path}");
        let handed = test.by("contractor").upload(
            &of("deliverables/VISIT-H1/submissions"),
            &[("quantity", "1")],
            &[("名册.csv", "编号,数量\nD1,120\n".as_bytes())],
        );
        let file = handed.expect_status(201)["files"][0]["id"].as_str().expect("an id").to_owned();
        let person = json!({"username": "spare", "name": "备用", "email": "spare@luyue.test", "language": "zh",
            "seats": [{"organisation": "XC-JUSTICE", "role": "officer"}]});
        let account = json!({"name": "户名", "bank": "徽商银行", "number": "6222000011114444"});
        let deputy =
            json!({"organisation": "XC-JUSTICE", "role": "officer", "deputy": "justice-2", "until_on": "2026-01-31"});
        let waiver = json!({"clause": "LATE", "subject": "EDU-H1", "reason": "汛期"});
        let extension = json!({"deliverable": "EDU-H1", "days": 7, "reason": "汛期"});
        let entered = test.by("contractor").post(&of("records"), &body(45)).expect_status(201);
        let record = entered["ids"][0].as_str().expect("an id").to_owned();
        let application = json!({"deliverable": "COUNSEL-H2", "days": 5, "reason": "场地装修"});
        let spare = id("admin", "people", &person);
        let amendment = id("spare", &of("amendments"), &amendment(&input, "2026-11-16"));
        let annex = test.by("spare").upload(
            &of("annexes"),
            &[("kind", "schedule"), ("title", "变更说明"), ("amendment", &amendment)],
            &[("说明.csv", "编号,数量\nD1,120\n".as_bytes())],
        );
        let annex = annex.expect_status(201)["id"].as_str().expect("an id").to_owned();
        // One worker is on the roster, and another waits for consent.
        let agreed = id("contractor", "workers", &worker("M-1", "何佳"));
        test.by("justice").post(&format!("workers/{agreed}/actions/approve"), &json!({})).expect_status(200);
        // A decision of a joint meeting that finance is to carry out.
        id("justice", "matters", &minutes());
        id("justice", "matters", &decision("XC-FINANCE"));
        let ledger = test.by("spare").upload_as("file", "ledger-imports", &[], &[("台账.xlsx", &drafted())]);
        let ledger = ledger.expect_status(201)["id"].as_str().expect("an id").to_owned();
        let ids = [
            ("ledgerimport", ledger),
            ("extension", id("justice", &of("extensions"), &extension)),
            ("waiver", id("justice", &of("waivers"), &waiver)),
            ("incident", id("justice", &of("incidents"), &json!({"id": "I-0", "clause": "LEAK"}))),
            ("amendment", amendment),
            ("annex", annex),
            ("application", id("contractor", &of("extensions"), &application)),
            ("reversal", id("justice", &of("reversals"), &json!({"seq": 1, "reason": "误录"}))),
            ("account", id("contractor", &format!("contractors/{CONTRACTOR}/accounts"), &account)),
            ("appropriation", id("finance-review", "appropriations", &appropriation("XC-JUSTICE"))),
            (
                "purchaseplan",
                id("justice", "purchase-plans", &purchase_plan(&receiver, ("采购计划〔2026〕9号", "1.00"))),
            ),
            ("approvalrule", id("finance-review", "approval-rules", &approval_rule("200000.00", 2, "2027-01-01"))),
            ("approvalchain", id("finance-review", "approval-chains", &approval_chain(BY_ACCOUNTANT, "2027-01-01"))),
            ("statutesetting", id("admin", "statute-settings", &statute_setting(("five-terms", None), "2027-01-01"))),
            ("calendarimport", id("admin", "calendar-imports", &year_2026(&["2026-12-01"], 0))),
            ("loanrate", id("admin", "loan-rates", &loan_rate("2026-01-01", "0.03"))),
            ("suspension", id("spare", "suspensions", &suspension("M-1", "force_majeure", "2026-01-05"))),
            ("matter", id("justice", "matters", &demand("需要心理咨询师"))),
            ("workstation", id("station", "work-stations", &work_station("东山村社区矫正工作站"))),
            ("correctiongroup", id("station", "correction-groups", &group("XZ-017"))),
            ("worker", id("contractor", "workers", &worker("M-1", "林晓东"))),
            ("budgetchange", id("finance-review", "budget-changes", &budget_change((&giver, &receiver), "1.00"))),
            ("person", spare),
            // Requested by a user who does not take part in the sweeps.
            ("payment", payment(test, &contract, "spare")),
            ("objection", objection(test)),
            ("record", record),
            ("publication", inserted(test, "M-1")),
            ("guarantee", guaranteed(test, "M-1")),
            ("recovery", recovering(test, "M-1")),
            ("evaluation", evaluations::inserted(test, "M-1", ("2026-01-05", "2026-01-05"), None)),
            ("delegation", id("justice", "delegations", &deputy)),
            ("savedview", id("justice", "saved-views", &saved_view(("contracts", "本年"), json!({"year": "2026"})))),
            ("letter", letter(test)),
            ("file", file),
            ("event", format!("facts:{contract}~1")),
            ("contract", contract),
        ];
        Self { input, ids: ids.into() }
    }

    /// Returns the identifier of an object.
    pub fn id(&self, thing: Thing) -> &str {
        let name = format!("{thing:?}").to_lowercase();
        self.ids.get(name.as_str()).map_or("", String::as_str)
    }
}

/// Queues an email about the contract and gives it up; returns its identifier.
pub fn given_up(test: &TestApp) -> String {
    let id = letter(test);
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let email = email_queue::by_public_id(tx.connection, &id)?.expect("it was just queued").id;
        email_queue::settle(tx, email, &Outcome::Dead, "550 no such user")
    })
    .expect("it is given up");
    id
}

/// Queues an email directly, because nothing has caused one yet.
fn letter(test: &TestApp) -> String {
    let id = test.app.ids.uuid();
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let to = people::by_username(tx.connection, "spare")?.expect("they are there");
        let new = NewEmail {
            public_id: id.clone(),
            message_id: format!("<{id}@luyue>"),
            kind: AlertKind::Due7,
            contract_id: contracts::by_number(tx.connection, "M-1")?.expect("the contract is there").id,
            subject_key: format!("deliver/VISIT-H1-{id}"),
            due_on: tx.context.today(),
            to: Recipient { person_id: to.id, name: to.name, email: to.email, language: to.language },
            subject: String::new(),
            body: String::new(),
            html: String::new(),
        };
        email_queue::insert(tx, &[new])
    })
    .expect("the email is queued");
    id
}

/// Inserts an objection directly, because nothing has been decided yet. It is about a score, which leader and finance
/// may answer.
fn objection(test: &TestApp) -> String {
    let id = test.app.ids.uuid();
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let by = people::by_username(tx.connection, "contractor")?.expect("they are there").id;
        let new = NewObjection {
            public_id: &id,
            contract_id: contracts::by_number(tx.connection, "M-1")?.expect("the contract is there").id,
            against: ObjectionTarget::Score,
            subject: "MIDYEAR",
            text: "评分依据不足",
            fact_seq: None,
            deciders: "[]",
        };
        objections::insert(tx.connection, tx.context, &new, by)
    })
    .expect("the objection is there");
    id
}

/// Inserts a payment request directly, because nothing is payable yet.
fn payment(test: &TestApp, contract: &str, by: &str) -> String {
    let id = test.app.ids.uuid();
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let by = people::by_username(tx.connection, by)?.expect("they are there").id;
        let number = contracts::by_number(tx.connection, "M-1")?.expect("the contract is there").id;
        let account = json!({"name": "户名", "bank": "徽商银行宣城分行", "number": "6222000011112222"}).to_string();
        let of = ("ADVANCE", PaymentKind::Principal);
        let key = payments::insert(tx.connection, &id, number, of, 100, &account, tx.context.now)?;
        payments::record_step(tx.connection, tx.context, key, (1, "request", by, ""), PaymentState::Requested)
    })
    .unwrap_or_else(|error| panic!("a payment of {contract}: {error:?}"));
    id
}
