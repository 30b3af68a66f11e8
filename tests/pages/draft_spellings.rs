//! Numbers, identifiers and cells of a draft as they are stored: in one spelling, without what no one sees.

use crate::on_sqlite;
use crate::pages::draft_rows::{column, follow, step};
use crate::pages::drafts::{begun, typed_in};
use crate::support::app::TestApp;
use crate::support::visitor::Visitor;

on_sqlite! {
    numbers_are_checked_as_they_will_be_stored
}

fn numbers_are_checked_as_they_will_be_stored(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    typed_in(&officer, &draft);
    let typed = [("number", "XCCS－2026－９０１ "), ("plan_no", "ＪＨ－２０２６　７")];
    step(&officer, &draft, "parties").with(&typed).send(&officer, "leave");
    let page = officer.get(&format!("{draft}/check")).expect_status(200);
    let answers = page.texts(".govuk-summary-list__value");
    for stored in ["XCCS-2026-901", "JH-20267"] {
        assert!(answers.iter().any(|answer| answer == stored), "{stored}: {answers:?}");
    }
    let registered = follow(&officer, page.form(&format!("{draft}/check")).send(&officer, ""));
    assert!(registered.text.contains("XCCS-2026-901"), "{}", registered.text);
}

#[test]
fn identifiers_and_cells_lose_what_nobody_sees() {
    let test = TestApp::sqlite();
    let officer = Visitor::signed_in(&test, "justice");
    let draft = begun(&officer);
    let typed = [
        ("number", "\u{202A}XC\u{200B}－2026\u{2060}-7\u{202C}"),
        ("plan_no", "JH\u{AD}-7"),
        ("title", "社区\u{202E}矫正"),
    ];
    follow(&officer, step(&officer, &draft, "parties").with(&typed).send(&officer, "save"));
    let page = officer.get(&format!("{draft}/parties?done=save")).expect_status(200);
    let form = page.form(&format!("{draft}/parties"));
    assert_eq!((form.value("number"), form.value("plan_no")), (Some("XC-2026-7"), Some("JH-7")));
    assert!(!page.has("[id=number-error]") && !page.has("[id=plan_no-error]"), "{}", page.text);
    assert!(page.text_of("[id=title-error]").contains("U+202E"), "a title names it: {}", page.text);
    let range = "VI\u{200B}SIT\t上门走访\t\t次\t\u{202D}1,200\u{202C}\t1\u{FEFF}50\t每月\u{200B}一次\r\n";
    let form = step(&officer, &draft, "items").with(&[("paste.items", range), ("items.0.code", "ED\u{2066}U")]);
    let page = follow(&officer, form.send(&officer, "paste:items"));
    let form = page.form(&format!("{draft}/items"));
    assert_eq!(column(&form, "items", "code"), ["EDU", "VISIT"], "typed and pasted: {}", page.text);
    let last = ["quantity", "unit_price", "standard"].map(|field| column(&form, "items", field)[1].clone());
    assert_eq!(last, ["1200", "150.00", "每月一次"]);
    let titled = [("paste.items", "A\t上门\u{200B}走访\t\t次\t1\t1\r\n")];
    let page = step(&officer, &draft, "items").with(&titled).send(&officer, "paste:items").expect_status(422);
    assert!(page.text.contains("U+200B") && page.text.contains("第 1 行"), "{}", page.text);
}
