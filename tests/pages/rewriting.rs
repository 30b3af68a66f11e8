//! Changes to a draft contract that were saved and not taken into it: the contract is not submitted without them, the
//! change is shown before and after, and a change that came too late says so.

use serde_json::json;

use crate::on_sqlite;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};

on_sqlite! {
    a_contract_is_not_submitted_without_its_changes
    a_change_that_comes_too_late_says_so
}

/// Begins to change a draft contract and returns the address of the draft.
fn begun(officer: &Visitor<'_>, id: &str) -> String {
    let contract = format!("/contracts/{id}");
    let page = officer.post_from(&contract, &format!("{contract}/draft"), &[]);
    assert_eq!(page.status, 303, "{}", page.text);
    page.location
}

/// Types into a step of a draft.
fn type_in(officer: &Visitor<'_>, draft: &str, step: &str, fields: &[(&str, &str)]) {
    let path = format!("{draft}/{step}");
    let saved = officer.get(&path).expect_status(200).form(&path).with(fields).send(officer, "leave");
    assert_eq!(saved.status, 303, "{}", saved.text);
}

fn a_contract_is_not_submitted_without_its_changes(test: &TestApp) {
    let id = programme::registered(test, "P-1");
    let officer = Visitor::signed_in(test, "justice");
    let submit = format!("/contracts/{id}/act/submit");
    let draft = begun(&officer, &id);
    // A change that was only opened keeps nothing back.
    let opened = officer.get(&submit).expect_status(200).form(&submit);
    type_in(&officer, &draft, "parties", &[("title", "社区矫正帮教服务（修订）")]);
    type_in(&officer, &draft, "notes", &[("notes", "节假日不上门。")]);
    let told = |page: &Page| {
        assert!(page.text.contains("尚未保存到合同草稿的修改"), "{}", page.text);
        assert_eq!(page.dom_link(&draft), format!("{draft}/check"));
        assert!(!page.has("#page-form"), "nothing is offered that would be refused");
    };
    told(&opened.send(&officer, "").expect_status(409));
    told(&officer.get(&submit).expect_status(200));
    let by_program = test.by("justice").post(&format!("contracts/{id}/actions/submit"), &json!({}));
    by_program.expect_status(409);

    let check = officer.get(&format!("{draft}/check")).expect_status(200);
    let rows = check.rows("[aria-labelledby=changes] table");
    let title = rows.iter().find(|row| row[2].contains("（修订）"));
    assert!(title.is_some_and(|row| !row[1].is_empty() && !row[1].contains("（修订）")), "{rows:?}");
    assert!(rows.iter().any(|row| row[2].contains("节假日不上门")), "{rows:?}");
    assert_eq!(rows.len(), 2, "nothing else differs: {rows:?}");
    let tasks = officer.get(&draft).expect_status(200);
    assert!(tasks.text.contains("放弃修改") && !tasks.text.contains("放弃登记"), "{}", tasks.text);

    let path = format!("{draft}/check");
    check.form(&path).send(&officer, "").expect_status(303);
    officer.get(&submit).expect_status(200).form(&submit).send(&officer, "").expect_status(303);
    let contract = test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
    assert_eq!((&contract["state"], &contract["title"]), (&json!("submitted"), &json!("社区矫正帮教服务（修订）")));
}

fn a_change_that_comes_too_late_says_so(test: &TestApp) {
    let id = programme::registered(test, "P-1");
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer, &id);
    let pages = ["", "/parties", "/notes", "/check"].map(|page| format!("{draft}{page}"));
    for page in &pages {
        assert!(!officer.get(page).expect_status(200).text.contains("不能再保存到该合同"), "{page}");
    }
    test.by("justice").post(&format!("contracts/{id}/actions/submit"), &json!({})).expect_status(200);
    for page in &pages {
        let shown = officer.get(page).expect_status(200);
        assert!(shown.text.contains("待财政审核") && shown.text.contains("不能再保存到该合同"), "{}", shown.text);
        assert_eq!(shown.attr(".draft-warning a", "href"), format!("/contracts/{id}"));
    }
    let check = format!("{draft}/check");
    let forms = officer.get(&check).expect_status(200).attrs("form[method=post]", "action");
    assert!(!forms.contains(&check), "{forms:?}");
}
