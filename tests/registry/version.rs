//! Memory of the registers: dropped by every change, and never taken from one that is under way.

use luyue::domain::codes::Role;
use luyue::error::Error;
use luyue::storage::identity::people;
use luyue::storage::ids::PersonId;
use luyue::storage::registry::organisations;
use luyue::storage::registry::version::{self, Memory, RegisterVersion};
use luyue::storage::write::{Context, Tx, write};

use crate::on_both_engines;
use crate::support::app::TestApp;

fn context(test: &TestApp) -> Context {
    Context::of_program(test.now(), test.app.ids.clone())
}

/// Gives the auditor a second seat, and returns what the transaction itself sees.
fn seat_given(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let person = people::by_username(tx.connection, "audit")?.expect("a person").id;
    let bureau = organisations::by_code(tx.connection, "XC-JUSTICE")?.expect("a bureau").id;
    people::insert_seat(tx.connection, person, bureau, Role::Officer, tx.context.today())?;
    let version = version::load(tx.connection)?;
    assert_eq!(version, RegisterVersion::default(), "nothing is remembered while registers change");
    Ok(people::remembered_seats(tx.connection, &version, person, tx.context.today())?.len())
}

/// Returns the auditor, the number of their remembered seats, and the version.
fn seen(test: &TestApp) -> (PersonId, usize, RegisterVersion) {
    let connection = &mut *test.app.pool.get().expect("a connection");
    let person = people::by_username(connection, "audit").expect("read").expect("a person");
    let (person, version) =
        people::by_public_id_with_version(connection, &person.public_id).expect("read").expect("a person");
    let today = context(test).today();
    let seats = people::remembered_seats(connection, &version, person.id, today).expect("read");
    (person.id, seats.len(), version)
}

fn a_change_that_is_taken_back_leaves_nothing(test: &TestApp) {
    let (_, seats, before) = seen(test);
    assert_eq!(seats, 1);
    let refused = write(&test.app.pool, &context(test), |tx| -> Result<(), Error> {
        assert_eq!(seat_given(tx)?, 2);
        Err(Error::conflict("lost-race"))
    });
    assert!(refused.is_err());
    let (_, seats, after) = seen(test);
    assert_eq!((seats, after), (1, before));
}

fn a_change_is_seen_by_what_reads_after_it(test: &TestApp) {
    let (person, seats, before) = seen(test);
    assert_eq!(seats, 1);
    assert_eq!(write(&test.app.pool, &context(test), seat_given).expect("a second seat"), 2);
    let (_, seats, after) = seen(test);
    assert_eq!(seats, 2);
    assert_ne!(before, after);
    let connection = &mut *test.app.pool.get().expect("a connection");
    let earlier = people::remembered_seats(connection, &before, person, context(test).today()).expect("read");
    assert_eq!(earlier.len(), 1, "a request that began earlier ends with the rights it had");
}

on_both_engines! { a_change_that_is_taken_back_leaves_nothing a_change_is_seen_by_what_reads_after_it }

#[test]
fn a_memory_keeps_two_versions_and_nothing_that_was_not_found() {
    let memory: Memory<i32, i32> = Memory::new();
    let version = |name: &str| RegisterVersion::from(Some(name.to_owned()));
    assert_eq!(memory.get_or_load(&version("a"), 1, || Ok(10)).expect("loaded"), 10);
    assert_eq!(memory.get_or_load(&version("a"), 1, || Ok(11)).expect("known"), 10);
    assert_eq!(memory.get_or_load(&version("b"), 1, || Ok(20)).expect("loaded"), 20);
    memory.put(&version("c"), 1, 30);
    assert_eq!((memory.get(&version("a"), &1), memory.get(&version("b"), &1)), (None, Some(20)));
    assert_eq!(memory.get_or_find(&version("c"), 2, || Ok(None)).expect("sought"), None);
    assert_eq!(memory.get_or_find(&version("c"), 2, || Ok(Some(32))).expect("sought again"), Some(32));
    for unnamed in [RegisterVersion::default(), version("")] {
        memory.put(&unnamed, 1, 40);
        assert_eq!(memory.get(&unnamed, &1), None);
    }
}
