//! The ledger through the API and the pages: what acts post, who reads it, and how an earlier database gets its own.

mod carry_over;
mod changes;
mod plans;
mod recalls;
mod walks;
pub mod yearly_shares;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use luyue::domain::codes::FactKind;
use luyue::jobs;
use luyue::schema::{contracts as heads, ledger_balances, ledger_postings};
use luyue::storage::audit::recorded_rows::ObjectKind;
use luyue::storage::backend::migrate;
use luyue::storage::contracts;
use luyue::storage::contracts::due::TO_BE_DERIVED;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::guarantees::setup as guarantees;
use crate::on_both_engines;
use crate::payments::interest::late;
use crate::payments::setup::{self, NUMBER, id_of};
use crate::recoveries::setup::{receipt, send};
use crate::support::app::{TestApp, differences};
use crate::support::pdf::words;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    acts_post_where_the_money_of_an_appropriation_goes
    a_commitment_from_elsewhere_is_told_after_a_funding
    the_ledger_is_read_by_finance_and_supervisors
    an_earlier_database_gets_its_ledger
    a_contested_breach_is_held_until_it_is_ruled_on
    a_claim_on_a_guarantee_is_recovered
    after_a_termination_only_the_budget_in_use_is_shown
    interest_and_recoveries_are_posted_outside_the_appropriation
}

fn act(test: &TestApp, who: &str, contract: &str, name: &str, body: &Value) -> Value {
    test.by(who).post(&format!("contracts/{contract}/actions/{name}"), body).expect_status(200)
}

fn fen(amount: &Value) -> i64 {
    amount.as_str().and_then(|yuan| yuan.replace('.', "").parse().ok()).unwrap_or_else(|| panic!("{amount}"))
}

/// Returns the postings of a ledger in short: debit, credit, amount, cause.
fn short(ledger: &Value) -> Vec<String> {
    let word = |posting: &Value, name: &str| posting[name].as_str().unwrap_or_default().to_owned();
    let postings = ledger["postings"].as_array().expect("postings");
    let names = ["debit", "credit", "amount", "cause"];
    postings.iter().map(|posting| names.map(|name| word(posting, name)).join(" ")).collect()
}

/// Returns the appropriation as it is listed.
fn budget(test: &TestApp, id: &str) -> Value {
    let list = test.by("finance-review").get("appropriations?year=2026").expect_status(200);
    list["items"].as_array().expect("a list").iter().find(|item| item["id"] == id).cloned().expect("it is listed")
}

/// Fails unless a contract's balances are those of its standing and add up to zero.
fn agrees(test: &TestApp, contract: &str) {
    let standing = test.by("audit").get(&format!("contracts/{contract}/standing")).expect_status(200);
    let ledger = test.by("audit").get(&format!("contracts/{contract}/ledger")).expect_status(200);
    let (totals, balances) = (&standing["totals"], &ledger["balances"]);
    assert_eq!((&balances["deducted"], &balances["paid"]), (&totals["settled"], &totals["paid"]));
    let open = fen(&balances["payable"]) + fen(&balances["earned"]);
    assert_eq!(open, fen(&totals["payable"]) - fen(&totals["paid"]));
    let all = balances.as_object().expect("balances by account");
    assert_eq!((all.len(), all.values().map(fen).sum::<i64>()), (13, 0), "{balances}");
}

/// Registers a contract, has it signed, and pays its advance on 2026-01-13. Returns its identifier.
fn advance_paid(test: &TestApp, appropriation: &str) -> String {
    let id = programme::registered_from(test, NUMBER, appropriation);
    programme::activate(test, &id);
    test.at("2026-01-13", 9);
    jobs::run_until_idle(&test.app).expect("the jobs run");
    agrees(test, &id);
    setup::paid(test, &id, "ADVANCE");
    id
}

fn acts_post_where_the_money_of_an_appropriation_goes(test: &TestApp) {
    let money = programme::appropriation(test, "700000.00");
    let first = advance_paid(test, &money);
    agrees(test, &first);
    let of = |contract: &str| test.by("finance-pay").get(&format!("contracts/{contract}/ledger")).expect_status(200);
    let posted = ["committed unassigned 468000.00 contracts.fund", "payable committed 93600.00 day"];
    assert_eq!(short(&of(&first)), [&posted[..], &["paid payable 93600.00 fact.payment"]].concat());
    assert_eq!(of(&first)["postings"][2]["cause_no"], 1, "the first fact");
    test.at("2026-02-02", 9);
    act(test, "justice-leader", &first, "terminate", &json!({"reason": "严重违约"}));
    act(test, "finance-review", &first, "consent", &json!({}));
    assert_eq!(short(&of(&first))[3], "released committed 374400.00 contracts.consent");
    let after = budget(test, &money);
    for (field, amount) in [
        ("amount", "700000.00"),
        ("reserved", "0.00"),
        ("committed", "93600.00"),
        ("paid", "93600.00"),
        ("released", "374400.00"),
        ("free", "606400.00"),
    ] {
        assert_eq!(after[field], amount, "{field}");
    }
    // The second contract takes what was never assigned, then a part of what the first released.
    let second = programme::registered_from(test, "XCSF-2026-002", &money);
    act(test, "justice", &second, "submit", &json!({}));
    act(test, "finance-review", &second, "fund", &json!({}));
    let taken =
        ["committed unassigned 232000.00 contracts.fund", "committed released 236000.00 contracts.fund"].to_vec();
    assert_eq!(short(&of(&second)), taken);
    assert_eq!(budget(test, &money)["free"], "138400.00");
    let reversal = json!({"seq": 2, "reason": "误录"});
    let asked = test.by("justice").post(&format!("contracts/{first}/reversals"), &reversal).expect_status(201);
    let grant = |name: &str| format!("reversals/{}/actions/{name}", id_of(&asked));
    let refused = test.by("justice-leader").post(&grant("grant"), &json!({})).expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("budget-first"), &json!("appropriation")));
    act(test, "justice-leader", &second, "return", &json!({"reason": "条款有误"}));
    assert_eq!(short(&of(&second))[2], "released committed 468000.00 contracts.return_funded");
    assert_eq!(budget(test, &money)["free"], "606400.00");
    assert_eq!(differences(test), []);
    test.by("justice-leader").post(&grant("grant"), &json!({})).expect_status(200);
    assert_eq!(short(&of(&first))[4], "committed released 374400.00 fact.reversal");
    agrees(test, &first);
    act(test, "justice-leader", &first, "terminate", &json!({"reason": "严重违约"}));
    act(test, "finance-review", &first, "consent", &json!({}));
    act(test, "finance-review", &first, "close", &json!({}));
    assert_eq!(budget(test, &money)["free"], "606400.00");
    assert_eq!(differences(test), []);
    // Neither the commitment nor the postings are the first of the contract, so those before are recorded with them.
    act(test, "justice", &second, "submit", &json!({}));
    act(test, "finance-review", &second, "fund", &json!({}));
    assert_eq!(budget(test, &money)["free"], "138400.00");
    assert_eq!(differences(test), []);
}

/// A commitment that no act made is not part of what a funding records.
fn a_commitment_from_elsewhere_is_told_after_a_funding(test: &TestApp) {
    let contract = programme::registered_from(test, NUMBER, &programme::appropriation(test, "700000.00"));
    act(test, "justice", &contract, "submit", &json!({}));
    assert_eq!(differences(test), []);
    let insert = "INSERT INTO commitments (appropriation_id, contract_id, amount_fen, committed_at, released_at) \
                  SELECT appropriation_id, id, 1, created_at, created_at FROM contracts";
    test.app.pool.get().expect("a connection").batch_execute(insert).expect("a row");
    act(test, "finance-review", &contract, "fund", &json!({}));
    assert!(!differences(test).is_empty(), "the commitment is told");
}

fn the_ledger_is_read_by_finance_and_supervisors(test: &TestApp) {
    let money = programme::appropriation(test, "700000.00");
    let contract = advance_paid(test, &money);
    let all = test.by("finance-review").get("ledger?limit=200").expect_status(200);
    assert_eq!((&all["year"], &all["next"]), (&json!(2026), &Value::Null));
    assert_eq!(short(&all)[0], "unassigned appropriated 700000.00 appropriation.approve");
    assert_eq!(all["postings"].as_array().map(Vec::len), Some(4));
    assert_eq!(all["postings"][1]["contract"], json!({"id": contract, "number": NUMBER}));
    let balances = all["balances"].as_object().expect("balances by account");
    assert_eq!(balances.values().map(fen).sum::<i64>(), 0);
    assert_eq!((&balances["appropriated"], &balances["paid"]), (&json!("-700000.00"), &json!("93600.00")));
    assert_eq!((&all["free"], &balances["unassigned"]), (&json!("232000.00"), &json!("232000.00")));
    for path in ["ledger?".to_owned(), format!("contracts/{contract}/ledger?")] {
        let whole = test.by("audit").get(&format!("{path}limit=200")).expect_status(200);
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let part = test.by("audit").get(&format!("{path}limit=1{cursor}")).expect_status(200);
            found.extend(short(&part));
            let Some(next) = part["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(found, short(&whole), "{path}: page by page");
        assert!(test.by("audit").get(&format!("{path}cursor=eA")).status == 400, "{path}: no such posting");
    }
    for (filter, count) in [
        ("bureau=XC-JUSTICE&line=2040607", 4),
        ("line=999", 0),
        ("year=2025", 0),
        ("bureau=JX-JUSTICE", 0),
        ("bureau=NOWHERE", 0),
    ] {
        let found = test.by("audit").get(&format!("ledger?{filter}")).expect_status(200);
        assert_eq!(found["postings"].as_array().map(Vec::len), Some(count), "{filter}");
    }
    let own = format!("contracts/{contract}/ledger");
    for (who, whole, of_contract) in [
        ("finance-approve", 200, 200),
        ("justice", 403, 403),
        ("contractor", 403, 403),
        ("admin", 403, 403),
        ("other-finance", 200, 404),
    ] {
        assert_eq!(test.by(who).get("ledger").status, whole, "{who}");
        assert_eq!(test.by(who).get(&own).status, of_contract, "{who}");
    }
    let others = test.by("other-finance").get("ledger").expect_status(200);
    assert_eq!((short(&others), &others["free"]), (Vec::new(), &json!("0.00")), "of another county nothing");
    let auditor = Visitor::signed_in(test, "audit");
    for (path, words) in [
        ("/ledger?year=2026&line=2040607", vec!["700,000.00", NUMBER, "232,000.00"]),
        ("/ledger?year=x", vec!["<p class=\"govuk-error-message\""]),
        (&format!("/contracts/{contract}/ledger"), vec!["468,000.00", "93,600.00"]),
        (&format!("/contracts/{contract}"), vec!["/ledger\""]),
        ("/registers/appropriations", vec!["93,600.00", "232,000.00"]),
    ] {
        let page = auditor.get(path).expect_status(200);
        words.iter().for_each(|word| assert!(page.text.contains(word), "{path}: {word}"));
    }
}

/// Of the commitment of 468,000.00, a termination leaves the advance in use.
fn after_a_termination_only_the_budget_in_use_is_shown(test: &TestApp) {
    let contract = advance_paid(test, &programme::appropriation(test, "700000.00"));
    act(test, "justice-leader", &contract, "terminate", &json!({"reason": "严重违约"}));
    act(test, "finance-review", &contract, "consent", &json!({}));
    // Signing in ends the tokens issued before it.
    let finance = || test.by("finance-review");
    let sheet = finance().get(&format!("contracts/{contract}/settlement")).expect_status(200);
    assert_eq!(sheet["to_release"], "0.00", "all that is not needed was released");
    let execution = finance().get("reports/execution.json?year=2026").expect_status(200);
    assert_eq!(
        (&execution["total"]["committed"], &execution["total"]["free"]),
        (&json!("93600.00"), &json!("606400.00"))
    );
    let payments = finance().get(&format!("contracts/{contract}/payments")).expect_status(200);
    let payment = payments["items"][0]["id"].as_str().expect("a payment").to_owned();
    let page = Visitor::signed_in(test, "finance-review").get(&format!("/contracts/{contract}/settlement"));
    let page = page.expect_status(200).text_of("main");
    assert!(!page.contains("468,000.00") && !page.contains("374,400.00"), "{page}");
    for (form, label) in [
        ("settlement.pdf".to_owned(), "合同占用的预算（含已付）"),
        (format!("payment.pdf?subject={payment}"), "本合同占用指标"),
    ] {
        let reply = finance().get(&format!("contracts/{contract}/documents/{form}"));
        assert_eq!(reply.status, 200, "{form}: {}", reply.json);
        let cells = words(&reply.bytes);
        let label = cells.iter().position(|cell| cell.contains(label)).unwrap_or_else(|| panic!("{cells:?}"));
        assert!(cells[label..].iter().take(2).any(|cell| cell.contains("93,600.00")), "{form}: {cells:?}");
    }
}

/// Pays interest of 655.20, reverses the payment and pays it again, and receives 5,000.00 of a penalty.
fn interest_and_recoveries_are_posted_outside_the_appropriation(test: &TestApp) {
    let id = late(test);
    setup::incident(test, &id, &json!({"id": "I-1", "clause": "LEAK", "note": ""}));
    act(test, "justice-leader", &id, "terminate", &json!({"reason": "严重违约"}));
    act(test, "finance-review", &id, "consent", &json!({}));
    let of = || test.by("audit").get(&format!("contracts/{id}/ledger?limit=200")).expect_status(200);
    let budgets = || test.by("finance-review").get("appropriations?year=2026").expect_status(200);
    let (before, posted) = (budgets(), short(&of()).len());
    let pay = || {
        let asked = test.by("contractor").post(&format!("contracts/{id}/milestones/ADVANCE/interest"), &json!({}));
        setup::through(test, &id_of(&asked.expect_status(201)), 4);
    };
    pay();
    let body = json!({"seq": setup::last(test, FactKind::Interest), "reason": "凭证号错误"});
    let reversal = test.by("finance-pay").post(&format!("contracts/{id}/reversals"), &body).expect_status(201);
    let grant = format!("reversals/{}/actions/grant", id_of(&reversal));
    test.by("finance-approve").post(&grant, &json!({})).expect_status(200);
    pay();
    send(test, "finance-pay", &id, "receipts", &receipt("5000.00", "SK-1")).expect_status(201);
    let expected = [
        "interest outside 655.20 fact.interest",
        "outside interest 655.20 fact.reversal",
        "interest outside 655.20 fact.interest",
        "recovered outside 5000.00 recoveries.receive",
    ];
    assert_eq!(short(&of())[posted..], expected);
    let balances = of()["balances"].clone();
    assert_eq!(
        [&balances["interest"], &balances["recovered"], &balances["outside"]],
        ["655.20", "5000.00", "-5655.20"]
    );
    agrees(test, &id);
    assert_eq!(budgets(), before, "an appropriation neither pays nor gets any of it");
    assert_eq!(differences(test), []);

    // As an upgrade leaves a contract of which an earlier version posted nothing of this.
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let contract = contracts::by_number(tx.connection, NUMBER)?.expect("the contract is there").id;
        let posted = i64::try_from(posted).expect("a number");
        diesel::delete(ledger_postings::table.filter(ledger_postings::contract_id.eq(contract.0)))
            .filter(ledger_postings::seq.gt(posted))
            .execute(tx.connection)?;
        let none = (ledger_balances::interest_fen.eq(0_i64), ledger_balances::recovered_fen.eq(0_i64));
        diesel::update(ledger_balances::table)
            .set((none, ledger_balances::last_seq.eq(posted)))
            .execute(tx.connection)?;
        diesel::update(heads::table).set(heads::next_change.eq(TO_BE_DERIVED)).execute(tx.connection)?;
        tx.touch(ObjectKind::Contract, contract.0);
        Ok(())
    })
    .expect("it is written");
    assert_eq!(differences(test), [], "a contract that waits for the job is accepted");
    jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!(short(&of())[posted..], ["interest outside 655.20 day", "recovered outside 5000.00 day"]);
    assert_eq!((of()["balances"].clone(), differences(test)), (balances, Vec::new()));
}

/// Takes the ledger away, as in a database of an earlier version, and upgrades it.
fn an_earlier_database_gets_its_ledger(test: &TestApp) {
    let money = programme::appropriation(test, "700000.00");
    let contract = advance_paid(test, &money);
    let before = budget(test, &money);
    let upgrade = || {
        let connection = &mut *test.app.pool.get().expect("a connection");
        migrate(connection).expect("the database is upgraded");
    };
    let forget = "BEGIN; DELETE FROM ledger_balances; DELETE FROM ledger_postings; COMMIT";
    test.app.pool.get().expect("a connection").batch_execute(forget).expect("there is no ledger");
    assert!(!differences(test).is_empty());
    upgrade();
    let of = || test.by("audit").get(&format!("contracts/{contract}/ledger")).expect_status(200);
    assert_eq!(short(&of()), ["committed unassigned 468000.00 opening"]);
    assert_eq!(budget(test, &money)["free"], before["free"], "what is free is right at once");
    assert_eq!(differences(test), [], "an opening is accepted");
    jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!(short(&of())[1..], ["paid committed 93600.00 day"]);
    agrees(test, &contract);
    assert_eq!(budget(test, &money), before);
    upgrade();
    jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!(short(&of()).len(), 2, "once");
    assert_eq!(differences(test), []);
}

/// The contractor objects to a penalty that is deducted, and asks for a waiver of it.
fn a_contested_breach_is_held_until_it_is_ruled_on(test: &TestApp) {
    let contract = setup::midyear(test);
    jobs::run_until_idle(&test.app).expect("the jobs run");
    let standing = test.by("audit").get(&format!("contracts/{contract}/standing")).expect_status(200);
    let breaches = standing["breaches"].as_array().expect("breaches");
    let late = breaches.iter().find(|one| one["clause"] == "LATE" && one["subject"] == "COUNSEL-H1").expect("a breach");
    let (charged, settled) = (fen(&late["charged"]), fen(&standing["totals"]["settled"]));
    assert!(charged > 0 && charged < settled && late["settled_in"] == "MIDYEAR", "{late}");
    let of = || test.by("audit").get(&format!("contracts/{contract}/ledger?limit=200")).expect_status(200);
    let kept = || (fen(&of()["balances"]["held"]), fen(&of()["balances"]["deducted"]));
    let (payable, posted) = (of()["balances"]["payable"].clone(), short(&of()).len());
    assert_eq!(kept(), (0, settled));
    let objection = json!({"against": "breach", "subject": "LATE/COUNSEL-H1", "text": "资料已送达"});
    let objection = test.by("contractor").post(&format!("contracts/{contract}/objections"), &objection);
    let objection = id_of(&objection.expect_status(201));
    assert_eq!(kept(), (charged, settled - charged), "its own amount alone");
    assert_eq!(of()["balances"]["payable"], payable, "the rest is payable as before");
    assert_eq!(differences(test), []);
    let answer = format!("objections/{objection}/actions/reject");
    test.by("justice-leader").post(&answer, &json!({"reason": "记录属实"})).expect_status(200);
    assert_eq!(kept(), (0, settled));
    let waiver = json!({"clause": "LATE", "subject": "COUNSEL-H1", "reason": "汛期"});
    let waiver = id_of(&test.by("justice").post(&format!("contracts/{contract}/waivers"), &waiver).expect_status(201));
    assert_eq!(kept(), (charged, settled - charged));
    assert_eq!(differences(test), []);
    let refuse = format!("waivers/{waiver}/actions/refuse");
    test.by("justice-leader").post(&refuse, &json!({"reason": "理由不足"})).expect_status(200);
    let causes: Vec<String> = short(&of())[posted..].iter().map(|line| line.replacen(' ', " < ", 1)).collect();
    assert!(causes[0].starts_with("held < deducted") && causes[1].starts_with("deducted < held"), "{causes:?}");
    assert_eq!((kept(), causes.len()), ((0, settled), 4));
    assert_eq!(differences(test), []);
}

fn a_claim_on_a_guarantee_is_recovered(test: &TestApp) {
    let contract = setup::midyear(test);
    let held = guarantees::recorded(test, &contract, &[]);
    let claim = json!({"amount": "12.50", "reason": "未按约定提供服务"});
    guarantees::act(test, "justice", &held, "claim", &claim).expect_status(200);
    let of = || test.by("audit").get(&format!("contracts/{contract}/ledger?limit=200")).expect_status(200);
    assert_eq!(of()["balances"]["recovered"], "0.00", "nothing before the leader grants it");
    guarantees::act(test, "justice-leader", &held, "grant", &json!({})).expect_status(200);
    let posted = short(&of());
    assert_eq!(posted.last().map(String::as_str), Some("recovered outside 12.50 guarantees.grant"));
    assert_eq!(differences(test), []);
}
