//! Rows of voucher numbers, each with its payment. A payer's number is unique within a year.

use diesel::prelude::*;

use crate::schema::{contracts, payments, vouchers};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::{OrganisationId, PaymentId};
use crate::storage::payments::{LOOKED_UP_AT_ONCE, PaymentRequest};
use crate::storage::unique::or_again;

/// Finds the payment with a payer's number in a year.
pub fn holder(
    connection: &mut AnyConnection,
    payer: OrganisationId,
    year: i32,
    key: &str,
) -> Result<Option<PaymentRequest>> {
    Ok(vouchers::table
        .inner_join(payments::table)
        .filter(vouchers::payer_id.eq(payer.0))
        .filter(vouchers::year.eq(year))
        .filter(vouchers::voucher_key.eq(key))
        .select(PaymentRequest::as_select())
        .first(connection)
        .optional()?)
}

/// Loads the payments with one of these numbers, by payer and year, each with that year and number.
pub fn held(
    connection: &mut AnyConnection,
    payers: &[OrganisationId],
    years: &[i32],
    keys: &[String],
) -> Result<Vec<(i32, String, PaymentRequest)>> {
    Ok(vouchers::table
        .inner_join(payments::table)
        .filter(vouchers::payer_id.eq_any(payers.iter().map(|id| id.0)))
        .filter(vouchers::year.eq_any(years))
        .filter(vouchers::voucher_key.eq_any(keys))
        .select((vouchers::year, vouchers::voucher_key, PaymentRequest::as_select()))
        .load(connection)?)
}

/// A number of a payer and a year, with the number of the contract of its payment.
pub type HeldVoucher = (OrganisationId, i32, String, String);

/// Loads the holders of these numbers, of any payer and year.
pub fn held_by_contracts(connection: &mut AnyConnection, keys: &[String]) -> Result<Vec<HeldVoucher>> {
    let mut found = Vec::new();
    for part in keys.chunks(LOOKED_UP_AT_ONCE) {
        let query = vouchers::table
            .inner_join(payments::table.inner_join(contracts::table))
            .filter(vouchers::voucher_key.eq_any(part))
            .select((vouchers::payer_id, vouchers::year, vouchers::voucher_key, contracts::number));
        found.extend(query.load::<HeldVoucher>(connection)?);
    }
    Ok(found)
}

/// Stores a number. Called after [`holder`] found none, so that the loser of a race is retried and then finds it.
pub fn insert(
    connection: &mut AnyConnection,
    payment: PaymentId,
    (payer, year, key): (OrganisationId, i32, &str),
) -> Result<()> {
    diesel::insert_into(vouchers::table)
        .values((
            vouchers::payer_id.eq(payer.0),
            vouchers::year.eq(year),
            vouchers::voucher_key.eq(key),
            vouchers::payment_id.eq(payment.0),
        ))
        .execute(connection)
        .map_err(or_again)?;
    Ok(())
}

/// Inserts the numbers of finished payments.
pub fn bulk_insert(connection: &mut AnyConnection, rows: &[(PaymentId, (OrganisationId, i32, String))]) -> Result<()> {
    insert_rows!(connection, vouchers::table, rows, |(payment, (payer, year, key))| {
        (
            vouchers::payer_id.eq(payer.0),
            vouchers::year.eq(*year),
            vouchers::voucher_key.eq(key),
            vouchers::payment_id.eq(payment.0),
        )
    });
    Ok(())
}

/// Frees the number of a payment that no longer counts.
pub fn release(connection: &mut AnyConnection, payment: PaymentId) -> Result<()> {
    diesel::delete(vouchers::table.filter(vouchers::payment_id.eq(payment.0))).execute(connection)?;
    Ok(())
}

/// Returns payer, year and number of a payment's voucher.
pub fn of_payment(connection: &mut AnyConnection, payment: PaymentId) -> Result<Option<(OrganisationId, i32, String)>> {
    Ok(vouchers::table
        .filter(vouchers::payment_id.eq(payment.0))
        .select((vouchers::payer_id, vouchers::year, vouchers::voucher_key))
        .first(connection)
        .optional()?)
}
