//! Copies of an earlier contract: what is carried over and moved, what stays behind, and who may copy what.

use luyue::services::contracts::drafts;
use luyue::services::contracts::drafts::sums::sums;
use serde_json::json;

use crate::adapters::spreadsheet::part;
use crate::contracts::drafts::caller;
use crate::on_sqlite_first;
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::programme;
use crate::support::visitor::{Visitor, give_password};

on_sqlite_first! {
    a_copy_has_the_terms_a_year_later_and_nothing_of_the_earlier_contract
    a_copy_begins_on_the_given_day
    only_who_registers_contracts_and_sees_the_earlier_one_copies_it
    a_contract_is_found_and_copied_on_the_page
    the_list_of_drafts_is_a_file
}

fn a_copy_has_the_terms_a_year_later_and_nothing_of_the_earlier_contract(test: &TestApp) {
    let id = programme::registered(test, "C-2026");
    programme::activate(test, &id);
    let before = test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
    let done = test.by("justice").post("drafts", &json!({"contract": id})).expect_status(201);
    let officer = caller(test, "justice");
    let draft = drafts::show(&test.app, &officer, done["id"].as_str().expect("an id")).expect("the draft");
    let of = |name: &str| draft.fields.value(name).to_owned();
    for name in ["number", "plan_no", "award_on", "signed_on", "appropriation", "notes", "amount"] {
        assert_eq!(of(name), "", "{name} stays behind");
    }
    assert_eq!(of("title"), "社区矫正社会工作服务（2027 年度）");
    assert_eq!((of("starts_on"), of("ends_on")), ("2027-01-05".to_owned(), "2027-12-31".to_owned()));
    assert_eq!((of("contractor"), of("funder")), (CONTRACTOR.to_owned(), "XC-FINANCE".to_owned()));
    let lacking: Vec<&str> = draft.faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(lacking, ["number"], "nothing else is missing");
    // All but the days is as it was.
    let summary = draft.summary.expect("the terms are sound");
    let (terms, old) = (serde_json::to_value(&summary.terms).expect("JSON"), &before["terms"]);
    for same in ["amount", "items", "breach_terms", "termination", "scorecard", "penalty_cap", "cure_days"] {
        assert_eq!(terms[same], old[same], "{same}");
    }
    for (new, old) in
        terms["deliverables"].as_array().into_iter().flatten().zip(old["deliverables"].as_array().expect("a list"))
    {
        let day = |of: &serde_json::Value| of["due_on"].as_str().expect("a day").to_owned();
        assert_eq!(day(new), day(old).replace("2026", "2027"));
        assert_eq!(
            (&new["code"], &new["quantity"], &new["indicators"]),
            (&old["code"], &old["quantity"], &old["indicators"])
        );
    }
    assert_eq!(serde_json::to_value(&summary.details).expect("JSON"), before["details"]);
    let told = sums(&draft.fields);
    assert_eq!((told.items, told.deliverables, told.milestones), (3, 6, 3));
    assert_eq!((told.amount, told.paid), (Some(summary.terms.amount), Some(summary.terms.amount)));
    assert_eq!(test.by("justice").get(&format!("contracts/{id}")).expect_status(200), before, "it is as it was");
}

fn a_copy_begins_on_the_given_day(test: &TestApp) {
    let id = programme::registered(test, "C-2026");
    let copy = |day: &str| test.by("justice").post("drafts", &json!({"contract": id, "starts_on": day}));
    let done = copy("2027-03-08").expect_status(201);
    let officer = caller(test, "justice");
    let draft = drafts::show(&test.app, &officer, done["id"].as_str().expect("an id")).expect("the draft");
    let of = |name: &str| draft.fields.value(name).to_owned();
    // Two months and three days later.
    assert_eq!((of("starts_on"), of("ends_on")), ("2027-03-08".to_owned(), "2028-03-03".to_owned()));
    assert_eq!(of("title"), "社区矫正社会工作服务（2026 年度）", "a move by other than years changes no name");
    assert_eq!(copy("2027-02-30").status, 400);
    assert_eq!(copy("1999-01-01").status, 400);
}

fn only_who_registers_contracts_and_sees_the_earlier_one_copies_it(test: &TestApp) {
    let id = programme::registered(test, "C-2026");
    let copy = |who: &str| test.by(who).post("drafts", &json!({"contract": id})).status;
    assert_eq!(copy("justice-2"), 201, "another officer of the bureau");
    assert_eq!(copy("other-justice"), 404);
    for who in ["justice-leader", "finance-review", "contractor", "audit", "admin"] {
        assert_eq!(copy(who), 403, "{who}");
    }
    give_password(test, "other-justice");
    let stranger = Visitor::signed_in(test, "other-justice");
    assert_eq!(stranger.get(&format!("/drafts/copy?contract={id}")).status, 404);
    assert!(!stranger.get("/drafts/copy?q=C-2026").text.contains("C-2026</span>"));
}

fn a_contract_is_found_and_copied_on_the_page(test: &TestApp) {
    let id = programme::registered(test, "C-2026");
    programme::activate(test, &id);
    give_password(test, "justice");
    let visitor = Visitor::signed_in(test, "justice");
    let found = visitor.get("/drafts/copy?q=C-2026").expect_status(200);
    assert_eq!(found.attrs("tbody a[href^='/drafts/copy']", "href"), [format!("/drafts/copy?contract={id}")]);
    let address = format!("/drafts/copy?contract={id}");
    let of_contract = visitor.get(&format!("/contracts/{id}")).expect_status(200);
    assert!(of_contract.has(&format!("main a[href='{address}']")), "{}", of_contract.text);
    let shown = visitor.get(&address).expect_status(200);
    for said in ["预付款：20%", "中期款：40%", "2027-01-05 – 2027-12-31", "上门走访", "宣司〔2017〕43号", "不带入"]
    {
        assert!(shown.text.contains(said), "{said}");
    }
    assert_eq!(shown.attr("input[name=starts_on]", "value"), "2027-01-05");
    let refused = visitor.post_from(&address, "/drafts/copy", &[("contract", &id), ("starts_on", "x")]);
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert_eq!(refused.attr("input[name=starts_on]", "value"), "x");
    let done = visitor.post_from(&address, "/drafts/copy", &[("contract", &id), ("starts_on", "2027.1.5")]);
    assert_eq!(done.status, 303, "{}", done.text);
    let draft = visitor.get(&done.location).expect_status(200);
    for said in ["已复制为新的登记", "468,000.00", "还有 1 处待填或待改", "合同编号"] {
        assert!(draft.text.contains(said), "{said}");
    }
}

fn the_list_of_drafts_is_a_file(test: &TestApp) {
    give_password(test, "justice");
    let visitor = Visitor::signed_in(test, "justice");
    let begun = visitor.post_from("/drafts", "/drafts", &[]);
    let path = format!("{}/parties", begun.location);
    visitor.post_from(&path, &path, &[("do", "leave"), ("version", "1"), ("number", "=1+1"), ("title", "走访")]);
    let page = visitor.get("/drafts").expect_status(200);
    assert_eq!(page.attrs("a[download]", "href"), ["/drafts?format=csv", "/drafts?format=xlsx"]);
    let csv = visitor.get("/drafts?format=csv").expect_status(200);
    assert_eq!(csv.text.lines().count(), 2, "{}", csv.text);
    assert!(csv.text.contains("合同编号,合同名称") && csv.text.contains("'=1+1,走访,"), "{}", csv.text);
    let workbook = visitor.get("/drafts?format=xlsx").expect_status(200);
    assert!(part(&workbook.reply.bytes, "xl/sharedStrings.xml").contains("走访"));
    give_password(test, "other-justice");
    let other = Visitor::signed_in(test, "other-justice").get("/drafts?format=csv").expect_status(200);
    assert_eq!(other.text.lines().count(), 1, "no draft of another bureau");
}
