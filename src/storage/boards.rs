//! Counts for boards: of contracts by state, and of deliverables, breaches and final evaluations between two days. Each is
//! one grouped query over an index. Groups keep purchaser and funder, by which the service leaves out what its reader may
//! not see (`Sight`); an access row for each contract would have to be read otherwise.

use chrono::NaiveDate;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::domain::boards::Grouping;
use crate::domain::codes::ContractState;
use crate::schema::{breaches, contracts, evaluations, tasks};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::filter::{breached, deliverables, evaluated};
use crate::storage::ids::OrganisationId;

/// Contracts that are counted together: their purchaser, funder and region, and the text of the group that the board
/// asks for: the key of the region or contractor, or the services.
pub type Group = (OrganisationId, OrganisationId, i64, String);

/// Groups a query over contracts and loads the groups with further columns and figures.
macro_rules! load_groups {
    ($connection:expr, $by:expr, $query:expr, [$($column:expr),*], [$($figure:expr),+]) => {
        match $by {
            // Services are in the index before the state, so groups with them are read in its order, without a sort.
            Grouping::County => load_groups!(
                @by contracts::services, "CAST(contracts.region_id AS TEXT)",
                $connection, $query, [$($column),*], [$($figure),+]
            ),
            Grouping::Service => load_groups!(
                @by contracts::services, "COALESCE(contracts.services, '')",
                $connection, $query, [$($column),*], [$($figure),+]
            ),
            Grouping::Contractor => load_groups!(
                @by contracts::contractor_id, "CAST(contracts.contractor_id AS TEXT)",
                $connection, $query, [$($column),*], [$($figure),+]
            ),
        }
    };
    (@by $key:expr, $text:expr, $connection:expr, $query:expr, [$($column:expr),*], [$($figure:expr),+]) => {
        $query
            .group_by((contracts::purchaser_id, contracts::funder_id, contracts::region_id, $key $(, $column)*))
            .select((
                (contracts::purchaser_id, contracts::funder_id, contracts::region_id, sql::<Text>($text))
                $(, $column)* $(, $figure)+
            ))
            .load($connection)?
    };
}

/// Counts the contracts of these purchasers by state.
pub fn by_state(connection: &mut AnyConnection, by: Grouping, purchasers: &[i64]) -> Result<Vec<(Group, String, i64)>> {
    let query = contracts::table.filter(contracts::purchaser_id.eq_any(purchasers));
    Ok(load_groups!(connection, by, query, [contracts::state], [count_star()]))
}

/// States of a contract that was put in force.
const IN_FORCE: [ContractState; 4] =
    [ContractState::Active, ContractState::Completed, ContractState::Terminated, ContractState::Closed];

/// Counts the contracts put in force that start in a year and sums their amounts, in fen, by purchaser and funder.
pub fn begun(connection: &mut AnyConnection, year: i32) -> Result<Vec<(OrganisationId, OrganisationId, i64, i64)>> {
    let sum = sql::<BigInt>("CAST(SUM(contracts.amount_fen) AS BIGINT)");
    Ok(contracts::table
        .filter(contracts::year.eq(year))
        .filter(contracts::state.eq_any(IN_FORCE.map(ContractState::as_str)))
        .group_by((contracts::purchaser_id, contracts::funder_id))
        .select((contracts::purchaser_id, contracts::funder_id, count_star(), sum))
        .load(connection)?)
}

/// Counts the deliverables to submit between two days.
pub fn to_deliver(
    connection: &mut AnyConnection,
    by: Grouping,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<(Group, i64)>> {
    let query = deliverables!(first, last).inner_join(contracts::table);
    Ok(load_groups!(connection, by, query, [], [count_star()]))
}

/// Counts the breaches since a day between two days that were not waived, and sums what was charged for them, in fen.
pub fn breaches(
    connection: &mut AnyConnection,
    by: Grouping,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<(Group, i64, i64)>> {
    let query = breached!(first, last).inner_join(contracts::table);
    let charged = || sql::<BigInt>("CAST(COALESCE(SUM(breaches.charged_fen), 0) AS BIGINT)");
    Ok(load_groups!(connection, by, query, [], [count_star(), charged()]))
}

/// Counts the final evaluations of periods that end between two days, and sums their scores, in hundredths of a point.
pub fn evaluations(
    connection: &mut AnyConnection,
    by: Grouping,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<(Group, i64, i64)>> {
    let query = evaluated!(first, last).inner_join(contracts::table);
    let scores = || sql::<BigInt>("CAST(SUM(ROUND(CAST(evaluations.score AS NUMERIC) * 100)) AS BIGINT)");
    Ok(load_groups!(connection, by, query, [], [count_star(), scores()]))
}
