//! Dates from outside are parsed by `domain::shape`, which accepts only YYYY-MM-DD. The date library's own parser would
//! also accept 2026-1-1.

use crate::architecture::{Fault, assert_none};
use crate::support::files;

fn lax(path: &str, source: &str) -> Vec<Fault> {
    let (mut read, mut strict) = (false, false);
    let mut faults = Vec::new();
    for (line, number) in source.lines().zip(1..) {
        let text = line.trim();
        if text.starts_with("#[derive(") {
            read = text.contains("Deserialize");
        } else if text.starts_with("#[serde(") {
            strict |= text.contains("deserialize_with");
            // A type that is deserialised through another type is checked at that other type.
            read &= !text.contains("try_from = ");
        } else if !text.starts_with("///") && !text.starts_with("#[") {
            let day = text.ends_with(": NaiveDate,") || text.ends_with("<NaiveDate>,");
            if read && day && !strict {
                faults.push(Fault::new(path, number, "read by `shape::date` or `shape::optional_date`"));
            }
            strict = false;
        }
        read &= line != "}";
        if text.contains("parse::<NaiveDate>") && path != "src/text/mail.rs" {
            faults.push(Fault::new(path, number, "a day is read as `shape::Date`"));
        }
    }
    faults
}

#[test]
fn every_external_date_is_parsed_strictly() {
    let sources = files::under("src", &["rs"]);
    assert_none(sources.iter().flat_map(|(path, source)| lax(path, source)).collect());
}

#[test]
fn a_lenient_date_is_caught() {
    let of = |body: &str| lax("src/x.rs", &format!("#[derive(Debug, Deserialize)]\npub struct A {{\n{body}\n}}")).len();
    assert_eq!(of("    /// When.\n    pub on: Option<NaiveDate>,"), 1);
    assert_eq!(of("    #[serde(default)]\n    pub on: NaiveDate,"), 1);
    assert_eq!(of("    #[serde(deserialize_with = \"date\")]\n    pub on: NaiveDate,\n    until: NaiveDate,"), 1);
    assert_eq!(lax("src/x.rs", "#[derive(Serialize)]\nstruct A {\n    on: NaiveDate,\n}"), []);
    assert_eq!(lax("src/x.rs", "fn f() { text.parse::<NaiveDate>() }").len(), 1);
}
