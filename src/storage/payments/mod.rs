//! Rows of payment requests and of the steps taken on them. The table of payment requests is `payments`. The order of
//! steps is decided in `domain::payments`.

pub mod approval_chains;
pub mod desk;
pub mod returned;
pub mod rules;
pub mod vouchers;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::{PaymentKind, PaymentState};
use crate::schema::{contract_access, contracts, payment_steps, payments};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::contract_rows::contract_row_readers;
use crate::storage::contracts::Contract;
use crate::storage::ids::{AppropriationId, ContractId, OrganisationId, PaymentId, PersonId};
use crate::storage::statements::{change_kept, lengthened, load_listed};
use crate::storage::write::Context;

/// Rows looked up by name in one query.
const LOOKED_UP_AT_ONCE: usize = 500;

/// A payment request.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = payments)]
pub struct PaymentRequest {
    /// Primary key.
    pub id: PaymentId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Contract to be paid under.
    pub contract_id: ContractId,
    /// Code of the milestone.
    pub milestone: String,
    /// Amount in fen.
    pub amount_fen: i64,
    /// Current state.
    #[diesel(deserialize_as = String)]
    pub state: PaymentState,
    /// Time of the request, in UTC.
    pub requested_at: NaiveDateTime,
    /// Number of the bank voucher; empty until a payment is recorded.
    pub voucher: String,
    /// Day on which the bank paid.
    pub paid_on: Option<NaiveDate>,
    /// Payee account at the time of the request (JSON).
    pub account: String,
    #[diesel(deserialize_as = Option<String>)]
    pub kind: PaymentKind,
    /// Appropriation that bore it, where its contract was carried over to another since, or a yearly share did.
    pub borne_by: Option<i64>,
    /// Appropriation of the contract when the payment was reversed, where an earlier one had borne it.
    pub reversed_in: Option<i64>,
}

contract_row_readers!(payments, PaymentRequest);

/// A step taken on a payment request.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = payment_steps)]
pub struct StepRow {
    /// Position within the payment request, from 1.
    pub seq: i64,
    /// `request`, `confirm`, `review`, `approve`, `pay`, `return` or `reverse`.
    pub action: String,
    /// Person who took the step.
    pub person_id: PersonId,
    /// Person represented, if a deputy took the step.
    pub for_id: Option<i64>,
    /// Time of the step, in UTC.
    pub at: NaiveDateTime,
    /// Reason for the step, or the voucher number of a payment.
    pub note: String,
}

/// A payment request with its steps, in order.
#[derive(Debug, Clone)]
pub struct Requested {
    pub request: PaymentRequest,
    pub steps: Vec<StepRow>,
}

/// Inserts a new payment request in state `requested` and returns its key.
pub fn insert(
    connection: &mut AnyConnection,
    public_id: &str,
    contract: ContractId,
    (milestone, kind): (&str, PaymentKind),
    amount_fen: i64,
    account: &str,
    at: NaiveDateTime,
) -> Result<PaymentId> {
    Ok(diesel::insert_into(payments::table)
        .values((
            payments::public_id.eq(public_id),
            payments::contract_id.eq(contract),
            payments::milestone.eq(milestone),
            payments::amount_fen.eq(amount_fen),
            payments::state.eq(PaymentState::Requested.as_str()),
            payments::requested_at.eq(at),
            payments::voucher.eq(""),
            payments::account.eq(account),
            payments::kind.eq(kind.stored()),
        ))
        .returning(payments::id)
        .get_result(connection)
        .map(PaymentId)?)
}

/// Columns of a finished payment request, without its key.
macro_rules! columns {
    ($row:ident $(, $key:expr)?) => {
        (
            $($key,)?
            payments::public_id.eq(&$row.public_id),
            payments::contract_id.eq($row.contract_id.0),
            payments::milestone.eq(&$row.milestone),
            payments::amount_fen.eq($row.amount_fen),
            payments::state.eq($row.state.as_str()),
            payments::requested_at.eq($row.requested_at),
            payments::voucher.eq(&$row.voucher),
            payments::paid_on.eq($row.paid_on),
            payments::account.eq(&$row.account),
            payments::kind.eq($row.kind.stored()),
        )
    };
}

/// Inserts finished payment requests with the keys they already have.
pub fn bulk_insert(connection: &mut AnyConnection, rows: &[PaymentRequest]) -> Result<()> {
    insert_rows!(connection, payments::table, rows, |row| columns!(row, payments::id.eq(row.id.0)));
    Ok(())
}

/// Inserts finished payment requests and returns the keys assigned by the database, in the order of the rows; the keys
/// in the rows are ignored.
pub fn insert_finished(connection: &mut AnyConnection, rows: &[PaymentRequest]) -> Result<Vec<PaymentId>> {
    insert_rows!(connection, payments::table, rows, |row| columns!(row));
    let mut keys: BTreeMap<String, PaymentId> = BTreeMap::new();
    for part in rows.chunks(LOOKED_UP_AT_ONCE) {
        let names: Vec<&str> = part.iter().map(|row| row.public_id.as_str()).collect();
        keys.extend(by_public_ids(connection, &names)?.into_iter().map(|row| (row.public_id, row.id)));
    }
    Ok(rows.iter().filter_map(|row| keys.get(&row.public_id).copied()).collect())
}

/// Inserts steps without touching the state of their payment requests.
pub fn bulk_insert_steps(connection: &mut AnyConnection, rows: &[(PaymentId, StepRow)]) -> Result<()> {
    insert_rows!(connection, payment_steps::table, rows, |(payment, step)| {
        (
            payment_steps::payment_id.eq(payment.0),
            payment_steps::seq.eq(step.seq),
            payment_steps::action.eq(&step.action),
            payment_steps::person_id.eq(step.person_id.0),
            payment_steps::for_id.eq(step.for_id),
            payment_steps::at.eq(step.at),
            payment_steps::note.eq(&step.note),
        )
    });
    Ok(())
}

/// Loads a contract with its payment requests and their steps, oldest first, if it has requests and one of the
/// organisations may see it.
pub fn contract_with_requests(
    connection: &mut AnyConnection,
    contract: ContractId,
    organisations: &[OrganisationId],
) -> Result<Option<(Contract, Vec<Requested>)>> {
    let organisations = lengthened(organisations.iter().map(|id| id.0));
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(&organisations))
        .filter(contract_access::contract_id.eq(contracts::id));
    let rows: Vec<(Contract, PaymentRequest, Option<StepRow>)> = load_listed!(
        connection,
        organisations,
        payments::table
            .inner_join(contracts::table)
            .left_join(payment_steps::table)
            .filter(payments::contract_id.eq(contract.0))
            .filter(diesel::dsl::exists(seen))
            .order((payments::id, payment_steps::seq))
            .select((Contract::as_select(), PaymentRequest::as_select(), Option::<StepRow>::as_select()))
    )?;
    let Some(contract) = rows.first().map(|(contract, _, _)| contract.clone()) else { return Ok(None) };
    let mut found: Vec<Requested> = Vec::new();
    for (_, request, step) in rows {
        match found.last_mut().filter(|last| last.request.id == request.id) {
            Some(last) => last.steps.extend(step),
            None => found.push(Requested { request, steps: step.into_iter().collect() }),
        }
    }
    Ok(Some((contract, found)))
}

/// Loads the payment requests of several contracts, oldest first.
pub fn of_contracts(connection: &mut AnyConnection, contracts: &[ContractId]) -> Result<Vec<PaymentRequest>> {
    Ok(payments::table
        .filter(payments::contract_id.eq_any(contracts.iter().map(|id| id.0)))
        .order(payments::id)
        .select(PaymentRequest::as_select())
        .load(connection)?)
}

/// Loads payment requests with their steps by random identifier; unknown identifiers are skipped.
pub fn with_steps(connection: &mut AnyConnection, public_ids: &[&str]) -> Result<Vec<Requested>> {
    let requests = by_public_ids(connection, public_ids)?;
    let keys: Vec<PaymentId> = requests.iter().map(|payment| payment.id).collect();
    let mut found: Vec<Requested> =
        requests.into_iter().map(|request| Requested { request, steps: Vec::new() }).collect();
    for (key, step) in load_steps_for(connection, &keys)? {
        if let Some(of) = found.iter_mut().find(|of| of.request.id == key) {
            of.steps.push(step);
        }
    }
    Ok(found)
}

/// Loads the steps of a payment request, in order.
pub fn load_steps(connection: &mut AnyConnection, payment: PaymentId) -> Result<Vec<StepRow>> {
    Ok(payment_steps::table
        .filter(payment_steps::payment_id.eq(payment.0))
        .order(payment_steps::seq)
        .select(StepRow::as_select())
        .load(connection)?)
}

/// Loads the steps of several payment requests, ordered by request and position.
pub fn load_steps_for(connection: &mut AnyConnection, payments: &[PaymentId]) -> Result<Vec<(PaymentId, StepRow)>> {
    if payments.is_empty() {
        return Ok(Vec::new());
    }
    let payments = lengthened(payments.iter().map(|id| id.0));
    Ok(load_listed!(
        connection,
        payments,
        payment_steps::table
            .filter(payment_steps::payment_id.eq_any(&payments))
            .order((payment_steps::payment_id, payment_steps::seq))
            .select((payment_steps::payment_id, StepRow::as_select()))
    )?)
}

/// Sets the appropriation that bears a payment, where it is not the contract's own.
pub fn set_bearer(connection: &mut AnyConnection, payment: PaymentId, of: Option<AppropriationId>) -> Result<()> {
    diesel::update(payments::table.find(payment.0))
        .set(payments::borne_by.eq(of.map(|id| id.0)))
        .execute(connection)?;
    Ok(())
}

/// Records in which appropriation a payment that an earlier one had borne is reversed.
pub fn mark_reversed(
    connection: &mut AnyConnection,
    payment: PaymentId,
    within: Option<AppropriationId>,
) -> Result<()> {
    diesel::update(payments::table.find(payment.0))
        .set(payments::reversed_in.eq(within.map(|id| id.0)))
        .execute(connection)?;
    Ok(())
}

/// Inserts a step (position, action, person, note) and updates the payment request's state.
pub fn record_step(
    connection: &mut AnyConnection,
    context: &Context,
    payment: PaymentId,
    step: (i64, &str, PersonId, &str),
    state: PaymentState,
) -> Result<()> {
    let (seq, action, person, note) = step;
    diesel::insert_into(payment_steps::table)
        .values((
            payment_steps::payment_id.eq(payment),
            payment_steps::seq.eq(seq),
            payment_steps::action.eq(action),
            payment_steps::person_id.eq(person),
            payment_steps::for_id.eq(context.on_behalf_of.map(|id| id.0)),
            payment_steps::at.eq(context.now),
            payment_steps::note.eq(note),
        ))
        .execute(connection)?;
    let update = diesel::update(payments::table.find(payment.0)).set(payments::state.eq(state.as_str()));
    change_kept!(connection, update)?;
    Ok(())
}

/// Stores the number of the bank voucher and the day on which the bank paid; without a day, both are cleared.
pub fn set_voucher(
    connection: &mut AnyConnection,
    payment: PaymentId,
    voucher: &str,
    on: Option<NaiveDate>,
) -> Result<()> {
    diesel::update(payments::table.find(payment.0))
        .set((payments::voucher.eq(voucher), payments::paid_on.eq(on)))
        .execute(connection)?;
    Ok(())
}
