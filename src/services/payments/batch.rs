//! Batches: the next step, taken on up to 200 payment requests at once. A check beforehand shows each request with its
//! amount, account and checks; then each line is decided in a transaction of its own, by the same rules as a single
//! step, so that a refused line does not stop the others.
//!
//! Beyond the rules of a single step, a line with a failing check that does not bar the step needs a reason.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::money::{Money, Sum};
use crate::domain::payments::{ApprovalStep, PAYMENT_ACTIONS, PaymentStep};
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::domain::standing::{Standing, Trails};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::openings;
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::deliverables::files::FileSummary;
use crate::services::identity::caller::{Caller, in_state};
use crate::services::identity::own_account;
use crate::services::payments::approval::take_step_if;
use crate::services::payments::checks::{Check, CheckSource};
use crate::services::payments::day_effects::DayEffects;
use crate::services::payments::desk::{self, DeskItem};
use crate::services::payments::limit::MOST_FEN;
use crate::services::payments::{PaymentRequestSummary, PaymentStepInput, step_open_to, wrong_state};
use crate::services::shared::identifiers::fold_identifier;
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains;
use crate::storage::contracts::Contract;
use crate::storage::ids::ContractId;
use crate::storage::locks::Scope;
use crate::storage::payments::PaymentRequest;
use crate::storage::payments::desk::{self as rows, DeskRow};
use crate::storage::registry::organisations::Account;
use crate::storage::write::write_in;

/// Maximum number of payment requests in a batch.
pub const MOST_LINES: usize = 200;

/// One step on several payment requests.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentBatchInput {
    /// The payment requests, 1 to 200, each once. They are decided in this order.
    pub lines: Vec<PaymentLineInput>,
}

/// One payment request of a batch, with the details of its step.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentLineInput {
    /// Random identifier of the payment request.
    pub id: String,
    /// True to return this request instead, which needs a reason.
    #[serde(default)]
    pub returned: bool,
    /// Reason for the step; required to return a payment request, and if a check fails that does not bar the step.
    #[serde(default)]
    pub reason: Option<String>,
    /// Number of the bank voucher; required to pay.
    #[serde(default)]
    pub voucher: Option<String>,
    /// Day on which the bank paid. Defaults to today.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// Names of the failing checks that the page showed; the reason applies to these.
    #[serde(skip)]
    pub seen: Option<Vec<String>>,
}

impl PaymentLineInput {
    fn has_reason(&self) -> bool {
        self.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty())
    }
}

/// A payment request as the check of a batch shows it.
#[derive(Debug)]
pub struct BatchLine {
    pub item: DeskItem,
    /// Payee account; absent for a caller who may not take the step.
    pub account: Option<Account>,
    /// Files of the milestone's invoices, with the notes on them.
    pub invoices: Vec<FileSummary>,
    /// Checks before the step, in reading order.
    pub checks: Vec<Check>,
    /// Reason why the caller cannot take the step, whatever the result of the checks.
    pub barred: Option<Message>,
    /// True if the caller may return the request instead.
    pub is_returnable: bool,
    /// Effects of the payment's day, where the step records the payment.
    pub day_effects: DayEffects,
}

/// Days on which payments are to be recorded, by the identifier of the request.
pub type Days = BTreeMap<String, NaiveDate>;

impl BatchLine {
    /// Returns whether no failing check bars the step.
    pub fn may_be_taken(&self) -> bool {
        self.barred.is_none() && self.checks.iter().all(|check| check.holds || !check.is_needed)
    }

    /// Returns whether a check fails that does not bar the step, so that the step needs a reason.
    pub fn needs_reason(&self) -> bool {
        questions(&self.checks).next().is_some()
    }

    /// Returns the names of the failing checks that do not bar the step.
    pub fn failing(&self) -> Vec<&'static str> {
        questions(&self.checks).collect()
    }
}

/// Returns the names of failing checks that do not bar the step.
fn questions(checks: &[Check]) -> impl Iterator<Item = &'static str> {
    checks.iter().filter(|check| !check.holds && !check.is_needed).map(|check| check.name)
}

/// Outcome of one line of a batch.
#[derive(Debug)]
pub struct LineOutcome {
    /// Random identifier of the payment request.
    pub id: String,
    pub result: Result<PaymentRequestSummary, Error>,
}

/// Returns the sum of the lines on which the step may be taken, in fen.
pub fn sum_of_lines<'a>(lines: impl IntoIterator<Item = &'a BatchLine>) -> Sum {
    let open = lines.into_iter().filter(|line| line.may_be_taken());
    Sum::from_fen(open.map(|line| i128::from(line.item.amount.fen())).sum())
}

/// Returns whether the step on these lines requires password and code now, by the sum of the lines on which it may be
/// taken.
///
/// # Errors
/// Database errors.
pub fn needs_proof(app: &App, caller: &Caller, step: PaymentStep, lines: &[BatchLine]) -> Result<bool, Error> {
    Ok(step.releases_money() && own_account::needs_proof(app, caller, bounded(sum_of_lines(lines)))?)
}

/// Checks the named step of payment requests in the given order. What a payment's day does is computed for the given
/// day, by default the recorded one, else today.
///
/// # Errors
/// `NotFound` for an unknown step, or a payment request that the caller may not see; `Refused` for no or too many
/// requests.
pub fn check(app: &App, caller: &Caller, name: &str, (ids, days): (&[&str], &Days)) -> Result<Vec<BatchLine>, Error> {
    caller.may(Action::ReadContract)?;
    let (step, _) = step_named(name)?;
    check_number(ids)?;
    let (lines, shown) = app.pool.read(|connection| {
        let shown = rows::chosen(connection, &caller.organisations(), ids)?;
        Ok::<_, Error>((load_lines(connection, caller, step, (shown.clone(), ids, days))?, shown))
    })?;
    if lines.len() != ids.len() {
        return Err(Error::NotFound);
    }
    let shown: Vec<_> = shown.iter().map(|(payment, contract, _)| (contract, payment)).collect();
    openings::open_payments(app, caller, &shown)?;
    Ok(lines)
}

/// Takes the named step of payment requests, each in its own transaction. A repeated request gets the stored answer of
/// each line that took effect.
///
/// # Errors
/// `NotFound` for an unknown step; `Forbidden` by role; `Malformed` for a payment request that is given twice;
/// `Refused` for no or too many requests, for a voucher that is given twice, if the password must be given again for their sum, or if the idempotency key
/// was used for another request. Any other error refuses only its line.
pub fn decide(app: &App, caller: &Caller, name: &str, input: &PaymentBatchInput) -> Result<Vec<LineOutcome>, Error> {
    let (step, action) = step_named(name)?;
    caller.may(action)?;
    let ids: Vec<&str> = input.lines.iter().map(|line| line.id.as_str()).collect();
    check_number(&ids)?;
    let mut known = BTreeSet::new();
    if let Some(twice) = ids.iter().position(|id| !known.insert(*id)) {
        return Err(Error::malformed(format!("lines[{twice}].id"), Message::new("payment-batch-twice")));
    }
    let repeated = repeated_vouchers(&input.lines, caller.today());
    if !repeated.is_empty() {
        let errors = repeated.into_iter().map(|(place, first)| FieldError {
            path: format!("lines[{place}].voucher"),
            message: voucher_in_batch(first),
        });
        return Err(Error::Refused { rule: "voucher-in-batch".to_owned(), errors: errors.collect() });
    }
    let lines = app.pool.read(|connection| {
        let found = rows::chosen(connection, &caller.organisations(), &ids)?;
        load_lines(connection, caller, step, (found, &ids, &Days::new()))
    })?;
    let of = |line: &PaymentLineInput| lines.iter().find(|known| known.item.id == line.id);
    if step.releases_money() {
        let released = input.lines.iter().filter(|line| !line.returned).filter_map(of);
        let sum = Sum::from_fen(released.map(|line| i128::from(line.item.amount.fen())).sum());
        app.pool.read(|connection| own_account::require_recent_proof(connection, app, caller, bounded(sum)))?;
    }
    reserve_key(app, caller, action)?;
    let mut outcomes: Vec<LineOutcome> = Vec::new();
    for line in &input.lines {
        let is_down = outcomes.last().is_some_and(|last| matches!(last.result, Err(Error::Unavailable(_))));
        let result = match of(line) {
            // The other lines would only wait for the same database.
            _ if is_down => Err(Error::Unavailable("the database did not answer for an earlier line".to_owned())),
            None => Err(Error::NotFound),
            Some(_) => decide_line(app, caller, name, line),
        };
        if let Err(Error::Internal(reason) | Error::Unavailable(reason)) = &result {
            tracing::error!(payment = ?line.id, %reason, "a line of a batch of payments failed");
        }
        outcomes.push(LineOutcome { id: line.id.clone(), result });
    }
    Ok(outcomes)
}

/// Returns the lines that repeat the voucher of an earlier line of the same year, each with the place of that line. To
/// which of them the voucher belongs is unknown, so none is paid. Payers are not distinguished: another payer's voucher of
/// the same number is recorded by itself.
pub fn repeated_vouchers(lines: &[PaymentLineInput], today: NaiveDate) -> Vec<(usize, usize)> {
    let mut first: BTreeMap<(i32, String), usize> = BTreeMap::new();
    let mut repeated = Vec::new();
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| !line.returned) {
        let key = line.voucher.as_deref().map(fold_identifier).filter(|key| !key.is_empty());
        let Some(key) = key else { continue };
        match first.entry((line.on.unwrap_or(today).year(), key)) {
            Entry::Vacant(entry) => {
                entry.insert(place);
            }
            Entry::Occupied(entry) => repeated.push((place, *entry.get())),
        }
    }
    repeated
}

/// Returns the words for a voucher that an earlier line bears, given that line's place.
pub fn voucher_in_batch(first: usize) -> Message {
    Message::new("voucher-in-batch").with("line", first.saturating_add(1))
}

/// Takes the step on one line, or returns the request if the line says so.
fn decide_line(
    app: &App,
    caller: &Caller,
    name: &str,
    line: &PaymentLineInput,
) -> Result<PaymentRequestSummary, Error> {
    let name = if line.returned { PaymentStep::Return.as_str() } else { name };
    let input = PaymentStepInput { reason: line.reason.clone(), voucher: line.voucher.clone(), on: line.on };
    take_step_if(app, &caller_of_line(caller, &line.id), (&line.id, name), &input, |tx, record, payment| {
        if line.returned { Ok(()) } else { require_reason(tx.connection, caller, (record, payment), line) }
    })
}

/// Requires a reason if a check fails that does not bar the step, and refuses the reason if a check fails that the page
/// did not show. Since a check may succeed when the line is shown and fail when it is decided, it is repeated in the
/// transaction of the step.
fn require_reason(
    connection: &mut AnyConnection,
    caller: &Caller,
    (record, payment): (&ContractRecord, &PaymentRequest),
    line: &PaymentLineInput,
) -> Result<(), Error> {
    if line.has_reason() && line.seen.is_none() {
        return Ok(());
    }
    let standing = record.standing(caller.today(), Trails::Off)?;
    let source = CheckSource::load(connection, caller, &[(record, payment)])?;
    let checks = source.checks(caller, (record, &standing), payment)?;
    let is_unseen = |name: &str| line.seen.as_ref().is_some_and(|seen| seen.iter().all(|known| known != name));
    let refused = |key: &'static str| Err(Error::refused_at("batch-reason", "reason", Message::new(key)));
    if !line.has_reason() && questions(&checks).next().is_some() {
        return refused("payment-batch-reason");
    }
    if questions(&checks).any(is_unseen) { refused("payment-batch-unseen") } else { Ok(()) }
}

/// Returns the caller with an idempotency key for one line of the request.
pub(in crate::services) fn caller_of_line(caller: &Caller, id: &str) -> Caller {
    let mut caller = caller.clone();
    if let Some(key) = &mut caller.idempotency_key {
        key.key = hash_chains::digest(&["line of a batch", &key.key, id]);
        key.sent_form = None;
    }
    caller
}

/// Stores the request's idempotency key for the whole batch, so that the same key is refused for another batch.
pub(in crate::services) fn reserve_key(app: &App, caller: &Caller, action: Action) -> Result<(), Error> {
    if caller.idempotency_key.is_none() {
        return Ok(());
    }
    let context = caller.context(app, caller.seat(action)?);
    write_in(&app.pool, Scope::Person(caller.person), &context, |_| Ok(()))
}

fn step_named(name: &str) -> Result<(PaymentStep, Action), Error> {
    let known = PAYMENT_ACTIONS.iter().find(|(known, _)| *known == name);
    let step = PaymentStep::parse(name);
    step.zip(known).map(|(step, (_, action))| (step, *action)).ok_or(Error::NotFound)
}

fn check_number(ids: &[&str]) -> Result<(), Error> {
    if ids.is_empty() || ids.len() > MOST_LINES {
        return Err(Error::refused_at("batch", "lines", Message::new("payment-batch-lines").with("most", MOST_LINES)));
    }
    Ok(())
}

/// Converts a sum to money; the largest amount if the sum exceeds it.
fn bounded(sum: Sum) -> Money {
    sum.money().or_else(|| Money::from_fen(MOST_FEN)).unwrap_or_default()
}

/// Loads the checks of payment requests, in the given order. The number of queries does not depend on the number of
/// requests.
fn load_lines(
    connection: &mut AnyConnection,
    caller: &Caller,
    step: PaymentStep,
    (mut found, ids, days): (Vec<DeskRow>, &[&str], &Days),
) -> Result<Vec<BatchLine>, Error> {
    found.sort_by_key(|(payment, ..)| ids.iter().position(|id| *id == payment.public_id));
    let contracts: BTreeMap<ContractId, Contract> =
        found.iter().map(|(_, contract, _)| (contract.id, contract.clone())).collect();
    let records = ContractRecord::load_all(connection, contracts.into_values().collect())?;
    let mut standings: BTreeMap<ContractId, (&ContractRecord, Standing)> = BTreeMap::new();
    for record in &records {
        standings.insert(record.contract.id, (record, record.standing(caller.today(), Trails::Off)?));
    }
    let of = |contract: &Contract| standings.get(&contract.id).ok_or(Error::NotFound);
    let mut asked: Vec<(&ContractRecord, &PaymentRequest)> = Vec::new();
    for (payment, contract, _) in &found {
        asked.push((of(contract)?.0, payment));
    }
    let source = CheckSource::load(connection, caller, &asked)?;
    let mut lines = Vec::new();
    for (payment, contract, _) in &found {
        let (record, standing) = of(contract)?;
        let checks = source.checks(caller, (*record, standing), payment)?;
        let open = step_open_to(caller, payment, (contract, &record.payment_chain(payment)));
        let account = open.is_ok().then(|| stored(&payment.account)).transpose()?;
        let barred = bar(step, (contract, payment), open)?;
        let mut day_effects = DayEffects::default();
        if matches!(step, PaymentStep::Pay | PaymentStep::Allow) {
            let today = caller.today();
            let on = days.get(&payment.public_id).copied().or(payment.paid_on).unwrap_or(today);
            day_effects = DayEffects::of((*record, standing), (payment, on), today)?;
        }
        let shown = (account, source.invoice_files(payment));
        lines.push((shown, checks, barred, may_return(caller, contract), day_effects));
    }
    let items = desk::show(connection, caller, found)?;
    let lines = items.into_iter().zip(lines).map(|(item, (shown, checks, barred, may_return, day_effects))| {
        let (account, invoices) = shown;
        // If only the caller may not take the step, another person still can.
        let mut failing = checks.iter().filter(|check| check.is_needed && !check.holds).peekable();
        let is_elsewhere = failing.peek().is_some() && failing.all(|check| check.name == "hands");
        let is_returnable = may_return && barred.is_none() && !is_elsewhere;
        BatchLine { item, account, invoices, checks, barred, is_returnable, day_effects }
    });
    Ok(lines.collect())
}

/// Returns the reason why the caller cannot take a step on a payment request, given the one that is open to them;
/// `None` if they can.
fn bar(
    step: PaymentStep,
    (contract, payment): (&Contract, &PaymentRequest),
    open: Result<ApprovalStep, Error>,
) -> Result<Option<Message>, Error> {
    match open.and_then(|next| if next.kind == step { Ok(()) } else { Err(wrong_state(contract, payment)) }) {
        Ok(()) => Ok(None),
        Err(Error::Conflict(message) | Error::Forbidden(message)) => Ok(Some(message)),
        Err(Error::Duplicate(found)) => Ok(Some(found.message)),
        Err(error) => Err(error),
    }
}

fn may_return(caller: &Caller, contract: &Contract) -> bool {
    caller.seat_on(contract, Action::ReturnPayment).is_ok() && in_state(contract, Action::ReturnPayment).is_ok()
}
