//! Readers of the tables whose rows each belong to one contract and have a random identifier: payment requests,
//! amendments, change requests, objections and service records.
//!
//! They differ only in table and row. They are written by a macro, because the bounds of a generic function over
//! diesel's tables would be longer than the queries. Callers that treat all of them alike use [`PartRow`].

use crate::storage::ids::ContractId;
use crate::storage::{AnyConnection, Result};

/// Defines the readers of a table by random identifier in the calling module, which must have `diesel::prelude` in
/// scope.
macro_rules! identified_row_readers {
    ($table:ident, $row:ident) => {
        /// Loads a row of a contract by random identifier.
        pub fn one_of_contract(
            connection: &mut $crate::storage::AnyConnection,
            contract: $crate::storage::ids::ContractId,
            public_id: &str,
        ) -> $crate::storage::Result<Option<$row>> {
            let named = $table::table.filter($table::public_id.eq(public_id));
            let own = named.filter($table::contract_id.eq(contract.0));
            Ok($crate::storage::statements::read_first!(connection, own.select($row::as_select())).optional()?)
        }

        /// Loads a row by random identifier, and its contract, if one of the organisations may see that contract.
        pub fn with_contract(
            connection: &mut $crate::storage::AnyConnection,
            public_id: &str,
            organisations: &[$crate::storage::ids::OrganisationId],
        ) -> $crate::storage::Result<Option<($row, $crate::storage::contracts::Contract)>> {
            use $crate::schema::{contract_access, contracts};
            let organisations = $crate::storage::statements::lengthened(organisations.iter().map(|id| id.0));
            let seen = contract_access::table
                .filter(contract_access::organisation_id.eq_any(&organisations))
                .filter(contract_access::contract_id.eq(contracts::id));
            let found = $crate::storage::statements::load_listed!(
                connection,
                organisations,
                $table::table
                    .inner_join(contracts::table)
                    .filter($table::public_id.eq(public_id))
                    .filter(diesel::dsl::exists(seen))
                    .select(($row::as_select(), $crate::storage::contracts::Contract::as_select()))
            )?;
            Ok(found.into_iter().next())
        }

        /// Loads rows by random identifier; unknown identifiers are skipped.
        pub fn by_public_ids(
            connection: &mut $crate::storage::AnyConnection,
            public_ids: &[&str],
        ) -> $crate::storage::Result<Vec<$row>> {
            if public_ids.is_empty() {
                return Ok(Vec::new());
            }
            let ids = $crate::storage::statements::lengthened(public_ids.iter().copied());
            Ok($crate::storage::statements::load_listed!(
                connection,
                ids,
                $table::table.filter($table::public_id.eq_any(&ids)).select($row::as_select())
            )?)
        }
    };
}
pub(super) use identified_row_readers;

/// A row of a part of one contract, with a random identifier.
pub trait PartRow: Sized {
    /// Returns the row's key; lists are sorted by it.
    fn key(&self) -> i64;

    /// Returns the random identifier.
    fn public_id(&self) -> &str;

    /// Loads a row of a contract by random identifier.
    ///
    /// # Errors
    /// Database errors.
    fn one(connection: &mut AnyConnection, contract: ContractId, public_id: &str) -> Result<Option<Self>>;

    /// Loads up to `limit` rows of a contract whose key is greater than `after`, oldest first.
    ///
    /// # Errors
    /// Database errors.
    fn page(connection: &mut AnyConnection, contract: ContractId, after: i64, limit: i64) -> Result<Vec<Self>>;
}

/// Defines all readers of a table in the calling module, which must have `diesel::prelude` in scope.
macro_rules! contract_row_readers {
    ($table:ident, $row:ident) => {
        $crate::storage::contract_rows::identified_row_readers!($table, $row);

        /// Loads the rows of a contract, oldest first.
        pub fn of_contract(
            connection: &mut $crate::storage::AnyConnection,
            contract: $crate::storage::ids::ContractId,
        ) -> $crate::storage::Result<Vec<$row>> {
            let own = $table::table.filter($table::contract_id.eq(contract.0)).order($table::id);
            Ok($crate::storage::statements::read_rows!(connection, own.select($row::as_select()))?)
        }

        /// Loads up to `limit` rows of a contract whose key is greater than `after`, oldest first.
        pub fn page_of_contract(
            connection: &mut $crate::storage::AnyConnection,
            contract: $crate::storage::ids::ContractId,
            after: i64,
            limit: i64,
        ) -> $crate::storage::Result<Vec<$row>> {
            Ok($table::table
                .filter($table::contract_id.eq(contract.0))
                .filter($table::id.gt(after))
                .order($table::id)
                .limit(limit)
                .select($row::as_select())
                .load(connection)?)
        }

        impl $crate::storage::contract_rows::PartRow for $row {
            fn key(&self) -> i64 {
                self.id.0
            }

            fn public_id(&self) -> &str {
                &self.public_id
            }

            fn one(
                connection: &mut $crate::storage::AnyConnection,
                contract: $crate::storage::ids::ContractId,
                public_id: &str,
            ) -> $crate::storage::Result<Option<Self>> {
                one_of_contract(connection, contract, public_id)
            }

            fn page(
                connection: &mut $crate::storage::AnyConnection,
                contract: $crate::storage::ids::ContractId,
                after: i64,
                limit: i64,
            ) -> $crate::storage::Result<Vec<Self>> {
                page_of_contract(connection, contract, after, limit)
            }
        }
    };
}
pub(super) use contract_row_readers;
