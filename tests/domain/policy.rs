//! The table of rights.

use luyue::domain::codes::Role::Administrator;
use luyue::domain::policy::{RIGHTS, role_may};

#[test]
fn every_row_is_at_the_index_of_its_action() {
    for (place, right) in RIGHTS.iter().enumerate() {
        assert_eq!(right.action as usize, place, "{}", right.name);
        assert!(!right.who.is_empty(), "nobody may {}", right.name);
    }
}

#[test]
fn the_administrator_touches_no_money() {
    for right in RIGHTS {
        let money = right.name.starts_with("payments") || right.name.starts_with("appropriations");
        assert!(!(money && role_may(Administrator, right.action)), "{}", right.name);
    }
}
