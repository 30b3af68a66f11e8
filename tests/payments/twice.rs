//! Acts sent again under a new idempotency key: the second is answered with the first, and one more is recorded only
//! when the person asks for it.

use luyue::domain::codes::{FactKind, Role};
use serde_json::{Value, json};

use crate::objections::setup::raised;
use crate::payments::setup::{
    STEPS, advance, asked, body_of, count, deputed, id_of, incident, last, newcomer, seated, step,
};
use crate::support::app::{Reply, TestApp};
use crate::support::visitor::{Page, Visitor};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    one_of_six_same_acts_is_recorded
    a_page_that_decides_again_leads_to_the_first
}

on_sqlite_first! {
    the_same_act_again_is_refused_naming_the_first
    what_differs_is_another_act
    what_no_longer_stands_can_be_recorded_again
    a_deputy_repeats_what_the_holder_did
    a_page_shows_the_first_and_records_another_when_told_to
    every_act_sent_again_from_its_page_leads_to_the_first
    an_early_end_is_requested_once
    what_was_submitted_or_decided_before_is_answered_with_the_first
}

/// Each act with its path below the contract, its body, and whether one more can be recorded.
fn acts() -> Vec<(&'static str, Value, bool)> {
    vec![
        ("surveys", json!({"score": "88", "note": "回访 20 人"}), true),
        ("incidents", json!({"id": "I-1", "clause": "LEAK", "note": "泄露"}), false),
        ("headcounts", json!({"month": "2026-01", "clients": 20, "workers": 2, "note": ""}), false),
        ("extensions", json!({"deliverable": "EDU-H1", "days": 5, "reason": "汛期"}), true),
        ("waivers", json!({"clause": "LATE", "subject": "EDU-H1", "reason": "汛期"}), false),
        ("milestones/ADVANCE/payments", json!({"amount": "100.00"}), true),
    ]
}

fn the_same_act_again_is_refused_naming_the_first(test: &TestApp) {
    let id = advance(test);
    for (path, body, is_repeatable) in acts() {
        let path = format!("contracts/{id}/{path}");
        let send = |key: &str, body: &Value| test.by("justice").with("Idempotency-Key", key).post(&path, body);
        let first = send(&format!("{path} 1"), &body).expect_status(201);
        assert_eq!(send(&format!("{path} 1"), &body).expect_status(201), first, "{path}: the same key");
        for key in ["2", "3"] {
            let refused = send(&format!("{path} {key}"), &body).expect_status(409);
            let conflict = &refused["conflict"];
            assert_eq!((&conflict["contract"], &conflict["repeatable"]), (&json!(id), &json!(is_repeatable)), "{path}");
            let part = match (first["seq"].as_i64(), path.ends_with("payments")) {
                (Some(seq), _) => format!("record-{seq}"),
                (None, true) => format!("payment-{}", id_of(&first)),
                (None, false) => format!("change-request-{}", id_of(&first)),
            };
            assert_eq!(conflict["address"], format!("/contracts/{id}#{part}"), "{path}");
            let page = Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}")).expect_status(200).text;
            assert!(page.contains(&format!("id=\"{part}\"")), "the page has the place {part}");
        }
        let mut another = body.clone();
        another["another"] = json!(true);
        let status = send(&format!("{path} 4"), &another).status;
        assert_eq!(status == 201, is_repeatable, "{path}: one more, answered with {status}");
    }
}

fn what_differs_is_another_act(test: &TestApp) {
    let id = advance(test);
    for (path, body, is_repeatable) in acts().into_iter().filter(|(path, _, again)| *again && *path != "extensions") {
        let address = format!("contracts/{id}/{path}");
        test.by("justice").post(&address, &body).expect_status(201);
        let mut other = body.clone();
        let (field, value) = match path {
            "surveys" => ("note", "回访 21 人"),
            _ => ("amount", "100.01"),
        };
        other[field] = json!(value);
        test.by("justice").post(&address, &other).expect_status(201);
        assert_eq!(test.by("justice").post(&address, &other).status, 409, "{path} {is_repeatable}");
    }
    // Another seat may observe the same; the same seat on another day too.
    let survey = json!({"score": "88", "note": "回访 20 人"});
    test.by("station").post(&format!("contracts/{id}/surveys"), &survey).expect_status(201);
    test.by("contractor")
        .post(&format!("contracts/{id}/milestones/ADVANCE/payments"), &json!({"amount": "100.00"}))
        .expect_status(201);
    test.at("2026-01-14", 9);
    test.by("justice").post(&format!("contracts/{id}/surveys"), &survey).expect_status(201);
}

fn what_no_longer_stands_can_be_recorded_again(test: &TestApp) {
    let id = advance(test);
    let extension = json!({"deliverable": "EDU-H1", "days": 5, "reason": "汛期"});
    let path = format!("contracts/{id}/extensions");
    let first = test.by("justice").post(&path, &extension).expect_status(201);
    let refuse = format!("extensions/{}/actions/refuse", id_of(&first));
    test.by("justice-leader").post(&refuse, &json!({"reason": "材料不足"})).expect_status(200);
    test.by("justice").post(&path, &extension).expect_status(201);
    let payment = asked(test, &id, "ADVANCE", &json!({"amount": "100.00"}));
    step(test, "justice", &payment, "return", &json!({"reason": "发票抬头有误"})).expect_status(200);
    asked(test, &id, "ADVANCE", &json!({"amount": "100.00"}));
    let survey = json!({"score": "88"});
    let path = format!("contracts/{id}/surveys");
    let first = test.by("justice").post(&path, &survey).expect_status(201);
    let asked = json!({"seq": first["seq"], "reason": "录入有误"});
    let reversal = test.by("justice").post(&format!("contracts/{id}/reversals"), &asked).expect_status(201);
    let grant = format!("reversals/{}/actions/grant", id_of(&reversal));
    test.by("justice-leader").post(&grant, &json!({})).expect_status(200);
    test.by("justice").post(&path, &survey).expect_status(201);
}

fn one_of_six_same_acts_is_recorded(test: &TestApp) {
    let id = advance(test);
    for (path, body, _) in acts() {
        let path = format!("contracts/{id}/{path}");
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..6).map(|_| scope.spawn(|| test.by("justice").post(&path, &body).status)).collect();
            racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
        });
        assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{path}: {answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 409).count(), 5, "{path}: {answers:?}");
    }
}

fn a_deputy_repeats_what_the_holder_did(test: &TestApp) {
    let id = advance(test);
    newcomer(test, "stand-in");
    seated(test, "stand-in", "XC-JUSTICE", Role::Supervisor);
    deputed(test, "stand-in", "justice", Role::Officer);
    let path = format!("contracts/{id}/surveys");
    test.by("justice").post(&path, &json!({"score": "88"})).expect_status(201);
    assert_eq!(test.by("stand-in").post(&path, &json!({"score": "88"})).status, 409);
    assert_eq!(count(test, FactKind::Survey), 1);
}

fn a_page_shows_the_first_and_records_another_when_told_to(test: &TestApp) {
    let id = advance(test);
    let officer = Visitor::signed_in(test, "justice");
    for (act, fields) in [
        ("survey", vec![("score", "88"), ("note", "回访 20 人")]),
        ("request", vec![("subject", "ADVANCE"), ("amount", "100.00")]),
    ] {
        let (path, subject) = (format!("/contracts/{id}/act/{act}"), fields[0]);
        let shown = if subject.0 == "subject" { format!("{path}?subject={}", subject.1) } else { path.clone() };
        let first = officer.post_from(&shown, &path, &fields);
        assert_eq!(first.status, 303, "{act}: {}", first.text);
        let again = officer.post_from(&shown, &path, &fields).expect_status(409);
        assert!(again.text.contains("查看已有的记录") && again.text.contains("仍然另记一条"), "{act}: {}", again.text);
        assert!(again.text.contains(&format!("href=\"/contracts/{id}#")), "{act}: {}", again.text);
        let mut another = fields.clone();
        another.push(("another", "yes"));
        assert_eq!(officer.post_from(&shown, &path, &another).status, 303, "{act}");
    }
    assert_eq!(count(test, FactKind::Survey), 2);
}

fn every_act_sent_again_from_its_page_leads_to_the_first(test: &TestApp) {
    let id = advance(test);
    let officer = Visitor::signed_in(test, "justice");
    for (act, subject, fields) in [
        ("incident", "", vec![("id", "I-1"), ("clause", "LEAK"), ("note", "泄露")]),
        ("headcount", "", vec![("month", "2026-01"), ("clients", "20人"), ("workers", "２")]),
        ("extension", "EDU-H1", vec![("deliverable", "EDU-H1"), ("days", "5天"), ("reason", "汛期")]),
        ("waiver", "LEAK/I-1", vec![("reason", "已补救")]),
    ] {
        let path = format!("/contracts/{id}/act/{act}");
        let query: String = form_urlencoded::byte_serialize(subject.as_bytes()).collect();
        let shown = officer.get(&format!("{path}?subject={query}")).expect_status(200);
        // Sent from a page that was open before, as from a second tab; each under a key of its own.
        let press = |key: &str| {
            let sent = shown.form(&path).with(&fields).with(&[("key", key)]).send(&officer, "");
            let asks = sent.status == 422 && sent.has("input[name=seen]");
            if asks { sent.form(&path).with(&[("key", key)]).send(&officer, "") } else { sent }
        };
        let first = press(&format!("{act}-1"));
        assert_eq!(first.status, 303, "{act}: {}", first.text);
        let again = press(&format!("{act}-2")).expect_status(409);
        assert!(again.text.contains(&format!("href=\"/contracts/{id}#")), "{act}: {}", again.text);
        if act == "incident" {
            let asks = test.by("justice-leader").get(&format!("contracts/{id}/change-requests")).expect_status(200);
            let path = format!("incidents/{}/actions/grant", id_of(&asks["items"][0]));
            test.by("justice-leader").post(&path, &json!({})).expect_status(200);
        }
    }
    assert_eq!((count(test, FactKind::Incident), count(test, FactKind::Headcount)), (1, 1));
}

fn an_early_end_is_requested_once(test: &TestApp) {
    let id = advance(test);
    let leader = Visitor::signed_in(test, "justice-leader");
    let path = format!("/contracts/{id}/act/terminate");
    let form = leader.get(&path).expect_status(200).form(&path).with(&[("reason", "停止服务")]);
    assert_eq!(form.send(&leader, "").status, 303);
    let asks = test.by("justice-leader").get(&format!("contracts/{id}/change-requests")).expect_status(200);
    let address = format!("/contracts/{id}#change-request-{}", id_of(&asks["items"][0]));
    let again = form.with(&[("key", "again")]).send(&leader, "").expect_status(409);
    assert!(again.links_in(".govuk-error-summary").iter().any(|(to, _)| *to == address), "{}", again.text);
    let page = leader.get(&format!("/contracts/{id}")).expect_status(200).text;
    assert!(page.contains(&format!("id=\"change-request-{}\"", id_of(&asks["items"][0]))), "the link leads to it");
    let body = json!({"reason": "停止服务"});
    let refused = test.by("justice-leader").post(&format!("contracts/{id}/actions/terminate"), &body);
    assert_eq!(refused.expect_status(409)["conflict"]["address"], address);
}

const SUBMITTED: [(&str, &str); 2] = [("quantity", "2"), ("note", "走访名册")];

/// Sends the same submission of VISIT-H1.
fn submitted(test: &TestApp, id: &str, note: &str, file: &[u8]) -> Reply {
    let fields = [SUBMITTED[0], ("note", note)];
    let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions");
    test.by("contractor").upload(&path, &fields, &[("名册.csv", file)])
}

/// Requires the refusal of an act that was taken before, with the place of the first on a page that has it.
#[track_caller]
fn leads_to(test: &TestApp, refused: Reply, who: &str, address: &str) {
    let refused = refused.expect_status(409);
    let conflict = &refused["conflict"];
    assert_eq!((&conflict["address"], &conflict["repeatable"]), (&json!(address), &json!(false)), "{refused}");
    let (page, part) = address.split_once('#').expect("a place of a page");
    let shown = Visitor::signed_in(test, who).get(page).expect_status(200);
    assert!(shown.has(&format!("[id='{part}']")), "{page} has the place {part}");
}

fn what_was_submitted_or_decided_before_is_answered_with_the_first(test: &TestApp) {
    let id = advance(test);
    let at = |part: String| format!("/contracts/{id}#{part}");
    let table = "编号\nXZ-1\n".as_bytes();
    submitted(test, &id, SUBMITTED[1].1, table).expect_status(201);
    let submission = last(test, FactKind::Submission);
    leads_to(test, submitted(test, &id, SUBMITTED[1].1, table), "contractor", &at(format!("record-{submission}")));
    // Another text or another file is another submission, for which it is too early.
    for (note, file) in [("其他", table), (SUBMITTED[1].1, "编号\nXZ-2\n".as_bytes())] {
        assert_eq!(submitted(test, &id, note, file).expect_status(422)["rule"], "submission-before-rejection");
    }
    let decision = json!({"decision": "rejected", "note": "缺少走访照片"});
    let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions/1/decision");
    test.by("justice").post(&path, &decision).expect_status(200);
    let first = at(format!("record-{}", last(test, FactKind::Decision)));
    for who in ["justice", "justice-2"] {
        leads_to(test, test.by(who).post(&path, &decision), "justice", &first);
    }
    // What was returned is submitted again as it is.
    assert_eq!(submitted(test, &id, SUBMITTED[1].1, table).expect_status(201)["no"], 2);
    let extension = json!({"deliverable": "EDU-H1", "days": 5, "reason": "汛期"});
    let made = test.by("contractor").post(&format!("contracts/{id}/extensions"), &extension).expect_status(201);
    let first = at(format!("change-request-{}", id_of(&made)));
    for (who, name) in [("justice", "endorse"), ("justice-leader", "grant")] {
        let path = format!("extensions/{}/actions/{name}", id_of(&made));
        test.by(who).post(&path, &json!({})).expect_status(200);
        leads_to(test, test.by(who).post(&path, &json!({})), who, &first);
    }
    incident(test, &id, &json!({"id": "I-1", "clause": "LEAK", "note": "工作记录外泄"}));
    let objection = raised(test, &id, ("breach", "LEAK/I-1"));
    let path = format!("objections/{objection}/actions/reject");
    let answer = json!({"reason": "事实清楚"});
    // The leader granted an extension, and may answer nothing about what they decided themselves.
    newcomer(test, "leader-2");
    seated(test, "leader-2", "XC-JUSTICE", Role::Leader);
    test.by("leader-2").post(&path, &answer).expect_status(200);
    let first = at(format!("objection-{objection}"));
    leads_to(test, test.by("leader-2").post(&path, &answer), "contractor", &first);
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    for (name, who) in STEPS {
        step(test, who, &payment, name, &body_of(name)).expect_status(200);
        let again = step(test, who, &payment, name, &body_of(name));
        leads_to(test, again, who, &at(format!("payment-{payment}")));
    }
}

fn a_page_that_decides_again_leads_to_the_first(test: &TestApp) {
    let id = advance(test);
    submitted(test, &id, SUBMITTED[1].1, "编号\nXZ-1\n".as_bytes()).expect_status(201);
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    let made = test
        .by("justice")
        .post(&format!("contracts/{id}/extensions"), &json!({"deliverable": "EDU-H1", "days": 5, "reason": "汛期"}));
    let asked = id_of(&made.expect_status(201));
    let of_submission = vec![("decision", "rejected"), ("note", "缺少走访照片")];
    for (who, act, subject, fields) in [
        ("justice", "decision", "VISIT-H1", of_submission),
        ("justice-leader", "refuse", asked.as_str(), vec![("reason", "材料不足")]),
        ("justice", "confirm", payment.as_str(), vec![]),
    ] {
        let visitor = Visitor::signed_in(test, who);
        let path = format!("/contracts/{id}/act/{act}");
        let tabs = [(); 2].map(|()| visitor.get(&format!("{path}?subject={subject}")).expect_status(200));
        // Each tab shows the effects once before it acts.
        let press = |tab: &Page| {
            let sent = tab.form(&path).with(&fields).send(&visitor, "");
            let asks = sent.status == 422 && sent.has("input[name=seen]");
            if asks { sent.form(&path).send(&visitor, "") } else { sent }
        };
        assert_eq!(press(&tabs[0]).status, 303, "{act}");
        let again = press(&tabs[1]).expect_status(409);
        let links: Vec<String> = again.links_in("main").into_iter().map(|(to, _)| to).collect();
        assert!(links.iter().any(|to| to.starts_with(&format!("/contracts/{id}#"))), "{act}: {links:?} {}", again.text);
    }
    // Opened later, the page of a decision that was made offers none and leads to it.
    let grant = format!("/contracts/{id}/act/grant?subject={asked}");
    let late = Visitor::signed_in(test, "justice-leader").get(&grant).expect_status(200);
    let links = late.attrs(".checks a", "href");
    assert_eq!(links, [format!("/contracts/{id}#change-request-{asked}")], "{}", late.text);
    assert!(!late.has("form#page-form"), "{}", late.text);
}
