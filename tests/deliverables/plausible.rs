//! Plausible records: evidence or a reason, quantities that were agreed or confirmed, days of the service, and effects
//! that were shown before they count.

use luyue::domain::codes::FactKind;
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::deliverables::support::{Part, acceptance, file, held, running, send, submissions, submit, text};
use crate::on_sqlite_first;
use crate::payments::setup::{count, id_of};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};

on_sqlite_first! {
    a_submission_has_evidence_or_a_reason
    a_quantity_over_the_agreed_one_is_confirmed
    nothing_is_recorded_before_the_service_begins
    money_and_dates_are_shown_before_and_after
    what_was_not_shown_is_shown_before_it_counts
    a_rejection_is_shown_before_it_counts
}

fn a_submission_has_evidence_or_a_reason(test: &TestApp) {
    let contract = running(test);
    let who = test.by("contractor");
    let path = submissions(&contract);
    let nothing: [&[Part]; 3] = [
        &[text("quantity", "590")],
        &[text("quantity", "590"), text("note", "  ")],
        &[text("quantity", "590"), ("files", Some(""), b"")],
    ];
    for parts in nothing {
        let refused = send(&who, &path, parts).expect_status(422);
        assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("evidence"), &json!("files")));
    }
    assert_eq!(held(test), (0, 0, 0, 0));
    send(&who, &path, &[text("quantity", "590"), text("note", "纸质台账已送司法所")]).expect_status(201);
    // The message quotes the contract's own text about the evidence.
    let mut input = programme::input(test, "XCSF-2026-002");
    input["details"]["deliverables"]["VISIT-H1"] = json!({"name": "走访", "place": "", "evidence": "走访记录、签到表"});
    let named = id_of(&test.by("justice").post("contracts", &input).expect_status(201));
    programme::activate(test, &named);
    test.at("2026-06-29", 10);
    let refused =
        send(&test.by("contractor"), &submissions(&format!("contracts/{named}")), nothing[0]).expect_status(422);
    let message = refused["errors"][0]["message"].as_str().expect("a message");
    assert!(message.contains("走访记录、签到表"), "{message}");
    let visitor = Visitor::signed_in(test, "contractor");
    let shown = format!("/contracts/{named}/act/submission?subject=VISIT-H1");
    let page = visitor.upload_from(&shown, "files", &[("quantity", "5")], &[]).expect_status(422);
    assert!(page.text.contains("走访记录、签到表") && page.text.contains("说明中写明原因"), "{}", page.text);
    // A reason alone is a submission once it is confirmed.
    let alone = [text("quantity", "5"), text("note", "签到表尚在司法所")];
    let asked = send(&test.by("contractor"), &submissions(&format!("contracts/{named}")), &alone).expect_status(422);
    assert_eq!((&asked["rule"], &asked["errors"][0]["path"]), (&json!("unconfirmed"), &json!("files")));
    let fields = [("quantity", "5"), ("note", "签到表尚在司法所")];
    let asked = visitor.upload_from(&shown, "files", &fields, &[]).expect_status(422);
    assert!(asked.text.contains("未附文件") && asked.has("input[name=confirmed]"), "{}", asked.text);
    let confirmed = [fields[0], fields[1], ("confirmed", "true")];
    assert_eq!(visitor.upload_from(&shown, "files", &confirmed, &[]).status, 303);
}

fn a_quantity_over_the_agreed_one_is_confirmed(test: &TestApp) {
    let contract = running(test);
    let good = pdf(b"good");
    let who = test.by("contractor").with("Accept-Language", "en");
    let many = [text("quantity", "99999"), file("good.pdf", &good)];
    let refused = send(&who, &submissions(&contract), &many).expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("unconfirmed"), &json!("quantity")));
    let message = refused["errors"][0]["message"].as_str().expect("a message");
    assert!(message.starts_with("99,999 of 600?"), "{message}");
    assert_eq!(held(test), (0, 0, 0, 0));
    let visitor = Visitor::signed_in(test, "contractor");
    let id = contract.trim_start_matches("contracts/");
    let shown = format!("/contracts/{id}/act/submission?subject=VISIT-H1");
    let fields = [("quantity", "99999"), ("note", "全市")];
    let page = visitor.upload_from(&shown, "files", &fields, &[("good.pdf", &good)]).expect_status(422);
    assert!(page.text.contains("99,999") && page.text.contains("name=\"confirmed\""), "{}", page.text);
    let confirmed = [("quantity", "99999"), ("note", "全市"), ("confirmed", "true")];
    assert_eq!(visitor.upload_from(&shown, "files", &confirmed, &[("good.pdf", &good)]).status, 303);
    // So is an accepted quantity.
    let path = format!("{}/1/decision", submissions(&contract));
    let mut decision = acceptance("99999");
    let refused = test.by("justice").post(&path, &decision).expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("unconfirmed"), &json!("quantity")));
    decision["confirmed"] = json!(true);
    test.by("justice").post(&path, &decision).expect_status(200);
    // The agreed quantity itself needs nothing.
    let counsel = format!("{contract}/deliverables/COUNSEL-H1/submissions");
    send(&test.by("contractor"), &counsel, &[text("quantity", "180"), file("good.pdf", &good)]).expect_status(201);
    // A measured value that is written as a share is asked about, together with the quantity.
    let path = format!("{counsel}/1/decision");
    for (value, percent) in [("0.84", "84"), ("1", "100")] {
        let mut decision = acceptance("180");
        decision["measured"] = json!({ "SAT": value });
        let asked = test.by("justice").post(&path, &decision).expect_status(422);
        assert_eq!((&asked["rule"], &asked["errors"][0]["path"]), (&json!("unconfirmed"), &json!("measured.SAT")));
        assert!(asked["errors"][0]["message"].as_str().is_some_and(|told| told.contains(percent)), "{asked}");
    }
    let shown = format!("/contracts/{id}/act/decision?subject=COUNSEL-H1&no=1");
    let officer = Visitor::signed_in(test, "justice");
    let form = officer.get(&shown).expect_status(200).form(&format!("/contracts/{id}/act/decision"));
    let typed = [("decision", "accepted"), ("quantity", "180"), ("measured.SAT", "０．８４"), ("members", "张敏")];
    let asked = form.with(&typed).send(&officer, "").expect_status(422);
    let fault = asked.text_of("[id='measured.SAT-error']");
    assert!(fault.contains("84%") && asked.has("[name=confirmed]"), "{fault}");
    let mut decision = acceptance("180");
    (decision["measured"], decision["confirmed"]) = (json!({"SAT": "0.84"}), json!(true));
    test.by("justice").post(&path, &decision).expect_status(200);
}

fn nothing_is_recorded_before_the_service_begins(test: &TestApp) {
    let mut input = programme::input(test, "XCSF-2026-001");
    input["terms"]["starts_on"] = json!("2026-01-08");
    let id = id_of(&test.by("justice").post("contracts", &input).expect_status(201));
    programme::activate(test, &id);
    test.at("2026-01-12", 9);
    let of = |path: &str| format!("contracts/{id}/{path}");
    let early = [
        ("surveys", json!({"score": "90", "on": "2026-01-07"}), "on"),
        ("incidents", json!({"id": "I-1", "clause": "LEAK", "on": "2026-01-07"}), "on"),
        ("headcounts", json!({"month": "2026-01", "clients": 1, "workers": 1, "on": "2026-01-07"}), "on"),
        ("headcounts", json!({"month": "2025-12", "clients": 1, "workers": 1}), "month"),
    ];
    for (path, body, place) in early {
        let refused = test.by("justice").post(&of(path), &body).expect_status(422);
        assert_eq!(
            (&refused["rule"], &refused["errors"][0]["path"]),
            (&json!("not-before-the-service"), &json!(place)),
            "{body}"
        );
    }
    let path = of("deliverables/VISIT-H1/submissions");
    let parts = [text("quantity", "1"), text("note", "x"), text("on", "2026-01-07")];
    let refused = send(&test.by("contractor"), &path, &parts).expect_status(422);
    assert_eq!(refused["rule"], "submission-date");
    // Pages mark the field.
    let officer = Visitor::signed_in(test, "justice");
    for (act, fields, field) in [
        ("survey", vec![("score", "90"), ("on", "2026年1月7日")], "on"),
        ("incident", vec![("id", "I-1"), ("clause", "LEAK"), ("on", "2026/1/7")], "on"),
        ("headcount", vec![("month", "2026-01"), ("clients", "1"), ("workers", "1"), ("on", "2026-01-07")], "on"),
        ("headcount", vec![("month", "2025-12"), ("clients", "1"), ("workers", "1"), ("on", "2026-01-12")], "month"),
    ] {
        let path = format!("/contracts/{id}/act/{act}");
        let page = officer.post_from(&path, &path, &fields).expect_status(422);
        assert!(page.has(&format!("[id={field}-error]")), "{act}: {}", page.text);
        assert!(field == "month" || page.text_of("[id=on-error]").contains("服务自 2026-01-08 开始"), "{}", page.text);
    }
    // What is agreed between signing and the beginning is not of the service.
    let extension = json!({"deliverable": "EDU-H1", "days": 3, "reason": "x", "on": "2026-01-06"});
    test.by("justice").post(&of("extensions"), &extension).expect_status(201);
    test.by("justice").post(&of("surveys"), &json!({"score": "90", "on": "2026-01-08"})).expect_status(201);
    assert_eq!(count(test, FactKind::Survey), 1);
}

/// Returns the cells of the table of effects: name, before and after of each row.
fn effects(page: &Page) -> Vec<[String; 3]> {
    let row = |row: Vec<String>| row.try_into().unwrap_or_else(|row| panic!("not three cells: {row:?}"));
    page.rows("[aria-labelledby=effects] table").into_iter().map(row).collect()
}

#[track_caller]
fn has(page: &Page, name: &str, before: &str, after: &str) {
    let all = effects(page);
    let found = all.iter().any(|row| row[0].contains(name) && row[1] == before && row[2] == after);
    assert!(found, "no {name} from {before} to {after}: {all:?}");
}

fn money_and_dates_are_shown_before_and_after(test: &TestApp) {
    let contract = running(test);
    let id = contract.trim_start_matches("contracts/").to_owned();
    submit(test, &contract, "590");
    let officer = Visitor::signed_in(test, "justice");
    // The form proposes to accept everything.
    let page = officer.get(&format!("/contracts/{id}/act/decision?subject=VISIT-H1&no=1")).expect_status(200);
    has(&page, "验收数量", "–", "590");
    // EDU-H1 was due on 2026-06-22 and is late: a waiver, an extension, an early end.
    test.at("2026-07-10", 9);
    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&format!("/contracts/{id}/act/waiver?subject=LATE%2FEDU-H1")).expect_status(200);
    assert!(effects(&page).iter().any(|row| row[1] != "0.00" && row[2] == "0.00"), "{:?}", effects(&page));
    let path = format!("/contracts/{id}/act/extension");
    let fields = [("deliverable", "EDU-H1"), ("days", "60"), ("reason", "汛期"), ("on", "2026-06-20")];
    let page = officer.post_from(&format!("{path}?subject=EDU-H1"), &path, &fields).expect_status(422);
    assert!(effects(&page).iter().any(|row| row[1] == "2026-06-22" && row[2] > row[1]), "{:?}", effects(&page));
    let path = format!("/contracts/{id}/act/incident");
    let fields = [("id", "I-1"), ("clause", "LEAK"), ("note", "泄露")];
    let page = officer.post_from(&path, &path, &fields).expect_status(422);
    has(&page, "", "0.00", "20,000.00");
    let late: Vec<_> = fields.iter().copied().chain([("on", "2026-10-05")]).collect();
    let page = officer.post_from(&path, &path, &late).expect_status(422);
    assert!(page.text.contains("不能晚于今天") && !page.text.contains("不改变合同"), "{}", page.text);
    let leader = Visitor::signed_in(test, "justice-leader");
    let page = leader.get(&format!("/contracts/{id}/act/terminate")).expect_status(200);
    assert!(effects(&page).iter().any(|row| row[2] == "已取消" || row[2].contains("取消")), "{:?}", effects(&page));
    // Who decides on a request, or agrees to an end, is shown the same.
    let ask = json!({"clause": "LATE", "subject": "EDU-H1", "reason": "汛期"});
    let waiver = id_of(&test.by("justice").post(&format!("{contract}/waivers"), &ask).expect_status(201));
    let page = leader.get(&format!("/contracts/{id}/act/grant?subject={waiver}")).expect_status(200);
    assert!(effects(&page).iter().any(|row| row[1] != "0.00" && row[2] == "0.00"), "{:?}", effects(&page));
    test.by("justice-leader")
        .post(&format!("{contract}/actions/terminate"), &json!({"reason": "x"}))
        .expect_status(200);
    let reviewer = Visitor::signed_in(test, "finance-review");
    let page = reviewer.get(&format!("/contracts/{id}/act/consent")).expect_status(200);
    assert!(!effects(&page).is_empty(), "{}", page.text);
}

fn what_was_not_shown_is_shown_before_it_counts(test: &TestApp) {
    let contract = running(test);
    let id = contract.trim_start_matches("contracts/").to_owned();
    submit(test, &contract, "590");
    let officer = Visitor::signed_in(test, "justice");
    let path = format!("/contracts/{id}/act/decision");
    let shown = format!("{path}?subject=VISIT-H1&no=1");
    let about = [("subject", "VISIT-H1"), ("no", "1"), ("members", "王建国"), ("note", "逐项核对")];
    let with = |more: &[(&'static str, &'static str)]| -> Vec<(&'static str, &'static str)> {
        about.iter().copied().chain(more.iter().copied()).collect()
    };
    let partial = with(&[("decision", "partial"), ("quantity", "400"), ("measured.COVERAGE", "90")]);
    let asked = officer.post_from(&shown, &path, &partial).expect_status(422);
    assert_eq!(count(test, FactKind::Decision), 0, "nothing is recorded before it was shown");
    assert!(asked.text.contains("请核对下列变化") && asked.text.contains("value=\"400\""), "{}", asked.text);
    assert_eq!(asked.text_of(".govuk-error-summary__title"), "请核对后再次提交", "nothing is wrong with it");
    assert!(!asked.text_of("title").contains("有误"), "{}", asked.text);
    has(&asked, "验收数量", "–", "400");
    let missed = |row: &[String; 3]| row[0].contains("走访覆盖率未达标") && row[1] == "0.00" && row[2] != "0.00";
    assert!(effects(&asked).iter().any(missed), "below target: {:?}", effects(&asked));
    // What was shown is bound to what was typed: another quantity is shown again.
    let (form, seen) = (asked.hidden("form"), asked.hidden("seen"));
    let again = |quantity: &'static str| {
        let mut fields: Vec<(&str, &str)> = partial.iter().filter(|(name, _)| *name != "quantity").copied().collect();
        fields.extend([("quantity", quantity), ("form", form.as_str()), ("seen", seen.as_str())]);
        officer.post(&path, &fields)
    };
    assert_eq!(again("300").status, 422);
    assert_eq!(count(test, FactKind::Decision), 0);
    assert_eq!(again("400").status, 303);
    assert_eq!(count(test, FactKind::Decision), 1);
    let decided: Value = test.by("justice").get(&format!("{contract}/deliverables")).expect_status(200);
    assert_eq!(decided["items"][0]["submissions"][0]["decision"]["quantity"], "400");
    // What has no effect on money or dates is not asked about.
    let other = advance_of(test);
    let path = format!("/contracts/{other}/act/survey");
    assert_eq!(officer.post_from(&path, &path, &[("score", "90")]).status, 303);
}

fn a_rejection_is_shown_before_it_counts(test: &TestApp) {
    let contract = running(test);
    let id = contract.trim_start_matches("contracts/").to_owned();
    submit(test, &contract, "590");
    let officer = Visitor::signed_in(test, "justice");
    let act = format!("/contracts/{id}/act/decision");
    let page = officer.get(&format!("{act}?subject=VISIT-H1&no=1")).expect_status(200);
    let heading = |page: &Page| page.text_of("[id=effects]");
    assert!(heading(&page).contains("通过"), "the choice that the figures are of: {}", heading(&page));
    let accepted = heading(&page);
    let returned = page.form(&act).with(&[("decision", "rejected"), ("note", "缺签到表")]);
    let unseen = returned.send(&officer, "").expect_status(422);
    assert_eq!(count(test, FactKind::Decision), 0, "only the figures of acceptance were shown");
    assert!(heading(&unseen) != accepted && !effects(&unseen).is_empty(), "{}", unseen.text);
    assert!(effects(&unseen).iter().all(|row| !row[0].contains("验收数量")), "{:?}", effects(&unseen));
    unseen.form(&act).send(&officer, "").expect_status(303);
    assert_eq!(count(test, FactKind::Decision), 1);
}

/// Creates a second contract, on the same day.
fn advance_of(test: &TestApp) -> String {
    let id = programme::registered(test, "XCSF-2026-009");
    programme::activate(test, &id);
    id
}
