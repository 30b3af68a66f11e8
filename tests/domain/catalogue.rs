//! The catalogue of services.

use std::collections::BTreeSet;

use luyue::domain::catalogue::{SERVICES, bar_of};

#[test]
fn codes_are_different_and_only_the_assistants_are_barred() {
    let codes: BTreeSet<&str> = SERVICES.iter().map(|service| service.code).collect();
    assert_eq!(codes.len(), SERVICES.len());
    let barred: Vec<&str> = codes.into_iter().filter(|code| bar_of(code).is_some()).collect();
    assert_eq!(barred, ["ASSISTANT"]);
}
