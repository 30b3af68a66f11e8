//! Payments on their way from the request to the bank's day, with each step's person.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::PaymentState;
use crate::schema::{payment_steps, payments};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::{ContractId, PaymentId, PersonId};
use crate::storage::write::Context;

/// A payment.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = payments)]
pub struct Payment {
    /// Key.
    pub id: PaymentId,
    /// Random identifier.
    pub public_id: String,
    /// The contract.
    pub contract_id: ContractId,
    /// The milestone's code.
    pub milestone: String,
    /// Amount in fen.
    pub amount_fen: i64,
    /// Where it stands.
    #[diesel(deserialize_as = String)]
    pub state: PaymentState,
    /// When it was asked for.
    pub requested_at: NaiveDateTime,
    /// The bank's voucher.
    pub voucher: String,
    /// The bank's day.
    pub paid_on: Option<NaiveDate>,
    /// The payee's account when it was asked for (JSON).
    pub account: String,
}

/// One step of a payment.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = payment_steps)]
pub struct Step {
    /// Number, from 1.
    pub seq: i64,
    /// `request`, `confirm`, `review`, `approve`, `pay`, `return`.
    pub action: String,
    /// Who took it.
    pub person_id: PersonId,
    /// For whom, if as a deputy.
    pub for_id: Option<i64>,
    /// When.
    pub at: NaiveDateTime,
    /// Reason or voucher.
    pub note: String,
}

/// Adds a payment that somebody asks for.
pub fn insert(
    connection: &mut AnyConnection,
    public_id: &str,
    contract: ContractId,
    milestone: &str,
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
        ))
        .returning(payments::id)
        .get_result(connection)
        .map(PaymentId)?)
}

/// Several by random identifier.
pub fn by_public_ids(connection: &mut AnyConnection, public_ids: &[&str]) -> Result<Vec<Payment>> {
    if public_ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(payments::table.filter(payments::public_id.eq_any(public_ids)).select(Payment::as_select()).load(connection)?)
}

/// Adds payments as they are, under the keys that they have.
pub fn insert_whole(connection: &mut AnyConnection, rows: &[Payment]) -> Result<()> {
    insert_rows!(connection, payments::table, rows, |row| {
        (
            payments::id.eq(row.id.0),
            payments::public_id.eq(&row.public_id),
            payments::contract_id.eq(row.contract_id.0),
            payments::milestone.eq(&row.milestone),
            payments::amount_fen.eq(row.amount_fen),
            payments::state.eq(row.state.as_str()),
            payments::requested_at.eq(row.requested_at),
            payments::voucher.eq(&row.voucher),
            payments::paid_on.eq(row.paid_on),
            payments::account.eq(&row.account),
        )
    });
    Ok(())
}

/// Adds steps of payments; the payments' states are another matter.
pub fn insert_steps(connection: &mut AnyConnection, rows: &[(PaymentId, Step)]) -> Result<()> {
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

/// A payment by random identifier.
pub fn by_public_id(connection: &mut AnyConnection, public_id: &str) -> Result<Option<Payment>> {
    Ok(payments::table
        .filter(payments::public_id.eq(public_id))
        .select(Payment::as_select())
        .first(connection)
        .optional()?)
}

/// The payments of a contract in the order in which they were asked for.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<Payment>> {
    Ok(payments::table
        .filter(payments::contract_id.eq(contract.0))
        .order(payments::id)
        .select(Payment::as_select())
        .load(connection)?)
}

/// A page of the payments of a contract in the order in which they were asked for, after a key.
pub fn page_of_contract(
    connection: &mut AnyConnection,
    contract: ContractId,
    after: i64,
    limit: i64,
) -> Result<Vec<Payment>> {
    Ok(payments::table
        .filter(payments::contract_id.eq(contract.0))
        .filter(payments::id.gt(after))
        .order(payments::id)
        .limit(limit)
        .select(Payment::as_select())
        .load(connection)?)
}

/// The steps of a payment in order.
pub fn steps(connection: &mut AnyConnection, payment: PaymentId) -> Result<Vec<Step>> {
    Ok(payment_steps::table
        .filter(payment_steps::payment_id.eq(payment.0))
        .order(payment_steps::seq)
        .select(Step::as_select())
        .load(connection)?)
}

/// The steps of some payments, each payment's in order.
pub fn steps_of(connection: &mut AnyConnection, payments: &[PaymentId]) -> Result<Vec<(PaymentId, Step)>> {
    if payments.is_empty() {
        return Ok(Vec::new());
    }
    Ok(payment_steps::table
        .filter(payment_steps::payment_id.eq_any(payments.iter().map(|id| id.0)))
        .order((payment_steps::payment_id, payment_steps::seq))
        .select((payment_steps::payment_id, Step::as_select()))
        .load(connection)?)
}

/// Takes a step: the row of the step and the new state.
pub fn take_step(
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
    diesel::update(payments::table.find(payment.0)).set(payments::state.eq(state.as_str())).execute(connection)?;
    Ok(())
}

/// Notes the bank's voucher and day.
pub fn set_paid(connection: &mut AnyConnection, payment: PaymentId, voucher: &str, on: NaiveDate) -> Result<()> {
    diesel::update(payments::table.find(payment.0))
        .set((payments::voucher.eq(voucher), payments::paid_on.eq(Some(on))))
        .execute(connection)?;
    Ok(())
}
