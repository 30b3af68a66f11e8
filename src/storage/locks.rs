//! Locks of a write transaction on PostgreSQL: the rows read under them do not change until the transaction commits.
//!
//! They are advisory locks of the transaction, taken before it reads, and replace SERIALIZABLE (docs/architecture.md,
//! "Concurrent writes"). SQLite has one writer at a time and needs no locks.

use diesel::prelude::*;

use crate::schema::{contracts, payments};
use crate::storage::ids::{AppropriationId, ContractId, DraftId, OrganisationId, PersonId};
use crate::storage::{AnyConnection, Result};

/// The rows on which a write transaction bases its decisions. All scopes but `Everything` also keep registers, people
/// and seats from changing meanwhile, and run concurrently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Registers, people, and all that depends on them: no other transaction writes meanwhile.
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
    /// The record of sign-ins under unknown names.
    UnknownNames,
    /// New or expired rows that no other decision depends on.
    Unshared,
}

/// A contract by a random identifier from outside.
#[derive(Debug, Clone, Copy)]
pub enum ContractName<'a> {
    /// Its own identifier.
    Contract(&'a str),
    /// The identifier of a payment request of the contract.
    Payment(&'a str),
}

/// The key of a lock on PostgreSQL: the kind of protected thing in the highest byte, the row's key below.
#[derive(Debug, Clone, Copy)]
struct LockKey(i64);

impl LockKey {
    const REGISTERS: Self = Self::of(1, 0);
    const GUARANTEE_NUMBERS: Self = Self::of(10, 0);

    const fn of(kind: i64, id: i64) -> Self {
        Self(kind << 56 | id)
    }

    /// Returns the exclusive lock of a scope, which is taken in addition to the shared one of the registers.
    const fn of_scope(scope: Scope) -> Option<Self> {
        match scope {
            Scope::Everything | Scope::Unshared => None,
            Scope::Contract(id) => Some(Self::of_contract(id)),
            Scope::Person(id) => Some(Self::of(3, id.0)),
            Scope::Draft(id) => Some(Self::of(4, id.0)),
            Scope::EmailQueue => Some(Self::of(5, 0)),
            Scope::Seals => Some(Self::of(6, 0)),
            Scope::UnknownNames => Some(Self::of(7, 0)),
        }
    }

    const fn of_contract(id: ContractId) -> Self {
        Self::of(2, id.0)
    }

    const fn of_files(owner: OrganisationId) -> Self {
        Self::of(9, owner.0)
    }
}

// Both functions return void, which is never read; a query with other columns reads that it is not null.
diesel::define_sql_function! {
    #[sql_name = "pg_advisory_xact_lock"]
    fn lock_alone(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}
diesel::define_sql_function! {
    #[sql_name = "pg_advisory_xact_lock_shared"]
    fn lock_shared(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

/// Takes the locks of a scope, first that of the registers, waiting until they are free.
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

/// Takes the locks of a contract's scope by a name, first that of the registers, and returns the contract's key; `None`
/// for an unknown name. A named part never moves to another contract, so its name may be read before the locks are
/// held.
pub(super) fn lock_named(connection: &mut AnyConnection, name: ContractName<'_>) -> QueryResult<Option<ContractId>> {
    // Added to a contract's key, this is the key of its lock.
    let kind = LockKey::of_contract(ContractId(0)).0;
    let registers = || lock_shared(LockKey::REGISTERS.0).is_not_null();
    let found: Option<i64> = match (connection, name) {
        (AnyConnection::Sqlite(connection), ContractName::Contract(name)) => {
            let named = contracts::table.filter(contracts::public_id.eq(name));
            named.select(contracts::id).first(connection).optional()?
        }
        (AnyConnection::Sqlite(connection), ContractName::Payment(name)) => {
            let named = payments::table.filter(payments::public_id.eq(name));
            named.select(payments::contract_id).first(connection).optional()?
        }
        (AnyConnection::Postgres(connection), ContractName::Contract(name)) => {
            let own = lock_alone(contracts::id + kind).is_not_null();
            let named = contracts::table.filter(contracts::public_id.eq(name));
            let locked: Option<Locked> =
                named.select((registers(), own, contracts::id)).first(connection).optional()?;
            locked.map(|(_, _, id)| id)
        }
        (AnyConnection::Postgres(connection), ContractName::Payment(name)) => {
            let own = lock_alone(payments::contract_id + kind).is_not_null();
            let named = payments::table.filter(payments::public_id.eq(name));
            let locked: Option<Locked> =
                named.select((registers(), own, payments::contract_id)).first(connection).optional()?;
            locked.map(|(_, _, id)| id)
        }
    };
    Ok(found.map(ContractId))
}

/// Answers of the locks of the registers and of a contract, and the contract's key.
type Locked = (bool, bool, i64);

/// Returns the key of an appropriation's lock, for the statement that takes it and reads the appropriation.
pub(super) const fn key_of_appropriation(id: AppropriationId) -> i64 {
    LockKey::of(8, id.0).0
}

/// Locks the sum of an organisation's files until the transaction ends, so that its quota is kept.
///
/// # Errors
/// Database errors.
pub fn lock_files_of(connection: &mut AnyConnection, owner: OrganisationId) -> Result<()> {
    lock_also(connection, LockKey::of_files(owner))
}

/// Locks the numbers of all guarantees until the transaction ends, so that two contracts do not record one unnoticed.
///
/// # Errors
/// Database errors.
pub fn lock_guarantee_numbers(connection: &mut AnyConnection) -> Result<()> {
    lock_also(connection, LockKey::GUARANTEE_NUMBERS)
}

fn lock_also(connection: &mut AnyConnection, key: LockKey) -> Result<()> {
    if let AnyConnection::Postgres(connection) = connection {
        diesel::select(lock_alone(key.0)).execute(connection)?;
    }
    Ok(())
}
