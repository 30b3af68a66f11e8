//! The catalogue of services.

use std::collections::BTreeSet;

use luyue::domain::catalogue::{SERVICES, bar_of, bar_of_name};

use crate::support::app::day;

#[test]
fn codes_are_different_and_only_the_assistants_are_barred() {
    let codes: BTreeSet<&str> = SERVICES.iter().map(|service| service.code).collect();
    assert_eq!(codes.len(), SERVICES.len());
    let barred: Vec<&str> = codes.into_iter().filter(|code| bar_of(code).is_some()).collect();
    assert_eq!(barred, ["ASSISTANT"]);
}

#[test]
fn staff_is_known_by_its_name_since_the_negative_list() {
    for (name, on, is_barred) in [
        ("社区矫正协管员", "2020-03-01", true),
        ("县大队协管员派驻服务", "2026-01-05", true),
        ("劳务派遣", "2026-01-05", true),
        ("社区矫正协管员", "2020-02-29", false),
        ("社区矫正专职社工", "2026-01-05", false),
    ] {
        assert_eq!(bar_of_name(name, day(on)).is_some(), is_barred, "{name} on {on}");
    }
}
