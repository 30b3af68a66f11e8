//! Proposals of all registers that wait for a decision. `services::registry::waiting_proposals` finds who decides.

use std::sync::Arc;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::codes::ProposalState;
use crate::domain::proposals::ProposedRegister;
use crate::schema::{
    account_changes, appropriations, approval_chains, approval_rules, budget_changes, calendar_imports, loan_rates,
    statute_settings,
};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::registry::version::{Memory, RegisterVersion};

/// Maximum number of proposals of one register that are loaded.
const MOST: i64 = 200;

/// A proposal that waits.
#[derive(Debug, Clone)]
pub struct WaitingRow {
    pub register: ProposedRegister,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// The organisation that has the setting, the account or the appropriation from which money goes; the proposer's for
    /// what holds for all.
    pub organisation: OrganisationId,
    pub proposed_by: PersonId,
    /// Holder on whose behalf, if a deputy proposed it.
    pub proposed_for: Option<i64>,
    pub proposed_at: NaiveDateTime,
}

type Columns = (String, OrganisationId, PersonId, Option<i64>, NaiveDateTime);

/// Loads the proposals of a table that wait, oldest first.
macro_rules! waiting_in {
    ($connection:expr, $table:ident, $from:expr, $organisation:expr) => {
        $from
            .filter($table::state.eq(ProposalState::Proposed.as_str()))
            .order($table::id)
            .limit(MOST)
            .select(($table::public_id, $organisation, $table::proposed_by, $table::proposed_for, $table::proposed_at))
            .load::<Columns>($connection)?
    };
    ($connection:expr, $table:ident, $organisation:expr) => {
        waiting_in!($connection, $table, $table::table, $organisation)
    };
}

/// Loads the proposals that wait, by register and age, from memory where the registers have not changed since.
pub fn remembered(connection: &mut AnyConnection, version: &RegisterVersion) -> Result<Arc<[WaitingRow]>> {
    static WAITING: Memory<(), Arc<[WaitingRow]>> = Memory::new();
    WAITING.get_or_load(version, (), || load(connection))
}

fn load(connection: &mut AnyConnection) -> Result<Arc<[WaitingRow]>> {
    use ProposedRegister as Of;
    let giving =
        budget_changes::table.inner_join(appropriations::table.on(appropriations::id.eq(budget_changes::from_id)));
    let found: [(Of, Vec<Columns>); 8] = [
        (Of::Accounts, waiting_in!(connection, account_changes, account_changes::contractor_id)),
        (Of::Appropriations, waiting_in!(connection, appropriations, appropriations::bureau_id)),
        (Of::BudgetChanges, waiting_in!(connection, budget_changes, giving, appropriations::bureau_id)),
        (Of::ApprovalRules, waiting_in!(connection, approval_rules, approval_rules::funder_id)),
        (Of::ApprovalChains, waiting_in!(connection, approval_chains, approval_chains::funder_id)),
        (Of::LoanRates, waiting_in!(connection, loan_rates, loan_rates::organisation_id)),
        (Of::StatuteSettings, waiting_in!(connection, statute_settings, statute_settings::organisation_id)),
        (Of::CalendarImports, waiting_in!(connection, calendar_imports, calendar_imports::organisation_id)),
    ];
    let rows = found.into_iter().flat_map(|(register, rows)| {
        rows.into_iter().map(move |(public_id, organisation, proposed_by, proposed_for, proposed_at)| WaitingRow {
            register,
            public_id,
            organisation,
            proposed_by,
            proposed_for,
            proposed_at,
        })
    });
    Ok(rows.collect())
}
