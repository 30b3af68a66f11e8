//! Withdrawing a submission: open to the contractor until an officer or leader of the purchaser looks at it; other
//! readers do not end it.

use diesel::prelude::*;
use luyue::domain::codes::FactKind;
use luyue::schema::events;
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::deliverables::support::{acceptance, running, submissions};
use crate::payments::setup::{count, last};
use crate::support::app::{Reply, TestApp};
use crate::support::checked::unsealed_differences;
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    an_opening_and_a_withdrawal_exclude_each_other
}

on_sqlite_first! {
    an_unopened_submission_is_withdrawn
    what_was_written_before_a_withdrawal_is_proposed_again
    an_opened_or_decided_submission_stays
}

/// Submits the first deliverable with a file, and returns the address of the file.
fn submitted(test: &TestApp, contract: &str, no: u64) -> String {
    let report = pdf(format!("第{no}次").as_bytes());
    let fields = [("quantity", "590"), ("note", "上半年")];
    let done = test.by("contractor").upload(&submissions(contract), &fields, &[("报告.pdf", &report)]);
    let done = done.expect_status(201);
    assert_eq!(done["no"], no);
    format!("files/{}", done["files"][0]["id"].as_str().expect("an id"))
}

fn withdraw(test: &TestApp, who: &str, contract: &str, no: u64) -> Reply {
    let path = format!("{}/{no}/actions/withdraw", submissions(contract));
    test.by(who).post(&path, &json!({"reason": "附件有误"}))
}

/// Returns the submissions of the first deliverable as the contractor reads them.
fn listed(test: &TestApp, contract: &str) -> Vec<Value> {
    let list = test.by("contractor").get(&format!("{contract}/deliverables")).expect_status(200);
    list["items"][0]["submissions"].as_array().expect("a list").clone()
}

/// Returns the numbers of the submissions' facts that were opened.
fn opened(test: &TestApp) -> Vec<i64> {
    let query = events::table.filter(events::action.eq("submissions.open")).order(events::seq).select(events::body);
    let bodies: Vec<String> = query.load(&mut *test.app.pool.get().expect("a connection")).expect("events");
    let seq = |body: &String| serde_json::from_str::<Value>(body).expect("JSON")["seq"].as_i64().expect("a number");
    bodies.iter().map(seq).collect()
}

fn an_unopened_submission_is_withdrawn(test: &TestApp) {
    let contract = running(test);
    let file = submitted(test, &contract, 1);
    // The list of the contract and other readers open nothing.
    let officer = Visitor::signed_in(test, "justice");
    officer.get(&format!("/{contract}")).expect_status(200);
    for who in ["contractor", "station", "finance-review", "audit"] {
        assert_eq!(test.by(who).get(&file).status, 200, "{who}");
    }
    assert_eq!((opened(test), listed(test, &contract)[0]["opened_at"].clone()), (Vec::new(), Value::Null));
    for (who, status) in [("justice", 403), ("justice-leader", 403), ("finance-review", 403), ("contractor-2", 404)] {
        assert_eq!(withdraw(test, who, &contract, 1).status, status, "{who}");
    }
    assert_eq!(withdraw(test, "contractor", &contract, 2).status, 404);
    // From the receipt, through the page.
    let contractor = Visitor::signed_in(test, "contractor");
    let receipt = contractor.get(&format!("/{contract}/receipt?subject=VISIT-H1&no=1")).expect_status(200);
    let act = format!("/{contract}/act/submission-withdraw");
    let page = contractor.get(&receipt.dom_link(&act)).expect_status(200);
    let done = page.form(&act).send(&contractor, "");
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(contractor.get(&done.location).expect_status(200).text.contains("本次提交已撤回"));
    assert_eq!((listed(test, &contract).len(), count(test, FactKind::Reversal)), (0, 1));
    assert_eq!(page.form(&act).with(&[("key", "again")]).send(&contractor, "").status, 404, "it is gone");
    let form = officer.get(&format!("/{contract}/act/decision?subject=VISIT-H1&no=1"));
    assert_eq!((form.status, opened(test)), (404, Vec::new()), "nothing is left to open");
    // The next submission has its number.
    submitted(test, &contract, 1);
    assert_eq!(withdraw(test, "contractor", &contract, 1).expect_status(200)["code"], "VISIT-H1");
    assert_eq!(unsealed_differences(test), []);
}

fn an_opened_or_decided_submission_stays(test: &TestApp) {
    let contract = running(test);
    submitted(test, &contract, 1);
    let officer = Visitor::signed_in(test, "justice");
    let form = format!("/{contract}/act/decision?subject=VISIT-H1");
    for _ in 0..2 {
        officer.get(&form).expect_status(200);
    }
    assert_eq!(opened(test), [last(test, FactKind::Submission)], "it is recorded once");
    assert!(listed(test, &contract)[0]["opened_at"].is_string());
    let refused = withdraw(test, "contractor", &contract, 1).expect_status(409);
    assert_eq!(refused["type"], "/problems/submission-opened");
    let contractor = Visitor::signed_in(test, "contractor");
    let receipt = contractor.get(&format!("/{contract}/receipt?subject=VISIT-H1&no=1")).expect_status(200);
    assert!(receipt.text.contains("首次查阅") && !receipt.text.contains("submission-withdraw"), "{}", receipt.text);
    let act = contractor.get(&format!("/{contract}/act/submission-withdraw?subject=VISIT-H1&no=1"));
    assert!(act.expect_status(200).has(".checks .fails"), "it is not offered");
    let rejection = json!({"decision": "rejected", "note": "缺走访记录", "members": []});
    test.by("justice").post(&format!("{}/1/decision", submissions(&contract)), &rejection).expect_status(200);
    let refused = withdraw(test, "contractor", &contract, 1).expect_status(409);
    assert_eq!(refused["type"], "/problems/decided-already");
    // A leader opens the next one with its file.
    let file = submitted(test, &contract, 2);
    assert_eq!(test.by("justice-leader").get(&file).status, 200);
    assert_eq!(opened(test).len(), 2);
    assert_eq!(withdraw(test, "contractor", &contract, 2).status, 409);
    assert_eq!((listed(test, &contract).len(), count(test, FactKind::Reversal)), (2, 0));
    assert_eq!(unsealed_differences(test), []);
}

fn an_opening_and_a_withdrawal_exclude_each_other(test: &TestApp) {
    let contract = running(test);
    let decision = format!("{}/1/decision", submissions(&contract));
    for _ in 0..3 {
        let file = submitted(test, &contract, 1);
        let seq = last(test, FactKind::Submission);
        let answers = race(3, |one| match one {
            0 => withdraw(test, "contractor", &contract, 1).status,
            _ => test.by(if one == 1 { "justice" } else { "justice-leader" }).get(&file).status,
        });
        let is_opened = opened(test).contains(&seq);
        assert_eq!(answers[0] == 200, !is_opened, "{answers:?}");
        assert!([200, 409].contains(&answers[0]), "{answers:?}");
        if is_opened {
            break;
        }
    }
    if listed(test, &contract).is_empty() {
        submitted(test, &contract, 1);
    }
    // A decision and a withdrawal of what may still be withdrawn: one of them counts.
    let answers = race(2, |one| match one {
        0 => withdraw(test, "contractor", &contract, 1).status,
        _ => test.by("justice").post(&decision, &acceptance("590")).status,
    });
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [200, 404, 409].contains(status)), "{answers:?}");
    assert_eq!(unsealed_differences(test), []);
}

fn what_was_written_before_a_withdrawal_is_proposed_again(test: &TestApp) {
    let contract = running(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let note = |subject: &str| {
        let shown = format!("/{contract}/act/submission?subject={subject}");
        contractor.get(&shown).expect_status(200).text_of("textarea[name=note]")
    };
    assert_eq!(note("VISIT-H1"), "");
    let withdrawn = submitted(test, &contract, 1);
    withdraw(test, "contractor", &contract, 1).expect_status(200);
    assert_eq!((note("VISIT-H1").as_str(), note("EDU-H1").as_str()), ("上半年", ""));
    // Its files need not be chosen again, and those of the withdrawn submission stay.
    let shown = contractor.get(&format!("/{contract}/act/submission?subject=VISIT-H1")).expect_status(200);
    assert!(shown.text.contains("已保留的文件") && shown.text.contains("报告.pdf"), "{}", shown.text);
    let form = shown.form(&format!("/{contract}/act/submission")).with(&[("quantity", "590")]);
    let sent = form.send(&contractor, "");
    assert_eq!(sent.status, 303, "{}", sent.text);
    let files = |sent: &Value| sent["files"].as_array().expect("a list").clone();
    let again = files(&listed(test, &contract)[0]);
    assert_eq!((again.len(), &again[0]["name"]), (1, &json!("报告.pdf")));
    let address = format!("files/{}", again[0]["id"].as_str().expect("an id"));
    assert_ne!(address, withdrawn);
    for file in [&address, &withdrawn] {
        let got = test.by("contractor").get(file);
        assert_eq!((got.status, got.bytes.as_slice()), (200, pdf("第1次".as_bytes()).as_slice()), "{file}");
    }
    assert_eq!(unsealed_differences(test), []);
}
