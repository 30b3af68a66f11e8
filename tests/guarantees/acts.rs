//! Recording, claiming and returning guarantees: limits, rights, separation of duties, tasks and the settlement.

use luyue::domain::codes::Role;
use serde_json::{Value, json};

use crate::guarantees::setup::{act, guarantee, listed, record, recorded};
use crate::payments::setup::{advance, deputed, id_of, letters_of, seated};
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

/// The fields that differ, and what their refusal names.
type Refused<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

on_both_engines! {
    guarantees_are_within_a_tenth_and_never_cash
}

on_sqlite_first! {
    a_claim_is_proposed_and_decided_by_two
    one_that_ends_before_the_service_is_confirmed
}

fn guarantees_are_within_a_tenth_and_never_cash(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    assert_eq!(record(test, "justice", &id, &guarantee(&[])).status, 409, "a draft may still change its amount");
    let step = |who: &str, name: &str, body: &Value| {
        test.by(who).post(&format!("contracts/{id}/actions/{name}"), body).expect_status(200)
    };
    step("justice", "submit", &json!({}));
    for (who, status) in [("justice-leader", 403), ("contractor", 403), ("finance-review", 403), ("other-justice", 404)]
    {
        assert_eq!(record(test, who, &id, &guarantee(&[])).status, status, "{who}");
    }
    let refused: [Refused<'_>; 9] = [
        (&[("kind", "cash")], "bond-10pct", "kind"),
        // 定金 beside penalties (statute penalty-or-deposit).
        (&[("kind", "deposit")], "bond-10pct", "kind"),
        (&[("amount", "46800.01")], "bond-10pct", "amount"),
        (&[("amount", "0.00")], "guarantee", "amount"),
        (&[("issuer", " ")], "guarantee", "issuer"),
        (&[("number", " ")], "length", "number"),
        (&[("valid_from", "2027-04-01")], "guarantee", "valid_until"),
        (&[("valid_from", "2025-01-01"), ("valid_until", "2025-12-31")], "guarantee", "valid_until"),
        (&[("return_on", "2026-01-04")], "guarantee", "return_on"),
    ];
    for (fields, rule, path) in refused {
        let refused = record(test, "justice", &id, &guarantee(fields)).expect_status(422);
        assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!(rule), &json!(path)), "{fields:?}");
    }
    // A tenth of 468,000.00, to the fen, and before the contract is active.
    let first = recorded(test, &id, &[("amount", "46000.00"), ("valid_until", "2026-06-30")]);
    let second = [("amount", "800.00"), ("number", "BH-2"), ("valid_from", "2026-06-30")];
    recorded(test, &id, &second);
    let third = [("amount", "0.01"), ("number", "BH-3"), ("valid_from", "2026-03-01")];
    let refused = record(test, "justice", &id, &guarantee(&third)).expect_status(422);
    assert_eq!(refused["rule"], "bond-10pct", "both are valid on 30 June");
    let renewed = [("amount", "46000.00"), ("number", "BH-4"), ("valid_from", "2026-07-01"), ("kind", "insurance")];
    recorded(test, &id, &renewed);
    for number in ["BH-2026-001", "bh－2026－001", " BH—2026 -001"] {
        let fields = [("number", number), ("issuer", "中国银行 宣城分行"), ("amount", "1.00")];
        let known = record(test, "justice", &id, &guarantee(&fields)).expect_status(409);
        assert_eq!(known["conflict"]["contract"], id.as_str(), "{number}");
    }
    // The branch of the bank, with the number that stands under the bank: a question, with the way to the other.
    let branch = [("number", "BH－2"), ("issuer", "中国银行股份有限公司"), ("amount", "1.00")];
    let asked = record(test, "justice", &id, &guarantee(&branch)).expect_status(409);
    let address = asked["conflict"]["address"].as_str().unwrap_or_default();
    assert!(address.contains("#guarantee-") && asked["conflict"]["repeatable"] == true, "{asked}");
    let mut confirmed = guarantee(&branch);
    confirmed["another"] = json!(true);
    for (name, day) in [("valid_from", "2027-04-01"), ("valid_until", "2027-06-30"), ("return_on", "2027-06-30")] {
        confirmed[name] = json!(day);
    }
    record(test, "justice", &id, &confirmed).expect_status(201);
    record(test, "justice", &id, &confirmed).expect_status(409);
    let shown: Vec<Value> = listed(test, &id).iter().map(|one| one["outstanding"].clone()).collect();
    assert_eq!(shown, ["46000.00", "800.00", "46000.00", "1.00"]);

    // A contract is not withdrawn while a guarantee is held.
    step("finance-review", "return", &json!({"reason": "条款有误"}));
    let withdraw =
        || test.by("justice").post(&format!("contracts/{id}/actions/withdraw"), &json!({"reason": "不再采购"}));
    assert_eq!(withdraw().expect_status(422)["rule"], "withdraw");
    let refused = act(test, "justice", &first, "return", &json!({})).expect_status(422);
    assert_eq!(refused["rule"], "reason", "it is before the day of return");
    for one in listed(test, &id) {
        act(test, "justice", &id_of(&one), "return", &json!({"reason": "合同撤回"})).expect_status(200);
    }
    assert_eq!(act(test, "justice", &first, "return", &json!({"reason": "合同撤回"})).status, 409);
    assert_eq!(withdraw().status, 200);
    assert_eq!(unsealed_differences(test), []);
}

fn one_that_ends_before_the_service_is_confirmed(test: &TestApp) {
    let id = advance(test);
    let mut short = guarantee(&[("valid_until", "2026-12-30")]);
    short["confirmed"] = json!(false);
    let refused = record(test, "justice", &id, &short).expect_status(422);
    let path = &refused["errors"][0]["path"];
    assert_eq!((&refused["rule"], path), (&json!("unconfirmed"), &json!("valid_until")));
    short["valid_until"] = json!("2026-12-31");
    record(test, "justice", &id, &short).expect_status(201);

    let officer = Visitor::signed_in(test, "justice");
    let act = format!("/contracts/{id}/act/guarantee");
    let fields = [
        ("kind", "surety_guarantee"),
        ("amount", "100.00"),
        ("issuer", "宣城市融资担保公司"),
        ("number", "DB-2"),
        ("valid_from", "2026-01-05"),
        ("valid_until", "2026-11-01"),
        ("return_on", "2027-02-26"),
    ];
    let asked = officer.get(&act).form(&act).with(&fields).send(&officer, "").expect_status(422);
    let fault = asked.text_of("[id=valid_until-error]");
    assert!(fault.contains("2026-11-01") && fault.contains("2026-12-31"), "{fault}");
    assert_eq!(listed(test, &id).len(), 1, "nothing is recorded unconfirmed");
    asked.form(&act).with(&[("confirmed", "true")]).send(&officer, "").expect_status(303);
    // The return says what it ends.
    let held = listed(test, &id)[1]["id"].as_str().expect("an id").to_owned();
    let page = officer.get(&format!("{act}-return?subject={held}")).expect_status(200);
    assert!(page.text.contains("100.00 → 0.00"), "{}", page.text);
}

fn a_claim_is_proposed_and_decided_by_two(test: &TestApp) {
    let id = advance(test);
    let held = recorded(test, &id, &[("valid_until", "2026-02-27"), ("return_on", "2027-01-29")]);
    let both = ["renew_guarantee \"2026-02-27\"", "return_guarantee \"2027-01-29\""];
    assert_eq!(tasks(test, &held, "justice"), both, "it expires before the contract ends");
    claims_are_decided_by_another(test, (&id, &held));

    let sheet = || test.by("audit").get(&format!("contracts/{id}/settlement")).expect_status(200);
    let is_open = |sheet: &Value| {
        let open = sheet["open"].as_array().expect("a list").iter();
        open.filter(|thing| thing["kind"] == "guarantee" && thing["subject"] == held.as_str()).count()
    };
    let settled = sheet();
    assert_eq!((&settled["guarantees"], is_open(&settled)), (&json!("30000.00"), 1));
    let end = |who: &str, name: &str| {
        test.by(who).post(&format!("contracts/{id}/actions/{name}"), &json!({"reason": "停止服务"}))
    };
    end("justice-leader", "terminate").expect_status(200);
    end("finance-review", "consent").expect_status(200);
    let refused = end("finance-review", "close").expect_status(422);
    let path = format!("open.guarantee.{held}");
    assert!(refused["errors"].as_array().is_some_and(|all| all.iter().any(|one| one["path"] == path)), "{refused}");
    assert_eq!(tasks(test, &held, "justice"), [both[1]], "nothing is renewed after the end");

    test.at("2026-02-28", 9);
    let late = act(test, "justice", &held, "claim", &claim_of("1.00")).expect_status(422);
    assert_eq!(late["rule"], "guarantee", "it has expired");
    let day = |on: &str| json!({"on": on, "reason": "合同终止"});
    for on in ["2026-03-01", "2026-01-04"] {
        let refused = act(test, "justice", &held, "return", &day(on)).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], "on", "{on}");
    }
    act(test, "justice", &held, "return", &day("2026-02-27")).expect_status(200);
    let settled = sheet();
    assert_eq!((&settled["guarantees"], is_open(&settled)), (&json!("0.00"), 0));
    assert_eq!(tasks(test, &held, "justice"), Vec::<String>::new());
    assert_eq!(unsealed_differences(test), []);
}

/// Returns the tasks of a person about a guarantee, each with its due day.
fn tasks(test: &TestApp, held: &str, who: &str) -> Vec<String> {
    let list = test.by(who).get("worklist").expect_status(200);
    let own = list["items"].as_array().expect("a list").iter().filter(|task| task["subject"] == held);
    own.map(|task| format!("{} {}", task["kind"].as_str().unwrap_or_default(), task["due_on"])).collect()
}

fn claim_of(amount: &str) -> Value {
    json!({"amount": amount, "reason": "未按约定提供服务"})
}

fn claims_are_decided_by_another(test: &TestApp, (id, held): (&str, &str)) {
    for (refused, path) in [("40000.01", "amount"), ("0.00", "amount")] {
        let refused = act(test, "justice", held, "claim", &claim_of(refused)).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path);
    }
    assert_eq!(act(test, "justice", held, "claim", &json!({"amount": "1.00"})).expect_status(422)["rule"], "reason");
    let recovery = json!({"amount": "1.00", "reason": "追缴", "purpose": "recovery"});
    act(test, "justice", held, "claim", &recovery).expect_status(422);
    for (who, status) in [("justice-leader", 403), ("contractor", 403), ("other-justice", 404)] {
        assert_eq!(act(test, who, held, "claim", &claim_of("1.00")).status, status, "{who}");
    }
    assert_eq!(act(test, "justice-leader", held, "grant", &json!({})).status, 409, "nothing was proposed");
    act(test, "justice", held, "claim", &claim_of("10000.00")).expect_status(200);
    assert_eq!(tasks(test, held, "justice-leader"), ["decide_claim \"2026-01-20\""]);
    // The officer who proposed also gets the leader's role, and a deputy in it.
    seated(test, "justice", "XC-JUSTICE", Role::Leader);
    deputed(test, "justice-2", "justice", Role::Leader);
    for who in ["justice", "justice-2"] {
        let refused = act(test, who, held, "grant", &json!({})).expect_status(403);
        assert_eq!(refused["type"], "/problems/self-approval", "{who}");
    }
    let returned = json!({"reason": "提前退还"});
    assert_eq!(act(test, "justice", held, "return", &returned).status, 409, "a claim is open");
    let again = act(test, "justice", held, "claim", &claim_of("1.00")).expect_status(409);
    assert_eq!(again["conflict"]["address"], format!("/contracts/{id}#guarantee-{held}"), "one claim at a time");
    assert_eq!(act(test, "justice-leader", held, "refuse", &json!({})).expect_status(422)["rule"], "reason");
    act(test, "justice-leader", held, "grant", &json!({})).expect_status(200);
    act(test, "justice", held, "claim", &claim_of("30000.01")).expect_status(422);
    act(test, "justice", held, "claim", &claim_of("30000.00")).expect_status(200);
    act(test, "justice-leader", held, "refuse", &json!({"reason": "证据不足"})).expect_status(200);
    let shown = &listed(test, id)[0];
    assert_eq!((&shown["outstanding"], &shown["claims"][1]["state"]), (&json!("30000.00"), &json!("refused")));
}

#[test]
fn an_expiring_guarantee_is_reminded_of_until_another_follows_it() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    recorded(&test, &id, &[("valid_until", "2026-02-27")]);
    test.at("2026-02-24", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert!(letters_of(&test, "due-3").contains(&"justice@luyue.test".to_owned()));
    let kinds = || {
        let list = test.by("justice").get("worklist").expect_status(200);
        let kinds = list["items"].as_array().expect("a list").iter().filter_map(|task| task["kind"].as_str());
        kinds.filter(|kind| kind.ends_with("_guarantee")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(kinds(), ["renew_guarantee", "return_guarantee"]);
    recorded(&test, &id, &[("number", "BH-2"), ("valid_from", "2026-02-28")]);
    assert_eq!(kinds(), ["return_guarantee", "return_guarantee"]);
}

#[test]
fn pages_lead_from_recording_to_the_return() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    let contract = format!("/contracts/{id}");
    let form_of = |visitor: &Visitor<'_>, act: &str| {
        let link = visitor.get(&contract).expect_status(200).dom_link(&format!("{contract}/act/{act}"));
        visitor.get(&link).expect_status(200).form(&format!("{contract}/act/{act}"))
    };
    let officer = Visitor::signed_in(&test, "justice");
    let mut fields = vec![
        ("kind", "surety_guarantee"),
        ("amount", "46800.01"),
        ("issuer", "宣城市融资担保公司"),
        ("number", "DB-1"),
        ("valid_from", "2026-1-5"),
        ("valid_until", "2027年3月31日"),
        ("return_on", "2027-02-26"),
    ];
    let refused = form_of(&officer, "guarantee").with(&fields).send(&officer, "");
    assert!(refused.status == 422 && refused.text.contains("46,800.00"), "{}", refused.text);
    fields[1].1 = "46800.00";
    assert_eq!(form_of(&officer, "guarantee").with(&fields).send(&officer, "").status, 303);
    // The same document under another name of its issuer, on another contract.
    let other = format!("/contracts/{}/act/guarantee", programme::registered(&test, "G-2"));
    programme::activate(&test, other.split('/').nth(2).unwrap_or_default());
    fields[2].1 = "宣城市融资担保有限责任公司";
    fields[1].1 = "1.00";
    let asked = officer.get(&other).expect_status(200).form(&other).with(&fields).send(&officer, "").expect_status(409);
    assert!(asked.text.contains("出具机构为“宣城市融资担保公司”"), "{}", asked.text);
    let links = asked.links_in(".govuk-error-summary");
    assert!(links.iter().any(|(to, _)| to.starts_with(&format!("{contract}#guarantee-"))), "{links:?}");
    let confirmed = asked.form(&other).with(&[("another", "yes")]).send(&officer, "");
    assert_eq!(confirmed.status, 303, "{}", confirmed.text);
    let claim = [("amount", "4.6万"), ("purpose", "damages"), ("reason", "未按约定提供服务")];
    let claim = form_of(&officer, "guarantee-claim").with(&claim);
    assert_eq!(claim.send(&officer, "").status, 303);
    let again = claim.with(&[("key", "again")]).send(&officer, "").expect_status(409);
    let links = again.links_in(".govuk-error-summary");
    assert!(links.iter().any(|(to, _)| to.starts_with(&format!("{contract}#guarantee-"))), "{links:?}");
    let leader = Visitor::signed_in(&test, "justice-leader");
    let task = leader.get("/work").expect_status(200).dom_link(&format!("{contract}/act/guarantee-grant"));
    let shown = leader.get(&task).expect_status(200);
    assert!(shown.text.contains("46,000.00") && shown.text.contains("未按约定提供服务"), "{}", shown.text);
    assert_eq!(shown.form(&format!("{contract}/act/guarantee-grant")).send(&leader, "").status, 303);
    let page = officer.get(&contract).expect_status(200);
    assert!(page.text.contains("DB-1") && page.text.contains("800.00"), "{}", page.text);
    let refused = form_of(&officer, "guarantee-return").send(&officer, "");
    assert_eq!(refused.status, 422, "it is before the day of return");
    assert_eq!(form_of(&officer, "guarantee-return").with(&[("reason", "续保")]).send(&officer, "").status, 303);
}
