//! Saving a draft: a step that was saved in another tab meanwhile, and a pasted range that is undone.

use crate::on_sqlite_first;
use crate::pages::drafts::{ITEMS, PARTIES, begun, save, typed_in};
use crate::support::app::TestApp;
use crate::support::dom::ShownForm;
use crate::support::visitor::{Page, Visitor};

on_sqlite_first! {
    a_save_of_another_step_is_no_conflict
    a_pasted_range_can_be_undone_until_the_next_save
    undoing_a_pasted_range_keeps_what_was_typed_since
    milestones_that_do_not_add_up_say_by_how_much
}

fn step(officer: &Visitor<'_>, draft: &str, name: &str) -> ShownForm {
    let path = format!("{draft}/{name}");
    officer.get(&path).expect_status(200).form(&path)
}

#[track_caller]
fn follow(officer: &Visitor<'_>, page: Page) -> Page {
    assert_eq!(page.status, 303, "{}", page.text);
    officer.get(page.location.split('#').next().expect("an address")).expect_status(200)
}

fn a_save_of_another_step_is_no_conflict(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let tabs = [(); 2].map(|()| step(&officer, &draft, "notes"));
    let [first, second] = tabs;
    save(&officer, &draft, "parties", "leave", PARTIES);
    first.with(&[("notes", "甲")]).send(&officer, "leave").expect_status(303);
    assert_eq!(step(&officer, &draft, "notes").value("notes"), Some("甲"), "nothing else was changed");
    assert_eq!(step(&officer, &draft, "parties").value("number"), Some("XCSF-2026-001"), "nor undone");
    let told = second.with(&[("notes", "乙")]).send(&officer, "leave").expect_status(412);
    assert!(told.text.contains("您在另一窗口保存过此登记"), "{}", told.text);
    let again = told.form(&format!("{draft}/notes"));
    assert_eq!(again.value("notes"), Some("乙"));
    again.send(&officer, "leave").expect_status(303);
    assert_eq!(step(&officer, &draft, "notes").value("notes"), Some("乙"));
    // A removed row is put back by its number, which a save elsewhere may change.
    save(&officer, &draft, "items", "leave", ITEMS);
    step(&officer, &draft, "items").send(&officer, "remove:items.0").expect_status(303);
    let shown = step(&officer, &draft, "items");
    save(&officer, &draft, "notes", "leave", &[("notes", "丙")]);
    shown.send(&officer, "restore:0").expect_status(412);
}

fn a_pasted_range_can_be_undone_until_the_next_save(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    save(&officer, &draft, "items", "leave", ITEMS);
    let before = step(&officer, &draft, "items");
    let range = [("paste.items", "5\t9.00\n6\t8.00\n7\t7.00\n8\t1.00\n"), ("paste.at", "items.0.quantity")];
    let paste = || step(&officer, &draft, "items").with(&range).send(&officer, "paste:items");
    let undo = "button[value=undo]";
    let shown = follow(&officer, paste());
    assert!(shown.has(undo) && shown.text.contains("改写了 6 项"), "{}", shown.text);
    let pasted = shown.form(&format!("{draft}/items"));
    assert_eq!((pasted.value("items.0.quantity"), pasted.value("items.3.quantity")), (Some("5"), Some("8")));
    let shown = follow(&officer, pasted.send(&officer, "undo"));
    assert!(shown.text.contains("已撤销。此后") && !shown.has(undo), "{}", shown.text);
    let rows = |form: ShownForm| -> Vec<(String, String)> {
        form.fields.into_iter().filter(|(name, _)| name.starts_with("items.")).collect()
    };
    assert_eq!(rows(shown.form(&format!("{draft}/items"))), rows(before), "as before, without the added row");
    let shown = follow(&officer, paste());
    let saved = follow(&officer, shown.form(&format!("{draft}/items")).send(&officer, "stay"));
    assert!(!saved.has(undo), "{}", saved.text);
}

fn undoing_a_pasted_range_keeps_what_was_typed_since(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    save(&officer, &draft, "items", "leave", ITEMS);
    let range = [("paste.items", "5\t9.00\n6\t8.00\n7\t7.00\n8\t1.00\n9\t2.00\n"), ("paste.at", "items.0.quantity")];
    let pasted = step(&officer, &draft, "items").with(&range).send(&officer, "paste:items");
    let form = follow(&officer, pasted).form(&format!("{draft}/items"));
    let typed = [
        ("items.0.standard", "每次不少于四十五分钟"),
        ("items.1.quantity", "366"),
        ("items.4.name", "夜间值守"),
        ("items.5.name", "另加的一行"),
    ];
    let undone = follow(&officer, form.with(&typed).send(&officer, "undo"));
    let form = undone.form(&format!("{draft}/items"));
    let shown = |name: &str| form.value(name).unwrap_or_default().to_owned();
    assert_eq!((shown("items.0.quantity"), shown("items.0.standard")), ("1200".into(), typed[0].1.into()));
    assert_eq!((shown("items.1.quantity"), shown("items.1.unit_price")), ("366".into(), "400.00".into()));
    assert_eq!((shown("items.2.quantity"), shown("items.3.name")), ("48".into(), typed[3].1.into()));
    assert_eq!(
        (shown("items.3.quantity"), shown("items.4.name")),
        (String::new(), String::new()),
        "pasted rows are gone"
    );
    let restored = follow(&officer, form.send(&officer, "restore:0")).form(&format!("{draft}/items"));
    let rows: Vec<_> = (0..5).map(|row| restored.value(&format!("items.{row}.name")).unwrap_or_default()).collect();
    assert!(rows.contains(&typed[2].1) && rows.contains(&typed[3].1), "{rows:?}");
}

fn milestones_that_do_not_add_up_say_by_how_much(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    typed_in(&officer, &draft);
    for (amount, side) in [("93600.50", "多 0.50 元"), ("92000", "少 1,600.00 元")] {
        step(&officer, &draft, "milestones").with(&[("milestones.0.amount", amount)]).send(&officer, "leave");
        let told = officer.get(&format!("{draft}/check")).expect_status(200).text;
        assert!(told.contains("468,000.00 元不符") && told.contains(side), "{amount}: {told}");
    }
}
