//! A valid request for each writing operation. Those of the table of faults are used as they are; the rest are here.

use diesel::prelude::*;
use luyue::schema::emails;
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::amendments::setup as amendments;
use crate::annexes;
use crate::evaluations::setup as evaluations;
use crate::faults::operations::{Call, OPERATIONS, Payload};
use crate::guarantees::setup::{self as guarantees, guarantee};
use crate::identity::totp::code;
use crate::ledger::yearly_shares::over_two_years;
use crate::matrix::prepared::Prepared;
use crate::matrix::rows::{
    BY_ACCOUNTANT, Thing, approval_chain, approval_rule, loan_rate, purchase_plan, statute_setting, suspension,
    template, yearly_share,
};
use crate::openapi::field_cases;
use crate::payments::interest;
use crate::payments::setup;
use crate::publications::setup::{proposal, propose};
use crate::records::setup::body;
use crate::recoveries::setup::{self as recoveries, ended};
use crate::registry::{added, person, text};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::mail;
use crate::support::mail::sign_changed;
use crate::support::programme;

const PASSWORD: &str = "水阳江-敬亭山-2026";

/// A request that succeeds.
pub struct Case {
    /// User name of the caller; `None` for an operation without one.
    pub who: Option<&'static str>,
    /// Brings the database and the clock to where the request succeeds.
    pub prepare: fn(&TestApp) -> Call,
}

pub(super) const fn case(who: &'static str, prepare: fn(&TestApp) -> Call) -> Case {
    Case { who: Some(who), prepare }
}

/// Returns every case.
pub fn all() -> Vec<Case> {
    let faults = OPERATIONS.iter().map(|operation| case(operation.who, operation.prepare));
    faults.chain(field_cases::all()).chain(contract_cases()).chain(register_cases()).chain(person_cases()).collect()
}

fn send(method: &'static str, path: String, body: Value) -> Call {
    Call { method, path, payload: Payload::Json(body), if_match: None }
}

pub(super) fn post(path: impl Into<String>, body: Value) -> Call {
    send("POST", path.into(), body)
}

fn contract_cases() -> impl Iterator<Item = Case> {
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
            let lines = json!([{"deliverable": "VISIT-H1", "no": 1, "decision": {"decision": "rejected", "note": "x"}}]);
            post(format!("contracts/{}/decisions", setup::advance(test)), json!({ "lines": lines }))
        }),
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
            let proposed = recoveries::send(test, "justice", &ended(test), "write-offs", &recoveries::write_off("1.00"));
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

fn register_cases() -> impl Iterator<Item = Case> {
    [
        case("justice", |test| {
            let money = programme::appropriation(test, "10.00");
            post("purchase-plans", purchase_plan(&money, ("采购计划〔2026〕9号", "1.00")))
        }),
        case("justice", |test| {
            let body = purchase_plan(&programme::appropriation(test, "10.00"), ("采购计划〔2026〕9号", "1.00"));
            let id = setup::id_of(&test.by("justice").post("purchase-plans", &body).expect_status(201));
            post(format!("purchase-plans/{id}/actions/cancel"), json!({}))
        }),
        case("justice", |test| {
            setup::advance(test);
            post("suspensions", suspension(setup::NUMBER, "force_majeure", "2026-01-12"))
        }),
        case("justice-leader", |test| {
            setup::advance(test);
            let body = suspension(setup::NUMBER, "force_majeure", "2026-01-12");
            let id = setup::id_of(&test.by("justice").post("suspensions", &body).expect_status(201));
            post(format!("suspensions/{id}/actions/approve"), json!({}))
        }),
        case("admin", |_| post("loan-rates", loan_rate("2026-01-01", "0.029"))),
        case("finance-approve", |test| {
            let body = loan_rate("2026-01-01", "0.029");
            let id = setup::id_of(&test.by("admin").post("loan-rates", &body).expect_status(201));
            post(format!("loan-rates/{id}/actions/approve"), json!({}))
        }),
        case("finance-review", |test| {
            let (contract, later) = over_two_years(test);
            post("yearly-shares", yearly_share(&contract, &later))
        }),
        case("finance-review", |_| post("approval-rules", approval_rule("200000.00", 2, "2026-02-01"))),
        case("finance-approve", |test| {
            let body = approval_rule("200000.00", 2, "2026-02-01");
            let id = setup::id_of(&test.by("finance-review").post("approval-rules", &body).expect_status(201));
            post(format!("approval-rules/{id}/actions/approve"), json!({}))
        }),
        case("finance-review", |_| post("approval-chains", approval_chain(BY_ACCOUNTANT, "2026-02-01"))),
        case("finance-approve", |test| {
            let body = approval_chain(BY_ACCOUNTANT, "2026-02-01");
            let id = setup::id_of(&test.by("finance-review").post("approval-chains", &body).expect_status(201));
            post(format!("approval-chains/{id}/actions/approve"), json!({}))
        }),
        case("admin", |_| post("regions", json!({"code": "341802", "name": "宣州区", "parent": "341800"}))),
        case("admin", |_| {
            let bureau = json!({"code": "XZ-JUSTICE", "name": "某司法局", "function": "justice", "region": "341800"});
            post("organisations", bureau)
        }),
        case("admin", |_| post("services", json!({"code": "VISIT", "name": "走访", "unit": "次"}))),
        case("admin", |_| {
            let contractor =
                json!({"credit_code": "914403001922038216", "name": "安徽 Hope 心理咨询", "kind": "company", "sme": true});
            post("contractors", contractor)
        }),
        case("contractor", |_| post(format!("contractors/{CONTRACTOR}/accounts"), account_input())),
        case("finance-review", |test| {
            let proposed = test.by("contractor").post(&format!("contractors/{CONTRACTOR}/accounts"), &account_input());
            post(format!("accounts/{}/actions/approve", setup::id_of(&proposed.expect_status(201))), json!({}))
        }),
        case("admin", |_| post("calendar/check", calendar())),
        case("admin", |_| post("statute-settings", statute_setting(("five-terms", None), "2027-01-01"))),
        case("finance-approve", |test| {
            let body = statute_setting(("five-terms", None), "2027-01-01");
            let id = setup::id_of(&test.by("admin").post("statute-settings", &body).expect_status(201));
            post(format!("statute-settings/{id}/actions/approve"), json!({}))
        }),
        case("admin", |_| post("calendar-imports", calendar())),
        case("finance-approve", |test| {
            let proposed = test.by("admin").post("calendar-imports", &calendar()).expect_status(201);
            post(format!("calendar-imports/{}/actions/approve", setup::id_of(&proposed)), json!({}))
        }),
    ]
    .into_iter()
}

fn account_input() -> Value {
    json!({"name": "户名", "bank": "徽商银行", "number": "6222000011114444"})
}

fn calendar() -> Value {
    let off = [
        "01-01", "02-05", "02-08", "02-09", "02-10", "02-11", "02-12", "04-05", "05-03", "05-04", "06-09", "10-01",
        "10-04", "10-05", "10-06", "10-07",
    ];
    let off: Vec<String> = off.iter().map(|day| format!("2027-{day}")).collect();
    json!({"year": 2027, "notice": "国务院办公厅关于2027年部分节假日安排的通知", "holidays": off,
        "workdays": ["2027-02-20"], "version": 0})
}

/// A person with a one-time link; their identifier and the link.
fn linked(test: &TestApp) -> (String, String) {
    let id = added(test, "wang.fang", "officer", "XC-JUSTICE");
    test.by("admin").post(&format!("people/{id}/actions/link"), &json!({})).expect_status(200);
    let link = mail::link_to(test, "wang.fang");
    (id, link)
}

/// A person with a password.
fn with_password(test: &TestApp) {
    let (_, link) = linked(test);
    assert_eq!(test.nobody().post("passwords", &json!({"link": link, "password": PASSWORD})).status, 204);
}

/// A person with a password and the secret of one-time codes that are not confirmed yet.
fn with_secret(test: &TestApp) -> String {
    with_password(test);
    text(&test.by("wang.fang").post("me/totp", &json!({})).expect_status(201)["secret"])
}

fn person_cases() -> impl Iterator<Item = Case> {
    [
        Case {
            who: None,
            prepare: |test| {
                with_password(test);
                post("session", json!({"username": "wang.fang", "password": PASSWORD}))
            },
        },
        Case { who: None, prepare: |test| post("passwords", json!({"link": linked(test).1, "password": PASSWORD})) },
        case("admin", |_| post("mail-templates/payment-paid", template())),
        case("admin", |_| post("mail-templates/payment-paid/preview", template())),
        case("admin", |_| post("mail-templates/payment-paid/restore", json!({}))),
        case("justice", |test| {
            setup::advance(test);
            post("notices/read", json!({"ids": ["no-such-notice"]}))
        }),
        case("justice", |_| {
            post("notices/choices", json!({"ways": {"payments": "daily"}, "digest_hour": 17, "quiet": true}))
        }),
        case("wang.fang", |test| {
            with_password(test);
            post("me/totp", json!({}))
        }),
        case("wang.fang", |test| {
            let secret = with_secret(test);
            post("me/totp/confirm", json!({"code": code(test, &secret)}))
        }),
        case("wang.fang", |test| {
            let secret = with_secret(test);
            let confirmed = test.by("wang.fang").post("me/totp/confirm", &json!({"code": code(test, &secret)}));
            assert_eq!(confirmed.status, 200);
            test.app.clock.set(test.now() + chrono::TimeDelta::seconds(60));
            send("DELETE", "me/totp".to_owned(), json!({"password": PASSWORD, "code": code(test, &secret)}))
        }),
        case("wang.fang", |test| {
            let secret = with_secret(test);
            let confirmed = test.by("wang.fang").post("me/totp/confirm", &json!({"code": code(test, &secret)}));
            let code = text(&confirmed.expect_status(200)["recovery_codes"][0]);
            post("me/totp/recovery-codes", json!({"password": PASSWORD, "code": code}))
        }),
        case("admin", |_| post("people", person("wang.fang", "officer", "XC-JUSTICE"))),
        case("admin", |test| post(format!("people/{}/actions/link", linked(test).0), json!({}))),
        case("admin", |test| {
            let id = linked(test).0;
            post(format!("people/{id}/seats"), json!({"organisation": "XC-JUSTICE", "role": "leader"}))
        }),
        case("admin", |test| {
            let path = format!("people/{}/seats", linked(test).0);
            send("DELETE", path, json!({"organisation": "XC-JUSTICE", "role": "officer"}))
        }),
        case("justice", |_| post("delegations", delegation_input())),
        case("justice", |test| {
            let given = test.by("justice").post("delegations", &delegation_input()).expect_status(201);
            send("DELETE", format!("delegations/{}", setup::id_of(&given)), json!({}))
        }),
    ]
    .into_iter()
}

fn delegation_input() -> Value {
    json!({"organisation": "XC-JUSTICE", "role": "officer", "deputy": "justice-2", "until_on": "2026-01-31"})
}
