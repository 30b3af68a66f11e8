//! Rights in the registers: every role is tried on every route.

use serde_json::{Value, json};

use crate::coordination::demand;
use crate::identity::saved_views::saved_view;
use crate::matrix::rows::{
    approval_chain, approval_rule, budget_change, loan_rate, purchase_plan, suspension, yearly_share,
};
use crate::on_both_engines;
use crate::registry::{appropriation, person};
use crate::support::app::{CONTRACTOR, PEOPLE, TestApp};
use crate::work_stations::{funds, group, work_station};
use crate::workers::worker;

on_both_engines! { every_role_is_tried_on_every_route }

const BUREAUS: &[&str] = &["justice", "justice-leader", "finance-review", "finance-approve", "finance-pay", "audit"];
const EVERYBODY: &[&str] = &[
    "justice",
    "justice-leader",
    "station",
    "finance-review",
    "finance-approve",
    "finance-pay",
    "contractor",
    "audit",
    "admin",
];
const ADMIN: &[&str] = &["admin"];
const LEDGER: &[&str] = &["finance-review", "finance-approve", "finance-pay", "audit"];

fn every_role_is_tried_on_every_route(test: &TestApp) {
    let body = json!({});
    let account = json!({"name": "户名", "bank": "银行", "number": "62220000"});
    let and = |some: &[&'static str], more: &[&'static str]| [some, more].concat();
    let calls: Vec<(&str, &str, Value, Vec<&str>)> = vec![
        ("GET", "regions", body.clone(), EVERYBODY.to_vec()),
        ("GET", "organisations", body.clone(), EVERYBODY.to_vec()),
        ("GET", "services", body.clone(), EVERYBODY.to_vec()),
        ("GET", "me", body.clone(), EVERYBODY.to_vec()),
        ("GET", "delegations", body.clone(), EVERYBODY.to_vec()),
        ("GET", "mail-templates", body.clone(), ADMIN.to_vec()),
        ("GET", "notices", body.clone(), EVERYBODY.to_vec()),
        ("GET", "notices/choices", body.clone(), EVERYBODY.to_vec()),
        ("POST", "notices/choices", json!({"digest_hour": 99, "quiet": true}), EVERYBODY.to_vec()),
        ("GET", "saved-views", body.clone(), EVERYBODY.to_vec()),
        ("GET", "saved-views?list=ledger", body.clone(), LEDGER.to_vec()),
        ("POST", "saved-views", saved_view(("ledger", ""), json!({})), LEDGER.to_vec()),
        ("GET", "contractors", body.clone(), and(BUREAUS, &["station", "admin"])),
        ("GET", "contractors/52341800MJA000018A", body.clone(), EVERYBODY.to_vec()),
        ("GET", "appropriations", body.clone(), BUREAUS.to_vec()),
        ("GET", "ledger", body.clone(), LEDGER.to_vec()),
        ("GET", "people", body.clone(), ADMIN.to_vec()),
        ("GET", "own-organisations", body.clone(), vec!["contractor"]),
        ("GET", "accounts", body.clone(), vec!["finance-review"]),
        ("POST", "regions", json!({"code": "", "name": ""}), ADMIN.to_vec()),
        ("POST", "organisations", json!({"code": "", "name": "", "function": "other"}), ADMIN.to_vec()),
        ("POST", "contractors", json!({"credit_code": "", "name": "", "kind": "company", "sme": true}), ADMIN.to_vec()),
        ("POST", "services", json!({"code": "", "name": "", "unit": ""}), ADMIN.to_vec()),
        ("POST", "people", person("", "officer", "XC-JUSTICE"), ADMIN.to_vec()),
        ("POST", "people/nobody/actions/disable", body.clone(), ADMIN.to_vec()),
        ("POST", "people/nobody/seats", json!({"organisation": "XC-JUSTICE", "role": "officer"}), ADMIN.to_vec()),
        ("POST", "appropriations", appropriation("NOWHERE", "1.00"), vec!["finance-review"]),
        ("POST", "appropriations/nothing/actions/approve", body.clone(), vec!["finance-approve"]),
        ("GET", "approval-rules", body.clone(), vec!["finance-review", "finance-approve", "finance-pay"]),
        ("POST", "approval-rules", approval_rule("1.00", 0, "2026-02-01"), vec!["finance-review"]),
        ("POST", "approval-rules/nothing/actions/approve", body.clone(), vec!["finance-approve"]),
        ("GET", "approval-chains", body.clone(), BUREAUS[..5].to_vec()),
        ("POST", "approval-chains", approval_chain(&[], "2026-02-01"), vec!["justice", "finance-review"]),
        ("POST", "approval-chains/nothing/actions/approve", body.clone(), vec!["justice-leader", "finance-approve"]),
        ("GET", "purchase-plans", body.clone(), BUREAUS.to_vec()),
        ("POST", "purchase-plans", purchase_plan("nothing", ("", "1.00")), vec!["justice"]),
        ("GET", "loan-rates", body.clone(), vec!["finance-review", "finance-approve", "finance-pay", "audit", "admin"]),
        ("POST", "loan-rates", loan_rate("2026-01-01", "0.00001"), ADMIN.to_vec()),
        ("POST", "loan-rates/nothing/actions/approve", body.clone(), vec!["finance-approve"]),
        ("POST", "suspensions", suspension("nothing", "resumption", "2026-01-05"), vec!["justice"]),
        ("GET", "matters", body.clone(), and(BUREAUS, &["station", "contractor"])),
        ("POST", "matters", demand(""), vec!["justice", "station"]),
        ("POST", "matters", json!({"kind": "minutes", "title": "", "text": ""}), vec!["justice"]),
        ("GET", "work-stations", body.clone(), and(BUREAUS, &["station"])),
        ("POST", "work-stations", work_station(""), vec!["justice", "station"]),
        ("POST", "work-stations/nothing/actions/close", body.clone(), vec!["justice", "station"]),
        ("GET", "station-funds", body.clone(), and(BUREAUS, &["station"])),
        ("POST", "station-funds", funds("", "1.00"), vec!["justice"]),
        ("GET", "correction-groups", body.clone(), vec!["justice", "justice-leader", "station", "audit"]),
        ("POST", "correction-groups", group(""), vec!["justice", "station"]),
        ("POST", "correction-groups/nothing/actions/dissolve", body.clone(), vec!["justice", "station"]),
        ("GET", "workers", body.clone(), and(BUREAUS, &["contractor"])),
        ("POST", "workers", worker("nothing", "周雯"), vec!["contractor"]),
        ("GET", "yearly-shares", body.clone(), BUREAUS.to_vec()),
        ("POST", "yearly-shares", yearly_share("nothing", "nothing"), vec!["finance-review"]),
        ("POST", "purchase-plans/nothing/actions/cancel", body.clone(), vec!["justice"]),
        ("GET", "budget-changes", body.clone(), BUREAUS.to_vec()),
        ("POST", "budget-changes", budget_change(("nothing", "nothing"), "1.00"), vec!["finance-review"]),
        ("POST", "budget-changes/nothing/actions/approve", body.clone(), vec!["finance-approve"]),
        ("POST", "accounts/nothing/actions/approve", body.clone(), vec!["finance-review"]),
        ("POST", "contractors/91440300MA5ABCDEFG/accounts", account, vec!["contractor"]),
    ];
    for (method, path, body, may) in calls {
        assert_eq!(test.nobody().send(method, &format!("/api/v1/{path}"), None, b"{}").status, 401, "{method} {path}");
        for (username, ..) in PEOPLE.iter().filter(|(name, ..)| EVERYBODY.contains(name)) {
            let reply = match method {
                "GET" => test.by(username).get(path),
                _ => test.by(username).post(path, &body),
            };
            // A permitted user gets an answer or learns what is wrong with the request; all others learn only that they
            // are not permitted.
            let expected: &[u16] = match (may.contains(username), method) {
                (false, _) => &[403],
                (true, "GET") => &[200],
                (true, _) => &[404, 422],
            };
            assert!(expected.contains(&reply.status), "{username}: {method} {path} {}", reply.status);
        }
    }
    assert_eq!(test.by("contractor-2").get(&format!("contractors/{CONTRACTOR}")).status, 404);
}
