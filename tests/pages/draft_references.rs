//! References between the rows of a draft: what names a removed row stays as it was until the row is put back.

use crate::on_sqlite;
use crate::pages::drafts::{begun, typed_in};
use crate::support::app::TestApp;
use crate::support::dom::ShownForm;
use crate::support::visitor::Visitor;

on_sqlite! {
    what_names_a_removed_row_keeps_it
}

fn step(officer: &Visitor<'_>, draft: &str, name: &str) -> ShownForm {
    let path = format!("{draft}/{name}");
    officer.get(&path).expect_status(200).form(&path)
}

fn what_names_a_removed_row_keeps_it(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    typed_in(&officer, &draft);
    let held = |name: &str, field: &str| step(&officer, &draft, name).value(field).unwrap_or_default().to_owned();
    // The step that names the row is opened and saved before the row is put back.
    for (list, other, field) in
        [("items", "deliverables", "deliverables.0.item"), ("milestones", "milestones", "deliverables.0.milestone")]
    {
        let named = held(other, field);
        let row = (0..9).find(|row| held(list, &format!("{list}.{row}.code")) == named).expect("the row that is named");
        step(&officer, &draft, list).send(&officer, &format!("remove:{list}.{row}")).expect_status(303);
        let page = officer.get(&format!("{draft}/{other}")).expect_status(200);
        assert!(page.text.contains(&format!("({named})（已删除）")), "{field}: {}", page.text);
        step(&officer, &draft, other).send(&officer, "stay").expect_status(303);
        assert_eq!(held(other, field), named, "{field} while the row is gone");
        step(&officer, &draft, list).send(&officer, "restore:0").expect_status(303);
        assert_eq!(held(other, field), named, "{field} once the row is back");
    }
    // A clause for one deliverable does not become one for all.
    let code = held("deliverables", "deliverables.0.code");
    let page = officer.get(&format!("{draft}/clauses")).expect_status(200);
    let scope = (0..9).map(|row| format!("clauses.{row}.deliverables"));
    let scope = scope.into_iter().find(|name| page.has(&format!("[name='{name}']"))).expect("a clause with a scope");
    step(&officer, &draft, "clauses").with(&[(&scope, &code)]).send(&officer, "stay").expect_status(303);
    step(&officer, &draft, "deliverables").send(&officer, "remove:deliverables.0").expect_status(303);
    assert_eq!(held("clauses", &scope), code);
    step(&officer, &draft, "clauses").send(&officer, "save").expect_status(303);
    let told = officer.get(&format!("{draft}/clauses?done=save")).expect_status(200);
    assert!(told.has(&format!("[href='#{scope}']")), "the clause names what is gone: {}", told.text);
    step(&officer, &draft, "deliverables").send(&officer, "restore:0").expect_status(303);
    assert_eq!(held("clauses", &scope), code);
}
