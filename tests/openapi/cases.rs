//! A valid request for each writing operation. Those of the table of faults are used as they are; the rest are here.

use serde_json::{Value, json};

use crate::faults::operations::{Call, OPERATIONS, Payload};
use crate::identity::saved_views::{self, saved_view};
use crate::identity::totp::code;
use crate::imports::setup::drafted;
use crate::ledger::yearly_shares::over_two_years;
use crate::matrix::rows::{
    BY_ACCOUNTANT, approval_chain, approval_rule, loan_rate, purchase_plan, statute_setting, suspension, template,
    yearly_share,
};
use crate::openapi::contract_cases;
use crate::openapi::field_cases;
use crate::payments::setup;
use crate::registry::{added, person, text};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::mail;
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
    faults
        .chain(field_cases::all())
        .chain(contract_cases::all())
        .chain(register_cases())
        .chain(person_cases())
        .collect()
}

fn send(method: &'static str, path: String, body: Value) -> Call {
    Call { method, path, payload: Payload::Json(body), if_match: None }
}

pub(super) fn post(path: impl Into<String>, body: Value) -> Call {
    send("POST", path.into(), body)
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
        case("justice", |_| send_ledger("ledger-imports/check")),
        case("justice", |_| send_ledger("ledger-imports")),
        case("finance-approve", |test| {
            let proposed = test.by("justice").upload_as("file", "ledger-imports", &[], &[("台账.xlsx", &drafted())]);
            post(format!("ledger-imports/{}/actions/approve", setup::id_of(&proposed.expect_status(201))), json!({}))
        }),
        case("admin", |_| post("calendar-imports", calendar())),
        case("finance-approve", |test| {
            let proposed = test.by("admin").post("calendar-imports", &calendar()).expect_status(201);
            post(format!("calendar-imports/{}/actions/approve", setup::id_of(&proposed)), json!({}))
        }),
    ]
    .into_iter()
}

fn send_ledger(path: &str) -> Call {
    let payload = Payload::Form(Vec::new(), "file", Some(("台账.xlsx", drafted())));
    Call { method: "POST", path: path.to_owned(), payload, if_match: None }
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
        case("justice", |_| post("saved-views", saved_view(("work", "付款"), json!({"topic": "payments"})))),
        case("justice", |test| {
            let id = saved_views::added(test, "justice", ("work", "付款"), json!({"topic": "payments"}));
            post(format!("saved-views/{id}/actions/rename"), json!({"name": "付款事项"}))
        }),
        case("justice", |test| {
            let id = saved_views::added(test, "justice", ("work", "付款"), json!({"topic": "payments"}));
            send("DELETE", format!("saved-views/{id}"), json!({}))
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
