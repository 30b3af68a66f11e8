//! One-year loan prime rates: an agreed rate for late payment may not be under the one that holds on the day of signing
//! (支付条例 17). The administrator proposes a rate with its announcement, and it counts once a finance approver has approved
//! it. Contracts signed before are not judged again: their day was judged by the rate that was known then.

use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::numbers::Rate;
use crate::domain::policy::Action;
use crate::domain::proposals::ProposedRegister;
use crate::domain::shape::date;
use crate::domain::statutes::LoanRates;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::registry::proposals::{self, Proposal, ProposalDecisionInput, ProposalRegister, ProposalSummary};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::registry::loan_rates::{self as rows, LoanRateRow, NewLoanRate};
use crate::storage::registry::version::RegisterVersion;
use crate::storage::write::Tx;

/// The register.
const REGISTER: ProposalRegister<LoanRateRow> = ProposalRegister {
    register: ProposedRegister::LoanRates,
    propose: (Action::ProposeLoanRate, EventAction::Step(Action::ProposeLoanRate)),
    refuse: EventAction::LoanRateRefuse,
    find: rows::by_public_id,
    proposal: |row| Proposal {
        by: (row.proposed_by, row.proposed_for),
        state: row.state,
        organisation: row.organisation_id,
    },
};
/// Highest rate that is plausible, in hundredths of a percent.
const MOST: i64 = 2_400;

/// A rate to propose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoanRateInput {
    /// First day on which it holds, not in the future.
    #[serde(deserialize_with = "date")]
    pub from_on: NaiveDate,
    /// Rate a year, with at most four places: `0.03` is 3 %.
    #[schema(value_type = String)]
    pub rate: Rate,
    /// Announcement of the rate.
    pub source: String,
}

/// A one-year loan prime rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LoanRateView {
    /// Public identifier.
    pub id: String,
    /// First day on which it holds.
    pub from_on: NaiveDate,
    /// Percent a year, such as `3.35`.
    pub percent: String,
    /// Announcement of the rate.
    pub source: String,
    /// State of the proposal; the rate counts once approved.
    pub state: ProposalState,
}

/// Returns the rates that the program knows, with those that were approved in their place.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn known(connection: &mut AnyConnection) -> Result<LoanRates, Error> {
    Ok(LoanRates::with(rows::approved(connection)?))
}

/// Returns what [`known`] loads, from memory where the registers have not changed since.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn remembered(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
) -> Result<LoanRates, Error> {
    Ok(LoanRates::with(rows::remembered(connection, version)?))
}

/// Lists the rates that were proposed.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<LoanRateView>, Error> {
    caller.may(Action::ListLoanRates)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| Ok(rows::by_public_id(connection, id)?.map(|rate| rate.id.0)))?;
        let found = rows::list(connection, after, page.rows())?;
        Ok(page.cut(found, |rate| &rate.public_id).map(view))
    })
}

fn view(rate: LoanRateRow) -> LoanRateView {
    LoanRateView {
        id: rate.public_id,
        from_on: rate.from_on,
        percent: LoanRates::percent(rate.hundredths).to_string(),
        source: rate.source,
        state: rate.state,
    }
}

/// Proposes a rate.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input or a day in the future; `Duplicate` while the same rate waits for its
/// approval.
pub fn propose(app: &App, caller: &Caller, input: &LoanRateInput) -> Result<ProposalSummary, Error> {
    caller.may(Action::ProposeLoanRate)?;
    check(input)?;
    let rate = (input.from_on, hundredths_of(input.rate).unwrap_or_default());
    let find_same = |tx: &mut Tx<'_>| {
        let today = tx.context.today();
        if input.from_on > today {
            let message = Message::new("day-in-the-future").with("today", today);
            return Err(Error::refused_at("register", "from_on", message));
        }
        rows::waiting(tx.connection, rate)
    };
    proposals::propose(app, caller, (&REGISTER, input), find_same, |tx, (public_id, organisation)| {
        let (from_on, hundredths) = rate;
        let new = NewLoanRate { public_id, organisation, from_on, hundredths, source: input.source.trim() };
        rows::insert(tx.connection, tx.context, &new, tx.person()?)
    })
}

/// Checks the form of a rate's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &LoanRateInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    if !hundredths_of(input.rate).is_some_and(|rate| (1..=MOST).contains(&rate)) {
        faults.add("rate", Message::new("loan-rate-places"));
    }
    faults.line("source", &input.source);
    faults.finish()
}

/// Returns a rate or a part in hundredths of a percent; `None` for a finer one.
pub(super) fn hundredths_of(rate: Rate) -> Option<i64> {
    let percent = rate.percent();
    if percent.scale() > 2 {
        return None;
    }
    percent.checked_mul(100.into())?.to_i64()
}

/// Approves or refuses a rate. The proposer may do neither.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Duplicate` if already decided.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    proposals::decide(app, caller, &REGISTER, (id, name, input), |tx, rate, decision| {
        rows::decide(tx.connection, rate.id, decision)
    })
}
