//! A valid request for each writing operation on a contract and on what belongs to it.

use diesel::prelude::*;
use luyue::schema::emails;
use serde_json::json;

use crate::adapters::fixtures::pdf;
use crate::amendments::setup as amendments;
use crate::annexes;
use crate::evaluations::setup as evaluations;
use crate::faults::operations::{Call, Payload};
use crate::guarantees::setup::{self as guarantees, guarantee};
use crate::matrix::prepared::Prepared;
use crate::matrix::rows::Thing;
use crate::openapi::cases::{Case, case, post};
use crate::payments::interest;
use crate::payments::setup;
use crate::publications::setup::{proposal, propose};
use crate::records::setup::body;
use crate::recoveries::setup::{self as recoveries, ended};
use crate::registry::text;
use crate::support::app::TestApp;
use crate::support::mail::sign_changed;
use crate::support::programme;

/// Returns the cases.
pub fn all() -> impl Iterator<Item = Case> {
    let about = term_cases().chain(change_cases()).chain(incident_cases());
    about.chain(payment_cases()).chain(exchange_cases()).chain(settling_cases())
}

/// Cases about what is entered, agreed and decided.
fn term_cases() -> impl Iterator<Item = Case> {
    [
        case("justice", |test| {
            let id = setup::advance(test);
            test.at("2026-02-02", 9);
            post(
                format!("contracts/{id}/headcounts"),
                json!({"month": "2026-01", "clients": 118, "workers": 5, "note": "", "on": "2026-02-02"}),
            )
        }),
        case("justice", |test| {
            post(
                format!("contracts/{}/effects/extension", setup::advance(test)),
                json!({"deliverable": "VISIT-H2", "days": 5}),
            )
        }),
        case("justice", |test| {
            post("drafts", json!({"contract": programme::registered(test, "C-1"), "starts_on": "2027-01-05"}))
        }),
        case("justice", |test| {
            post("contract-templates", json!({"name": "走访", "contract": programme::registered(test, "C-1")}))
        }),
        case("justice", |test| {
            let body = json!({"name": "走访", "contract": programme::registered(test, "C-1")});
            let saved = test.by("justice").post("contract-templates", &body).expect_status(201);
            post(format!("contract-templates/{}/actions/rename", text(&saved["id"])), json!({"name": "上门走访"}))
        }),
        case("justice", |_| post("contract-templates/notice-2017-43/drafts", json!({"starts_on": "2027-01-05"}))),
        case("justice", |test| {
            let id = programme::registered(test, "C-1");
            let fields = vec![
                ("kind", "signed_text".to_owned()),
                ("title", "合同文本".to_owned()),
                ("internal", "yes".to_owned()),
            ];
            let payload = Payload::Form(fields, "files", Some(("合同.pdf", pdf("合同".as_bytes()))));
            Call { method: "POST", path: format!("contracts/{id}/annexes"), payload, if_match: None }
        }),
        case("justice", |test| {
            let id = programme::registered(test, "C-1");
            let added = annexes::add(test, "justice", &id, &[]).expect_status(201);
            post(format!("annexes/{}/actions/remove", text(&added["id"])), json!({"reason": "传错文件"}))
        }),
        case("station", |test| {
            post(
                format!("contracts/{}/surveys", setup::advance(test)),
                json!({"score": "90", "note": "", "on": "2026-01-13"}),
            )
        }),
        case("justice", |test| {
            let lines =
                json!([{"deliverable": "VISIT-H1", "no": 1, "decision": {"decision": "rejected", "note": "x"}}]);
            post(format!("contracts/{}/decisions", setup::advance(test)), json!({ "lines": lines }))
        }),
    ]
    .into_iter()
}

/// Cases about reversals, amendments and withdrawals.
fn change_cases() -> impl Iterator<Item = Case> {
    [
        case("justice", |test| {
            let (id, seq) = incident(test);
            post(format!("contracts/{id}/reversals"), json!({"seq": seq, "reason": "误录"}))
        }),
        case("justice", |test| {
            let id = amendments::running(test);
            let moved = amendments::with_due_day(amendments::terms(test, &id, "2026-01-13"), "2026-11-16");
            post(format!("contracts/{id}/amendments"), amendments::body(&moved, "schedule"))
        }),
        case("contractor", |test| {
            let id = amendments::running(test);
            let moved = amendments::with_due_day(amendments::terms(test, &id, "2026-01-13"), "2026-11-16");
            let amendment = amendments::proposed(test, &id, &amendments::body(&moved, "schedule"));
            post(format!("amendments/{amendment}/actions/consent"), json!({"reason": ""}))
        }),
        case("justice-leader", |test| {
            let (id, seq) = incident(test);
            let requested =
                test.by("justice").post(&format!("contracts/{id}/reversals"), &json!({"seq": seq, "reason": "误录"}));
            post(
                format!("reversals/{}/actions/grant", setup::id_of(&requested.expect_status(201))),
                json!({"reason": "同意"}),
            )
        }),
        case("contractor", |test| {
            let path = format!("contracts/{}/deliverables/VISIT-H1/submissions", setup::advance(test));
            test.by("contractor").upload(&path, &[("quantity", "590"), ("note", "另报")], &[]).expect_status(201);
            post(format!("{path}/1/actions/withdraw"), json!({"reason": "附件有误"}))
        }),
    ]
    .into_iter()
}

/// Cases about incidents and objections.
fn incident_cases() -> impl Iterator<Item = Case> {
    [
        case("station", |test| {
            let evidence = ("情况说明.pdf", pdf("泄露".as_bytes()));
            Call {
                method: "POST",
                path: format!("contracts/{}/incidents", setup::advance(test)),
                payload: Payload::Form(
                    vec![("id", "I-1".to_owned()), ("clause", "LEAK".to_owned())],
                    "files",
                    Some(evidence),
                ),
                if_match: None,
            }
        }),
        case("justice-leader", |test| {
            let path = format!("contracts/{}/incidents", setup::advance(test));
            let proposed = test.by("justice").post(&path, &json!({"id": "I-1", "clause": "LEAK"})).expect_status(201);
            post(format!("incidents/{}/actions/grant", setup::id_of(&proposed)), json!({"reason": "情况属实"}))
        }),
        case("contractor", |test| {
            let (id, _) = incident(test);
            post(
                format!("contracts/{id}/objections"),
                json!({"against": "breach", "subject": "LEAK/I-1", "text": "记录未外泄"}),
            )
        }),
        case("finance-approve", |test| {
            let (id, _) = incident(test);
            let raised = test.by("contractor").post(
                &format!("contracts/{id}/objections"),
                &json!({"against": "breach", "subject": "LEAK/I-1", "text": "记录未外泄"}),
            );
            post(
                format!("objections/{}/actions/uphold", setup::id_of(&raised.expect_status(201))),
                json!({"reason": "情况属实"}),
            )
        }),
    ]
    .into_iter()
}

/// Cases about payments and their interest.
fn payment_cases() -> impl Iterator<Item = Case> {
    [
        case("justice", |test| {
            let payment = setup::asked(test, &setup::advance(test), "ADVANCE", &json!({}));
            post("payments/actions/confirm", json!({"lines": [{"id": payment, "reason": "已核实"}]}))
        }),
        case("finance-pay", |_| {
            let table = "凭证号,金额,收款账号,支付日期\nZF-1,100.00,6222000011112222,2026-01-13\n";
            Call {
                method: "POST",
                path: "payments/vouchers".to_owned(),
                payload: Payload::Form(Vec::new(), "file", Some(("vouchers.csv", table.as_bytes().to_vec()))),
                if_match: None,
            }
        }),
        case("contractor", |test| {
            post(format!("contracts/{}/milestones/ADVANCE/interest", interest::late(test)), json!({"amount": "1.00"}))
        }),
        case("contractor", |test| {
            post(
                format!("contracts/{}/milestones/ADVANCE/interest/waiver", interest::late(test)),
                json!({"amount": "1.00", "reason": "协商一致"}),
            )
        }),
    ]
    .into_iter()
}

/// Cases about what the parties send to each other and publish.
fn exchange_cases() -> impl Iterator<Item = Case> {
    [
        case("contractor", |test| {
            let path = format!("contracts/{}/messages", setup::advance(test));
            post(path, json!({"about": "deliverable/VISIT-H1", "text": "请核对签到表"}))
        }),
        case("justice", |test| post(format!("contracts/{}/messages/read", setup::advance(test)), json!({}))),
        case("contractor", |test| {
            let fields =
                vec![("deliverable", "VISIT-H2".to_owned()), ("days", "5".to_owned()), ("reason", "汛期".to_owned())];
            let proof = ("停工证明.pdf", pdf("停工".as_bytes()));
            Call {
                method: "POST",
                path: format!("contracts/{}/extensions", setup::advance(test)),
                payload: Payload::Form(fields, "files", Some(proof)),
                if_match: None,
            }
        }),
        case("contractor", |test| post(format!("contracts/{}/records", setup::advance(test)), body(60))),
        case("contractor", |test| {
            let table = "服务日期,服务项目,服务地点,服务人员,服务对象代码,时长（分钟）\n2026-01-12,上门走访,鳌峰街道,林晓东,XZ-1,60\n";
            Call {
                method: "POST",
                path: format!("contracts/{}/records/import", setup::advance(test)),
                payload: Payload::Form(Vec::new(), "file", Some(("records.csv", table.as_bytes().to_vec()))),
                if_match: None,
            }
        }),
        case("station", |test| {
            let path = format!("contracts/{}/records", setup::advance(test));
            let entered = test.by("contractor").post(&path, &body(60)).expect_status(201);
            post(format!("records/{}/actions/confirm", text(&entered["ids"][0])), json!({"reason": ""}))
        }),
        case("justice", |test| {
            let id = setup::advance(test);
            post(format!("contracts/{id}/publications"), proposal())
        }),
        case("justice-leader", |test| {
            let id = setup::advance(test);
            let proposed = propose(test, "justice", &id, &proposal());
            let publication = setup::id_of(&proposed.expect_status(201));
            post(format!("publications/{publication}/actions/grant"), json!({"reason": ""}))
        }),
    ]
    .into_iter()
}

/// Cases about guarantees, recoveries and evaluations.
fn settling_cases() -> impl Iterator<Item = Case> {
    [
        case("justice", |test| post(format!("contracts/{}/guarantees", setup::advance(test)), guarantee(&[]))),
        case("justice", |test| {
            let id = setup::advance(test);
            let claim = json!({"amount": "1.00", "purpose": "damages", "reason": "未按约定提供服务"});
            post(format!("guarantees/{}/actions/claim", guarantees::recorded(test, &id, &[])), claim)
        }),
        case("justice", |test| post(format!("contracts/{}/recoveries", ended(test)), recoveries::demand("1.00"))),
        case("finance-pay", |test| {
            post(format!("contracts/{}/recoveries/receipts", ended(test)), recoveries::receipt("1.00", "SK-1"))
        }),
        case("justice", |test| {
            post(format!("contracts/{}/recoveries/write-offs", ended(test)), recoveries::write_off("1.00"))
        }),
        case("finance-approve", |test| {
            let proposed =
                recoveries::send(test, "justice", &ended(test), "write-offs", &recoveries::write_off("1.00"));
            post(format!("recoveries/{}/actions/grant", setup::id_of(&proposed.expect_status(201))), json!({}))
        }),
        case("justice", |test| {
            let id = setup::advance(test);
            let period = json!({"from": "2026-01-05", "to": "2026-01-31", "assess_by": "2026-01-31"});
            post(format!("contracts/{id}/evaluations"), period)
        }),
        case("contractor", |test| {
            let evaluation = evaluations::opened(test, &setup::advance(test));
            post(
                format!("evaluations/{evaluation}/actions/assess"),
                json!({"text": "已按约定完成", "scores": {}, "adjustments": {}, "reason": "", "seen": 1}),
            )
        }),
        case("admin", |test| {
            let place = Prepared::new(test);
            let dead = diesel::update(emails::table).set(emails::state.eq("dead"));
            dead.execute(&mut *test.app.pool.get().expect("a connection")).expect("the email is given up");
            sign_changed(test);
            post(format!("emails/{}/actions/retry", place.id(Thing::Letter)), json!({"reason": ""}))
        }),
    ]
    .into_iter()
}

/// A contract with an incident, and the number of that fact.
fn incident(test: &TestApp) -> (String, i64) {
    let id = setup::advance(test);
    let seq = setup::incident(test, &id, &json!({"id": "I-1", "clause": "LEAK", "note": ""}));
    (id, seq)
}
