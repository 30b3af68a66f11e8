//! Recovery of penalties that deductions did not cover: the purchaser demands them, finance records amounts received,
//! and two people write off what cannot be recovered.
//!
//! All amounts together never exceed what is to be recovered on the day of each step. A contract has at most one
//! write-off that waits for finance.

pub mod view;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::FactKind;
use crate::domain::guarantees::Guarantee;
use crate::domain::money::{Money, Sum};
use crate::domain::payments::Actor;
use crate::domain::policy::Action;
use crate::domain::recoveries::{RECOVERY_ACTIONS, Recovering, Recovery, RecoveryKind, RecoveryState};
use crate::domain::shape::{date, optional_date};
use crate::domain::standing::{Standing, Trails};
use crate::domain::text_input::key;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, append, repeats};
use crate::services::guarantees;
use crate::services::identity::caller::{Caller, reject_earlier_actors};
use crate::services::notifications::money_alerts;
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::guarantees::{Guarantee as StoredGuarantee, GuaranteeClaim};
use crate::storage::ids::ContractId;
use crate::storage::recoveries::{self as rows, NewRecovery};
use crate::storage::write::Tx;

/// The rule that limits amounts to what is to be recovered.
const RULE: &str = "recovery";

/// A demand for penalties that deductions did not cover.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemandInput {
    /// Amount in yuan, over 0 and at most what is still to be recovered.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Reason; required.
    #[serde(default)]
    pub reason: String,
    /// Day by which the contractor must pay, not before today.
    #[serde(deserialize_with = "date")]
    pub due_on: NaiveDate,
}

/// An amount that the contractor paid back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptInput {
    /// Amount in yuan, over 0 and at most what is still to be recovered.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Number of the receipt, which a finance bureau can use only once.
    pub receipt: String,
    /// Day on which the amount was received; by default today.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    #[serde(default)]
    pub note: String,
}

/// A proposal to write off what cannot be recovered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteOffInput {
    /// Amount in yuan, over 0 and at most what is still to be recovered.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Reason; required.
    #[serde(default)]
    pub reason: String,
}

/// A decision on a write-off.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoveryActionInput {
    /// Reason; required to refuse.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A demand, an amount received or a write-off after an act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecoverySummary {
    /// Random identifier.
    pub id: String,
    pub state: RecoveryState,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Loads the demands, amounts received and write-offs of a contract, oldest first.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn load(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<Recovery>, Error> {
    let stored = rows::of_contract(connection, contract)?;
    Ok(stored.iter().map(of_row).collect())
}

fn of_row(row: &rows::Recovery) -> Recovery {
    Recovery {
        id: row.public_id.clone(),
        kind: row.kind,
        state: row.state,
        amount_fen: row.amount_fen,
        due_on: row.due_on,
        since: civil_day(row.recorded_at),
    }
}

/// Returns what is still to be recovered from a contract, given its standing.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn to_recover(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    standing: &Standing,
) -> Result<Sum, Error> {
    let guarantees = guarantees::load(connection, record.contract.id)?;
    let recoveries = load(connection, record.contract.id)?;
    Ok(left(record, standing, &guarantees, &recoveries))
}

/// Returns the same from rows that are loaded already.
pub(in crate::services) fn left_to_recover(
    record: &ContractRecord,
    standing: &Standing,
    (guarantees, claims): (&[StoredGuarantee], &[GuaranteeClaim]),
    recoveries: &[rows::Recovery],
) -> Sum {
    let guarantees: Vec<Guarantee> =
        guarantees.iter().map(|row| guarantees::with_claims(row.clone(), claims)).collect();
    let recoveries: Vec<Recovery> = recoveries.iter().map(of_row).collect();
    left(record, standing, &guarantees, &recoveries)
}

fn left(record: &ContractRecord, standing: &Standing, guarantees: &[Guarantee], recoveries: &[Recovery]) -> Sum {
    Recovering { state: record.contract.state, standing, guarantees, recoveries }.to_recover()
}

/// Refuses an amount of zero, or above what is still to be recovered today.
///
/// # Errors
/// `Refused` (recovery) at the amount; database errors.
pub(in crate::services) fn check_amount(tx: &mut Tx<'_>, record: &ContractRecord, amount: Money) -> Result<(), Error> {
    if amount == Money::ZERO {
        return Err(Error::refused_at(RULE, "amount", Message::new("malformed-positive-money")));
    }
    let standing = record.standing(tx.context.today(), Trails::Off)?;
    let left = to_recover(tx.connection, record, &standing)?;
    if Sum::from(amount) > left {
        return Err(Error::refused_at(RULE, "amount", Message::new("recovery-over-rest").with("left", left)));
    }
    Ok(())
}

/// Demands penalties that deductions did not cover.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` until an earlier demand is overdue; `Refused`
/// without a reason, for a day that has passed, or for an amount of zero or above what is still to be recovered.
pub fn demand(app: &App, caller: &Caller, contract: &str, input: &DemandInput) -> Result<RecoverySummary, Error> {
    acts::write_contract(app, caller, contract, Action::DemandRecovery, |tx, record, _| {
        let reason = inputs::reason(Some(&input.reason))?;
        let today = tx.context.today();
        if input.due_on < today {
            let message = Message::new("recovery-due-in-the-past").with("today", today);
            return Err(Error::refused_at(RULE, "due_on", message));
        }
        let known = load(tx.connection, record.contract.id)?;
        let open = known.iter().find_map(|one| Some((one, one.due_on.filter(|due_on| *due_on >= today)?)));
        if let Some((first, due_on)) = open {
            return Err(refuse_second(record, first, Message::new("recovery-demanded").with("day", due_on)));
        }
        check_amount(tx, record, input.amount)?;
        let new = New { due_on: Some(input.due_on), ..New::of(RecoveryKind::Demand, input.amount, reason) };
        save(tx, record, Action::DemandRecovery, &new)
    })
}

/// Records an amount that the contractor paid back.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` for a receipt that the finance bureau recorded
/// before; `Refused` without a number of the receipt, for a day in the future or before the contract, or for an amount
/// of zero or above what is still to be recovered.
pub fn receive(app: &App, caller: &Caller, contract: &str, input: &ReceiptInput) -> Result<RecoverySummary, Error> {
    acts::write_contract(app, caller, contract, Action::ReceiveRecovery, |tx, record, _| {
        let note = inputs::text("note", &input.note)?;
        let receipt = inputs::number("receipt", Some(&input.receipt))?;
        let receipt_key = key(&receipt);
        let on = append::effective_day(tx, input.on);
        append::check_day(record, FactKind::Payment, on, tx.context.today())?;
        if let Some(known) = rows::by_receipt(tx.connection, record.contract.funder_id, &receipt_key)? {
            let named = |contract: &str| Message::new("receipt-known").with("contract", contract);
            let general = Message::new("receipt-known-elsewhere");
            let of = (known.contract_id, "", format!("recovery-{}", known.public_id));
            return Err(repeats::duplicate_elsewhere(tx.connection, &caller.organisations(), of, (named, general))?);
        }
        check_amount(tx, record, input.amount)?;
        let new = New {
            received_on: Some(on),
            receipt: Some((receipt.as_str(), receipt_key.as_str())),
            ..New::of(RecoveryKind::Receipt, input.amount, note)
        };
        save(tx, record, Action::ReceiveRecovery, &new)
    })
}

/// Proposes to write off what cannot be recovered.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` while another write-off waits for finance;
/// `Refused` without a reason, or for an amount of zero or above what is still to be recovered.
pub fn propose_write_off(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &WriteOffInput,
) -> Result<RecoverySummary, Error> {
    acts::write_contract(app, caller, contract, Action::ProposeWriteOff, |tx, record, _| {
        let reason = inputs::reason(Some(&input.reason))?;
        if let Some(first) = load(tx.connection, record.contract.id)?.iter().find(|one| one.is_waiting()) {
            return Err(refuse_second(record, first, Message::new("write-off-waiting")));
        }
        check_amount(tx, record, input.amount)?;
        let new = New { state: RecoveryState::Proposed, ..New::of(RecoveryKind::WriteOff, input.amount, reason) };
        save(tx, record, Action::ProposeWriteOff, &new)
    })
}

/// Builds the refusal of a demand or write-off while an earlier one is open.
fn refuse_second(record: &ContractRecord, first: &Recovery, message: Message) -> Error {
    repeats::duplicate(&record.contract, None, format!("recovery-{}", first.id), message, false)
}

/// A row to be saved.
struct New<'a> {
    kind: RecoveryKind,
    state: RecoveryState,
    amount: Money,
    reason: &'a str,
    due_on: Option<NaiveDate>,
    received_on: Option<NaiveDate>,
    /// Number of the receipt, and its key.
    receipt: Option<(&'a str, &'a str)>,
}

impl<'a> New<'a> {
    fn of(kind: RecoveryKind, amount: Money, reason: &'a str) -> Self {
        Self { kind, state: RecoveryState::Recorded, amount, reason, due_on: None, received_on: None, receipt: None }
    }
}

fn save(tx: &mut Tx<'_>, record: &mut ContractRecord, action: Action, new: &New<'_>) -> Result<RecoverySummary, Error> {
    let (id, by) = (tx.context.ids.uuid(), tx.person()?);
    let row = NewRecovery {
        public_id: &id,
        contract_id: record.contract.id,
        funder_id: record.contract.funder_id,
        kind: new.kind,
        state: new.state,
        amount_fen: new.amount.fen(),
        reason: new.reason,
        due_on: new.due_on,
        received_on: new.received_on,
        receipt: new.receipt,
    };
    rows::insert(tx.connection, tx.context, &row, by)?;
    let mut body = serde_json::json!({ "recovery": id, "amount": new.amount, "reason": new.reason });
    for (name, value) in [
        ("due_on", new.due_on.map(|day| day.to_string())),
        ("on", new.received_on.map(|day| day.to_string())),
        ("receipt", new.receipt.map(|(receipt, _)| receipt.to_owned())),
    ] {
        if let Some(value) = value {
            body[name] = value.into();
        }
    }
    append_event(tx, &record.contract, action, body)?;
    append::save_change(tx, record)?;
    let step = match new.kind {
        RecoveryKind::Demand => Some("demanded"),
        RecoveryKind::Receipt => Some("received"),
        // Finance decides on a write-off first.
        RecoveryKind::WriteOff => None,
    };
    if let Some(step) = step {
        let day = new.due_on.or(new.received_on);
        money_alerts::tell_recovery(tx, record, (&id, step), (new.amount, new.reason, day))?;
    }
    Ok(RecoverySummary { id, state: new.state, version: record.contract.version })
}

/// Grants or refuses a write-off.
///
/// # Errors
/// `NotFound` for an unknown write-off or act; `Forbidden` by role, or to decide on one's own proposal; `Duplicate` if
/// it does not wait for a decision; `Refused` to refuse without a reason, or to grant more than is still to be
/// recovered.
pub fn take_step(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &RecoveryActionInput,
) -> Result<RecoverySummary, Error> {
    let known = RECOVERY_ACTIONS.iter().find(|(known, _)| *known == name);
    let action = known.map(|(_, action)| *action).ok_or(Error::NotFound)?;
    acts::write_about(app, caller, action, (id, rows::with_contract), |tx, record, _, recovery| {
        if recovery.state != RecoveryState::Proposed {
            let (part, message) = (format!("recovery-{}", recovery.public_id), Message::new("write-off-not-waiting"));
            return Err(repeats::duplicate(&record.contract, None, part, message, false));
        }
        reject_earlier_actors(tx, &[proposer(&recovery)])?;
        let by = tx.person()?;
        let amount = Money::from_fen(recovery.amount_fen).unwrap_or_default();
        let (state, event, note) = if name == "grant" {
            check_amount(tx, record, amount)?;
            let note = inputs::optional_reason(input.reason.as_deref())?;
            (RecoveryState::Granted, EventAction::RecoveryWriteOffGrant, note)
        } else {
            (RecoveryState::Refused, EventAction::RecoveryWriteOffRefuse, inputs::reason(input.reason.as_deref())?)
        };
        rows::record_decision(tx.connection, tx.context, recovery.id, (state, by, note))?;
        let body = serde_json::json!({ "recovery": recovery.public_id, "amount": amount, "reason": note });
        append_event(tx, &record.contract, event, body)?;
        append::save_change(tx, record)?;
        let step = if state == RecoveryState::Granted { "written-off" } else { "refused" };
        money_alerts::tell_recovery(tx, record, (&recovery.public_id, step), (amount, note, None))?;
        Ok(RecoverySummary { id: recovery.public_id, state, version: record.contract.version })
    })
}

/// Returns the person who recorded a demand or an amount received, or proposed a write-off.
pub(in crate::services) fn proposer(recovery: &rows::Recovery) -> Actor<i64> {
    Actor { person: recovery.recorded_by.0, on_behalf_of: recovery.recorded_for }
}
