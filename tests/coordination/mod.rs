//! Matters between bureaus and contractors: demand notices and their answers, joint meetings and what they decided.

use luyue::domain::codes::Role;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::payments::setup::{id_of, newcomer, seated};
use crate::registry::{column, leads_to_row};
use crate::support::app::{CONTRACTOR, Reply, TestApp, differences};
use crate::support::visitor::Visitor;

on_both_engines! {
    a_demand_is_answered_by_those_whom_it_concerns
    a_decision_of_a_meeting_is_followed_up
    a_matter_that_cannot_be_is_refused
    matters_are_issued_and_answered_on_the_pages
}

/// Returns a demand notice that names no one.
pub fn demand(title: &str) -> Value {
    json!({"kind": "demand", "title": title, "text": "每月两名，到各司法所服务"})
}

/// Returns the minutes of a joint meeting.
pub fn minutes() -> Value {
    json!({"kind": "minutes", "title": "第一次联席会议", "text": "议定两项", "on": "2026-01-05"})
}

/// Returns a decision of that meeting.
pub fn decision(to: &str) -> Value {
    json!({"kind": "decision", "title": "纳入社区服务体系", "text": "列入年度建设规划", "to": to, "on": "2026-01-05",
        "due_on": "2026-01-12"})
}

/// Returns a matter with other values.
fn with(mut matter: Value, values: &Value) -> Value {
    for (field, value) in values.as_object().expect("an object") {
        matter[field] = value.clone();
    }
    matter
}

fn issue(test: &TestApp, who: &str, matter: &Value) -> Reply {
    test.by(who).post("matters", matter)
}

fn act(test: &TestApp, who: &str, id: &str, name: &str, words: &str) -> Reply {
    test.by(who).post(&format!("matters/{id}/actions/{name}"), &json!({ "reason": words }))
}

fn listed(test: &TestApp, who: &str, kind: &str) -> Vec<Value> {
    let list = test.by(who).get(&format!("matters?kind={kind}")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

/// Registers a civil affairs bureau with an officer called `civil`.
fn civil_affairs(test: &TestApp) {
    let bureau = json!({"code": "XC-CIVIL", "name": "宣城市民政局", "function": "civil_affairs", "region": "341800"});
    test.by("admin").post("organisations", &bureau).expect_status(201);
    newcomer(test, "civil");
    seated(test, "civil", "XC-CIVIL", Role::Officer);
}

fn a_demand_is_answered_by_those_whom_it_concerns(test: &TestApp) {
    civil_affairs(test);
    let to_all = id_of(&issue(test, "station", &demand("需要心理咨询师")).expect_status(201));
    let to_one = with(demand("临时救助"), &json!({"to": "xc-civil ".to_uppercase(), "due_on": "2026-02-02"}));
    let to_one = id_of(&issue(test, "justice", &to_one).expect_status(201));
    let to_other = with(demand("走访"), &json!({ "to": CONTRACTOR }));
    issue(test, "justice", &to_other).expect_status(201);
    for (who, seen) in [
        ("contractor", vec!["需要心理咨询师", "走访"]),
        ("contractor-2", vec!["需要心理咨询师"]),
        ("civil", vec!["需要心理咨询师", "临时救助"]),
        ("justice", vec!["需要心理咨询师", "临时救助", "走访"]),
        ("finance-review", vec!["需要心理咨询师"]),
    ] {
        let list = test.by(who).get("matters").expect_status(200);
        assert_eq!(column(&list, "title"), seen, "{who}");
    }
    assert_eq!(
        act(test, "contractor", &to_one, "answer", "可以").status,
        404,
        "it is not shown what it does not concern"
    );
    assert_eq!(act(test, "civil", &to_one, "answer", " ").expect_status(422)["rule"], "reason");
    let personal = act(test, "civil", &to_one, "answer", "联系 13812345678").expect_status(422);
    assert_eq!(personal["errors"][0]["path"], "reason", "{personal}");
    act(test, "civil", &to_one, "answer", "已纳入临时救助").expect_status(200);
    act(test, "contractor-2", &to_all, "answer", "可派一名").expect_status(200);
    act(test, "contractor", &to_all, "answer", "可派两名").expect_status(200);
    for (who, status) in [("contractor", 403), ("civil", 403), ("justice-leader", 403), ("justice", 403)] {
        assert_eq!(act(test, who, &to_all, "close", "已落实").status, status, "{who}");
    }
    act(test, "station", &to_all, "close", "由两家共同承担").expect_status(200);
    let shown = listed(test, "contractor", "demand").remove(0);
    assert_eq!((&shown["state"], &shown["result"]), (&json!("closed"), &json!("由两家共同承担")));
    let texts: Vec<&Value> = shown["answers"].as_array().expect("answers").iter().map(|one| &one["text"]).collect();
    assert_eq!(texts, ["可派一名", "可派两名"]);
    for name in ["answer", "close"] {
        let again = act(test, "station", &to_all, name, "再说").expect_status(409);
        leads_to_row(test, &again, ("station", "demand-notices", &to_all));
    }
    assert_eq!(act(test, "station", &to_all, "withdraw", "误发").status, 404, "there is no such step");
    assert_eq!(differences(test), []);
}

fn a_decision_of_a_meeting_is_followed_up(test: &TestApp) {
    civil_affairs(test);
    let (minutes, decision) = (minutes(), decision("XC-CIVIL"));
    let early = issue(test, "justice", &decision).expect_status(422);
    assert_eq!(early["errors"][0]["path"], "on", "there are no minutes yet: {early}");
    assert_eq!(issue(test, "station", &minutes).status, 403, "a station calls no joint meeting");
    issue(test, "justice", &minutes).expect_status(201);
    let other = issue(test, "civil", &decision).expect_status(422);
    assert_eq!(other["errors"][0]["path"], "on", "the minutes are of another bureau: {other}");
    let id = id_of(&issue(test, "justice", &decision).expect_status(201));
    for (who, seen) in [("civil", 1), ("finance-pay", 1), ("audit", 1), ("station", 1), ("contractor", 0)] {
        assert_eq!((listed(test, who, "minutes").len(), listed(test, who, "decision").len()), (seen, seen), "{who}");
    }
    assert_eq!(act(test, "finance-review", &id, "answer", "已办").status, 403, "it names another bureau");
    assert_eq!(act(test, "contractor", &id, "answer", "已办").status, 404);
    let work = Visitor::signed_in(test, "civil").get("/work").expect_status(200);
    let link = work.dom_link("/registers/meeting-decisions?at=");
    assert!(link.ends_with(&format!("#row-{id}")), "{link}");
    act(test, "civil", &id, "answer", "已列入草案").expect_status(200);
    assert_eq!(listed(test, "justice", "decision")[0]["overdue"], false);
    let on_list = |who: &str| Visitor::signed_in(test, who).get("/work").expect_status(200).texts("#matters + ul a");
    assert_eq!((on_list("civil"), on_list("justice")), (vec![], vec![]), "it was answered, and its day has not passed");
    test.at("2026-01-13", 9);
    assert_eq!(on_list("justice"), ["纳入社区服务体系"]);
    assert_eq!(listed(test, "justice", "decision")[0]["overdue"], true, "an answer does not carry it out");
    act(test, "justice", &id, "close", "规划已印发").expect_status(200);
    let shown = listed(test, "civil", "decision").remove(0);
    assert_eq!(
        (&shown["overdue"], &shown["state"], &shown["to"]),
        (&json!(false), &json!("closed"), &json!("宣城市民政局"))
    );
    assert_eq!(differences(test), []);
}

fn a_matter_that_cannot_be_is_refused(test: &TestApp) {
    let (minutes, decision) = (minutes(), decision("XC-FINANCE"));
    issue(test, "justice", &minutes).expect_status(201);
    for (matter, path) in [
        (with(demand(""), &json!({})), "title"),
        (with(demand("需要"), &json!({"text": " "})), "text"),
        (with(demand("需要"), &json!({"text": "张某 11010519491231002X"})), "text"),
        (with(demand("需要"), &json!({"to": "没有"})), "to"),
        (with(demand("需要"), &json!({"on": "2026-01-05"})), "on"),
        (with(demand("需要"), &json!({"due_on": "2026-01-04"})), "due_on"),
        (with(minutes.clone(), &json!({"on": null})), "on"),
        (with(minutes.clone(), &json!({"on": "2026-01-06"})), "on"),
        (with(minutes.clone(), &json!({"to": "XC-FINANCE"})), "to"),
        (with(decision.clone(), &json!({"to": ""})), "to"),
        (with(decision.clone(), &json!({"due_on": null})), "due_on"),
        (with(decision.clone(), &json!({"on": "2026-01-02"})), "on"),
    ] {
        let refused = issue(test, "justice", &matter).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path, "{matter}: {refused}");
    }
    assert_eq!(issue(test, "justice", &with(demand("需要"), &json!({"kind": "wish"}))).status, 400);
    assert_eq!(test.by("justice").get("matters?kind=wish").status, 400);
    assert_eq!(listed(test, "justice", "demand"), [] as [Value; 0]);
    assert_eq!(differences(test), []);
}

fn matters_are_issued_and_answered_on_the_pages(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let sends = |visitor: &Visitor<'_>, register: &str, typed: &[(&str, &str)]| {
        let path = format!("/registers/{register}");
        visitor.post_from(&path, &path, typed)
    };
    let empty = sends(&officer, "demand-notices", &[("title", ""), ("text", "")]).expect_status(400);
    assert_eq!(empty.texts(".govuk-error-summary li").len(), 2, "{}", empty.text);
    let typed = [("title", "需要心理咨询师"), ("text", "每月两名"), ("to", "阳光社会工作"), ("due_on", "")];
    let similar = sends(&officer, "demand-notices", &typed);
    assert!(similar.text.contains("每月两名") && similar.has("#to-error"), "{}", similar.text);
    let typed = [typed[0], typed[1], ("to", CONTRACTOR), ("due_on", "2026-2-2")];
    sends(&officer, "demand-notices", &typed).expect_status(303);
    let contractor = Visitor::signed_in(test, "contractor");
    let page = contractor.get("/registers/demand-notices").expect_status(200);
    assert!(
        page.text.contains("每月两名") && page.text.contains("2026-02-02") && !page.has("#page-form"),
        "{}",
        page.text
    );
    let done = page.form_ending("/answer").with(&[("reason", "可派两名")]).send(&contractor, "");
    assert!(contractor.get(&done.location).expect_status(200).text.contains("已答复"));
    let shown = officer.get("/registers/demand-notices").expect_status(200);
    assert!(shown.text.contains("可派两名") && shown.text.contains("办理中"), "{}", shown.text);
    let done = shown.form_ending("/close").with(&[("reason", "已落实")]).send(&officer, "");
    assert!(officer.get(&done.location).expect_status(200).text.contains("办结：已落实"));
    sends(&officer, "joint-meetings", &[("title", "联席会议"), ("text", "议定一项"), ("on", "2026-01-05")])
        .expect_status(303);
    let decision = [
        ("title", "落实经费"),
        ("text", "列入预算"),
        ("to", "XC-FINANCE"),
        ("on", "2026-01-05"),
        ("due_on", "2026-03-31"),
    ];
    sends(&officer, "meeting-decisions", &decision).expect_status(303);
    let finance = Visitor::signed_in(test, "finance-review");
    let page = finance.get("/registers/meeting-decisions").expect_status(200);
    let answered = page.form_ending("/answer").send(&finance, "");
    assert_eq!(answered.status, 422, "an answer has words");
    let done = answered.form_ending("/answer").with(&[("reason", "已列入")]).send(&finance, "");
    assert_eq!(done.status, 303);
    assert!(finance.get("/registers/joint-meetings").expect_status(200).text.contains("议定一项"));
    let file = officer.get("/registers/meeting-decisions?format=csv").expect_status(200);
    assert!(file.text.contains("已列入"), "{}", file.text);
}
