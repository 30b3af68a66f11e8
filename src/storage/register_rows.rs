//! Rows of registers, each with a random identifier: purchase plans and yearly shares, and what one person proposes and
//! another decides on, as loan rates, rules, chains, budget changes and suspensions.
//!
//! Macros write what their tables have in common, for the reason given in `contract_rows`. A decision that also writes
//! elsewhere, as on an appropriation or a payee account, stays with its table. Services decide.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::ProposalState;
use crate::storage::ids::{OrganisationId, PersonId};

/// State, person and time of a decision.
pub type Decision = (ProposalState, PersonId, NaiveDateTime);

/// A setting: a row that holds for an organisation from a day on, once approved. What it sets is in columns of its own.
#[derive(Debug, Clone, Queryable)]
pub struct Setting {
    /// Key in its table; lists are sorted by it.
    pub key: i64,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// The organisation that has the setting, stored as `funder_id`: a finance bureau, or a purchaser with a chain of its
    /// own.
    pub owner_id: OrganisationId,
    /// First day on which it holds.
    pub from_on: NaiveDate,
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    pub proposed_by: PersonId,
    /// Holder on whose behalf, if a deputy proposed it.
    pub proposed_for: Option<i64>,
}

/// Defines the reader of a row by random identifier in the calling module, which must have `diesel::prelude` in scope.
macro_rules! reader_by_public_id {
    ($table:ident, $row:ident) => {
        /// Finds a row by random identifier.
        pub fn by_public_id(connection: &mut AnyConnection, public_id: &str) -> Result<Option<$row>> {
            Ok($table::table
                .filter($table::public_id.eq(public_id))
                .select($row::as_select())
                .first(connection)
                .optional()?)
        }
    };
}
pub(super) use reader_by_public_id;

/// Defines the writer of decisions in the calling module, which must have `diesel::prelude` in scope.
macro_rules! decision_writer {
    ($table:ident, $key:ty) => {
        /// Records the decision on a row.
        pub fn decide(
            connection: &mut AnyConnection,
            key: $key,
            (state, by, at): $crate::storage::register_rows::Decision,
        ) -> Result<()> {
            diesel::update($table::table.filter($table::id.eq(key)))
                .set((
                    $table::state.eq(state.as_str()),
                    $table::decided_by.eq(Some(by.0)),
                    $table::decided_at.eq(Some(at)),
                ))
                .execute(connection)?;
            Ok(())
        }
    };
}
pub(super) use decision_writer;

/// Names the columns of [`Setting`] in a table.
macro_rules! columns {
    ($t:ident) => {
        ($t::id, $t::public_id, $t::funder_id, $t::from_on, $t::state, $t::proposed_by, $t::proposed_for)
    };
}
pub(super) use columns;

/// Defines the readers and the writer of a table of settings in the calling module, which must have `diesel::prelude`
/// in scope.
macro_rules! setting_rows {
    ($table:ident, $row:ident) => {
        $crate::storage::register_rows::decision_writer!($table, i64);

        /// Finds a setting by random identifier.
        pub fn setting(
            connection: &mut AnyConnection,
            public_id: &str,
        ) -> Result<Option<$crate::storage::register_rows::Setting>> {
            let columns = $crate::storage::register_rows::columns!($table);
            Ok($table::table.filter($table::public_id.eq(public_id)).select(columns).first(connection).optional()?)
        }

        /// Lists settings of organisations with what they set, after a key.
        pub fn list(
            connection: &mut AnyConnection,
            owners: &[OrganisationId],
            after: i64,
            limit: i64,
        ) -> Result<Vec<($crate::storage::register_rows::Setting, $row)>> {
            let columns = $crate::storage::register_rows::columns!($table);
            Ok($table::table
                .filter($table::funder_id.eq_any(owners.iter().map(|id| id.0)))
                .filter($table::id.gt(after))
                .order($table::id)
                .limit(limit)
                .select((columns, $row::as_select()))
                .load(connection)?)
        }
    };
}
pub(super) use setting_rows;
