//! The steps of an evaluation: what each needs, who may take it, what is frozen, and how pages lead through it.

use luyue::domain::codes::Role;
use luyue::domain::numbers::Score;
use serde_json::{Value, json};

use crate::evaluations::setup::{act, commented, listed, open, opened, period};
use crate::payments::setup::{deputed, id_of, letters_of, midyear, seated};
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    an_evaluation_is_proposed_commented_on_and_made_final
    one_of_several_final_steps_counts
    pages_lead_from_the_period_to_the_score
}

on_sqlite_first! {
    silence_lets_the_purchaser_go_on_and_withdrawal_frees_the_period
}

fn score(value: &Value) -> Score {
    value.as_str().expect("a text").parse().expect("a score")
}

/// Returns a measure of an evaluation.
fn measure<'a>(evaluation: &'a Value, name: &str) -> &'a Value {
    let measures = evaluation["measures"].as_array().expect("a list");
    measures.iter().find(|known| known["measure"] == name).expect("the measure has data")
}

fn an_evaluation_is_proposed_commented_on_and_made_final(test: &TestApp) {
    let id = midyear(test);
    a_period_is_of_the_contract(test, &id);
    let evaluation = opened(test, &id);
    let again = open(test, "justice", &id, &period("2026-06-30", "2026-07-10")).expect_status(409);
    assert!(again["conflict"]["address"].as_str().is_some_and(|at| at.ends_with(&evaluation)), "{again}");
    open(test, "justice", &id, &period("2026-07-01", "2026-12-31")).expect_status(201);

    measures_are_those_of_the_standing(test, &id);

    assert_eq!(act(test, "justice", &evaluation, "propose", &json!({})).status, 409, "the contractor comes first");
    assert_eq!(act(test, "justice", &evaluation, "assess", &json!({"text": "好"})).status, 403);
    assert_eq!(act(test, "contractor", &evaluation, "open", &json!({})).status, 404);
    let refused = act(test, "contractor", &evaluation, "assess", &json!({"text": " "})).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "text");
    let own = json!({"text": "已按约定完成", "scores": {"compliance": "95"}});
    act(test, "contractor", &evaluation, "assess", &own).expect_status(200);

    let proposed = a_lower_score_needs_a_reason(test, (&id, &evaluation));

    assert_eq!(act(test, "justice-leader", &evaluation, "finalise", &json!({})).status, 409, "nothing was commented");
    let commented = act(test, "contractor", &evaluation, "comment", &json!({"text": "无意见"})).expect_status(200);
    assert_eq!(commented["steps"], 4);
    // The officer who proposed also gets the leader's role, and a deputy in it.
    seated(test, "justice", "XC-JUSTICE", Role::Leader);
    deputed(test, "justice-2", "justice", Role::Leader);
    for who in ["justice", "justice-2"] {
        let refused = act(test, who, &evaluation, "finalise", &json!({})).expect_status(403);
        assert_eq!(refused["type"], "/problems/self-approval", "{who}");
    }
    assert_eq!(act(test, "justice-leader", &evaluation, "finalise", &json!({"seen": 3})).status, 409);
    let done = act(test, "justice-leader", &evaluation, "finalise", &json!({"seen": 4})).expect_status(200);
    assert_eq!(done["state"], "final");
    for (who, name) in [("contractor", "comment"), ("justice", "propose"), ("justice-leader", "withdraw")] {
        let body = json!({"text": "意见", "reason": "有误"});
        assert_eq!(act(test, who, &evaluation, name, &body).status, 409, "{name}");
    }

    a_later_fact_leaves_the_result(test, &id, &proposed);
    assert_eq!(unsealed_differences(test), []);
}

fn a_period_is_of_the_contract(test: &TestApp, id: &str) {
    let half = period("2026-01-05", "2026-06-30");
    for (who, status) in [("justice-leader", 403), ("contractor", 403), ("audit", 403), ("other-justice", 404)] {
        assert_eq!(open(test, who, id, &half).status, status, "{who}");
    }
    for (from, to, path) in [
        ("2026-01-04", "2026-06-30", "from"),
        ("2026-07-18", "2026-07-20", "from"),
        ("2026-02-01", "2026-01-31", "to"),
        ("2026-01-05", "2027-01-01", "to"),
    ] {
        let refused = open(test, "justice", id, &period(from, to)).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path, "{from} {to}");
    }
}

fn measures_are_those_of_the_standing(test: &TestApp, id: &str) {
    // The measures are those of the standing on the period's last day, or today.
    for (place, on) in [(0, "2026-06-30"), (1, "2026-07-17")] {
        let standing = test.by("audit").get(&format!("contracts/{id}/standing?as_of={on}")).expect_status(200);
        let shown = &listed(test, id)[place];
        assert_eq!(score(&shown["computed"]), score(&standing["performance"]["score"]), "{on}");
        assert_eq!(shown["measured_on"], on);
        let measures = standing["performance"]["measures"].as_object().expect("measures");
        assert_eq!(shown["measures"].as_array().map(Vec::len), Some(measures.len()), "{shown}");
    }
}

/// Returns the evaluation as it was proposed.
fn a_lower_score_needs_a_reason(test: &TestApp, (id, evaluation): (&str, &str)) -> Value {
    let computed = score(&measure(&listed(test, id)[0], "compliance")["computed"]).units();
    let ten = 10 * u64::try_from(Score::SCALE).expect("a scale");
    let lower = |units: u64| Score::from_units(computed - units).expect("a score").to_string();
    for (to, reason, path) in [
        (lower(ten + 1), "另有佐证", "adjustments.compliance.score"),
        (lower(ten), " ", "adjustments.compliance.reason"),
    ] {
        let body = json!({"adjustments": {"compliance": {"score": to, "reason": reason}}});
        let refused = act(test, "justice", evaluation, "propose", &body).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path);
    }
    let body = json!({"adjustments": {"compliance": {"score": lower(ten), "reason": "整改不及时"}}});
    act(test, "justice", evaluation, "propose", &body).expect_status(200);
    let proposed = listed(test, id)[0].clone();
    assert!(score(&proposed["score"]) < score(&proposed["computed"]), "{proposed}");
    assert_eq!(measure(&proposed, "compliance")["own"], "95");
    assert_eq!(measure(&proposed, "compliance")["reason"], "整改不及时");
    assert_eq!(proposed["answer_by"], "2026-07-31");
    assert_eq!(letters_of(test, "evaluation-waiting"), ["contractor@luyue.test"]);
    proposed
}

fn a_later_fact_leaves_the_result(test: &TestApp, id: &str, proposed: &Value) {
    // A later fact changes the standing and not the result.
    let survey = json!({"score": "10", "on": "2026-06-30"});
    test.by("justice").post(&format!("contracts/{id}/surveys"), &survey).expect_status(201);
    let frozen = &listed(test, id)[0];
    assert_eq!((&frozen["score"], &frozen["measures"]), (&proposed["score"], &proposed["measures"]));
    assert_eq!(frozen["outcome"]["score"], frozen["score"]);
    assert_eq!(frozen["outcome"]["adjustments"]["compliance"]["reason"], "整改不及时");
    let offered = test.by("justice-leader").get(&format!("contracts/{id}/milestones/MIDYEAR/score"));
    assert_eq!(offered.expect_status(200)["evaluation"]["score"], frozen["score"]);
}

fn silence_lets_the_purchaser_go_on_and_withdrawal_frees_the_period(test: &TestApp) {
    let id = midyear(test);
    let body = json!({"from": "2026-01-05", "to": "2026-06-30", "assess_by": "2026-07-16"});
    let refused = open(test, "justice", &id, &body).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "assess_by");
    let evaluation = opened(test, &id);
    for (on, who, name, status) in [
        ("2026-07-24", "justice", "propose", 409),
        ("2026-07-25", "justice", "propose", 200),
        ("2026-08-08", "justice-leader", "finalise", 409),
        ("2026-08-09", "justice-leader", "finalise", 200),
    ] {
        test.at(on, 9);
        assert_eq!(act(test, who, &evaluation, name, &json!({})).status, status, "{name} on {on}");
    }
    let second = id_of(&open(test, "justice", &id, &period("2026-07-01", "2026-07-31")).expect_status(201));
    let refused = act(test, "justice-leader", &second, "withdraw", &json!({"reason": " "})).expect_status(422);
    assert_eq!(refused["rule"], "reason");
    act(test, "justice-leader", &second, "withdraw", &json!({"reason": "期间有误"})).expect_status(200);
    open(test, "justice", &id, &period("2026-07-01", "2026-07-31")).expect_status(201);
    // A period that is not over has no final result.
    let running = id_of(&open(test, "justice", &id, &period("2026-08-01", "2026-08-31")).expect_status(201));
    commented(test, &running);
    for (on, status) in [("2026-08-30", 409), ("2026-08-31", 200)] {
        test.at(on, 9);
        assert_eq!(act(test, "justice-leader", &running, "finalise", &json!({})).status, status, "on {on}");
    }
    assert_eq!(unsealed_differences(test), []);
}

fn one_of_several_final_steps_counts(test: &TestApp) {
    let id = midyear(test);
    let evaluation = opened(test, &id);
    commented(test, &evaluation);
    let takers = [("justice-leader", "finalise", json!({"seen": 4})), ("justice", "propose", json!({}))];
    let statuses = race(6, |one| {
        let (who, name, body) = &takers[one % 2];
        act(test, who, &evaluation, name, body).status
    });
    // Whichever comes first, the other no longer finds what it needs: a proposal waits for comments again.
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
    let opened = race(4, |_| open(test, "justice", &id, &period("2026-07-01", "2026-07-17")).status);
    assert_eq!(opened.iter().filter(|status| **status == 201).count(), 1, "{opened:?}");
    assert_eq!(unsealed_differences(test), []);
}

fn pages_lead_from_the_period_to_the_score(test: &TestApp) {
    let id = midyear(test);
    let contract = format!("/contracts/{id}");
    let acting = |name: &str| format!("{contract}/act/{name}");
    let [officer, leader, contractor] =
        ["justice", "justice-leader", "contractor"].map(|who| Visitor::signed_in(test, who));
    let link = officer.get(&contract).dom_link(&acting("evaluation"));
    let form = officer.get(&link).expect_status(200).form(&acting("evaluation"));
    let refused = form.with(&[("from", "2026-01-01"), ("to", "2026-06-30")]).send(&officer, "");
    assert!(refused.status == 422 && refused.text.contains("评价期间不能早于合同开始日期"), "{}", refused.text);
    let form = officer.get(&link).expect_status(200).form(&acting("evaluation"));
    let done = form.with(&[("from", "2026-01-05"), ("to", "2026-06-30")]).send(&officer, "");
    assert_eq!(done.status, 303, "{}", done.text);

    // The act of each task, what is typed, and what comes of it.
    for (visitor, act, fields, status) in [
        (&contractor, "evaluation-assess", &[("text", ""), ("scores.compliance.score", "x")][..], 400),
        (&contractor, "evaluation-assess", &[("text", "已按约定完成"), ("scores.compliance.score", "95")], 303),
        (&officer, "evaluation-propose", &[("adjustments.compliance.score", "0")], 422),
        (&officer, "evaluation-propose", &[], 303),
        (&contractor, "evaluation-comment", &[("text", "")], 400),
        (&contractor, "evaluation-comment", &[("text", "无意见")], 303),
        (&leader, "evaluation-finalise", &[], 303),
    ] {
        let form = visitor.get("/work").expect_status(200).dom_link(&acting(act));
        if act == "evaluation-finalise" {
            let effects = visitor.get(&form).expect_status(200).rows("[aria-labelledby=effects] table");
            let proposed = listed(test, &id)[0]["score"].as_str().expect("a score").to_owned();
            assert_eq!(effects[0], ["得分", "–", proposed.as_str()], "{effects:?}");
            assert_eq!((effects[1][0].as_str(), effects[1][1].as_str()), ("等级", "–"), "{effects:?}");
        }
        let done = visitor.get(&form).expect_status(200).form(&acting(act)).with(fields).send(visitor, "");
        assert_eq!(done.status, status, "{act}: {}", done.text);
    }
    let page = officer.get(&contract).expect_status(200);
    for words in ["期间绩效评价", "已审定", "已按约定完成", "无意见"] {
        assert!(page.text.contains(words), "{words}");
    }
    let result = listed(test, &id)[0]["score"].as_str().expect("a score").to_owned();
    let form = leader.get(&format!("{}?subject=MIDYEAR", acting("score"))).expect_status(200).form(&acting("score"));
    assert_eq!(form.value("score"), Some(result.as_str()));
}
