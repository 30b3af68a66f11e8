//! Helpers of the payment tests: the programme of the examples brought to a given day, and queries on payments.

use luyue::domain::codes::{FactKind, Role};
use luyue::schema::{emails, facts};
use luyue::services::contracts::append::append_fact;
use luyue::services::contracts::record::ContractRecord;
use luyue::storage::contracts;
use luyue::storage::contracts::facts::NewFact;
use luyue::storage::identity::people;
use luyue::storage::registry::organisations;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::support::app::{Reply, TestApp, day, touch_all};
use crate::support::programme;

/// The contract's number.
pub const NUMBER: &str = "XCSF-2026-001";

/// The steps of the chain after the request, each with the user who takes it.
pub const STEPS: [(&str, &str); 4] =
    [("confirm", "justice"), ("review", "finance-review"), ("approve", "finance-approve"), ("pay", "finance-pay")];

/// Creates an active contract on 2026-01-13, where ADVANCE was satisfied the day before, and returns its identifier.
pub fn advance(test: &TestApp) -> String {
    let id = programme::registered(test, NUMBER);
    programme::activate(test, &id);
    test.at("2026-01-13", 9);
    id
}

/// Creates the contract on 2026-07-17 with the example's facts up to then, but without payments: MIDYEAR was satisfied
/// the day before, and 153,665.60 are payable for it.
pub fn midyear(test: &TestApp) -> String {
    let id = advance(test);
    for (kind, body) in happened() {
        if body["on"].as_str().is_some_and(|on| on <= "2026-07-16") {
            recorded(test, kind, &body);
        }
    }
    test.at("2026-07-17", 9);
    id
}

/// Returns the example's facts other than payments, in the order of their days.
pub fn happened() -> Vec<(FactKind, Value)> {
    let facts = &programme::example("programme-midyear")["case"]["facts"];
    let kinds = [
        ("submissions", FactKind::Submission),
        ("decisions", FactKind::Decision),
        ("invoices", FactKind::Invoice),
        ("headcounts", FactKind::Headcount),
        ("incidents", FactKind::Incident),
        ("waivers", FactKind::Waiver),
        ("surveys", FactKind::Survey),
        ("scores", FactKind::Score),
    ];
    let mut all: Vec<(FactKind, Value)> = Vec::new();
    for (list, kind) in kinds {
        all.extend(facts[list].as_array().into_iter().flatten().map(|fact| (kind, fact.clone())));
    }
    all.sort_by_key(|(_, fact)| fact["on"].as_str().unwrap_or_default().to_owned());
    all
}

/// Records a fact on its own day, bypassing the API.
pub fn recorded(test: &TestApp, kind: FactKind, body: &Value) {
    let on = body["on"].as_str().expect("a day");
    test.at(on, 10);
    let officer = people::by_username(&mut test.app.pool.get().expect("a connection"), "justice");
    let officer = officer.expect("people can be read").expect("the demonstration has them");
    let context = Context::of_person(officer.id, test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let contract = contracts::by_number(tx.connection, NUMBER)?.expect("the contract is there");
        let mut record = ContractRecord::load(tx.connection, contract)?;
        append_fact(tx, &mut record, &NewFact { kind, on: day(on), body: body.clone(), words: json!({}) })
    })
    .unwrap_or_else(|error| panic!("{kind} {body}: {error:?}"));
}

/// Proposes an incident and has it granted; returns the number of its fact.
pub fn incident(test: &TestApp, contract: &str, body: &Value) -> i64 {
    let proposed = id_of(&test.by("justice").post(&format!("contracts/{contract}/incidents"), body).expect_status(201));
    let path = format!("incidents/{proposed}/actions/grant");
    test.by("justice-leader").post(&path, &json!({})).expect_status(200)["seq"].as_i64().expect("a number")
}

/// Requests a payment.
pub fn ask(test: &TestApp, who: &str, contract: &str, milestone: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("contracts/{contract}/milestones/{milestone}/payments"), body)
}

/// Requests a payment, which must be possible, and returns its identifier.
pub fn asked(test: &TestApp, contract: &str, milestone: &str, body: &Value) -> String {
    id_of(&ask(test, "contractor", contract, milestone, body).expect_status(201))
}

/// Takes a step of a payment.
pub fn step(test: &TestApp, who: &str, payment: &str, name: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("payments/{payment}/actions/{name}"), body)
}

/// Returns the body that a step requires.
pub fn body_of(name: &str) -> Value {
    if name == "pay" { json!({"voucher": "V-1"}) } else { json!({}) }
}

/// Takes a payment through the first `steps` steps of the chain.
pub fn through(test: &TestApp, payment: &str, steps: usize) {
    for (name, who) in STEPS.iter().take(steps) {
        let body = if *name == "pay" { json!({"voucher": format!("V-{payment}")}) } else { body_of(name) };
        step(test, who, payment, name, &body).expect_status(200);
    }
}

/// Pays all that is left of a milestone, on the clock's day.
pub fn paid(test: &TestApp, contract: &str, milestone: &str) -> String {
    let payment = asked(test, contract, milestone, &json!({}));
    through(test, &payment, 4);
    payment
}

/// Returns a payment as the API shows it.
pub fn shown(test: &TestApp, payment: &str) -> Value {
    test.by("justice").get(&format!("payments/{payment}")).expect_status(200)
}

/// Returns the standing of a milestone.
pub fn milestone(test: &TestApp, contract: &str, code: &str) -> Value {
    let standing = test.by("audit").get(&format!("contracts/{contract}/standing")).expect_status(200);
    let found = standing["milestones"].as_array().and_then(|list| list.iter().find(|m| m["code"] == code));
    found.expect("the milestone is there").clone()
}

/// Returns the identifier in an answer.
pub fn id_of(answer: &Value) -> String {
    answer["id"].as_str().expect("an id").to_owned()
}

/// Returns the number of facts of a kind.
pub fn count(test: &TestApp, kind: FactKind) -> i64 {
    use diesel::prelude::*;
    let query = facts::table.filter(facts::kind.eq(kind.as_str())).count();
    query.get_result(&mut *test.app.pool.get().expect("a connection")).expect("a number")
}

/// Returns the sequence number of the last fact of a kind.
pub fn last(test: &TestApp, kind: FactKind) -> i64 {
    use diesel::prelude::*;
    let query = facts::table.filter(facts::kind.eq(kind.as_str())).select(diesel::dsl::max(facts::seq));
    let seq: Option<i64> = query.first(&mut *test.app.pool.get().expect("a connection")).expect("facts can be read");
    seq.expect("there is such a fact")
}

/// Returns the addresses of the recipients of letters of a kind.
pub fn letters_of(test: &TestApp, kind: &str) -> Vec<String> {
    use diesel::prelude::*;
    let query = emails::table.filter(emails::kind.eq(kind)).order(emails::address).select(emails::address);
    query.load(&mut *test.app.pool.get().expect("a connection")).expect("letters can be read")
}

/// Assigns an additional role to a user.
pub fn seated(test: &TestApp, username: &str, organisation: &str, role: Role) {
    system(test, |tx| {
        let person = people::by_username(tx.connection, username)?.expect("the person is there").id;
        let organisation = organisations::by_code(tx.connection, organisation)?.expect("the bureau is there").id;
        people::insert_seat(tx.connection, person, organisation, role, day("2020-01-01")).map(|_| ())
    });
}

/// Adds a user without any role.
pub fn newcomer(test: &TestApp, username: &str) {
    system(test, |tx| {
        let person = people::NewPerson {
            public_id: &tx.context.ids.uuid(),
            username,
            name: username,
            email: &format!("{username}@luyue.test"),
            language: luyue::domain::codes::Language::Zh,
            password_hash: "",
            created_at: tx.context.now,
        };
        people::insert(tx.connection, &person).map(|_| ())
    });
}

/// Delegates the seat that the holder has in a role to a deputy (AB 岗).
pub fn deputed(test: &TestApp, deputy: &str, holder: &str, role: Role) {
    use diesel::prelude::*;
    use luyue::schema::{delegations, seats};
    system(test, |tx| {
        let holder = people::by_username(tx.connection, holder)?.expect("the holder is there").id;
        let deputy = people::by_username(tx.connection, deputy)?.expect("the deputy is there").id;
        let seat: i64 = seats::table
            .filter(seats::person_id.eq(holder))
            .filter(seats::role.eq(role.as_str()))
            .select(seats::id)
            .first(tx.connection)?;
        diesel::insert_into(delegations::table)
            .values((
                delegations::public_id.eq(tx.context.ids.uuid()),
                delegations::seat_id.eq(seat),
                delegations::deputy_id.eq(deputy),
                delegations::from_on.eq(day("2026-01-01")),
                delegations::until_on.eq(day("2026-12-31")),
                delegations::created_by.eq(holder),
                delegations::created_at.eq(tx.context.now),
            ))
            .execute(tx.connection)?;
        Ok(())
    });
}

fn system(test: &TestApp, work: impl Fn(&mut luyue::storage::write::Tx<'_>) -> Result<(), luyue::error::Error>) {
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| work(tx).and_then(|()| touch_all(tx))).expect("the city is written");
}
