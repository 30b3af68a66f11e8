//! Contracts that an upgrade leaves to the jobs, which derive them from what earlier versions recorded.

use diesel::connection::SimpleConnection;
use luyue::storage::contracts::due::TO_BE_DERIVED;

use crate::support::digest::lines;
use crate::upgrade::{Empty, before, between, fill};

/// Name of the migration that leaves contracts to the jobs for a reason of its own: what is contested in them.
const HELD_MONEY: &str = "2026-12-02-052000";

/// Returns the day of the next change of a contract after an upgrade from a version that had recorded something.
fn next_change_after(empty: &Empty, (version, until): (&str, &str), recorded: &str) -> Vec<String> {
    let pool = empty.pool();
    let mut connection = pool.get().expect("a connection");
    before(&mut connection, version);
    fill(&mut connection);
    connection.batch_execute(recorded).expect("it is recorded");
    between(&mut connection, (version, until));
    let day = "SELECT CAST(next_change AS TEXT) AS line FROM contracts";
    lines(&mut connection, day, day)
}

/// Returns the day of the next change of an active contract of which a milestone was paid on 2 March, after an upgrade.
fn next_change_of_paid(empty: &Empty, due_on: &str) -> Vec<String> {
    let paid = format!(
        "UPDATE contracts SET state = 'active';
         UPDATE payments SET state = 'paid', milestone = 'M', paid_on = '2026-03-02';
         UPDATE milestones SET code = 'M', due_on = '{due_on}';"
    );
    next_change_after(empty, ("2026-11-28-171000", HELD_MONEY), &paid)
}

#[test]
fn tasks_of_late_interest_are_left_to_the_jobs() {
    let to_be_derived = TO_BE_DERIVED.to_string();
    for empty in [Empty::sqlite(), Empty::postgres()] {
        assert_eq!(next_change_of_paid(&empty, "2026-03-01"), [to_be_derived.as_str()]);
    }
    assert_eq!(next_change_of_paid(&Empty::sqlite(), "2026-03-02"), ["2026-01-05"], "paid on time");
}

#[test]
fn postings_of_interest_and_recoveries_are_left_to_the_jobs() {
    let derived = [TO_BE_DERIVED.to_string()];
    for (table, kind, is) in [("facts", "interest", true), ("recoveries", "receipt", true), ("recoveries", "-", false)]
    {
        let recorded = format!("UPDATE {table} SET kind = '{kind}'");
        for empty in [Empty::sqlite(), Empty::postgres()] {
            assert_eq!(
                next_change_after(&empty, ("2026-12-01-060000", HELD_MONEY), &recorded) == derived,
                is,
                "{recorded}"
            );
        }
    }
}

#[test]
fn waiting_suspensions_and_contracts_that_ended_early_are_left_to_the_jobs() {
    let derived = [TO_BE_DERIVED.to_string()];
    for (state, step, is) in [
        ("active", "proposed", true),
        ("active", "approved", false),
        ("closed", "proposed", false),
        ("terminated", "approved", true),
    ] {
        let recorded = format!("UPDATE contracts SET state = '{state}'; UPDATE suspensions SET state = '{step}';");
        for empty in [Empty::sqlite(), Empty::postgres()] {
            let found = next_change_after(&empty, ("2026-12-05-022000", "2026-12-05-022001"), &recorded);
            assert_eq!(found == derived, is, "{state} {step}");
        }
    }
}

#[test]
fn amended_contracts_are_left_to_the_jobs() {
    let derived = [TO_BE_DERIVED.to_string()];
    for (version, is) in [(2, true), (1, false)] {
        let recorded = format!(
            "UPDATE contracts SET state = 'active', regime = 'procurement_law', terms_version = 1;
             UPDATE contract_terms SET version = {version};"
        );
        for empty in [Empty::sqlite(), Empty::postgres()] {
            let found = next_change_after(&empty, ("2026-12-06-070000", "2026-12-06-070001"), &recorded);
            assert_eq!(found == derived, is, "version {version}");
        }
    }
}
