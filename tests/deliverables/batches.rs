//! Decisions on many submissions of one contract: each line is decided by itself, through the API and on the page.

use serde_json::{Value, json};

use crate::deliverables::support::{acceptance, held, running};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    two_officers_decide_each_submission_once
}

on_sqlite_first! {
    each_submission_is_decided_by_itself
    the_page_keeps_what_was_refused
    money_and_dates_of_all_lines_are_shown_together
}

/// The table of what the chosen lines change.
const EFFECTS: &str = "[aria-labelledby=effects] table";

/// Submits these deliverables in full.
fn submitted(test: &TestApp, deliverables: &[(&str, &str)]) -> String {
    let contract = running(test);
    for (code, quantity) in deliverables {
        let path = format!("{contract}/deliverables/{code}/submissions");
        test.by("contractor").upload(&path, &[("quantity", *quantity), ("note", "另报")], &[]).expect_status(201);
    }
    contract
}

/// Returns the line that accepts a deliverable, with the measured value of its indicator.
fn line(code: &str, quantity: &str, measured: Value) -> Value {
    let mut decision = acceptance(quantity);
    decision["measured"] = measured;
    json!({"deliverable": code, "no": 1, "decision": decision})
}

fn decide(test: &TestApp, who: &str, contract: &str, lines: &Value, key: &str) -> Reply {
    test.by(who).with("Idempotency-Key", key).post(&format!("{contract}/decisions"), &json!({ "lines": lines }))
}

fn each_submission_is_decided_by_itself(test: &TestApp) {
    let contract = submitted(test, &[("VISIT-H1", "600"), ("COUNSEL-H1", "180"), ("EDU-H2", "24")]);
    let lines = json!([
        line("VISIT-H1", "600", json!({"COVERAGE": "96.5"})),
        line("COUNSEL-H1", "180", json!({})),
        {"deliverable": "EDU-H2", "no": 1, "decision": {"decision": "rejected", "note": "缺签到表"}},
        line("EDU-H1", "24", json!({"ATTEND": "95"})),
    ]);
    let first = decide(test, "justice", &contract, &lines, "b-1").expect_status(200);
    let results = &first["results"];
    assert_eq!(
        (&results[0]["deliverable"], &results[0]["standing"]["state"]),
        (&json!("VISIT-H1"), &json!("accepted"))
    );
    let problem = &results[1]["problem"];
    let told = (&problem["rule"], &problem["errors"][0]["path"]);
    assert_eq!(told, (&json!("acceptance-every-standard"), &json!("measured.SAT")));
    assert_eq!(results[2]["standing"]["state"], "rejected");
    assert_eq!(results[3]["problem"]["type"], "/problems/not-found", "nothing was submitted");
    assert_eq!(held(test), (0, 5, 0, 0), "three submissions and two decisions");
    // What took effect is not done again; the rest is.
    assert_eq!(decide(test, "justice", &contract, &lines, "b-1").expect_status(200), first);
    let other = json!([line("COUNSEL-H1", "180", json!({"SAT": "90"}))]);
    assert_eq!(decide(test, "justice", &contract, &other, "b-1").expect_status(422)["rule"], "idempotency-key");
    let again = decide(test, "justice", &contract, &lines, "b-2").expect_status(200);
    assert_eq!(again["results"][0]["problem"]["status"], 409, "it is decided");
    for (who, status) in [("contractor", 403), ("justice-leader", 403), ("audit", 403), ("other-justice", 404)] {
        assert_eq!(decide(test, who, &contract, &other, "b-3").status, status, "{who}");
    }
    let twice = decide(test, "justice", &contract, &json!([other[0], other[0]]), "b-4").expect_status(400);
    assert_eq!(twice["errors"][0]["path"], "lines[1]");
    for number in [0, 201] {
        let many: Vec<Value> = (0..number)
            .map(|no| json!({"deliverable": "EDU-H2", "no": no + 1, "decision": {"decision": "rejected"}}))
            .collect();
        let refused = decide(test, "justice", &contract, &json!(many), &format!("b-n{number}")).expect_status(422);
        assert_eq!(refused["rule"], "batch", "{number}");
    }
    decide(test, "justice", &contract, &other, "b-5").expect_status(200);
    assert_eq!(held(test), (0, 6, 0, 0));
    assert_eq!(differences(test), []);
}

fn two_officers_decide_each_submission_once(test: &TestApp) {
    let contract = submitted(test, &[("VISIT-H1", "600"), ("COUNSEL-H1", "180")]);
    let lines = [line("VISIT-H1", "600", json!({"COVERAGE": "96.5"})), line("COUNSEL-H1", "180", json!({"SAT": "90"}))];
    let turned = [lines[1].clone(), lines[0].clone()];
    let answers = race(4, |racer| {
        let (who, lines) = if racer % 2 == 0 { ("justice", &lines) } else { ("justice-2", &turned) };
        decide(test, who, &contract, &json!(lines), &format!("r-{racer}")).expect_status(200)
    });
    for code in ["VISIT-H1", "COUNSEL-H1"] {
        let of = |answer: &Value| {
            let results = answer["results"].as_array().expect("results");
            results.iter().filter(|one| one["deliverable"] == code && one["standing"].is_object()).count()
        };
        assert_eq!(answers.iter().map(of).sum::<usize>(), 1, "{code} is accepted once: {answers:?}");
    }
    assert_eq!(held(test), (0, 4, 0, 0));
}

fn the_page_keeps_what_was_refused(test: &TestApp) {
    let contract = submitted(test, &[("VISIT-H1", "600"), ("COUNSEL-H1", "170")]);
    let path = format!("/{contract}/decisions");
    let officer = Visitor::signed_in(test, "justice");
    assert!(officer.get(&format!("/{contract}")).expect_status(200).text.contains(&path), "a link leads there");
    let page = officer.get(&path).expect_status(200);
    assert!(page.text.contains("待验收 2 项") && page.text.contains("提交数量少于约定"), "{}", page.text);
    let withdrawal = format!("{contract}/deliverables/VISIT-H1/submissions/1/actions/withdraw");
    let late = test.by("contractor").post(&withdrawal, &json!({"reason": "补材料"}));
    assert_eq!(late.status, 409, "it was opened: {}", late.json);
    let fields = [
        ("do.VISIT-H1.1", "accepted"),
        ("VISIT-H1.1.quantity", "600"),
        ("VISIT-H1.1.measured.COVERAGE", "96.5"),
        ("do.COUNSEL-H1.1", "accepted"),
        ("COUNSEL-H1.1.quantity", "169"),
        ("COUNSEL-H1.1.measured.SAT", ""),
        ("note", "逐项核对"),
        ("members", "王建国"),
        ("on", "2026-06-29"),
    ];
    // Nothing is decided while a value cannot be read.
    let mut unreadable = fields;
    unreadable[4].1 = "很多";
    let refused = officer.post_from(&path, &path, &unreadable);
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert!(!refused.text_of("[id='COUNSEL-H1.1.quantity-error']").is_empty());
    assert_eq!(refused.attr("[id='VISIT-H1.1.measured.COVERAGE']", "value"), "96.5");
    assert_eq!(held(test), (0, 2, 0, 0));
    // Nor before its sender was shown that too few cost money; what would be refused is told with it.
    let asked = officer.post_from(&path, &path, &fields).expect_status(422);
    assert!(asked.has("[id='COUNSEL-H1.1.measured.SAT-error']"), "{}", asked.text);
    let rows = asked.rows(EFFECTS);
    assert!(rows.iter().any(|row| row[0].contains("数量不足") && row[1] == "0.00" && row[2] != "0.00"), "{rows:?}");
    assert_eq!(held(test), (0, 2, 0, 0));
    let some = asked.form(&path).send(&officer, "").expect_status(200);
    assert!(some.text.contains("已验收通过 1 项") && !some.has("[id='do.VISIT-H1.1']"), "{}", some.text);
    let told = some.text_of("[id='COUNSEL-H1.1.measured.SAT-error']");
    assert!(told.contains("上半年心理矫治") && told.contains("服务对象满意度"), "{told}");
    assert_eq!(some.attr("[id='COUNSEL-H1.1.quantity']", "value"), "169");
    assert_eq!(held(test), (0, 3, 0, 0));
    // A line that another officer decided meanwhile is told; the other fields stay.
    let again: Vec<(&str, &str)> = fields.into_iter().filter(|(name, _)| name.contains("VISIT-H1")).collect();
    let again = some.form(&path).with(&again).with(&[("COUNSEL-H1.1.measured.SAT", "90")]);
    let done = again.send(&officer, "").expect_status(200);
    assert!(done.text.contains("已验收通过 1 项") && done.text.contains("没有待验收的成果"), "{}", done.text);
    assert!(done.has(".govuk-error-summary"), "the first was decided before: {}", done.text);
    let none = officer.post(&path, &[("form", done.hidden("form").as_str())]);
    assert_eq!(none.status, 400, "{}", none.text);
}

fn money_and_dates_of_all_lines_are_shown_together(test: &TestApp) {
    let contract = submitted(test, &[("VISIT-H1", "600"), ("COUNSEL-H1", "180"), ("EDU-H2", "24")]);
    let path = format!("/{contract}/decisions");
    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&path).expect_status(200);
    assert_eq!(page.text_of("[id=effects] + p"), "不改变合同的任何金额和日期。", "as it is proposed");
    // Each line is a heading, a paragraph and a row of fields; the results by standard are folded up.
    let names = page.texts("#page-form > fieldset > legend > h2");
    assert_eq!(names[..3], ["上半年上门走访", "上半年心理矫治", "下半年教育学习"]);
    assert_eq!(page.texts("#page-form > fieldset > p").len(), 3);
    assert!(!page.has("#page-form dl") && page.has("#page-form details:not([open])"), "{}", page.text);
    assert!(page.text_of("#page-form > fieldset > p").contains("600"), "{}", page.text);
    let own = page.links_in("#page-form > fieldset > p").into_iter().map(|(to, _)| to).collect::<Vec<_>>();
    let decision = format!("/{contract}/act/decision?subject=VISIT-H1&no=1");
    assert!(own.contains(&decision) && officer.get(&decision).status == 200, "{own:?}");
    let typed = [("VISIT-H1.1.measured.COVERAGE", "90"), ("COUNSEL-H1.1.measured.SAT", "90"), ("members", "王建国")];
    let asked = page.form(&path).with(&typed).send(&officer, "").expect_status(422);
    assert_eq!(asked.text_of(".govuk-error-summary__title"), "请核对后再次提交", "nothing is wrong with it");
    let rows = asked.rows(EFFECTS);
    let is_it = |row: &Vec<String>| row[0].contains("走访覆盖率未达标") && row[1] == "0.00" && row[2] == "1,800.00";
    assert!(rows.iter().any(is_it), "{rows:?}");
    assert_eq!(held(test), (0, 3, 0, 0), "nothing is decided before it was shown");
    // Programs are told the same beforehand, and nothing is recorded.
    let lines = json!([
        line("VISIT-H1", "600", json!({"COVERAGE": "90"})),
        line("COUNSEL-H1", "180", json!({"SAT": "90"})),
        line("EDU-H2", "24", json!({})),
    ]);
    let preview = |who: &str, lines: &Value| {
        test.by(who).post(&format!("{contract}/effects/decisions"), &json!({ "lines": lines }))
    };
    let told = preview("justice", &lines).expect_status(200);
    let items = told["items"].as_array().expect("items");
    let found = items.iter().find(|one| one["code"] == "COVER" && one["figure"] == "charged").expect("the breach");
    assert_eq!((&found["before"], &found["after"]), (&json!("0.00"), &json!("1800.00")));
    assert!(items.iter().all(|one| one["part"] != "deliverable"), "the lines say it: {items:?}");
    assert_eq!(preview("justice", &json!([])).expect_status(422)["rule"], "batch");
    assert_eq!(preview("contractor", &lines).status, 403);
    assert_eq!(held(test), (0, 3, 0, 0));
    // What was shown is bound to what was typed: another value is shown again.
    let worse = asked.form(&path).with(&[("VISIT-H1.1.measured.COVERAGE", "70")]);
    assert_eq!(worse.send(&officer, "").status, 422);
    // A value that looks like a share is asked about at its line, and taken once it is confirmed there.
    let share = asked.form(&path).with(&[("COUNSEL-H1.1.measured.SAT", "０．９")]);
    let some = share.send(&officer, "").expect_status(200);
    let fault = some.text_of("[id='COUNSEL-H1.1.measured.SAT-error']");
    assert!(some.text.contains("已验收通过 2 项") && fault.contains("90%"), "{}", some.text);
    assert_eq!(held(test), (0, 5, 0, 0), "the other two are decided");
    let again = some.form(&path).send(&officer, "").expect_status(422);
    assert!(again.text_of("[id='COUNSEL-H1.1.measured.SAT-error']").contains("90%"), "{}", again.text);
    let confirmed = again.form(&path).with(&[("COUNSEL-H1.1.confirmed", "true")]);
    let done = confirmed.send(&officer, "").expect_status(200);
    assert!(done.text.contains("已验收通过 1 项"), "{}", done.text);
    let standing = test.by("justice").get(&format!("{contract}/standing")).expect_status(200);
    let breaches = standing["breaches"].as_array().expect("breaches");
    assert_eq!(breaches.iter().find(|one| one["clause"] == "COVER").expect("it")["charged"], "1800.00");
    assert_eq!(differences(test), []);
}
