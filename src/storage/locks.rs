//! Locks of a write transaction on PostgreSQL: the rows that it reads under them do not change until it commits.
//!
//! They are advisory locks of the transaction, taken before it reads, and stand in for SERIALIZABLE
//! (docs/architecture.md, "Concurrent writes"). SQLite has one writer at a time and needs none.

use diesel::prelude::*;

use crate::storage::ids::{AppropriationId, ContractId, DraftId, OrganisationId, PersonId};
use crate::storage::{AnyConnection, Result};

/// Rows that a write transaction decides by. All but `Everything` also keep registers, people and seats from changing
/// meanwhile, and run concurrently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Registers, people, and whatever depends on them: nothing else is written meanwhile.
    Everything,
    /// One contract, with its terms, facts, payments and tasks.
    Contract(ContractId),
    /// One person's account, sessions, kept forms and kept files.
    Person(PersonId),
    /// One draft.
    Draft(DraftId),
    /// The leases and outcomes of emails.
    EmailQueue,
    /// The daily seals.
    Seals,
    /// The record of sign-ins under names that no one has.
    UnknownNames,
    /// New or expired rows by which nothing else decides.
    Unshared,
}

/// A lock's key on PostgreSQL: the kind of what it protects in the highest byte, the row's key below.
#[derive(Debug, Clone, Copy)]
struct LockKey(i64);

impl LockKey {
    const REGISTERS: Self = Self::of(1, 0);

    const fn of(kind: i64, id: i64) -> Self {
        Self(kind << 56 | id)
    }

    /// Returns the lock that a scope holds exclusively, in addition to the shared one of the registers.
    const fn of_scope(scope: Scope) -> Option<Self> {
        match scope {
            Scope::Everything | Scope::Unshared => None,
            Scope::Contract(id) => Some(Self::of(2, id.0)),
            Scope::Person(id) => Some(Self::of(3, id.0)),
            Scope::Draft(id) => Some(Self::of(4, id.0)),
            Scope::EmailQueue => Some(Self::of(5, 0)),
            Scope::Seals => Some(Self::of(6, 0)),
            Scope::UnknownNames => Some(Self::of(7, 0)),
        }
    }

    const fn of_appropriation(id: AppropriationId) -> Self {
        Self::of(8, id.0)
    }

    const fn of_files(owner: OrganisationId) -> Self {
        Self::of(9, owner.0)
    }
}

// Both functions return void, which is never read.
diesel::define_sql_function! {
    #[sql_name = "pg_advisory_xact_lock"]
    fn lock_alone(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}
diesel::define_sql_function! {
    #[sql_name = "pg_advisory_xact_lock_shared"]
    fn lock_shared(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

/// Takes the locks of a scope, the registers' first, waiting until they are free.
pub(super) fn lock(connection: &mut AnyConnection, scope: Scope) -> QueryResult<()> {
    let AnyConnection::Postgres(connection) = connection else { return Ok(()) };
    let registers = LockKey::REGISTERS.0;
    if scope == Scope::Everything {
        diesel::select(lock_alone(registers)).execute(connection)?;
    } else if let Some(key) = LockKey::of_scope(scope) {
        diesel::select((lock_shared(registers), lock_alone(key.0))).execute(connection)?;
    } else {
        diesel::select(lock_shared(registers)).execute(connection)?;
    }
    Ok(())
}

/// Locks an appropriation until the transaction ends, so that its free amount is spent once.
///
/// # Errors
/// Database errors.
pub fn lock_appropriation(connection: &mut AnyConnection, id: AppropriationId) -> Result<()> {
    lock_also(connection, LockKey::of_appropriation(id))
}

/// Locks the sum of an organisation's files until the transaction ends, so that its quota is kept.
///
/// # Errors
/// Database errors.
pub fn lock_files_of(connection: &mut AnyConnection, owner: OrganisationId) -> Result<()> {
    lock_also(connection, LockKey::of_files(owner))
}

fn lock_also(connection: &mut AnyConnection, key: LockKey) -> Result<()> {
    if let AnyConnection::Postgres(connection) = connection {
        diesel::select(lock_alone(key.0)).execute(connection)?;
    }
    Ok(())
}
