//! Payments as they are read: each with its steps, who took them for whom, and who is next by when. Nothing is decided here.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{PaymentState, Role};
use crate::domain::money::Money;
use crate::domain::payments::{self as chain, Link, PaymentStep};
use crate::domain::policy::Action;
use crate::domain::standing::{Standing, Trails};
use crate::error::Error;
use crate::services::contracts::record::{Ledger, stored};
use crate::services::identity::caller::{Caller, acting_organisation};
use crate::services::payments::{find, money};
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::identity::people;
use crate::storage::ids::{PaymentId, PersonId};
use crate::storage::payments::{self as rows, Payment, Step};
use crate::storage::registry::organisations::{self, Account, Organisation};

/// One step that was taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepView {
    /// `request`, `confirm`, `review`, `approve`, `pay`, `return`, `reverse`.
    pub step: String,
    /// Who took it.
    pub by: String,
    /// For whom, if as a deputy.
    pub on_behalf_of: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// The reason, or the voucher.
    pub note: String,
}

/// The step that a payment waits for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NextStep {
    /// The step.
    pub step: PaymentStep,
    /// In which role.
    pub role: Role,
    /// Of which organisation: its name.
    pub organisation: String,
    /// The last day to pay on time.
    pub due_on: Option<NaiveDate>,
}

/// A payment in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaymentView {
    /// Identifier.
    pub id: String,
    /// Identifier of the contract.
    pub contract: String,
    /// The contract's number.
    pub number: String,
    /// The milestone's code.
    pub milestone: String,
    /// In yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Where it stands.
    pub state: PaymentState,
    /// The last day on which its milestone is paid on time.
    pub due_on: Option<NaiveDate>,
    /// Number of the bank's voucher, once paid.
    pub voucher: Option<String>,
    /// The bank's day, once paid.
    pub paid_on: Option<NaiveDate>,
    /// The payee's account as it was when the payment was asked for; for the parties alone.
    pub account: Option<Account>,
    /// What was done, in order.
    pub steps: Vec<StepView>,
    /// What is next; none once it is paid or returned.
    pub next: Option<NextStep>,
    /// The contract's version: the ETag.
    pub version: i64,
}

/// The payments of a contract in the order in which they were asked for.
///
/// # Errors
/// `NotFound` for a contract that the caller may not know of; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<PaymentView>, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let ledger = Ledger::load(connection, contract)?;
        let of = ledger.contract.id;
        let after = page.after_key(|id| {
            let payment = rows::by_public_id(connection, id)?.filter(|payment| payment.contract_id == of);
            Ok(payment.map(|payment| payment.id.0))
        })?;
        let payments = page.cut(rows::page_of_contract(connection, of, after, page.rows())?, |p| &p.public_id);
        let standing = ledger.standing(caller.today(), Trails::Off)?;
        let source = Source::load(connection, caller, (&ledger, &standing), &payments.items)?;
        payments.try_map(|payment| source.view(payment))
    })
}

/// All payments of a contract whose ledger and standing today are known.
pub(crate) fn views(
    connection: &mut AnyConnection,
    caller: &Caller,
    ledger: &Ledger,
    standing: &Standing,
) -> Result<Vec<PaymentView>, Error> {
    let payments = rows::of_contract(connection, ledger.contract.id)?;
    let source = Source::load(connection, caller, (ledger, standing), &payments)?;
    payments.into_iter().map(|payment| source.view(payment)).collect()
}

/// A payment.
///
/// # Errors
/// `NotFound` for one that the caller may not know of.
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<PaymentView, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (payment, contract, _) = find(caller, connection, id, Action::ReadContract)?;
        let ledger = Ledger::load(connection, contract)?;
        let standing = ledger.standing(caller.today(), Trails::Off)?;
        Source::load(connection, caller, (&ledger, &standing), std::slice::from_ref(&payment))?.view(payment)
    })
}

/// What the views of some payments of a contract are made from.
struct Source<'a> {
    ledger: &'a Ledger,
    standing: &'a Standing,
    steps: Vec<(PaymentId, Step)>,
    names: Vec<(PersonId, String)>,
    organisations: Vec<Organisation>,
    /// Whether the caller belongs to a party: only these see the account.
    party: bool,
}

impl<'a> Source<'a> {
    fn load(
        connection: &mut AnyConnection,
        caller: &Caller,
        (ledger, standing): (&'a Ledger, &'a Standing),
        payments: &[Payment],
    ) -> Result<Self, Error> {
        let contract = &ledger.contract;
        let steps = rows::steps_of(connection, &payments.iter().map(|payment| payment.id).collect::<Vec<_>>())?;
        let mut people: Vec<PersonId> =
            steps.iter().flat_map(|(_, step)| [Some(step.person_id), step.for_id.map(PersonId)]).flatten().collect();
        people.sort_unstable();
        people.dedup();
        let parties = [contract.purchaser_id, contract.funder_id, contract.contractor_id];
        Ok(Self {
            standing,
            names: people::names(connection, &people)?,
            organisations: organisations::by_ids(connection, &parties)?,
            party: caller.organisations().iter().any(|organisation| parties.contains(organisation)),
            ledger,
            steps,
        })
    }

    fn name(&self, person: PersonId) -> String {
        self.names.iter().find(|(id, _)| *id == person).map(|(_, name)| name.clone()).unwrap_or_default()
    }

    fn view(&self, payment: Payment) -> Result<PaymentView, Error> {
        let milestone = self.standing.milestones.iter().find(|m| m.code.as_str() == payment.milestone);
        let due_on = milestone.and_then(|milestone| milestone.due_on);
        let steps = self.steps.iter().filter(|(id, _)| *id == payment.id);
        Ok(PaymentView {
            contract: self.ledger.contract.public_id.clone(),
            number: self.ledger.contract.number.clone(),
            amount: money(payment.amount_fen)?,
            due_on,
            voucher: Some(payment.voucher).filter(|voucher| !voucher.is_empty()),
            account: if self.party { Some(stored(&payment.account)?) } else { None },
            steps: steps.map(|(_, step)| self.step(step)).collect(),
            next: chain::next(payment.state).map(|link| self.next(link, due_on)),
            version: self.ledger.contract.version,
            id: payment.public_id,
            milestone: payment.milestone,
            state: payment.state,
            paid_on: payment.paid_on,
        })
    }

    fn step(&self, step: &Step) -> StepView {
        StepView {
            step: step.action.clone(),
            by: self.name(step.person_id),
            on_behalf_of: step.for_id.map(|person| self.name(PersonId(person))),
            at: step.at.and_utc(),
            note: step.note.clone(),
        }
    }

    fn next(&self, link: &Link, due_on: Option<NaiveDate>) -> NextStep {
        let id = acting_organisation(&self.ledger.contract, link.role);
        let organisation = self.organisations.iter().find(|organisation| organisation.id == id);
        NextStep {
            step: link.step,
            role: link.role,
            organisation: organisation.map(|organisation| organisation.name.clone()).unwrap_or_default(),
            due_on,
        }
    }
}
