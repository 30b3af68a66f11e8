//! The settlement sheet (结算表) of a contract: its figures as `domain::settlement` defines them, and a list of all open
//! items. A contract can be closed only when there are none.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::amendments as amendment_rules;
use crate::domain::change_requests::is_pending;
use crate::domain::codes::{ContractState, Language, ObjectionState, PaymentKind};
use crate::domain::interest::RecordedInterest;
use crate::domain::money::{Money, Sum};
use crate::domain::payments as approvals;
use crate::domain::policy::Action;
use crate::domain::settlement::{OpenKind, Settled};
use crate::domain::standing::{DeliverableState, Standing, Trails, is_never_due};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::guarantees;
use crate::services::identity::caller::Caller;
use crate::services::ledger;
use crate::services::recoveries;
use crate::storage::payments::PaymentRequest;
use crate::storage::registry::organisations;
use crate::storage::{AnyConnection, amendments, change_requests, objections, payments, records};

/// An open item, which must be finished before the contract is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenThing {
    pub kind: OpenKind,
    /// Code of the justice station, deliverable or milestone, or identifier of the request, amendment, objection,
    /// guarantee or write-off; `rest` for what is to be recovered.
    pub subject: String,
    /// Names the item and the way to finish it.
    pub message: Message,
}

impl OpenThing {
    /// Returns the item as the fault of an action that it prevents.
    pub fn fault(self) -> FieldError {
        FieldError { path: format!("open.{}.{}", self.kind, self.subject), message: self.message }
    }

    /// Returns the item with its message in a language.
    pub fn view(&self, language: Language) -> OpenThingView {
        OpenThingView { kind: self.kind, subject: self.subject.clone(), message: self.message.text(language) }
    }
}

/// An open item on a settlement sheet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OpenThingView {
    pub kind: OpenKind,
    /// Code of the justice station, deliverable or milestone, or identifier of the request, amendment, objection,
    /// guarantee or write-off; `rest` for what is to be recovered.
    pub subject: String,
    /// Description in the language of the request.
    pub message: String,
}

/// The balance between the parties; at least one of the two amounts is 0.00.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct NetBalance {
    /// Owed by the purchaser to the contractor.
    #[schema(value_type = String)]
    pub to_contractor: Sum,
    /// Owed by the contractor to the purchaser.
    #[schema(value_type = String)]
    pub to_purchaser: Sum,
}

/// The settlement sheet of a contract, amounts in yuan. Before the contract is signed, all amounts are 0.00.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct SettlementSheet {
    /// Value of what was accepted.
    #[schema(value_type = String)]
    pub accepted: Sum,
    /// Deducted from the accepted value for breaches.
    #[schema(value_type = String)]
    pub deducted: Sum,
    /// Payable for the milestones, paid or not.
    #[schema(value_type = String)]
    pub payable: Sum,
    /// Paid for the milestones, without interest.
    #[schema(value_type = String)]
    pub paid: Sum,
    /// Late interest that has accrued.
    #[schema(value_type = String)]
    pub interest: Sum,
    #[schema(value_type = String)]
    pub interest_paid: Sum,
    #[schema(value_type = String)]
    pub interest_waived: Sum,
    /// Penalties charged and not deducted.
    #[schema(value_type = String)]
    pub outstanding: Sum,
    /// Amount that can still be claimed from the guarantees that the purchaser holds.
    #[schema(value_type = String)]
    pub guarantees: Sum,
    /// Penalties that deductions could not bear; 0.00 while later milestones may still bear them.
    #[schema(value_type = String)]
    pub recoverable: Sum,
    /// Part of `recoverable` that was claimed from guarantees.
    #[schema(value_type = String)]
    pub claimed: Sum,
    /// Part of `recoverable` that the contractor paid.
    #[schema(value_type = String)]
    pub recovered: Sum,
    /// Part of `recoverable` that was written off.
    #[schema(value_type = String)]
    pub written_off: Sum,
    /// Amount that is still to be recovered.
    #[schema(value_type = String)]
    pub to_recover: Sum,
    /// Budget in use, paid or not. Shown on the page only: the API does not promise it.
    #[serde(skip)]
    pub committed: Sum,
    /// Budget in use that no payable amount needs; 0.00 while later milestones may still need it. What the end of the
    /// contract released is no longer in use.
    #[schema(value_type = String)]
    pub to_release: Sum,
    pub net: NetBalance,
    /// Codes of the milestones that can no longer be reached, because the contract was ended early.
    pub never_due: Vec<String>,
    /// Everything that must be finished before the contract is closed.
    pub open: Vec<OpenThingView>,
}

impl SettlementSheet {
    /// Returns the figures in reading order, each with the key of its name.
    pub fn figures(&self) -> [(&'static str, Sum); 18] {
        [
            ("settlement-accepted", self.accepted),
            ("settlement-deducted", self.deducted),
            ("settlement-payable", self.payable),
            ("settlement-paid", self.paid),
            ("settlement-interest", self.interest),
            ("settlement-interest-paid", self.interest_paid),
            ("settlement-interest-waived", self.interest_waived),
            ("settlement-outstanding", self.outstanding),
            ("settlement-recoverable", self.recoverable),
            ("settlement-claimed", self.claimed),
            ("settlement-recovered", self.recovered),
            ("settlement-written-off", self.written_off),
            ("settlement-to-recover", self.to_recover),
            ("settlement-guarantees", self.guarantees),
            ("settlement-committed", self.committed),
            ("settlement-to-release", self.to_release),
            ("settlement-to-contractor", self.net.to_contractor),
            ("settlement-to-purchaser", self.net.to_purchaser),
        ]
    }
}

/// A settlement sheet with the names that its page shows.
#[derive(Debug, Clone)]
pub struct NamedSheet {
    pub id: String,
    pub number: String,
    pub title: String,
    pub state: ContractState,
    pub as_of: NaiveDate,
    pub sheet: SettlementSheet,
}

/// Computes the settlement sheet of a contract today.
///
/// # Errors
/// `NotFound`, also for a contract that the caller may not see.
pub fn sheet(app: &App, caller: &Caller, id: &str) -> Result<NamedSheet, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let record = ContractRecord::load(connection, contract)?;
        let standing = record.standing(caller.today(), Trails::Off)?;
        let contract = &record.contract;
        Ok(NamedSheet {
            id: contract.public_id.clone(),
            number: contract.number.clone(),
            title: contract.title.clone(),
            state: contract.state,
            as_of: caller.today(),
            sheet: compute(connection, &record, &standing, caller.language)?.0,
        })
    })
}

/// Computes the sheet with its open items in a language, and the items themselves.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn compute(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    standing: &Standing,
    language: Language,
) -> Result<(SettlementSheet, Vec<OpenThing>), Error> {
    let contract = &record.contract;
    if !is_signed(contract.state) {
        return Ok((SettlementSheet::default(), Vec::new()));
    }
    let interest = record.interest()?;
    let used_fen = ledger::used_by(connection, contract)?;
    let guarantees = guarantees::load(connection, contract.id)?;
    let recoveries = recoveries::load(connection, contract.id)?;
    let settled = Settled {
        state: contract.state,
        standing,
        interest: &interest,
        guarantees: &guarantees,
        recoveries: &recoveries,
        used_fen,
    };
    let recovering = settled.recovering();
    let open = open_things(connection, record, standing)?;
    let agreed = (record.terms_on(standing.as_of), record.ended_by(standing.as_of));
    let never_due = standing.milestones.iter().filter(|milestone| is_never_due(milestone, agreed, standing));
    let sheet = SettlementSheet {
        accepted: settled.accepted(),
        deducted: settled.deducted(),
        payable: settled.payable(),
        paid: settled.paid(),
        interest: settled.interest(),
        interest_paid: settled.interest_paid(),
        interest_waived: settled.interest_waived(),
        outstanding: settled.outstanding(),
        guarantees: settled.guarantees(),
        recoverable: recovering.recoverable(),
        claimed: recovering.claimed(),
        recovered: recovering.received(),
        written_off: recovering.written_off(),
        to_recover: recovering.to_recover(),
        committed: Sum::from_fen(used_fen.into()),
        to_release: settled.to_release(),
        net: NetBalance { to_contractor: settled.net_to_contractor(), to_purchaser: settled.net_to_purchaser() },
        never_due: never_due.map(|milestone| milestone.code.to_string()).collect(),
        open: open.iter().map(|thing| thing.view(language)).collect(),
    };
    Ok((sheet, open))
}

fn is_signed(state: ContractState) -> bool {
    use ContractState::{Active, Closed, Completed, Draft, Funded, Submitted, Terminated, Withdrawn};
    match state {
        Active | Completed | Terminated | Closed => true,
        Draft | Submitted | Funded | Withdrawn => false,
    }
}

/// Lists the open items of a signed contract, in the order in which they are finished.
///
/// # Errors
/// Database errors.
pub fn open_things(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    standing: &Standing,
) -> Result<Vec<OpenThing>, Error> {
    let id = record.contract.id;
    let requests = payments::of_contract(connection, id)?;
    let asked = change_requests::of_contract(connection, id)?;
    let asked = asked.iter().filter(|request| is_pending(request.state)).map(|request| {
        let message =
            Message::new("open-change-request").with("kind", request.kind).with("on", civil_day(request.requested_at));
        open_thing(OpenKind::ChangeRequest, &request.public_id, message)
    });
    let amended = amendments::of_contract(connection, id)?;
    let amended = amended.iter().filter(|amendment| amendment_rules::is_open(amendment.state)).map(|amendment| {
        let message = Message::new("open-amendment").with("on", amendment.effective_on);
        open_thing(OpenKind::Amendment, &amendment.public_id, message)
    });
    let raised = objections::of_contract(connection, id)?;
    let raised = raised.iter().filter(|objection| objection.state == ObjectionState::Open).map(|objection| {
        let message = Message::new("open-objection").with("on", civil_day(objection.raised_at));
        open_thing(OpenKind::Objection, &objection.public_id, message)
    });
    let guaranteed = guarantees::load(connection, id)?;
    let guaranteed = guaranteed.iter().filter(|guarantee| guarantee.is_held).map(|guarantee| {
        let amount = Sum::from_fen(guarantee.outstanding_fen().into());
        let message = Message::new("open-guarantee").with("number", &guarantee.number).with("amount", amount);
        open_thing(OpenKind::Guarantee, &guarantee.id, message)
    });
    let recovered = open_recoveries(connection, record, standing)?;
    let paying: Vec<&PaymentRequest> = requests.iter().filter(|request| approvals::is_open(request.state)).collect();
    let mut open = unconfirmed(connection, record)?;
    open.extend(unfinished(record, standing, &record.interest()?, &paying));
    open.extend(paying.iter().map(|request| in_progress(record, request, standing)));
    Ok(open.into_iter().chain(asked).chain(amended).chain(raised).chain(guaranteed).chain(recovered).collect())
}

/// Lists the justice stations that have not decided on service records, each with the number of its records.
fn unconfirmed(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Vec<OpenThing>, Error> {
    let waiting = records::count_waiting(connection, record.contract.id)?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let stations = organisations::by_ids(connection, &waiting.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
    let listed = stations.iter().filter_map(|station| {
        let (_, number) = waiting.iter().find(|(id, _)| *id == station.id)?;
        let message = Message::new("open-records").with("station", &station.name).with("number", number);
        Some(open_thing(OpenKind::Records, &station.code, message))
    });
    Ok(listed.collect())
}

/// Lists what is still to be recovered, and the write-off that waits for finance.
fn open_recoveries(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    standing: &Standing,
) -> Result<Vec<OpenThing>, Error> {
    let known = recoveries::load(connection, record.contract.id)?;
    let waiting = known.iter().filter(|recovery| recovery.is_waiting()).map(|recovery| {
        let amount = Sum::from_fen(recovery.amount_fen.into());
        open_thing(OpenKind::Recovery, &recovery.id, Message::new("open-write-off").with("amount", amount))
    });
    let left = recoveries::to_recover(connection, record, standing)?;
    let left = Some(left).filter(|left| *left != Sum::ZERO);
    let left =
        left.map(|left| open_thing(OpenKind::Recovery, "rest", Message::new("open-recovery").with("amount", left)));
    Ok(left.into_iter().chain(waiting).collect())
}

fn open_thing(kind: OpenKind, subject: &str, message: Message) -> OpenThing {
    OpenThing { kind, subject: subject.to_owned(), message }
}

/// Lists submissions without a decision, amounts that are not paid, and interest that is neither paid nor requested.
/// Requested interest is listed as its payment request.
fn unfinished(
    record: &ContractRecord,
    standing: &Standing,
    interest: &RecordedInterest,
    paying: &[&PaymentRequest],
) -> Vec<OpenThing> {
    let details = record.details_on(standing.as_of);
    let submitted = standing.deliverables.iter().filter(|one| one.state == DeliverableState::Submitted);
    let mut open: Vec<OpenThing> = submitted
        .map(|deliverable| {
            let code = deliverable.code.as_str();
            let message = Message::new("open-inspection").with("name", details.deliverable(code));
            open_thing(OpenKind::Inspection, code, message)
        })
        .collect();
    for milestone in &standing.milestones {
        let code = milestone.code.as_str();
        let message = |key, amount: Sum| Message::new(key).with("name", details.milestone(code)).with("amount", amount);
        let unpaid = milestone.payable.checked_sub(milestone.paid).filter(|unpaid| *unpaid != Money::ZERO);
        open.extend(unpaid.map(|unpaid| open_thing(OpenKind::Payable, code, message("open-payable", unpaid.into()))));
        let requested = paying.iter().filter(|one| one.kind == PaymentKind::Interest && one.milestone == code);
        let requested_fen = requested.fold(0, |sum: i64, one| sum.saturating_add(one.amount_fen));
        let left = Some(interest.of(milestone, requested_fen).requestable()).filter(|left| *left != Sum::ZERO);
        open.extend(left.map(|left| open_thing(OpenKind::Interest, code, message("open-interest", left))));
    }
    open
}

/// Returns the open item of a payment request in progress.
fn in_progress(record: &ContractRecord, request: &PaymentRequest, standing: &Standing) -> OpenThing {
    let key = match request.kind {
        PaymentKind::Principal => "open-payment",
        PaymentKind::Interest => "open-interest-payment",
    };
    let name = record.details_on(standing.as_of).milestone(&request.milestone);
    let amount = Sum::from_fen(request.amount_fen.into());
    open_thing(OpenKind::Payment, &request.public_id, Message::new(key).with("name", name).with("amount", amount))
}
