//! The work list links to the page of each task, and the page of a payment request lists what prevents its approval.

use std::collections::BTreeSet;

use luyue::domain::codes::Role;
use luyue::domain::tasks::TaskKind;
use luyue::services::notifications::links::form_of_task;
use luyue::web::pages::actions;
use serde_json::json;

use crate::adapters::fixtures;
use crate::deliverables::support::{running, submissions};
use crate::matrix::prepared::Prepared;
use crate::matrix::rows::Thing;
use crate::on_sqlite_first;
use crate::payments::setup::seated;
use crate::support::app::{CONTRACTOR, CONTRACTOR_2, PEOPLE, TestApp};
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};

on_sqlite_first! {
    the_work_list_links_to_the_page_of_each_task
    a_payment_request_shows_its_obstacles
    contracts_not_in_force_owe_nothing
    a_returned_contract_says_why
    tasks_are_grouped_counted_and_filtered
}

/// Returns the addresses that the work list links to, without their fragments.
fn ways(page: &Page) -> BTreeSet<String> {
    let ways = page.attrs("a.work__what", "href");
    ways.iter().filter_map(|way| way.split('#').next()).map(str::to_owned).collect()
}

fn the_work_list_links_to_the_page_of_each_task(test: &TestApp) {
    let prepared = Prepared::new(test);
    programme::registered(test, "W-2");
    assert!(!prepared.id(Thing::Contract).is_empty());
    test.at("2026-07-20", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let mut acts = BTreeSet::new();
    for (who, ..) in PEOPLE {
        let visitor = Visitor::signed_in(test, who);
        for way in ways(&visitor.get("/work").expect_status(200)) {
            visitor.get(&way).expect_status(200);
            acts.extend(way.split_once("/act/").and_then(|(_, act)| act.split('?').next()).map(str::to_owned));
        }
    }
    let known = ["publish", "request", "submission"];
    assert!(known.iter().all(|act| acts.contains(*act)), "{acts:?}");
}

fn a_payment_request_shows_its_obstacles(test: &TestApp) {
    let id = programme::registered(test, "W-1");
    programme::activate(test, &id);
    test.at("2026-01-13", 9);
    let path = format!("contracts/{id}/milestones/ADVANCE/payments");
    let payment = test.by("contractor").post(&path, &json!({"amount": "90000.00"})).expect_status(201);
    let payment = payment["id"].as_str().expect("an id");
    let page = format!("/contracts/{id}/act/confirm?subject={payment}");
    let officer = Visitor::signed_in(test, "justice");
    let shown = officer.get(&page).expect_status(200);
    let before = &shown.text;
    for words in [
        "该节点已达到付款条件",
        "申请金额未超过该节点的应付未付金额",
        "有效发票合计 0.00 元，少于已付和已申请的 90,000.00 元",
        "收款账户与登记的账户一致",
    ] {
        assert!(before.contains(words), "{words}");
    }
    assert!(before.contains("本次支付后该节点剩余可申请（元）") && before.contains("3,600.00"), "93,600 less 90,000");
    let back = format!("/act/payment-return?subject={payment}");
    let offered = shown.texts(".govuk-button-group .govuk-button");
    assert_eq!(
        offered.first().map(String::as_str),
        Some("退回付款申请"),
        "it can be returned from there, first of all"
    );
    assert!(shown.attr(".govuk-button--warning", "href").ends_with(&back));
    assert_eq!(shown.texts("button.govuk-button--secondary"), ["确认付款申请"]);
    assert!(before.contains("建议先退回修改"), "{before}");
    let invoice = format!("contracts/{id}/milestones/ADVANCE/invoice");
    let fields = [("number", "26342000000000000001"), ("amount", "90000.00")];
    let sent = test.by("contractor").upload_as("file", &invoice, &fields, &[("发票.pdf", &fixtures::pdf(b"1"))]);
    sent.expect_status(201);
    let after = officer.get(&page).expect_status(200);
    assert!(after.text.contains("有效发票合计 90,000.00 元，不少于") && after.text.contains("发票.pdf"));
    assert!(after.texts("button.govuk-button").contains(&"确认付款申请".to_owned()));
    assert!(!after.has("button.govuk-button--secondary") && !after.text.contains("建议先退回修改"));
    // The person who took a step is shown that the next step must be taken by someone else.
    test.by("justice").post(&format!("payments/{payment}/actions/confirm"), &json!({})).expect_status(200);
    let reviewer = Visitor::signed_in(test, "finance-review");
    let review = format!("/contracts/{id}/act/review?subject={payment}");
    assert!(reviewer.get(&review).expect_status(200).text.contains("您没有办理过须与本环节由不同人员办理的环节"));
    // A step that would certainly be refused is not offered.
    seated(test, "justice", "XC-FINANCE", Role::Reviewer);
    let both = Visitor::signed_in(test, "justice").get(&review).expect_status(200).text;
    assert!(both.contains("系统不予办理") && !both.contains(&back), "a colleague may take it as it is: {both}");
    assert!(!both.contains(&format!("action=\"/contracts/{id}/act/review\"")), "{both}");
    test.by("finance-review").post(&format!("payments/{payment}/actions/review"), &json!({})).expect_status(200);
    let elsewhere = reviewer.get(&review).expect_status(200).text;
    assert!(elsewhere.contains("待财政审批") && !elsewhere.contains(&back), "it waits for somebody else: {elsewhere}");
    assert!(!elsewhere.contains(&format!("action=\"/contracts/{id}/act/review\"")), "{elsewhere}");
}

fn contracts_not_in_force_owe_nothing(test: &TestApp) {
    let id = programme::registered(test, "W-3");
    test.at("2026-07-20", 9);
    let officer = Visitor::signed_in(test, "justice");
    let draft = officer.get(&format!("/contracts/{id}")).expect_status(200);
    assert!(draft.text.contains("合同尚未生效") && draft.text.contains("五项约定") && !draft.text.contains("应付未付"));
    for owed in ["[id=breaches]", ".trail", ".milestone-overdue", ".deliverable-overdue", "td br + .late"] {
        assert!(!draft.has(owed), "nobody owes anything, but {owed}");
    }
    test.at("2026-01-05", 9);
    programme::activate(test, &id);
    test.at("2026-07-20", 9);
    let active = officer.get(&format!("/contracts/{id}")).expect_status(200).text;
    assert!(!active.contains("合同尚未生效") && active.contains("应付未付") && active.contains("class=\"trail\""));
}

fn a_returned_contract_says_why(test: &TestApp) {
    let id = programme::registered(test, "W-3");
    let act = |who: &str, action: &str, body: serde_json::Value| {
        test.by(who).post(&format!("contracts/{id}/actions/{action}"), &body).expect_status(200);
    };
    let note = || {
        let page = Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}")).expect_status(200);
        page.texts("main > .govuk-inset-text").into_iter().find(|words| words.contains("退回"))
    };
    act("justice", "submit", json!({}));
    assert_eq!(note(), None);
    act("finance-review", "return", json!({"reason": "指标文号有误"}));
    assert!(note().is_some_and(|words| words.contains("指标文号有误")), "{:?}", note());
    act("justice", "submit", json!({}));
    assert_eq!(note(), None, "it was put right");
}

fn tasks_are_grouped_counted_and_filtered(test: &TestApp) {
    let contract = running(test);
    let mut other = programme::input(test, "W-7");
    other["contractor"] = json!(CONTRACTOR_2);
    other["title"] = json!("社区矫正心理服务");
    test.by("justice").post("contracts", &other).expect_status(201);
    let fields = [("quantity", "580"), ("note", "上半年完成")];
    let path = submissions(&contract);
    test.by("contractor").upload(&path, &fields, &[("报告.pdf", &fixtures::pdf(b"1"))]).expect_status(201);
    let rejection = json!({"decision": "rejected", "note": "请补签到表", "members": []});
    test.by("justice").post(&format!("{path}/1/decision"), &rejection).expect_status(200);
    test.at("2026-06-30", 9);
    let contractor = Visitor::signed_in(test, "contractor");
    let groups = |visitor: &Visitor<'_>, query: &str| visitor.get(&format!("/work{query}")).expect_status(200);
    let page = groups(&contractor, "");
    let headings = page.texts("#found h2");
    let names: Vec<&str> = headings.iter().filter_map(|words| words.split('（').next()).collect();
    assert_eq!(names, ["已逾期", "退回待改", "本周到期", "以后到期"], "EDU-H1, VISIT-H1, COUNSEL-H1, the second half");
    // The counts of the groups add up to that of the list, and to the rows.
    let number = |words: &String| words.split(['（', '）']).nth(1).and_then(|number| number.parse::<usize>().ok());
    let counted: usize = headings.iter().filter_map(number).sum();
    assert_eq!(page.texts("#found li").len(), counted);
    assert!(page.text_of("#found p").starts_with(&format!("共 {counted} 条")), "{}", page.text);
    assert!(page.texts("#found ul")[1].contains("请补签到表"), "{}", page.text);
    // The file has the same tasks in the same order, with their groups.
    let file = contractor.get("/work?format=csv").expect_status(200).text;
    let rows: Vec<Vec<&str>> = file.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let shown: Vec<String> = page.texts("#found li .work__what").iter().map(|words| words.trim().to_owned()).collect();
    assert_eq!(rows.iter().map(|row| row[1]).collect::<Vec<_>>(), shown);
    assert_eq!(rows.iter().map(|row| row[0]).collect::<BTreeSet<_>>(), names.iter().copied().collect());
    // What a milestone owes stands beside its invoice and its payment request.
    let owed: Vec<String> = page.texts("#found li").into_iter().filter(|row| row.contains("应付未付")).collect();
    assert!(!owed.is_empty() && owed.iter().all(|row| row.contains("预付款") && row.contains("93,600.00")), "{owed:?}");
    // The officer's list, by contract, by contractor and by topic.
    let officer = Visitor::signed_in(test, "justice");
    let whole = groups(&officer, "");
    let rows = |query: &str| groups(&officer, query).texts("#found li").len();
    let (all, of_one) = (whole.texts("#found li").len(), rows("?q=w-7"));
    assert!(all > of_one && of_one == 2 && whole.text.contains("完善合同草稿并提交审核"), "{}", whole.text);
    assert_eq!(rows(&format!("?unit={CONTRACTOR_2}")), of_one, "submitting and signing");
    assert_eq!(rows(&format!("?unit={CONTRACTOR}")), all - of_one);
    assert_eq!(rows("?unit=XC-NONE"), 0);
    assert_eq!(rows("?q=%E5%BF%83%E7%90%86%E6%9C%8D%E5%8A%A1&topic=contracts"), of_one, "by a part of the title");
    assert_eq!(rows("?q=W-7&topic=payments"), 0);
    let none = groups(&officer, "?q=W-7&topic=payments");
    assert!(none.text.contains("没有符合条件的待办") && none.has("#found a[href='/work']"), "{}", none.text);
    assert!(none.text_of("#others").trim().is_empty(), "the tasks of others are filtered too: {}", none.text);
    let others = groups(&officer, &format!("?unit={CONTRACTOR}")).texts("#others tbody tr");
    assert!(!others.is_empty() && others.iter().all(|row| !row.contains("W-7")), "{others:?}");
    // What is typed stays, and an unknown topic is told.
    let form = groups(&officer, "?q=W-7&topic=contracts").form("/work");
    assert_eq!((form.value("q"), form.value("topic")), (Some("W-7"), Some("contracts")));
    let fault = groups(&officer, "?topic=food");
    assert!(fault.has("#topic[aria-invalid=true]") && fault.texts("#found li").is_empty(), "{}", fault.text);
    let file = officer.get("/work?q=W-7&format=csv").expect_status(200).text;
    assert!(file.contains("W-7") && file.lines().count() == 1 + of_one, "{file}");
    // Who has nothing to do is led on.
    let idle = Visitor::signed_in(test, "other-justice").get("/work").expect_status(200);
    assert!(
        idle.text.contains("没有待办事项") && idle.has("main a[href='/drafts']") && !idle.has("#filters"),
        "{}",
        idle.text
    );
}

#[test]
fn every_task_has_the_form_that_does_it() {
    let acts: BTreeSet<&str> = actions::rights().map(|(act, _)| act).collect();
    for kind in TaskKind::ALL.iter().filter(|kind| **kind != TaskKind::Sign) {
        let form = form_of_task("c", *kind, "a/b").unwrap_or_else(|| panic!("{kind} has no form"));
        let act = form.split_once("/act/").and_then(|(_, act)| act.split('?').next());
        let is_elsewhere =
            matches!(kind, TaskKind::ConfirmRecords | TaskKind::CorrectObjection | TaskKind::DecideSuspension);
        assert!(act.map_or(is_elsewhere, |act| acts.contains(act)), "{kind}: {form}");
        assert!(!form.contains("a/b") || form.contains('#'), "{kind}: {form}");
    }
}
