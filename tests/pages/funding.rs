//! The appropriation on the pages of the steps that depend on it, and what is said where it is missing or too small.

use serde_json::{Value, json};

use crate::on_sqlite;
use crate::payments::setup::id_of;
use crate::registry;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};

on_sqlite! {
    finance_reads_the_appropriation_before_it_commits
    a_missing_or_small_appropriation_is_told_before_it_is_refused
    a_draft_warns_of_its_appropriation
    a_draft_warns_of_staff_bought_as_a_service
    registers_show_names
    a_return_before_the_budget_promises_no_release
}

fn registered(test: &TestApp, number: &str, appropriation: Option<&str>) -> String {
    let mut input = programme::input_from(number, appropriation.unwrap_or_default());
    if appropriation.is_none() {
        input["appropriation"] = Value::Null;
    }
    id_of(&test.by("justice").post("contracts", &input).expect_status(201))
}

/// Returns the rows of the page's summary, each with its name.
fn summary(page: &Page) -> Vec<(String, String)> {
    let names = page.texts(".govuk-summary-list__key");
    names.into_iter().zip(page.texts(".govuk-summary-list__value")).collect()
}

fn finance_reads_the_appropriation_before_it_commits(test: &TestApp) {
    let id = programme::registered(test, "F-10");
    let (officer, reviewer) = (Visitor::signed_in(test, "justice"), Visitor::signed_in(test, "finance-review"));
    for (visitor, act) in [(&officer, "submit"), (&reviewer, "fund")] {
        let page = visitor.get(&format!("/contracts/{id}/act/{act}")).expect_status(200);
        let rows = summary(&page);
        for (name, value) in [
            ("指标文号、资金来源", "宣财指〔2026〕12号（一般公共预算）"),
            ("年度", "2026"),
            ("功能科目 / 经济分类", "2040607 社区矫正 / 30227 委托业务费"),
            ("项目编码", "XC2026-017"),
            ("金额（元）", "468,000.00"),
            ("已占用", "0.00"),
            ("可用余额", "468,000.00 → 0.00（落实本合同后）"),
        ] {
            assert!(rows.contains(&(name.to_owned(), value.to_owned())), "{act} {name}: {rows:?}");
        }
        assert_eq!(page.texts(".checks .holds"), ["预算指标的可用余额够本合同使用。"], "{act}");
        let sent = page.form_ending(&format!("/act/{act}")).send(visitor, "");
        assert_eq!(sent.status, 303, "{act}: {}", sent.text);
    }
}

fn a_missing_or_small_appropriation_is_told_before_it_is_refused(test: &TestApp) {
    let small = programme::appropriation(test, "467999.99");
    let proposed = registry::appropriation("XC-JUSTICE", "468000.00");
    let proposed = id_of(&test.by("finance-review").post("appropriations", &proposed).expect_status(201));
    let (officer, reviewer) = (Visitor::signed_in(test, "justice"), Visitor::signed_in(test, "finance-review"));
    for (number, appropriation, words) in [
        ("F-11", None, "没有指明预算指标"),
        ("F-12", Some(small.as_str()), "468,000.00 元超过该指标可用余额 467,999.99 元"),
        ("F-13", Some(proposed.as_str()), "尚未批准"),
    ] {
        let id = registered(test, number, appropriation);
        let page = officer.get(&format!("/contracts/{id}/act/submit")).expect_status(200);
        assert!(page.text_of(".checks .fails").contains(words), "{number}: {}", page.text);
        // The appropriation may still come, so the contract can be submitted all the same.
        assert_eq!(page.form_ending("/act/submit").send(&officer, "").status, 303, "{number}");
        let page = reviewer.get(&format!("/contracts/{id}/act/fund")).expect_status(200);
        assert!(page.text_of(".checks .fails").contains(words), "{number}: {}", page.text);
        assert!(page.forms().iter().all(|form| !form.action.ends_with("/act/fund")), "{number}: not offered");
        assert!(page.links_in("main").iter().any(|(address, _)| address.contains("/act/return")), "{number}");
        let refused = test.by("finance-review").post(&format!("contracts/{id}/actions/fund"), &json!({}));
        let refused = refused.expect_status(422);
        assert_eq!(
            (&refused["rule"], &refused["errors"][0]["path"]),
            (&json!("budget-first"), &json!("appropriation"))
        );
    }
}

fn a_draft_warns_of_its_appropriation(test: &TestApp) {
    let small = programme::appropriation(test, "100.00");
    let enough = programme::appropriation(test, "468000.00");
    let officer = Visitor::signed_in(test, "justice");
    for (number, appropriation, words) in [
        ("F-21", None, Some("没有指明预算指标")),
        ("F-22", Some(small.as_str()), Some("超过该指标可用余额 100.00 元")),
        ("F-23", Some(enough.as_str()), None),
    ] {
        let id = registered(test, number, appropriation);
        let contract = format!("/contracts/{id}");
        let draft = officer.post_from(&contract, &format!("{contract}/draft"), &[]).expect_status(303).location;
        for page in ["check", "parties"] {
            let warnings = officer.get(&format!("{draft}/{page}")).expect_status(200).texts(".draft-warning");
            let is_told = |words: &str| warnings.iter().any(|warning| warning.contains(words));
            assert_eq!(words.is_some_and(is_told), words.is_some(), "{number} {page}: {warnings:?}");
            let is_enough = |warning: &String| !warning.contains("可用余额") && !warning.contains("没有指明");
            assert!(words.is_some() || warnings.iter().all(is_enough), "{warnings:?}");
            // The last milestone is paid once its deliverables of the end of the year were inspected.
            assert_eq!(is_told("2026 年度的预算指标已经过期"), number != "F-21", "{number} {page}: {warnings:?}");
        }
    }
}

fn a_draft_warns_of_staff_bought_as_a_service(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    for (number, name, service, is_told) in [
        ("F-31", "协管员派驻", "", true),
        ("F-32", "日常协助", "社区矫正协管员", true),
        ("F-33", "上门走访", "上门走访", false),
    ] {
        let mut input = programme::input_from(number, "");
        input["appropriation"] = Value::Null;
        input["details"]["items"]["VISIT"] = json!({"name": name, "service": service, "standard": "两人上门"});
        let id = id_of(&test.by("justice").post("contracts", &input).expect_status(201));
        let contract = format!("/contracts/{id}");
        let draft = officer.post_from(&contract, &format!("{contract}/draft"), &[]).expect_status(303).location;
        for page in ["check", "items"] {
            let page = officer.get(&format!("{draft}/{page}")).expect_status(200);
            let warned = page.texts(".draft-warning").iter().any(|words| words.contains("不得购买"));
            assert_eq!(warned, is_told, "{number}: {}", page.text);
        }
    }
}

fn registers_show_names(test: &TestApp) {
    let admin = test.by("admin");
    let region = json!({"code": "341899", "name": "敬亭新区", "parent": "341800"});
    admin.post("regions", &region).expect_status(201);
    let inner = json!({"code": "341898", "name": "向阳街道", "parent": "341899"});
    admin.post("regions", &inner).expect_status(201);
    let bureau = json!({"code": "JT-JUSTICE", "name": "敬亭新区司法局", "function": "justice", "region": "341899"});
    admin.post("organisations", &bureau).expect_status(201);
    let body = registry::appropriation("JT-JUSTICE", "1000.00");
    test.by("finance-review").post("appropriations", &body).expect_status(201);
    let cells = |who: &str, path: &str, label: &str| {
        let page = Visitor::signed_in(test, who).get(path).expect_status(200);
        page.texts(&format!("td[data-label='{label}']"))
    };
    assert_eq!(cells("finance-review", "/registers/appropriations", "单位"), ["敬亭新区司法局"]);
    let regions = cells("admin", "/registers/organisations", "地区");
    assert!(regions.contains(&"敬亭新区".to_owned()) && !regions.contains(&"341899".to_owned()), "{regions:?}");
    let parents = cells("admin", "/registers/regions", "上级地区");
    assert!(parents.contains(&"敬亭新区".to_owned()) && !parents.contains(&"341899".to_owned()), "{parents:?}");
}

fn a_return_before_the_budget_promises_no_release(test: &TestApp) {
    let id = programme::registered(test, "F-31");
    test.by("justice").post(&format!("contracts/{id}/actions/submit"), &json!({})).expect_status(200);
    let reviewer = Visitor::signed_in(test, "finance-review");
    let act = format!("/contracts/{id}/act/return");
    let page = reviewer.get(&act).expect_status(200);
    assert!(page.text.contains("尚未落实预算") && !page.text.contains("预算指标释放"), "{}", page.text);
    // The reason is read in the lines in which it was written.
    let reason = "请补充：\n1.服务标准\n2.“地点”";
    page.form(&act).with(&[("reason", reason)]).send(&reviewer, "").expect_status(303);
    let officer = Visitor::signed_in(test, "justice");
    for path in [format!("/contracts/{id}"), "/work".to_owned()] {
        let page = officer.get(&path).expect_status(200);
        assert!(page.texts("main .lines").iter().any(|words| words.contains("1.服务标准")), "{path}: {}", page.text);
    }
    // Once the budget is committed, a return releases it.
    for (who, action) in [("justice", "submit"), ("finance-review", "fund")] {
        test.by(who).post(&format!("contracts/{id}/actions/{action}"), &json!({})).expect_status(200);
    }
    let page = Visitor::signed_in(test, "justice-leader").get(&act).expect_status(200);
    assert!(page.text.contains("预算指标释放"), "{}", page.text);
}
