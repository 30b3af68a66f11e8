//! Templates of contracts: what they hold and leave out, the drafts that begin with them, and who has which.

use diesel::prelude::*;
use luyue::error::Error;
use luyue::schema::contract_templates;
use luyue::services::contracts::drafts;
use luyue::services::contracts::drafts::DraftView;
use luyue::services::contracts::drafts::templates::NOTICE;
use luyue::services::identity::caller::Caller;
use luyue::storage::AnyConnection;
use serde_json::{Value, json};

use crate::contracts::drafts::caller;
use crate::on_both_engines;
use crate::on_sqlite;
use crate::registry::text;
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::programme;
use crate::support::visitor::{Visitor, give_password};

on_both_engines! {
    a_template_has_terms_without_parties_and_days_and_begins_drafts
    who_has_a_template_renames_and_retires_it
}

on_sqlite! {
    the_notice_is_built_in_with_its_programme
    a_template_is_saved_and_used_on_the_pages
}

fn saved(test: &TestApp, who: &str, name: &str, source: (&str, &str)) -> String {
    let body = json!({"name": name, source.0: source.1});
    let done = test.by(who).post("contract-templates", &body).expect_status(201);
    text(&done["id"]).to_owned()
}

fn begun(test: &TestApp, officer: &Caller, template: &str, input: &Value) -> DraftView {
    let path = format!("contract-templates/{template}/drafts");
    let done = test.by("justice").post(&path, input).expect_status(201);
    drafts::show(&test.app, officer, &text(&done["id"])).expect("the draft")
}

/// Returns the names of the templates that someone sees.
fn seen(test: &TestApp, who: &str) -> Vec<String> {
    let found = test.by(who).get("contract-templates").expect_status(200);
    found["items"].as_array().expect("items").iter().map(|item| text(&item["name"]).to_owned()).collect()
}

fn a_template_has_terms_without_parties_and_days_and_begins_drafts(test: &TestApp) {
    let (contract, officer) = (programme::registered(test, "C-2026"), caller(test, "justice"));
    let template = saved(test, "justice-leader", "全年服务", ("contract", &contract));
    let stored = |connection: &mut AnyConnection| {
        Ok::<String, Error>(contract_templates::table.select(contract_templates::fields).first(connection)?)
    };
    let fields = test.app.pool.read(stored).expect("the template is there");
    assert!(fields.contains(r#""deliverables.0.due_on":"+5/31""#) && fields.contains("（{year} 年度）"), "{fields}");
    for held in ["2026", "C-2026", "XC-", CONTRACTOR, "appropriation"] {
        assert!(!fields.contains(held), "{held}: {fields}");
    }
    let draft = begun(test, &officer, &template, &json!({"starts_on": "2028-01-05", "contractor": CONTRACTOR}));
    let of = |name: &str| draft.fields.value(name).to_owned();
    for name in ["number", "funder", "plan_no", "award_on", "signed_on", "appropriation", "notes", "amount"] {
        assert_eq!(of(name), "", "{name}");
    }
    assert_eq!((of("purchaser"), of("contractor")), ("XC-JUSTICE".to_owned(), CONTRACTOR.to_owned()));
    assert_eq!((of("title"), of("ends_on")), ("社区矫正社会工作服务（2028 年度）".to_owned(), "2028-12-31".to_owned()));
    let terms = serde_json::to_value(&draft.summary.expect("sound terms").terms).expect("JSON");
    let before = test.by("justice").get(&format!("contracts/{contract}")).expect_status(200);
    let moved = before["terms"].to_string().replace("2026-", "2028-");
    assert_eq!(terms, serde_json::from_str::<Value>(&moved).expect("JSON"));
    // A draft is saved as well, and what it holds is the same.
    let again = saved(test, "justice", "从登记保存", ("draft", &draft.id));
    let twice = begun(test, &officer, &again, &json!({"starts_on": "2028-01-05", "contractor": CONTRACTOR}));
    assert_eq!(twice.fields, draft.fields);
    // Later in the month: the days move along, as in a copy.
    let later = begun(test, &officer, &template, &json!({"starts_on": "2027-03-08"}));
    assert_eq!((later.fields.value("ends_on"), later.fields.value("contractor")), ("2028-03-03", ""));
    let path = format!("contract-templates/{template}/drafts");
    for wrong in [json!({"starts_on": "2027-01-05", "contractor": "没有"}), json!({"starts_on": "9999-06-01"})] {
        assert!([400, 422].contains(&test.by("justice").post(&path, &wrong).status), "{wrong}");
    }
    let empty = drafts::create(&test.app, &officer).expect("a draft");
    let refused = test.by("justice").post("contract-templates", &json!({"name": "空", "draft": empty.id}));
    assert_eq!(refused.status, 422, "without a first day nothing can be counted");
}

fn who_has_a_template_renames_and_retires_it(test: &TestApp) {
    let contract = programme::registered(test, "C-2026");
    let template = saved(test, "justice", "全年服务", ("contract", &contract));
    let notice = seen(test, "other-justice").remove(0);
    assert_eq!(seen(test, "justice-leader"), [notice.as_str(), "全年服务"]);
    assert_eq!(seen(test, "admin"), [notice.as_str(), "全年服务"]);
    assert_eq!(seen(test, "other-justice"), [notice.as_str()], "another bureau");
    let path = |id: &str, action: &str| format!("contract-templates/{id}/actions/{action}");
    let act = |who: &str, id: &str, action: &str| test.by(who).post(&path(id, action), &json!({"name": "改名"})).status;
    assert_eq!(act("other-justice", &template, "rename"), 404);
    assert_eq!(test.by("other-justice").get(&format!("contract-templates/{template}")).status, 404);
    assert_eq!(act("admin", &template, "rename"), 403, "a bureau's own");
    assert_eq!(act("justice", &template, "offer"), 403);
    let offered = test.by("admin").post(&path(&template, "offer"), &json!({})).expect_status(200);
    let offered = &text(&offered["id"]);
    assert_eq!(seen(test, "other-justice"), [notice.as_str(), "全年服务"]);
    assert_eq!(test.by("other-justice").get(&format!("contract-templates/{offered}")).status, 200);
    assert_eq!(act("admin", offered, "offer"), 422);
    assert_eq!(act("justice", offered, "retire"), 403, "for all");
    assert_eq!(act("admin", offered, "rename"), 200);
    assert_eq!(seen(test, "other-justice"), [notice.as_str(), "改名"]);
    assert_eq!(test.by("justice-leader").post(&path(&template, "rename"), &json!({"name": " "})).status, 422);
    assert_eq!(act("justice-leader", &template, "retire"), 200);
    assert_eq!(seen(test, "justice"), [notice.as_str(), "改名"]);
    let begin = json!({"starts_on": "2027-01-05"});
    assert_eq!(test.by("justice").post(&format!("contract-templates/{template}/drafts"), &begin).status, 404);
    assert_eq!(act("justice", NOTICE, "retire"), 422, "it is built in");
    let page = test.by("justice").get("contract-templates?limit=1").expect_status(200);
    let next = test.by("justice").get(&format!("contract-templates?limit=1&cursor={}", text(&page["next"])));
    assert_eq!(next.expect_status(200)["items"][0]["name"], "改名");
    for who in ["station", "finance-review", "contractor", "audit"] {
        assert_eq!(test.by(who).get("contract-templates").status, 403, "{who}");
    }
}

fn the_notice_is_built_in_with_its_programme(test: &TestApp) {
    let shown = format!("contract-templates/{NOTICE}?starts_on=2026-01-05");
    let shown = test.by("justice").get(&shown).expect_status(200);
    let contract = programme::registered(test, "C-2026");
    let contract = test.by("justice").get(&format!("contracts/{contract}")).expect_status(200);
    assert_eq!(shown["terms"], contract["terms"]);
    assert_eq!(shown["title"], contract["title"]);
    let draft =
        begun(test, &caller(test, "justice"), NOTICE, &json!({"starts_on": "2027-01-05", "contractor": CONTRACTOR}));
    let lacking: Vec<&str> = draft.faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(lacking, ["number", "method", "funder"]);
}

fn a_template_is_saved_and_used_on_the_pages(test: &TestApp) {
    let contract = programme::registered(test, "C-2026");
    give_password(test, "justice");
    let officer = Visitor::signed_in(test, "justice");
    let form = format!("/templates/new?contract={contract}");
    assert!(officer.get(&format!("/contracts/{contract}")).has(&format!("main a[href='{form}']")));
    let refused = officer.post_from(&form, "/templates", &[("contract", &contract), ("name", "")]);
    assert_eq!(refused.status, 422, "{}", refused.text);
    let done = officer.post_from(&form, "/templates", &[("contract", &contract), ("name", "全年服务")]);
    assert_eq!(done.status, 303, "{}", done.text);
    let (address, _) = done.location.split_once('?').expect("a confirmation");
    let begin = format!("{address}/draft");
    let shown = officer.get(&done.location).expect_status(200);
    assert!(shown.text.contains("合同范本已保存") && shown.text.contains("上门走访"), "{}", shown.text);
    let found = officer.get(&format!("{address}?contractor=%E9%98%B3%E5%85%89")).expect_status(200);
    assert_eq!(found.attrs("#contractor-list option", "value"), ["宣城市阳光社会工作服务中心"], "found by name");
    let wrong = officer.post_from(address, &begin, &[("starts_on", "x"), ("contractor", "没有这家")]);
    assert_eq!(wrong.status, 400, "{}", wrong.text);
    assert_eq!(wrong.attr("input[name=starts_on]", "value"), "x");
    let begun = officer.post_from(address, &begin, &[("starts_on", "2027.1.5"), ("contractor", CONTRACTOR)]);
    assert_eq!(begun.status, 303, "{}", begun.text);
    let draft = officer.get(&begun.location).expect_status(200);
    assert!(draft.text.contains("已按范本新建登记") && draft.has("a[href^='/templates/new?draft=']"), "{}", draft.text);
    let renamed = officer.post_from(address, address, &[("do", "rename"), ("name", "走访服务")]);
    assert!(officer.get(&renamed.location).text.contains("范本名称已修改"));
    let list = officer.get("/templates").expect_status(200);
    assert!(list.text.contains("走访服务") && list.text.contains("宣司〔2017〕43号"), "{}", list.text);
    assert!(officer.get("/templates?format=csv").text.contains("走访服务"));
    let retired = officer.post_from(address, address, &[("do", "retire")]);
    assert!(officer.get(&retired.location).text.contains("范本已停用"));
    officer.get(address).expect_status(404);
}
