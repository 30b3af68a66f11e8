//! Concurrency: one of several answers counts, and one of several objections about a thing.

use crate::objections::setup::{about, answer, listed, raise, raised};
use crate::on_both_engines;
use crate::payments::setup::midyear;
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use crate::support::race::race;

on_both_engines! {
    one_of_several_answers_counts
    one_of_several_objections_about_a_thing_counts
}

fn one_of_several_answers_counts(test: &TestApp) {
    let id = midyear(test);
    let objection = raised(test, &id, ("breach", "LATE/COUNSEL-H1"));
    let names = ["uphold", "reject"];
    let statuses = race(6, |one| answer(test, "justice-leader", &objection, names[one % 2]).status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
    assert_eq!(unsealed_differences(test), []);
}

fn one_of_several_objections_about_a_thing_counts(test: &TestApp) {
    let id = midyear(test);
    let statuses = race(6, |_| raise(test, "contractor", &id, &about("score", "MIDYEAR")).status);
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
    assert_eq!(listed(test, &id).len(), 1);
}
