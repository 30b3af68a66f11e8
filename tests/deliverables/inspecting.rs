//! Inspection groups: who may be a member, what a vote against needs, a result for every standard, and where all of it
//! is shown.

use diesel::connection::SimpleConnection;
use luyue::domain::codes::Role;
use serde_json::{Value, json};

use crate::deliverables::support::{acceptance, held, running, submissions, submit};
use crate::payments::setup::seated;
use crate::support::app::{TestApp, differences};
use crate::support::pdf::words;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    no_one_votes_on_what_they_submitted
}

on_sqlite_first! {
    votes_and_results_are_kept_and_shown
    an_incomplete_group_is_refused
    a_group_is_typed_on_the_page
}

/// Returns a vote.
fn vote(person: &str, vote: &str, reason: &str) -> Value {
    json!({"person": person, "vote": vote, "reason": reason})
}

/// Returns an acceptance by a group of three, one of whom dissents.
fn by_group() -> Value {
    let votes = [
        vote("justice-2", "accepted", ""),
        vote("Justice-Leader", "accepted", ""),
        vote("justice", "partial", "走访记录缺两份"),
    ];
    let mut body = acceptance("588");
    body["group"] = json!({"chair": "justice-leader", "votes": votes});
    body["members"] = json!(["justice", "王老师（高校专家）", "王老师（高校专家）"]);
    body["results"] = json!({"service": {"outcome": "missed", "note": "两户未按月走访"}});
    body
}

fn votes_and_results_are_kept_and_shown(test: &TestApp) {
    let contract = running(test);
    submit(test, &contract, "590");
    test.by("justice").post(&format!("{}/1/decision", submissions(&contract)), &by_group()).expect_status(200);
    let listed = test.by("contractor").get(&format!("{contract}/deliverables")).expect_status(200);
    let decision = &listed["items"][0]["submissions"][0]["decision"];
    let votes: Vec<(&str, bool, &str)> = decision["group"]
        .as_array()
        .expect("members")
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().expect("a text");
            (text("name"), one["is_chair"] == true, text("vote"))
        })
        .collect();
    let wanted =
        [("justice-leader", true, "accepted"), ("justice-2", false, "accepted"), ("justice", false, "partial")];
    assert_eq!(votes, wanted, "the chair is first");
    assert_eq!(decision["members"], json!(["王老师（高校专家）"]), "each person once");
    assert_eq!(decision["results"], json!({"service": {"outcome": "missed", "note": "两户未按月走访"}}));
    let id = contract.trim_start_matches("contracts/");
    let page = Visitor::signed_in(test, "contractor").get(&format!("/contracts/{id}")).expect_status(200);
    let page = page.text_of("main");
    for shown in ["justice-leader（验收小组组长）", "走访记录缺两份", "服务标准 · 未达标 · 两户未按月走访"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let printed = test.by("justice").get(&format!("{contract}/documents/acceptance.pdf?subject=VISIT-H1%2F1"));
    let lines = words(&printed.bytes);
    for line in ["验收小组组长", "部分通过", "走访记录缺两份", "两户未按月走访", "王老师（高校专家）"]
    {
        assert!(lines.iter().any(|word| word == line), "{line}: {lines:?}");
    }
    assert!(!lines.iter().any(|line| line.contains("□达标")), "a result stands in every row: {lines:?}");
    assert_eq!(differences(test), []);
}

fn an_incomplete_group_is_refused(test: &TestApp) {
    let contract = running(test);
    submit(test, &contract, "590");
    let path = format!("{}/1/decision", submissions(&contract));
    let with = |pointer: &str, value: Value| {
        let mut body = by_group();
        *body.pointer_mut(pointer).expect("a place") = value;
        body
    };
    let against = json!([vote("justice-leader", "rejected", "数量不实"), vote("justice", "rejected", "同上")]);
    let mut unreasoned = with("/group/votes", against.clone());
    unreasoned["note"] = json!(" ");
    let own = vote("contractor", "accepted", "");
    let cases = [
        (with("/group/chair", json!("audit")), "acceptance-record", "group.chair"),
        (with("/group/chair", json!("")), "acceptance-record", "group.chair"),
        (with("/group/votes/0/person", json!("JUSTICE")), "acceptance-record", "group.votes[2].person"),
        (with("/group/votes/2/reason", json!(" ")), "acceptance-record", "group.votes[2].reason"),
        (with("/group/votes/0", own), "inspection-group", "group.votes[0].person"),
        (with("/group/votes/0/person", json!("station")), "inspection-group", "group.votes[0].person"),
        (with("/group/votes/0/person", json!("no-one")), "inspection-group", "group.votes[0].person"),
        (with("/results", json!({})), "inspection-group", "results.service.outcome"),
        (with("/results/service/note", json!("")), "acceptance-record", "results.service.note"),
        (unreasoned, "acceptance-record", "note"),
    ];
    for (input, rule, place) in cases {
        let refused = test.by("justice").post(&path, &input).expect_status(422);
        assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!(rule), &json!(place)), "{input}");
        assert_eq!(held(test), (0, 1, 0, 0));
    }
    let mut foreign = by_group();
    foreign["results"]["evidence"] = json!({"outcome": "met"});
    let refused = test.by("justice").post(&path, &foreign).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "results.evidence.outcome", "the contract states none");
    // With a reason, the purchaser may accept what a majority would have returned.
    test.by("justice").post(&path, &with("/group/votes", against)).expect_status(200);
}

fn no_one_votes_on_what_they_submitted(test: &TestApp) {
    let contract = running(test);
    submit(test, &contract, "590");
    // The sender changes sides.
    seated(test, "contractor", "XC-JUSTICE", Role::Officer);
    let connection = &mut *test.app.pool.get().expect("a connection");
    connection.batch_execute("UPDATE seats SET until_on = '2026-06-28' WHERE role = 'contractor'").expect("seats end");
    let mut input = by_group();
    input["group"]["votes"][0] = vote("contractor", "accepted", "");
    let path = format!("{}/1/decision", submissions(&contract));
    let refused = test.by("justice").post(&path, &input).expect_status(422);
    let told = (&refused["rule"], &refused["errors"][0]["path"]);
    assert_eq!(told, (&json!("inspection-group"), &json!("group.votes[0].person")));
    test.by("contractor").post(&path, &by_group()).expect_status(403);
    test.by("justice").post(&path, &by_group()).expect_status(200);
}

fn a_group_is_typed_on_the_page(test: &TestApp) {
    let contract = running(test);
    submit(test, &contract, "590");
    let id = contract.trim_start_matches("contracts/");
    let officer = Visitor::signed_in(test, "justice");
    let action = format!("/contracts/{id}/act/decision");
    let shown = format!("{action}?subject=VISIT-H1&no=1");
    let asks = officer.get(&shown).expect_status(200).text;
    assert!(asks.contains("justice-leader") && !asks.contains("value=\"contractor\""), "{asks}");
    assert!(asks.contains("justice-2（待设置密码）") && !asks.contains("justice（待设置密码）"), "{asks}");
    let fields = |reason: &'static str, chair: &'static str| {
        [
            ("subject", "VISIT-H1"),
            ("no", "1"),
            ("decision", "accepted"),
            ("quantity", "588"),
            ("measured.COVERAGE", "96.5"),
            ("results.service.outcome", "met"),
            ("group.votes[0].person", chair),
            ("group.votes[0].vote", "accepted"),
            ("group.votes[3].person", "justice-2"),
            ("group.votes[3].vote", "rejected"),
            ("group.votes[3].reason", reason),
            ("note", "逐项核对"),
        ]
    };
    let refused = officer.post_from(&shown, &action, &fields("", "justice-leader"));
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text_of("[id='group.votes[3].reason-error']").contains("理由"), "{}", refused.text);
    let refused = officer.post_from(&shown, &action, &fields("照片不足", ""));
    assert!(!refused.text_of("[id='group.votes[0].person-error']").is_empty(), "{}", refused.text);
    let typed = fields("照片不足", "justice-leader");
    let unseen = officer.post_from(&shown, &action, &typed);
    let (form, seen) = (unseen.hidden("form"), unseen.hidden("seen"));
    let seen = [("form", form.as_str()), ("seen", seen.as_str())];
    let done = officer.post(&action, &[&typed[..], &seen[..]].concat());
    assert_eq!(done.status, 303, "{}", done.text);
    let page = officer.get(&format!("/contracts/{id}")).expect_status(200).text_of("main");
    assert!(page.contains("justice-2 · 退回整改 · 照片不足"), "{page}");
}
