//! Performance guarantees: an officer records those that the contractor provides, returns them, and proposes claims; a
//! leader who did not propose the claim grants or refuses it.
//!
//! A guarantee has at most one open claim, and cannot be returned while it has one.

pub mod view;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::guarantees::{
    self as rules, ClaimPurpose, ClaimState, GUARANTEE_ACTIONS, Guarantee, GuaranteeKind, GuaranteeState,
};
use crate::domain::money::{Money, Sum};
use crate::domain::payments::Actor;
use crate::domain::policy::Action;
use crate::domain::shape::{date, optional_date};
use crate::domain::standing::Trails;
use crate::domain::statute_settings::{SettableRule, part_fen};
use crate::domain::statutes::LoanRates;
use crate::domain::text_input::key;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, append, repeats};
use crate::services::identity::caller::{Caller, reject_earlier_actors};
use crate::services::notifications::money_alerts;
use crate::services::recoveries;
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::guarantees::{self as rows, GuaranteeClaim, NewGuarantee};
use crate::storage::ids::ContractId;
use crate::storage::locks;
use crate::storage::write::Tx;

/// The statute that limits guarantees and excludes cash.
const STATUTE: &str = "bond-10pct";
/// Maximum length of an issuer's name, in characters.
const ISSUER_LENGTH: usize = 200;

/// A guarantee that the contractor provides.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuaranteeInput {
    /// `bank_guarantee`, `surety_guarantee`, `insurance`, `cheque`, `draft` or `promissory_note`; never cash.
    pub kind: String,
    /// Amount in yuan, over 0. All guarantees that are valid on one day are at most a tenth of the contract's amount.
    #[schema(value_type = String)]
    pub amount: Money,
    pub issuer: String,
    /// Number given by the issuer. A purchaser holds only one guarantee with an issuer and number.
    pub number: String,
    #[serde(deserialize_with = "date")]
    pub valid_from: NaiveDate,
    /// Last day of validity.
    #[serde(deserialize_with = "date")]
    pub valid_until: NaiveDate,
    /// Day by which the guarantee is to be returned to the contractor.
    #[serde(deserialize_with = "date")]
    pub return_on: NaiveDate,
    /// True if it is meant to end before the service does.
    #[serde(default)]
    pub confirmed: bool,
    /// True to record a guarantee of the same number from an issuer with another name.
    #[serde(default)]
    pub another: bool,
}

/// An act on a guarantee. Each act reads the fields that it needs.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuaranteeActionInput {
    /// Day of the return, by default today; read by `return`.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// Amount in yuan, over 0 and at most what is outstanding; required by `claim`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub amount: Option<Money>,
    /// Purpose of the claim, by default `damages`; read by `claim`.
    #[serde(default)]
    pub purpose: Option<ClaimPurpose>,
    /// Reason; required by `claim` and `refuse`, and by `return` before its day.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A guarantee after an act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GuaranteeSummary {
    /// Random identifier of the guarantee.
    pub id: String,
    pub state: GuaranteeState,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Loads the guarantees of a contract with their claims, oldest first.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn load(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<Guarantee>, Error> {
    let stored = rows::of_contract(connection, contract)?;
    let claims = rows::claims_of(connection, &stored.iter().map(|row| row.id).collect::<Vec<_>>())?;
    Ok(stored.into_iter().map(|row| with_claims(row, &claims)).collect())
}

/// Combines a guarantee with its claims.
pub(in crate::services) fn with_claims(row: rows::Guarantee, claims: &[GuaranteeClaim]) -> Guarantee {
    let own = || claims.iter().filter(|claim| claim.guarantee_id == row.id);
    let granted = || own().filter(|claim| claim.state == ClaimState::Granted);
    let open = own().find(|claim| claim.state == ClaimState::Proposed);
    Guarantee {
        claimed_fen: sum_of(granted()),
        claimed_for_recovery_fen: sum_of(granted().filter(|claim| claim.purpose == ClaimPurpose::Recovery)),
        claim_since: open.map(|claim| civil_day(claim.proposed_at)),
        id: row.public_id,
        number: row.number,
        amount_fen: row.amount_fen,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
        return_on: row.return_on,
        is_held: row.state == GuaranteeState::Held,
    }
}

/// Sums claims, in fen.
fn sum_of<'a>(claims: impl Iterator<Item = &'a GuaranteeClaim>) -> i64 {
    claims.fold(0, |sum: i64, claim| sum.saturating_add(claim.amount_fen))
}

/// Records a guarantee.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` for a number of the issuer that is held already, and
/// for a number that is held from an issuer with another name, unless `another` is true; `Refused` for cash and other unknown kinds, beyond a tenth of the contract's amount (bond-10pct), for an invalid
/// amount, issuer, number or day, or for one that ends before the service unless that is confirmed.
pub fn record(app: &App, caller: &Caller, contract: &str, input: &GuaranteeInput) -> Result<GuaranteeSummary, Error> {
    let action = Action::RecordGuarantee;
    acts::write_contract(app, caller, contract, action, |tx, record, _| {
        let unknown = || Error::refused_at(STATUTE, "kind", Message::new("guarantee-kind-unknown"));
        let kind = GuaranteeKind::parse(&input.kind).ok_or_else(unknown)?;
        if input.amount == Money::ZERO {
            return Err(Error::refused_at("guarantee", "amount", Message::new("malformed-positive-money")));
        }
        let issuer = issuer(&input.issuer)?;
        let number = inputs::number("number", Some(&input.number))?;
        check_days(input, tx.context.today())?;
        confirm_end(input, record.terms_on(tx.context.today()).ends_on)?;
        let keys = (key(issuer), key(&number));
        refuse_known(tx, caller, (&keys.0, &keys.1), input.another)?;
        refuse_over_limit(tx, record, input)?;
        let (id, by) = (tx.context.ids.uuid(), tx.person()?);
        let new = NewGuarantee {
            public_id: &id,
            contract_id: record.contract.id,
            kind,
            amount_fen: input.amount.fen(),
            issuer: (issuer, &keys.0),
            number: (&number, &keys.1),
            valid: (input.valid_from, input.valid_until),
            return_on: input.return_on,
        };
        rows::insert(tx.connection, tx.context, &new, by)?;
        let body = serde_json::json!({
            "guarantee": id, "kind": kind, "amount": input.amount, "issuer": issuer, "number": number,
            "valid_from": input.valid_from, "valid_until": input.valid_until, "return_on": input.return_on,
        });
        append_event(tx, &record.contract, action, body)?;
        append::save_change(tx, record)?;
        Ok(GuaranteeSummary { id, state: GuaranteeState::Held, version: record.contract.version })
    })
}

fn issuer(given: &str) -> Result<&str, Error> {
    let issuer = given.trim();
    if issuer.is_empty() {
        return Err(Error::refused_at("guarantee", "issuer", Message::new("guarantee-issuer-missing")));
    }
    match inputs::line_fault(issuer, ISSUER_LENGTH) {
        Some(message) => Err(Error::refused_at("length", "issuer", message)),
        None => Ok(issuer),
    }
}

fn check_days(input: &GuaranteeInput, today: NaiveDate) -> Result<(), Error> {
    let fault = if input.valid_until < input.valid_from {
        Some(("valid_until", Message::new("guarantee-ends-before-it-begins").with("from", input.valid_from)))
    } else if input.valid_until < today {
        Some(("valid_until", Message::new("guarantee-expired").with("until", input.valid_until)))
    } else if input.return_on < input.valid_from {
        Some(("return_on", Message::new("guarantee-return-too-early").with("from", input.valid_from)))
    } else {
        None
    };
    fault.map_or(Ok(()), |(path, message)| Err(Error::refused_at("guarantee", path, message)))
}

/// Asks for a confirmation of a guarantee that ends before the service does: it may be a slip of the hand.
fn confirm_end(input: &GuaranteeInput, ends_on: NaiveDate) -> Result<(), Error> {
    if input.confirmed || input.valid_until >= ends_on {
        return Ok(());
    }
    let message = Message::new("guarantee-ends-before-service").with("until", input.valid_until).with("end", ends_on);
    Err(Error::refused_at("unconfirmed", "valid_until", message))
}

/// Refuses a number of an issuer that is held already, and asks about one that is held from an issuer with another name,
/// which may be the same written otherwise: a bank and its branch. The contract is named only to a caller who may see
/// it.
fn refuse_known(tx: &mut Tx<'_>, caller: &Caller, (issuer, number): (&str, &str), another: bool) -> Result<(), Error> {
    locks::lock_guarantee_numbers(tx.connection)?;
    if let Some(held) = rows::held_by_number(tx.connection, issuer, number)? {
        let named = |contract: &str| Message::new("guarantee-known").with("contract", contract);
        return Err(known_elsewhere(tx, caller, &held, (named, Message::new("guarantee-known-elsewhere")))?);
    }
    let Some(held) = rows::held_with_number(tx.connection, number)?.filter(|_| !another) else { return Ok(()) };
    let named = |contract: &str| {
        Message::new("guarantee-of-other-issuer").with("issuer", &held.issuer).with("contract", contract)
    };
    let general = Message::new("guarantee-of-other-issuer-elsewhere");
    let mut asked = known_elsewhere(tx, caller, &held, (named, general))?;
    if let Error::Duplicate(found) = &mut asked {
        found.is_repeatable = true;
    }
    Err(asked)
}

/// Builds the refusal that leads to a guarantee of any contract.
fn known_elsewhere(
    tx: &mut Tx<'_>,
    caller: &Caller,
    held: &rows::Guarantee,
    messages: (impl FnOnce(&str) -> Message, Message),
) -> Result<Error, Error> {
    let of = (held.contract_id, "", format!("guarantee-{}", held.public_id));
    repeats::duplicate_elsewhere(tx.connection, &caller.organisations(), of, messages)
}

/// Refuses a guarantee that would raise the total on some day above the limit, a tenth of the amount in force (实施条例 48).
fn refuse_over_limit(tx: &mut Tx<'_>, record: &ContractRecord, input: &GuaranteeInput) -> Result<(), Error> {
    let today = tx.context.today();
    let settings = &record.settings;
    let Some(part) = settings.limit(SettableRule::Bond, today) else { return Ok(()) };
    let known = load(tx.connection, record.contract.id)?;
    let held = rules::highest_total_fen(&known, (input.valid_from, input.valid_until));
    let amount = record.terms_on(today).amount;
    let limit = part_fen(amount.fen(), part);
    if held + i128::from(input.amount.fen()) <= limit {
        return Ok(());
    }
    let message = Message::new("guarantee-over-tenth")
        .with("amount", amount)
        .with("percent", LoanRates::percent(part).normalize())
        .with("limit", Sum::from_fen(limit))
        .with("used", Sum::from_fen(held));
    Err(Error::refused_at(STATUTE, "amount", message))
}

/// Returns a guarantee, or proposes, grants or refuses a claim on it.
///
/// # Errors
/// `NotFound` for an unknown guarantee or act; `Forbidden` by role, or to decide on one's own claim; `Conflict` in a
/// state that the act does not change; `Refused` without a required reason, for an impossible day, or for an amount
/// that is zero or above what is outstanding.
pub fn take_step(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &GuaranteeActionInput,
) -> Result<GuaranteeSummary, Error> {
    let known = GUARANTEE_ACTIONS.iter().find(|(known, _)| *known == name);
    let action = known.map(|(_, action)| *action).ok_or(Error::NotFound)?;
    acts::write_about(app, caller, action, (id, rows::with_contract), |tx, record, _, guarantee| {
        if guarantee.state != GuaranteeState::Held {
            return Err(past(record, &guarantee, "guarantee-returned"));
        }
        let claims = rows::claims_of(tx.connection, &[guarantee.id])?;
        let found = Acted { open: claims.iter().find(|claim| claim.state == ClaimState::Proposed), row: &guarantee };
        let state = match name {
            "return" => give_back(tx, record, &found, input)?,
            "claim" => propose(tx, record, &found, (&claims, input))?,
            "grant" => grant(tx, record, &found, (&claims, input))?,
            _ => refuse(tx, record, &found, input)?,
        };
        append::save_change(tx, record)?;
        Ok(GuaranteeSummary { id: guarantee.public_id, state, version: record.contract.version })
    })
}

/// Builds the refusal of an act that was taken on a guarantee before, leading to the guarantee.
fn past(record: &ContractRecord, row: &rows::Guarantee, key: &'static str) -> Error {
    repeats::duplicate(&record.contract, None, format!("guarantee-{}", row.public_id), Message::new(key), false)
}

/// A held guarantee and its open claim.
struct Acted<'a> {
    row: &'a rows::Guarantee,
    open: Option<&'a GuaranteeClaim>,
}

fn give_back(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    &Acted { row, open }: &Acted<'_>,
    input: &GuaranteeActionInput,
) -> Result<GuaranteeState, Error> {
    if open.is_some() {
        return Err(Error::conflict("guarantee-claim-open"));
    }
    let today = tx.context.today();
    let on = append::effective_day(tx, input.on);
    let recorded = civil_day(row.recorded_at);
    if on > today {
        let message = Message::new("day-in-the-future").with("today", today);
        return Err(Error::refused_at("not-in-the-future", "on", message));
    }
    // A guarantee received before it was recorded may also have been returned before that.
    if on < recorded.min(row.valid_from) {
        let message = Message::new("guarantee-returned-before").with("first", recorded.min(row.valid_from));
        return Err(Error::refused_at("guarantee", "on", message));
    }
    let note = if on < row.return_on {
        inputs::reason(input.reason.as_deref())?
    } else {
        inputs::optional_reason(input.reason.as_deref())?
    };
    let by = tx.person()?;
    rows::record_return(tx.connection, tx.context, row.id, (on, by, note))?;
    let body = serde_json::json!({ "guarantee": row.public_id, "number": row.number, "on": on, "reason": note });
    append_event(tx, &record.contract, Action::ReturnGuarantee, body)?;
    Ok(GuaranteeState::Returned)
}

fn propose(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    &Acted { row, open }: &Acted<'_>,
    (claims, input): (&[GuaranteeClaim], &GuaranteeActionInput),
) -> Result<GuaranteeState, Error> {
    if open.is_some() {
        return Err(past(record, row, "guarantee-claim-open"));
    }
    let reason = inputs::reason(input.reason.as_deref())?;
    let missing = || Error::refused_at("guarantee", "amount", Message::new("malformed-positive-money"));
    let amount = input.amount.filter(|amount| *amount != Money::ZERO).ok_or_else(missing)?;
    let purpose = input.purpose.unwrap_or(ClaimPurpose::Damages);
    check_claim(tx, record, (row, claims), (amount, purpose))?;
    let by = tx.person()?;
    rows::insert_claim(tx.connection, tx.context, row.id, (amount.fen(), purpose, reason, by))?;
    let body = serde_json::json!({
        "guarantee": row.public_id, "number": row.number, "amount": amount, "purpose": purpose, "reason": reason,
    });
    append_event(tx, &record.contract, Action::ProposeClaim, body)?;
    Ok(GuaranteeState::Held)
}

/// Checks that a claim is made while the guarantee is valid, within what is outstanding and, for a recovery, within
/// what is still to be recovered.
fn check_claim(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    (row, claims): (&rows::Guarantee, &[GuaranteeClaim]),
    (amount, purpose): (Money, ClaimPurpose),
) -> Result<(), Error> {
    let guarantee = with_claims(row.clone(), claims);
    if !guarantee.is_valid_on(tx.context.today()) {
        let message = Message::new("guarantee-not-valid").with("from", row.valid_from).with("until", row.valid_until);
        return Err(Error::refused("guarantee", message));
    }
    let over =
        |key: &'static str, left: Sum| Error::refused_at("guarantee", "amount", Message::new(key).with("left", left));
    if amount.fen() > guarantee.outstanding_fen() {
        return Err(over("guarantee-over-outstanding", Sum::from_fen(guarantee.outstanding_fen().into())));
    }
    if purpose == ClaimPurpose::Recovery {
        let left = recoveries::to_recover(tx.connection, record, &record.standing(tx.context.today(), Trails::Off)?)?;
        if Sum::from(amount) > left {
            return Err(over("guarantee-over-recoverable", left));
        }
    }
    Ok(())
}

fn grant(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    acted: &Acted<'_>,
    (claims, input): (&[GuaranteeClaim], &GuaranteeActionInput),
) -> Result<GuaranteeState, Error> {
    let claim = claim_to_decide(tx, record, acted)?;
    let note = inputs::optional_reason(input.reason.as_deref())?;
    let amount = Money::from_fen(claim.amount_fen).unwrap_or_default();
    check_claim(tx, record, (acted.row, claims), (amount, claim.purpose))?;
    decide(tx, record, (acted.row, claim), (ClaimState::Granted, EventAction::GuaranteeClaimGrant, note))
}

fn refuse(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    acted: &Acted<'_>,
    input: &GuaranteeActionInput,
) -> Result<GuaranteeState, Error> {
    let claim = claim_to_decide(tx, record, acted)?;
    let note = inputs::reason(input.reason.as_deref())?;
    decide(tx, record, (acted.row, claim), (ClaimState::Refused, EventAction::GuaranteeClaimRefuse, note))
}

/// Returns the open claim. The person who proposed it, or anyone acting for that person, must not decide it.
fn claim_to_decide<'a>(tx: &Tx<'_>, record: &ContractRecord, acted: &Acted<'a>) -> Result<&'a GuaranteeClaim, Error> {
    let claim = acted.open.ok_or_else(|| past(record, acted.row, "guarantee-without-claim"))?;
    reject_earlier_actors(tx, &[proposer(claim)])?;
    Ok(claim)
}

/// Returns the person who proposed a claim.
pub(in crate::services) fn proposer(claim: &GuaranteeClaim) -> Actor<i64> {
    Actor { person: claim.proposed_by.0, on_behalf_of: claim.proposed_for }
}

fn decide(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    (row, claim): (&rows::Guarantee, &GuaranteeClaim),
    (state, action, note): (ClaimState, EventAction, &str),
) -> Result<GuaranteeState, Error> {
    let by = tx.person()?;
    rows::record_claim_decision(tx.connection, tx.context, claim.id, (state, by, note))?;
    let amount = Sum::from_fen(claim.amount_fen.into());
    let body = serde_json::json!({
        "guarantee": row.public_id, "number": row.number, "amount": amount, "reason": note,
    });
    append_event(tx, &record.contract, action, body)?;
    money_alerts::tell_claim(tx, record, (&row.public_id, claim), (state, note))?;
    Ok(GuaranteeState::Held)
}
