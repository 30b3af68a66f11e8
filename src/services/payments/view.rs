//! Payment requests as callers read them: the steps taken, the people who took them, and the next step. Nothing is
//! decided here.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{PaymentKind, PaymentState, Role};
use crate::domain::money::Money;
use crate::domain::payments::{Actor, ApprovalStep, PaymentStep};
use crate::domain::policy::Action;
use crate::domain::standing::{Standing, Trails};
use crate::error::Error;
use crate::services::contracts::openings;
use crate::services::contracts::parts;
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::identity::caller::{Caller, acting_organisation};
use crate::services::payments::{find_payment_request, pay_day, stored_money};
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::identity::names::Names;
use crate::storage::ids::PaymentId;
use crate::storage::payments::{self as rows, PaymentRequest, StepRow};
use crate::storage::registry::organisations::{self, Account, Organisation};

/// A step taken on a payment request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaymentStepView {
    /// `request`, `confirm`, `review`, `approve`, `pay`, `return`, `reverse`.
    pub step: String,
    /// Name of the person who took the step.
    pub by: String,
    /// Name of the person represented, if a deputy took the step.
    pub on_behalf_of: Option<String>,
    /// Time of the step, in UTC.
    pub at: DateTime<Utc>,
    /// Reason for the step, or the voucher number of a payment.
    pub note: String,
}

/// The step that a payment request waits for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NextStep {
    /// Step to be taken.
    pub step: PaymentStep,
    /// Role that takes the step.
    pub role: Role,
    /// Name of the organisation that takes the step.
    pub organisation: String,
    /// Last day to pay the request on time.
    pub due_on: Option<NaiveDate>,
    /// True if `due_on` is in a year whose holidays have not been announced, so that it may still move.
    pub provisional: bool,
    /// True if the caller has the role whose turn it is.
    #[serde(skip)]
    pub is_own: bool,
}

/// A payment request with its steps.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaymentRequestView {
    /// Random identifier of the payment request.
    pub id: String,
    /// Identifier of the contract.
    pub contract: String,
    /// Number of the contract.
    pub number: String,
    /// Code of the milestone.
    pub milestone: String,
    pub kind: PaymentKind,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Current state.
    pub state: PaymentState,
    /// State whose name says for which step the request waits.
    #[serde(skip)]
    pub stage: PaymentState,
    /// Last day to pay the milestone, or the requested interest, on time.
    pub due_on: Option<NaiveDate>,
    /// True if `due_on` is in a year whose holidays have not been announced, so that it may still move.
    pub provisional: bool,
    /// Number of the bank voucher, once a payment is recorded.
    pub voucher: Option<String>,
    /// Day on which the bank paid, once a payment is recorded. A day before yesterday counts only with the approver's
    /// consent.
    pub paid_on: Option<NaiveDate>,
    /// Payee account at the time of the request. Shown to the parties only.
    pub account: Option<Account>,
    /// Steps taken, in order.
    pub steps: Vec<PaymentStepView>,
    /// Next step; absent once the request is paid or returned.
    pub next: Option<NextStep>,
    /// Steps that are still to be taken, in order, each with the role that takes it.
    #[serde(skip)]
    pub to_come: Vec<(PaymentStep, Role)>,
    /// True if the caller made the request and no step has followed.
    #[serde(skip)]
    pub is_recallable: bool,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Lists the payment requests of a contract, oldest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<PaymentRequestView>, Error> {
    parts::list(app, caller, contract, page, |connection, contract, found: Vec<PaymentRequest>| {
        let record = ContractRecord::load(connection, contract)?;
        let standing = record.standing(caller.today(), Trails::Off)?;
        let source = ViewSource::load(connection, Some(caller), (&record, &standing), &found)?;
        found.into_iter().map(|payment| source.view(payment)).collect()
    })
}

/// Builds the views of all payment requests of a contract from its loaded record and today's standing.
pub(crate) fn views(
    connection: &mut AnyConnection,
    caller: &Caller,
    (record, standing): (&ContractRecord, &Standing),
    payments: Vec<PaymentRequest>,
) -> Result<Vec<PaymentRequestView>, Error> {
    let source = ViewSource::load(connection, Some(caller), (record, standing), &payments)?;
    payments.into_iter().map(|payment| source.view(payment)).collect()
}

/// Loads a payment request.
///
/// # Errors
/// `NotFound` for a payment request that the caller may not see.
pub fn load_payment_request(app: &App, caller: &Caller, id: &str) -> Result<PaymentRequestView, Error> {
    caller.may(Action::ReadContract)?;
    let (view, contract, payment) = app.pool.read(|connection| {
        let (payment, contract, _) = find_payment_request(caller, connection, id, Action::ReadContract)?;
        let record = ContractRecord::load(connection, contract)?;
        let standing = record.standing(caller.today(), Trails::Off)?;
        let view = view_of(connection, Some(caller), (&record, &standing), payment.clone())?;
        Ok::<_, Error>((view, record.contract, payment))
    })?;
    openings::open_payments(app, caller, &[(&contract, &payment)])?;
    Ok(view)
}

/// Builds the view of one payment request of a contract. Without a caller, that is, for a command on the machine
/// itself, it includes the payee account.
pub(in crate::services) fn view_of(
    connection: &mut AnyConnection,
    caller: Option<&Caller>,
    (record, standing): (&ContractRecord, &Standing),
    payment: PaymentRequest,
) -> Result<PaymentRequestView, Error> {
    ViewSource::load(connection, caller, (record, standing), std::slice::from_ref(&payment))?.view(payment)
}

/// The data from which the views of a contract's payment requests are built.
struct ViewSource<'a> {
    caller: Option<&'a Caller>,
    record: &'a ContractRecord,
    standing: &'a Standing,
    steps: Vec<(PaymentId, StepRow)>,
    names: Names,
    organisations: Vec<Organisation>,
    /// True if the caller belongs to a party of the contract; only parties see the payee account.
    is_party: bool,
}

impl<'a> ViewSource<'a> {
    fn load(
        connection: &mut AnyConnection,
        caller: Option<&'a Caller>,
        (record, standing): (&'a ContractRecord, &'a Standing),
        payments: &[PaymentRequest],
    ) -> Result<Self, Error> {
        let contract = &record.contract;
        let steps = rows::load_steps_for(connection, &payments.iter().map(|payment| payment.id).collect::<Vec<_>>())?;
        let parties = [contract.purchaser_id, contract.funder_id, contract.contractor_id];
        Ok(Self {
            caller,
            standing,
            names: Names::remembered(
                connection,
                &record.registers,
                steps.iter().flat_map(|(_, step)| [Some(step.person_id.0), step.for_id]),
            )?,
            organisations: organisations::remembered(connection, &record.registers, &parties)?,
            is_party: caller
                .is_none_or(|caller| caller.organisations().iter().any(|organisation| parties.contains(organisation))),
            record,
            steps,
        })
    }

    fn view(&self, payment: PaymentRequest) -> Result<PaymentRequestView, Error> {
        let due_on = pay_day(self.record, self.standing, &payment);
        let steps = self.steps.iter().filter(|(id, _)| *id == payment.id);
        let chain = self.record.payment_chain(&payment);
        Ok(PaymentRequestView {
            contract: self.record.contract.public_id.clone(),
            number: self.record.contract.number.clone(),
            amount: stored_money(payment.amount_fen)?,
            due_on,
            provisional: self.is_provisional(due_on),
            is_recallable: self.is_recallable(&payment),
            voucher: Some(payment.voucher).filter(|voucher| !voucher.is_empty()),
            account: if self.is_party { Some(stored(&payment.account)?) } else { None },
            steps: steps.map(|(_, step)| self.step_view(step)).collect(),
            next: chain.next(payment.state).map(|next| self.next_step(&next, due_on)),
            stage: chain.stage(payment.state),
            to_come: chain.to_come(payment.state).into_iter().map(|step| (step.kind, step.role)).collect(),
            version: self.record.contract.version,
            id: payment.public_id,
            milestone: payment.milestone,
            kind: payment.kind,
            state: payment.state,
            paid_on: payment.paid_on,
        })
    }

    fn is_recallable(&self, payment: &PaymentRequest) -> bool {
        let contract = &self.record.contract;
        let seat = self.caller.and_then(|caller| Some((caller, caller.seat_on(contract, Action::RecallPayment).ok()?)));
        let first = self.steps.iter().find(|(id, _)| *id == payment.id).map(|(_, step)| step);
        payment.state == PaymentState::Requested
            && seat.zip(first).is_some_and(|((caller, seat), first)| {
                Actor { person: first.person_id.0, on_behalf_of: first.for_id }
                    .overlaps(&openings::actor_in(caller, &seat))
            })
    }

    fn is_provisional(&self, due_on: Option<NaiveDate>) -> bool {
        due_on.is_some_and(|day| self.record.days.is_provisional(day))
    }

    fn step_view(&self, step: &StepRow) -> PaymentStepView {
        PaymentStepView {
            step: step.action.clone(),
            by: self.names.of(step.person_id),
            on_behalf_of: self.names.find(step.for_id),
            at: step.at.and_utc(),
            note: step.note.clone(),
        }
    }

    fn next_step(&self, next: &ApprovalStep, due_on: Option<NaiveDate>) -> NextStep {
        let contract = &self.record.contract;
        let id = acting_organisation(contract, next.role);
        let organisation = self.organisations.iter().find(|organisation| organisation.id == id);
        NextStep {
            step: next.kind,
            role: next.role,
            organisation: organisation.map(|organisation| organisation.name.clone()).unwrap_or_default(),
            due_on,
            provisional: self.is_provisional(due_on),
            is_own: self.caller.is_some_and(|caller| caller.seat_as(contract, next.action, next.role).is_ok()),
        }
    }
}
