//! Finance decides on the reversals that finance requests and on those of what finance paid; the leader decides on the
//! others of the purchaser.

use luyue::domain::codes::{FactKind, Role};
use serde_json::{Value, json};

use crate::on_sqlite_first;
use crate::payments::setup::{advance, deputed, id_of, last, letters_of, paid, seated, shown};
use crate::registry::{column, text};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::visitor::Visitor;

on_sqlite_first! {
    another_person_of_finance_decides_on_a_wrong_voucher
    finance_decides_on_its_payment_whoever_requests
    the_leader_decides_on_other_records
    the_page_leads_to_who_decides
}

fn request(test: &TestApp, who: &str, contract: &str) -> Value {
    let body = json!({"seq": last(test, FactKind::Payment), "reason": "凭证号录错"});
    test.by(who).post(&format!("contracts/{contract}/reversals"), &body).expect_status(201)
}

fn decide(test: &TestApp, who: &str, request: &Value, name: &str) -> Reply {
    let body = json!({"reason": "凭证已核对"});
    test.by(who).post(&format!("reversals/{}/actions/{name}", id_of(request)), &body)
}

fn tasks(test: &TestApp, who: &str) -> usize {
    let kinds = column(&test.by(who).get("worklist").expect_status(200), "kind");
    kinds.iter().filter(|kind| *kind == "decide").count()
}

fn another_person_of_finance_decides_on_a_wrong_voucher(test: &TestApp) {
    let contract = advance(test);
    let payment = paid(test, &contract, "ADVANCE");
    let asked = request(test, "finance-pay", &contract);
    assert_eq!(asked["state"], "at_finance");
    assert_eq!((tasks(test, "finance-approve"), tasks(test, "justice-leader")), (1, 0));
    assert_eq!(decide(test, "justice-leader", &asked, "grant").status, 409, "finance decides");
    // Who requested it does not decide, in a second seat or by a deputy.
    seated(test, "finance-pay", "XC-FINANCE", Role::Approver);
    decide(test, "finance-pay", &asked, "grant").expect_status(403);
    deputed(test, "finance-pay", "finance-approve", Role::Approver);
    decide(test, "finance-pay", &asked, "refuse").expect_status(403);
    assert_eq!(decide(test, "finance-approve", &asked, "refuse").expect_status(200)["state"], "refused");
    assert_eq!(shown(test, &payment)["state"], "paid");
    assert!(
        letters_of(test, "change-refused").contains(&"finance-pay@luyue.test".to_owned()),
        "who requested it is told"
    );
    let again = request(test, "finance-pay", &contract);
    assert_eq!(decide(test, "finance-approve", &again, "grant").expect_status(200)["state"], "granted");
    assert_eq!(shown(test, &payment)["state"], "returned");
    assert_eq!(differences(test), []);
}

fn finance_decides_on_its_payment_whoever_requests(test: &TestApp) {
    let contract = advance(test);
    let payment = paid(test, &contract, "ADVANCE");
    let asked = request(test, "justice", &contract);
    assert_eq!(asked["state"], "at_finance");
    assert_eq!(decide(test, "justice-leader", &asked, "grant").status, 409, "finance decides");
    assert_eq!((tasks(test, "finance-approve"), tasks(test, "justice-leader")), (1, 0));
    // Neither does the cashier who recorded it decide, in a second seat.
    seated(test, "finance-pay", "XC-FINANCE", Role::Approver);
    decide(test, "finance-pay", &asked, "grant").expect_status(403);
    // The task, its email and the links of the history name the payment.
    let amount = text(&test.by("finance-approve").get(&format!("payments/{payment}")).json["amount"]).to_owned();
    let shown = Visitor::signed_in(test, "finance-approve").get("/work").expect_status(200);
    let grouped = luyue::text::money::group_thousands(&amount);
    assert!(shown.text.contains("”支付记录的申请") && shown.text.contains(&grouped), "{}", shown.text);
    let task = &test.by("finance-approve").get("worklist").expect_status(200)["items"][0];
    assert_eq!((&task["reversed"], &task["amount"]), (&json!("payment"), &json!(amount)), "{task}");
    decide(test, "finance-approve", &asked, "grant").expect_status(200);
    assert_eq!(differences(test), []);
}

fn the_leader_decides_on_other_records(test: &TestApp) {
    let contract = advance(test);
    let survey = json!({"score": "88"});
    let recorded = test.by("justice").post(&format!("contracts/{contract}/surveys"), &survey).expect_status(201);
    let history = Visitor::signed_in(test, "justice").get(&format!("/contracts/{contract}")).expect_status(200);
    let link = format!("/contracts/{contract}/act/reversal?subject={}", recorded["seq"]);
    let links = history.links_in("main");
    assert!(links.iter().any(|(to, words)| *to == link && words.contains("作废记录：满意度调查")), "{links:?}");
    let body = json!({"seq": recorded["seq"], "reason": "误录"});
    let asked = test.by("justice").post(&format!("contracts/{contract}/reversals"), &body).expect_status(201);
    assert_eq!(text(&asked["state"]), "asked");
    assert_eq!(decide(test, "finance-approve", &asked, "grant").status, 409, "the leader decides");
    assert_eq!((tasks(test, "finance-approve"), tasks(test, "justice-leader")), (0, 1));
    decide(test, "justice-leader", &asked, "grant").expect_status(200);
    assert_eq!(differences(test), []);
}

fn the_page_leads_to_who_decides(test: &TestApp) {
    let contract = advance(test);
    paid(test, &contract, "ADVANCE");
    let asked = request(test, "finance-pay", &contract);
    let grant = format!("/contracts/{contract}/act/grant?subject={}", id_of(&asked));
    let here = format!("/contracts/{contract}");
    let leader = Visitor::signed_in(test, "justice-leader");
    assert!(!leader.get(&here).attrs("a", "href").contains(&grant));
    let barred = leader.get(&grant).expect_status(200);
    assert!(barred.text.contains("由财政审批人决定") && !barred.has("#page-form"), "{}", barred.text);
    let approver = Visitor::signed_in(test, "finance-approve");
    let shown = approver.get(&here).expect_status(200);
    assert!(shown.text.contains("待财政审批") && shown.attrs("a", "href").contains(&grant), "{}", shown.text);
    let subject = id_of(&asked);
    approver.post_from(&grant, &format!("{here}/act/grant"), &[("subject", &subject)]).expect_status(303);
    assert_eq!(differences(test), []);
}
