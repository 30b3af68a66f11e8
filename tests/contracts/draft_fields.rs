//! Fields of a registration and their rows.

use luyue::services::contracts::drafts::fields::Fields;

fn of(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    pairs.iter().for_each(|(name, value)| fields.set(*name, value));
    fields
}

#[test]
fn rows_move_up_and_a_new_code_is_taken_along() {
    let mut fields =
        of(&[("items.0.code", "A"), ("items.1.code", "B"), ("items.2.code", "C"), ("deliverables.0.item", "C")]);
    fields.remove("items", 1);
    assert_eq!((fields.rows("items"), fields.of("items", 1, "code")), (2, "C"));
    fields.replace(|name| name.starts_with("items."), &of(&[("items.0.code", "A"), ("items.1.code", "D")]));
    assert_eq!(fields.of("deliverables", 0, "item"), "D");
    fields.keep("items", |fields, row| fields.of("items", row, "code") == "D");
    assert_eq!((fields.rows("items"), fields.of("items", 0, "code")), (1, "D"));
}

#[test]
fn a_row_without_a_bound_is_none() {
    assert_eq!(of(&[("items.1000.code", "A"), ("items.x.code", "B")]).rows("items"), 0);
}
