//! Removed rows of a draft, put back in their places.

use luyue::services::contracts::drafts::fields::Fields;
use luyue::services::contracts::drafts::removed::{remove, removed_rows, restore};

fn of(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    pairs.iter().for_each(|(name, value)| fields.set(*name, value));
    fields
}

#[test]
fn rows_are_put_back_where_they_were() {
    let whole = of(&[
        ("items.0.code", "A"),
        ("items.0.name", "甲"),
        ("items.1.code", "B"),
        ("items.2.code", "C"),
        ("deliverables.0.item", "B"),
    ]);
    let mut fields = whole.clone();
    remove(&mut fields, "items", 1);
    remove(&mut fields, "items", 0);
    let titles: Vec<String> = removed_rows(&fields).into_iter().map(|row| row.title).collect();
    assert_eq!((titles, fields.rows("items")), (vec!["甲".to_owned(), "B".to_owned()], 1));
    restore(&mut fields, 1);
    restore(&mut fields, 0);
    assert_eq!(fields, whole);
    restore(&mut fields, 0);
    assert_eq!(fields, whole, "there is nothing left to put back");
}

#[test]
fn an_inner_row_follows_the_row_that_holds_it() {
    let mut fields = of(&[
        ("deliverables.0.code", "A"),
        ("deliverables.1.code", "B"),
        ("deliverables.1.indicators.0.code", "SAT"),
        ("deliverables.1.indicators.0.target", "85"),
    ]);
    remove(&mut fields, "deliverables.1.indicators", 0);
    remove(&mut fields, "deliverables", 0);
    let rows: Vec<(usize, String)> = removed_rows(&fields).into_iter().map(|row| (row.number, row.list)).collect();
    assert_eq!(rows, [(1, "deliverables".to_owned()), (0, "deliverables.0.indicators".to_owned())]);
    restore(&mut fields, 0);
    assert_eq!(fields.value("deliverables.0.indicators.0.target"), "85");
    remove(&mut fields, "deliverables.0.indicators", 0);
    remove(&mut fields, "deliverables", 0);
    let rows: Vec<String> = removed_rows(&fields).into_iter().map(|row| row.list).collect();
    assert_eq!(rows, ["deliverables", "deliverables"], "its place comes back first");
}

#[test]
fn only_the_newest_are_kept_and_empty_rows_are_not() {
    let mut fields = Fields::default();
    for number in 0..30 {
        fields.set("items.0.code", number);
        remove(&mut fields, "items", 0);
        remove(&mut fields, "items", 0);
    }
    let titles: Vec<String> = removed_rows(&fields).into_iter().map(|row| row.title).collect();
    assert_eq!((titles.len(), titles.first().map(String::as_str)), (20, Some("29")));
}

#[test]
fn a_row_that_an_older_page_put_back_is_not_put_back_again() {
    let whole = of(&[("items.0.code", "S1"), ("items.0.name", "走访"), ("items.1.code", "S2")]);
    let mut fields = whole.clone();
    remove(&mut fields, "items", 0);
    // Another tab saves its rows, which it was shown before.
    for (name, value) in [("items.0.code", "S1"), ("items.0.name", "走访"), ("items.1.code", "S2")] {
        fields.set(name, value);
    }
    assert_eq!(removed_rows(&fields), [], "nothing is missing");
    let before = fields.clone();
    restore(&mut fields, 0);
    assert_eq!(fields, before);
    // Another row with its code is another row.
    fields.set("items.0.name", "家访");
    assert_eq!(removed_rows(&fields).len(), 1);
}
