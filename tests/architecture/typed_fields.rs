//! Typed fields are read through `FormReader`, which puts every text into one spelling and names every fault at its
//! field. Pages read by themselves only the fields that they wrote.

use crate::architecture::{Fault, assert_none, rust};
use crate::support::files;

/// Fields of forms that no one types: buttons, hidden fields and what a page showed.
const WRITTEN_BY_PAGES: &[&str] =
    &["address", "amends", "content", "do", "next", "no", "rewrites", "secret", "seen", "subject", "version"];

fn unread(path: &str, source: &str) -> Vec<Fault> {
    if !source.contains(".value(") {
        return Vec::new();
    }
    let tokens = rust::tokens(path, source);
    let calls = tokens.windows(5).filter(|five| ["form", "typed"].contains(&five[0].text.as_str()));
    let calls = calls.filter(|five| rust::starts_with(&five[1..], ". value ("));
    let named = calls.filter_map(|five| Some((five[0].line, five[4].string()?)));
    let typed = named.filter(|(_, name)| !WRITTEN_BY_PAGES.contains(name));
    typed.map(|(line, name)| Fault::new(path, line, format!("“{name}” is not read through FormReader"))).collect()
}

#[test]
fn typed_fields_are_read_by_the_form_reader() {
    assert_none(
        files::under("src/web/pages", &["rs"]).iter().flat_map(|(path, source)| unread(path, source)).collect(),
    );
}

#[test]
fn a_field_that_is_read_past_the_reader_is_caught() {
    assert_eq!(unread("src/x.rs", "fn f() { g(form.value(\"reason\"), typed.value(\"notice\")) }").len(), 2);
    assert_eq!(unread("src/x.rs", "fn f() { g(form.value(\"do\"), reader.text(\"reason\"), form.value(KEY)) }"), []);
}
