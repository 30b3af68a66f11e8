//! Forms tell their faults the first time that they are sent, before the effects: those are shown of a form that would
//! be accepted. Nothing is recorded meanwhile.

use serde_json::json;

use crate::on_sqlite;
use crate::payments::setup::{advance, asked, incident, midyear, step, through};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};

/// Fields of a form as they are typed.
type Fields<'a> = &'a [(&'a str, &'a str)];

on_sqlite! {
    a_used_voucher_and_an_early_day_are_told_at_once
    a_day_to_come_is_told_with_the_other_faults
    hidden_characters_are_named_at_the_first_press
    values_out_of_bounds_are_refused_at_the_first_press
    reasons_lose_what_nobody_sees
    a_form_whose_effects_are_shown_has_recorded_nothing
    two_windows_of_a_step_get_one_advice
    a_returned_contract_tells_its_officer_why
}

fn send(visitor: &Visitor<'_>, contract: &str, act: &str, subject: &str, fields: &[(&str, &str)]) -> Page {
    let path = format!("/contracts/{contract}/act/{act}");
    let all = [&[("subject", subject)], fields].concat();
    visitor.post_from(&format!("{path}?subject={subject}"), &path, &all)
}

/// Returns the fields to which the error summary links.
fn told(page: &Page) -> Vec<String> {
    let links = page.links_in(".govuk-error-summary__list").into_iter();
    links.map(|(address, _)| address.trim_start_matches('#').to_owned()).collect()
}

fn a_used_voucher_and_an_early_day_are_told_at_once(test: &TestApp) {
    let id = advance(test);
    let first = asked(test, &id, "ADVANCE", &json!({"amount": "100.00"}));
    through(test, &first, 3);
    step(test, "finance-pay", &first, "pay", &json!({"voucher": "ZF-1"})).expect_status(200);
    let second = asked(test, &id, "ADVANCE", &json!({"amount": "200.00"}));
    through(test, &second, 3);
    let cashier = Visitor::signed_in(test, "finance-pay");
    let fields = [("voucher", "zf–1"), ("on", "2026-01-12")];
    let page = send(&cashier, &id, "pay", &second, &fields).expect_status(422);
    assert_eq!(told(&page), ["voucher", "on"], "{}", page.text);
    let body = json!({"voucher": "ZF-1", "on": "2026-01-12"});
    let refused = step(test, "finance-pay", &second, "pay", &body).expect_status(422);
    let paths: Vec<_> = refused["errors"].as_array().into_iter().flatten().map(|one| one["path"].clone()).collect();
    assert_eq!(paths, ["on", "voucher"], "{refused}");
    for (fields, wanted) in [
        ([("voucher", "ZF-2"), ("on", "2026-01-12")], "on"),
        ([("voucher", ""), ("on", "2026-01-12")], "voucher"),
        ([("voucher", "ZF-2"), ("on", "2026-01-14")], "on"),
    ] {
        let page = send(&cashier, &id, "pay", &second, &fields);
        assert_eq!(told(&page), [wanted], "{fields:?}: {}", page.text);
    }
    // A used voucher alone is told before the effects of another day.
    test.at("2026-01-15", 9);
    let cashier = Visitor::signed_in(test, "finance-pay");
    let page = send(&cashier, &id, "pay", &second, &[("voucher", "ZF-1"), ("on", "2026-01-14")]).expect_status(409);
    assert!(page.text_of(".govuk-error-summary").contains("ZF-1"), "{}", page.text);
}

fn a_day_to_come_is_told_with_the_other_faults(test: &TestApp) {
    let id = advance(test);
    let officer = Visitor::signed_in(test, "justice");
    let contractor = Visitor::signed_in(test, "contractor");
    let cases: [(&str, Fields<'_>, &[&str]); 3] = [
        (
            "headcount",
            &[("month", "2026-01"), ("clients", "x"), ("workers", "1"), ("on", "2026-01-14")],
            &["clients", "on"],
        ),
        ("survey", &[("score", "101"), ("on", "2026年1月14日")], &["score", "on"]),
        (
            "extension",
            &[("deliverable", "EDU-H2"), ("days", "0"), ("reason", ""), ("on", "2099-12-31")],
            &["days", "reason", "on"],
        ),
    ];
    for (act, fields, wanted) in cases {
        let page = send(&officer, &id, act, "", fields);
        assert_eq!(told(&page), wanted, "{act}: {}", page.text);
    }
    let shown = format!("/contracts/{id}/act/submission?subject=EDU-H1");
    let page = contractor.upload_from(&shown, "files", &[("quantity", "x"), ("note", "甲")], &[]);
    assert_eq!(told(&page), ["quantity"], "{}", page.text);
}

fn hidden_characters_are_named_at_the_first_press(test: &TestApp) {
    let id = advance(test);
    incident(test, &id, &json!({"id": "2026-01-LEAK", "clause": "LEAK", "note": "工作记录泄露"}));
    let (officer, leader) = (Visitor::signed_in(test, "justice"), Visitor::signed_in(test, "justice-leader"));
    for hidden in ["\u{202E}", "\u{2066}", "\u{200F}"] {
        let reason = format!("场地{hidden}停电");
        let cases: [(&Visitor<'_>, &str, &str, Fields<'_>, &[&str]); 6] = [
            (
                &officer,
                "extension",
                "EDU-H2",
                &[("deliverable", "EDU-H2"), ("days", "7"), ("reason", &reason)],
                &["reason"],
            ),
            (
                &officer,
                "extension",
                "EDU-H2",
                &[("deliverable", "EDU-H2"), ("days", "0"), ("reason", &reason), ("on", "很快")],
                &["days", "reason", "on"],
            ),
            (&officer, "waiver", "LEAK/2026-01-LEAK", &[("reason", &reason)], &["reason"]),
            (&officer, "reversal", "1", &[("reason", &reason)], &["reason"]),
            (&leader, "terminate", "", &[("reason", &reason), ("on", "2026-01-12")], &["reason"]),
            (&leader, "terminate", "", &[("reason", &reason), ("on", "x")], &["reason", "on"]),
        ];
        for (who, act, subject, fields, wanted) in cases {
            let page = send(who, &id, act, subject, fields);
            assert_eq!(told(&page), wanted, "{act} {hidden:?}: {}", page.text);
            let name = format!("U+{:04X}", u32::from(hidden.chars().next().expect("one")));
            assert!(page.text_of("[id=reason-error]").contains(&name), "{act}: {}", page.text);
        }
        for (who, what, body) in [
            ("justice", "extensions", json!({"deliverable": "EDU-H2", "days": 7, "reason": reason})),
            ("justice-leader", "actions/terminate", json!({"reason": reason})),
            ("justice-leader", "actions/complete", json!({"reason": reason})),
        ] {
            let refused = test.by(who).post(&format!("contracts/{id}/{what}"), &body).expect_status(422);
            assert_eq!(refused["errors"][0]["path"], "reason", "{what}: {refused}");
        }
    }
}

fn values_out_of_bounds_are_refused_at_the_first_press(test: &TestApp) {
    let id = programme::registered(test, "M-1");
    programme::activate(test, &id);
    test.at("2026-06-29", 9);
    let submissions = format!("contracts/{id}/deliverables/COUNSEL-H1/submissions");
    test.by("contractor").upload(&submissions, &[("quantity", "180"), ("note", "已完成")], &[]).expect_status(201);
    let officer = Visitor::signed_in(test, "justice");
    let fields = |measured: &'static str, quantity: &'static str| {
        [
            ("no", "1"),
            ("decision", "accepted"),
            ("quantity", quantity),
            ("measured.SAT", measured),
            ("note", "核对"),
            ("members", "王建国"),
            ("on", "2026-06-29"),
        ]
    };
    for measured in ["101", "100.1", "1万", "999999"] {
        let page = send(&officer, &id, "decision", "COUNSEL-H1", &fields(measured, "170"));
        assert_eq!(told(&page), ["measured.SAT"], "{measured}: {}", page.text);
        let said = page.text_of("[id='measured.SAT-error']");
        assert!(said.contains("服务对象满意度") && said.contains("0 至 100") && !said.contains("SAT"), "{said}");
    }
    // An indicator without a result is called by its name.
    let page = send(&officer, &id, "decision", "COUNSEL-H1", &fields("", "170"));
    let said = page.text_of("[id='measured.SAT-error']");
    assert!(said.contains("服务对象满意度") && !said.contains("SAT"), "{said}");
    let path = format!("contracts/{id}/deliverables/COUNSEL-H1/submissions/1/decision");
    let body = |measured: &str| json!({"decision": "accepted", "quantity": "180", "members": ["王建国"], "measured": {"SAT": measured}});
    let refused = test.by("justice").post(&path, &body("101")).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "measured.SAT", "{refused}");
    test.by("justice").post(&path, &body("100")).expect_status(200);
}

fn reasons_lose_what_nobody_sees(test: &TestApp) {
    let id = programme::registered(test, "Z-1");
    let reviewer = Visitor::signed_in(test, "finance-review");
    let officer = Visitor::signed_in(test, "justice");
    for (round, typed) in ["材料\u{200B}不全", "\u{FEFF}材料不\u{2060}全", "材料\u{AD}不全\u{200B}"].iter().enumerate()
    {
        test.by("justice").post(&format!("contracts/{id}/actions/submit"), &json!({})).expect_status(200);
        if round == 0 {
            let body = json!({"reason": typed});
            test.by("finance-review").post(&format!("contracts/{id}/actions/return"), &body).expect_status(200);
        } else {
            send(&reviewer, &id, "return", "", &[("reason", typed)]).expect_status(303);
        }
        let page = officer.get(&format!("/contracts/{id}")).expect_status(200);
        assert!(page.text.contains("材料不全"), "{typed:?}: {}", page.text);
    }
    test.by("justice").post(&format!("contracts/{id}/actions/submit"), &json!({})).expect_status(200);
    let page = send(&reviewer, &id, "return", "", &[("reason", "\u{200B}\u{3164}")]);
    assert_eq!(told(&page), ["reason"], "nothing is left of it: {}", page.text);
}

fn a_form_whose_effects_are_shown_has_recorded_nothing(test: &TestApp) {
    let id = midyear(test);
    let officer = Visitor::signed_in(test, "justice");
    let state = || {
        let contract = test.by("audit").get(&format!("contracts/{id}")).expect_status(200);
        let asked = test.by("audit").get(&format!("contracts/{id}/change-requests")).expect_status(200);
        (contract["version"].clone(), asked["items"].as_array().map(Vec::len))
    };
    let before = state();
    let fields = [("deliverable", "EDU-H2"), ("days", "5"), ("reason", "场地停电")];
    let form = officer.get(&format!("/contracts/{id}/act/extension?subject=EDU-H2")).form_ending("/act/extension");
    let page = form.with(&fields).send(&officer, "").expect_status(422);
    assert!(page.text.contains("请核对") && page.has("input[name=seen]"), "{}", page.text);
    assert_eq!(state(), before);
    let form = page.form_ending("/act/extension");
    assert_eq!(form.send(&officer, "").status, 303, "the same form is taken once its effects were shown");
    assert_ne!(state(), before);
    assert_eq!(crate::support::app::differences(test), []);
}

fn two_windows_of_a_step_get_one_advice(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = crate::pages::drafts::begun(&officer);
    let path = format!("{draft}/notes");
    let first = officer.get(&path).expect_status(200);
    let (version, shown) = (first.hidden("version"), first.hidden("shown"));
    let save = |who: &Visitor<'_>, notes: &str| {
        let word = who.get(&path).hidden("form");
        who.post(&path, &[("form", &word), ("do", "save"), ("version", &version), ("shown", &shown), ("notes", notes)])
    };
    assert_eq!(save(&officer, "甲").status, 303);
    let page = save(&officer, "乙").expect_status(412);
    let notice = page.text_of(".draft-warning");
    assert!(notice.contains("您在另一窗口") && !notice.contains("他人"), "{notice}");
    assert!(!page.has(".govuk-error-summary"), "one notice says it: {}", page.text);
    assert!(page.text.contains(">乙</textarea>"), "{}", page.text);
    let other = Visitor::signed_in(test, "justice-2");
    let page = save(&other, "丙").expect_status(412);
    let notice = page.text_of(".draft-warning");
    assert!(!notice.contains("另一窗口") && notice.contains("保存过此登记"), "{notice}");
    // Sent again from the page that says so, it is saved.
    let again = page.form(&path).send(&other, "save");
    assert_eq!(again.status, 303, "{}", again.text);
}

fn a_returned_contract_tells_its_officer_why(test: &TestApp) {
    let id = programme::registered(test, "R-1");
    let other = programme::registered(test, "R-2");
    for (round, why) in ["缺少验收标准", "金额与磋商结果不符"].into_iter().enumerate() {
        test.by("justice").post(&format!("contracts/{id}/actions/submit"), &json!({})).expect_status(200);
        let body = json!({"reason": why});
        test.by("finance-review").post(&format!("contracts/{id}/actions/return"), &body).expect_status(200);
        let officer = Visitor::signed_in(test, "justice");
        let contract = officer.get(&format!("/contracts/{id}")).expect_status(200);
        assert!(contract.text_of("main .govuk-inset-text").contains(why), "{round}: {}", contract.text);
        let work = officer.get("/work").expect_status(200);
        let told: Vec<String> =
            work.texts(".work__contract").into_iter().filter(|words| words.contains("退回理由")).collect();
        assert_eq!(told.len(), 1, "{}", work.text);
        assert!(told[0].starts_with(&format!("退回理由：{why} finance-review")), "{told:?}");
        let tasks = test.by("justice").get("worklist").expect_status(200);
        let items = tasks["items"].as_array().cloned().unwrap_or_default();
        let of = |contract: &str| items.iter().find(|task| task["contract"] == contract).cloned().unwrap_or_default();
        assert_eq!((&of(&id)["returned"], &of(&other)["returned"]), (&json!(why), &json!(null)), "{tasks}");
    }
}
