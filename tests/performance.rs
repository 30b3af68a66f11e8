//! Performance scores decided by the leader and suggested by the measures; headcounts and surveys by the officer and
//! the station, and the incidents that follow from them.

use luyue::domain::codes::FactKind;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::payments::setup::{advance, count, happened, incident, midyear, milestone, recorded};
use crate::support::app::TestApp;
use crate::support::visitor::{Page, Visitor};

on_both_engines! {
    a_score_is_proposed_and_decided
    a_share_instead_of_points_is_confirmed_first
    a_score_is_refused_if_none_is_due
    the_page_shows_score_rating_and_money_before_and_after
    observations_become_facts
    an_observation_that_moves_money_shows_it_first
    invalid_observations_are_refused
}

fn a_score_is_proposed_and_decided(test: &TestApp) {
    let id = advance(test);
    let path = format!("contracts/{id}/milestones/MIDYEAR/score");
    let nothing = test.by("justice-leader").get(&path).expect_status(200);
    assert_eq!((&nothing["required"], &nothing["proposed"]), (&json!(true), &Value::Null), "no data is no rating");
    for (kind, body) in happened().into_iter().filter(|(kind, _)| *kind != FactKind::Score) {
        if body["on"].as_str().is_some_and(|on| on < "2026-07-16") {
            recorded(test, kind, &body);
        }
    }
    test.at("2026-07-16", 9);
    let standing = test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200);
    let proposal = test.by("justice-leader").get(&path).expect_status(200);
    assert_eq!(proposal["proposed"], standing["performance"]["score"]);
    assert_eq!(proposal["measures"], standing["performance"]["measures"]);
    assert!(proposal["proposed"].is_string());
    assert_eq!(milestone(test, &id, "MIDYEAR")["satisfied_on"], Value::Null);
    let decided = json!({"score": "78.40", "note": "群众满意度一般"});
    assert_eq!(test.by("justice").post(&path, &decided).status, 403, "the score is the leader's");
    let done = test.by("justice-leader").post(&path, &decided).expect_status(201);
    assert_eq!((&done["kind"], &done["on"]), (&json!("score"), &json!("2026-07-16")));
    assert_eq!(milestone(test, &id, "MIDYEAR")["payable"], "153665.60");
    assert_eq!(test.by("contractor").get(&path).expect_status(200)["score"], "78.4");
    let again = test.by("justice-leader").post(&path, &decided).expect_status(409);
    assert_eq!(again["conflict"]["address"], format!("/contracts/{id}#record-{}", done["seq"]), "sent again");
    let other = json!({"score": "80", "note": "群众满意度一般"});
    assert_eq!(test.by("justice-leader").post(&path, &other).expect_status(422)["rule"], "scored-already");
}

fn the_page_shows_score_rating_and_money_before_and_after(test: &TestApp) {
    let id = advance(test);
    for (kind, body) in happened().into_iter().filter(|(kind, _)| *kind != FactKind::Score) {
        if body["on"].as_str().is_some_and(|on| on < "2026-07-16") {
            recorded(test, kind, &body);
        }
    }
    test.at("2026-07-16", 9);
    let leader = Visitor::signed_in(test, "justice-leader");
    let act = format!("/contracts/{id}/act/score");
    let page = leader.get(&format!("{act}?subject=MIDYEAR")).expect_status(200);
    let proposed = page.form(&act).value("score").expect("a proposal").to_owned();
    let shown = |page: &Page, name: &str| {
        let rows = page.rows("[aria-labelledby=effects] table");
        let row = rows.iter().find(|row| row[0] == format!("中期款 · {name}"));
        row.map(|row| (row[1].clone(), row[2].clone())).unwrap_or_else(|| panic!("no {name}: {rows:?}"))
    };
    assert_eq!(shown(&page, "得分"), ("–".to_owned(), proposed));
    assert_eq!(shown(&page, "等级").0, "–");
    assert_eq!(shown(&page, "状态").0, "未达条件");
    let typed = page.form(&act).with(&[("score", "59分"), ("note", "多次逾期")]);
    let unseen = typed.send(&leader, "").expect_status(422);
    assert_eq!(shown(&unseen, "得分"), ("–".to_owned(), "59".to_owned()));
    assert_eq!(shown(&unseen, "等级").1, "差", "{}", unseen.text);
    assert_eq!(count(test, FactKind::Score), 0, "nothing is recorded unseen");
    unseen.form(&act).send(&leader, "").expect_status(303);
    assert_eq!(
        test.by("contractor").get(&format!("contracts/{id}/milestones/MIDYEAR/score")).expect_status(200)["score"],
        "59"
    );
}

fn a_share_instead_of_points_is_confirmed_first(test: &TestApp) {
    let id = midyear(test);
    let standing = || test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200);
    let before = standing();
    let post = |who: &str, what: &str, body: Value| {
        test.by(who).with("Accept-Language", "zh-CN").post(&format!("contracts/{id}/{what}"), &body)
    };
    for (who, what) in [("justice", "surveys"), ("justice-leader", "milestones/FINAL/score")] {
        for (score, percent) in [("0.92", "92"), ("1", "100"), ("0.005", "0.5")] {
            let body = json!({"score": score, "note": "回访 20 人"});
            let refused = post(who, what, body).expect_status(422);
            assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("unconfirmed"), &json!("score")));
            let words = refused["errors"][0]["message"].as_str().unwrap_or_default();
            assert!(words.contains(&format!("请填 {percent}；")), "{words}");
        }
    }
    assert_eq!(standing(), before);
    let officer = Visitor::signed_in(test, "justice");
    let act = format!("/contracts/{id}/act/survey");
    let shown = officer.get(&act).expect_status(200);
    assert!(!shown.has("input[name=confirmed]"), "{}", shown.text);
    let asked = shown.form(&act).with(&[("score", "０．９２")]).send(&officer, "").expect_status(422);
    assert!(asked.text.contains("请填 92") && asked.has("input[name=confirmed]"), "{}", asked.text);
    let right = asked.form(&act).with(&[("score", "92")]).send(&officer, "");
    assert_eq!(right.status, 303, "no question about points: {}", right.text);
    post("justice", "surveys", json!({"score": "0.92", "confirmed": true})).expect_status(201);
    // Nothing at all is a score as well.
    post("justice", "surveys", json!({"score": "0"})).expect_status(201);
}

fn a_score_is_refused_if_none_is_due(test: &TestApp) {
    let id = advance(test);
    let leader = |code: &str, body: Value| {
        test.by("justice-leader").post(&format!("contracts/{id}/milestones/{code}/score"), &body)
    };
    assert_eq!(leader("ADVANCE", json!({"score": "80"})).expect_status(422)["rule"], "score-not-required");
    assert_eq!(leader("NOWHERE", json!({"score": "80"})).status, 404);
    assert_eq!(leader("MIDYEAR", json!({"score": "100.1"})).status, 400);
    assert_eq!(
        leader("MIDYEAR", json!({"score": "80", "on": "2026-01-14"})).expect_status(422)["errors"][0]["path"],
        "on"
    );
    assert_eq!(test.by("other-leader").get(&format!("contracts/{id}/milestones/MIDYEAR/score")).status, 404);
    assert_eq!(count(test, FactKind::Score), 0);
}

fn observations_become_facts(test: &TestApp) {
    let id = advance(test);
    test.at("2026-04-02", 9);
    let post = |who: &str, what: &str, body: Value| test.by(who).post(&format!("contracts/{id}/{what}"), &body);
    let headcount = json!({"month": "2026-03", "clients": 118, "workers": 5});
    let done = post("station", "headcounts", headcount).expect_status(201);
    assert_eq!((&done["seq"], &done["kind"], &done["on"]), (&json!(1), &json!("headcount"), &json!("2026-04-02")));
    incident(test, &id, &json!({"id": "L-1", "clause": "LEAK", "on": "2026-04-01", "note": "名册外泄"}));
    post("justice", "surveys", json!({"score": "91.5"})).expect_status(201);
    let standing = test.by("audit").get(&format!("contracts/{id}/standing")).expect_status(200);
    let breaches: Vec<_> =
        standing["breaches"].as_array().expect("breaches").iter().map(|b| (&b["clause"], &b["since"])).collect();
    assert_eq!(breaches, [(&json!("LEAK"), &json!("2026-04-01")), (&json!("STAFF"), &json!("2026-04-02"))]);
    assert_eq!(standing["performance"]["measures"]["satisfaction"], "91.50");
    for who in ["contractor", "justice-leader", "finance-review", "audit"] {
        assert_eq!(post(who, "surveys", json!({"score": "100"})).status, 403, "{who}");
    }
    assert_eq!(post("other-justice", "surveys", json!({"score": "100"})).status, 404);
}

fn an_observation_that_moves_money_shows_it_first(test: &TestApp) {
    let id = advance(test);
    test.at("2026-04-02", 9);
    let told = test
        .by("justice")
        .post(&format!("contracts/{id}/effects/headcount"), &json!({"month": "2026-03", "clients": 118, "workers": 5}))
        .expect_status(200);
    let told: Vec<_> = told["items"].as_array().expect("effects").iter().map(|one| &one["code"]).collect();
    assert!(told.contains(&&json!("STAFF")), "{told:?}");
    let officer = Visitor::signed_in(test, "justice");
    let act = format!("/contracts/{id}/act/headcount");
    let typed = [("month", "2026-03"), ("clients", "118"), ("workers", "5")];
    let unseen = officer.get(&act).form(&act).with(&typed).send(&officer, "").expect_status(422);
    let rows = unseen.rows("[aria-labelledby=effects] table");
    assert!(rows.iter().any(|row| row[1] == "0.00" && row[2] != "0.00"), "{rows:?}");
    assert_eq!(count(test, FactKind::Headcount), 0, "nothing is recorded unseen");
    let other = unseen.form(&act).with(&[("workers", "4")]).send(&officer, "").expect_status(422);
    assert_eq!(count(test, FactKind::Headcount), 0, "another number moves another amount");
    other.form(&act).send(&officer, "").expect_status(303);
    assert_eq!(count(test, FactKind::Headcount), 1);
    // A month with enough workers, and a survey, move nothing.
    let enough = [("month", "2026-02"), ("clients", "1"), ("workers", "5")];
    officer.get(&act).form(&act).with(&enough).send(&officer, "").expect_status(303);
    let told = test.by("justice").post(&format!("contracts/{id}/effects/survey"), &json!({"score": "90"}));
    assert_eq!(told.expect_status(200)["items"], json!([]));
}

fn invalid_observations_are_refused(test: &TestApp) {
    let id = midyear(test);
    let post = |what: &str, body: Value| test.by("justice").post(&format!("contracts/{id}/{what}"), &body);
    let before = test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200);
    let refused = [
        ("incidents", json!({"id": "2026-05-LEAK", "clause": "LEAK"}), "id"),
        ("incidents", json!({"id": "x", "clause": "LATE"}), "clause"),
        ("incidents", json!({"id": "x", "clause": "LEAK", "on": "2026-07-18"}), "on"),
        ("incidents", json!({"id": "x", "clause": "LEAK", "on": "2026-01-04"}), "on"),
        ("headcounts", json!({"month": "2026-03", "clients": 1, "workers": 1}), "month"),
        ("headcounts", json!({"month": "2026-08", "clients": 1, "workers": 1}), "month"),
    ];
    for (what, body, path) in refused {
        assert_eq!(post(what, body.clone()).expect_status(422)["errors"][0]["path"], path, "{what} {body}");
    }
    for (what, body) in [
        ("incidents", json!({"id": "", "clause": "LEAK"})),
        ("incidents", json!({"clause": "LEAK"})),
        ("headcounts", json!({"month": "2026-7", "clients": 1, "workers": 1})),
        ("headcounts", json!({"month": "2026-07", "clients": -1, "workers": 1})),
        ("surveys", json!({"score": 90})),
        ("surveys", json!({"score": "90", "by": "me"})),
    ] {
        assert_eq!(post(what, body.clone()).status, 400, "{what} {body}");
    }
    assert_eq!(test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200), before);
}
