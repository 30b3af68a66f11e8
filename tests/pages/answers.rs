//! Registration forms: steps not yet begun are not errors, answers are validated as people write them, and changes
//! saved meanwhile by another user are shown.

use crate::on_sqlite;
use crate::pages::drafts::{begun, save, typed_in};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::visitor::{Page, Visitor};

on_sqlite! {
    steps_not_begun_are_not_errors
    answers_are_checked_row_by_row
    changes_saved_by_others_are_shown
}

/// Returns the state that the task list shows for a step.
fn state(tasks: &Page, step: &str) -> String {
    tasks.text_of(&format!("[id=task-{step}]"))
}

fn steps_not_begun_are_not_errors(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let tasks = officer.get(&draft).expect_status(200);
    for step in ["parties", "items", "deliverables", "milestones", "clauses"] {
        assert!(state(&tasks, step).contains("未填写"), "{step}: {}", state(&tasks, step));
    }
    assert!(!tasks.text.contains("处待改"), "{}", tasks.text);
    // Saving a step as complete reports what is missing; leaving it does not.
    let page = save(&officer, &draft, "parties", "save", &[("purchaser", "XC-JUSTICE")]);
    let told = officer.get(&page.location).expect_status(200).text;
    assert!(told.contains("id=\"number-error\"") && told.contains("href=\"#number\">合同编号：请填写"), "{told}");
    let fields = [("purchaser", "XC-JUSTICE"), ("title", "社区矫正服务"), ("starts_on", "明天")];
    save(&officer, &draft, "parties", "leave", &fields);
    let page = officer.get(&format!("{draft}/parties")).expect_status(200).text;
    assert!(page.contains("id=\"starts_on-error\"") && !page.contains("id=\"number-error\""), "{page}");
    assert!(state(&officer.get(&draft).expect_status(200), "parties").contains("1 处待改"));
    let fields = [("purchaser", "XC-JUSTICE"), ("title", "社区矫正服务"), ("starts_on", "2026-01-05")];
    save(&officer, &draft, "parties", "leave", &fields);
    let tasks = officer.get(&draft).expect_status(200);
    assert!(state(&tasks, "parties").contains("处未填") && !tasks.has(".govuk-tag--red"), "{}", tasks.text);
    // An error names the field by its label.
    let page = save(&officer, &draft, "scorecard", "save", &[("scorecard.weights.quantity", "x")]);
    let page = officer.get(&page.location).expect_status(200);
    let label = page.text_of("label[for='scorecard.weights.quantity']");
    let link = page.text_of("a[href='#scorecard.weights.quantity']");
    assert!(link.starts_with(&format!("{label}：")), "{label}: {link}");
}

fn answers_are_checked_row_by_row(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    typed_in(&officer, &draft);
    let check = officer.get(&format!("{draft}/check")).expect_status(200).text;
    for words in [
        format!("宣城市阳光社会工作服务中心（{CONTRACTOR}）"),
        "上门走访（VISIT）".to_owned(),
        "数量：1,200".to_owned(),
        "名称 COVERAGE 不低于 95".to_owned(),
        "单价（元）：150.00".to_owned(),
        "187,200.00".to_owned(),
        "20,000.00".to_owned(),
    ] {
        assert!(check.contains(&words), "{words}: {check}");
    }
    for place in ["parties#number", "items#items.0", "deliverables#deliverables.5", "milestones#milestones.2"] {
        assert!(check.contains(&format!("href=\"{draft}/{place}\"")), "{place}");
    }
    assert!(check.contains(&format!("href=\"{draft}/clauses#clauses.7\"")), "{check}");
    let parties = officer.get(&format!("{draft}/parties")).expect_status(200).text;
    let chosen = format!("selected>宣城市阳光社会工作服务中心（{CONTRACTOR}）");
    assert!(parties.contains(&chosen), "{parties}");
}

fn changes_saved_by_others_are_shown(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let path = format!("{draft}/notes");
    let stale = officer.get(&path).expect_status(200).hidden("version");
    save(&Visitor::signed_in(test, "justice-2"), &draft, "notes", "save", &[("notes", "甲")]);
    let lost =
        officer.post_from(&path, &path, &[("do", "save"), ("version", &stale), ("notes", "乙")]).expect_status(412);
    assert!(lost.text.contains("乙</textarea>"), "{}", lost.text);
    assert!(lost.text.contains(&format!("href=\"{path}\" target=\"_blank\"")), "{}", lost.text);
    let again = [("do", "save"), ("version", &lost.hidden("version")), ("notes", "乙")];
    officer.post_from(&path, &path, &again).expect_status(303);
    assert!(officer.get(&path).expect_status(200).text.contains("乙</textarea>"));
}
