//! Rows of invoice numbers, each with its invoice. A seller's number is unique for each colour.

use diesel::prelude::*;

use crate::domain::invoices::InvoiceColour;
use crate::schema::{contract_access, contracts, invoice_numbers};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::unique::or_again;

/// Numbers looked up in one query.
const LOOKED_UP_AT_ONCE: usize = 500;
/// Maximum number of sellers to read for one number.
const SELLERS: i64 = 50;

/// A number with its invoice.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = invoice_numbers)]
pub struct InvoiceNumber {
    /// Folded number.
    pub number_key: String,
    /// Colour of the invoice.
    #[diesel(deserialize_as = String)]
    pub colour: InvoiceColour,
    /// Contractor that issued it.
    pub seller_id: OrganisationId,
    /// Contract to which the invoice was submitted.
    pub contract_id: ContractId,
    /// Code of the milestone.
    pub milestone: String,
    /// Number of the invoice within the milestone, from 1.
    pub no: i32,
}

/// Finds the invoice with a seller's number.
pub fn holder(
    connection: &mut AnyConnection,
    key: &str,
    colour: InvoiceColour,
    seller: OrganisationId,
) -> Result<Option<InvoiceNumber>> {
    Ok(invoice_numbers::table
        .find((key, colour.as_str(), seller.0))
        .select(InvoiceNumber::as_select())
        .first(connection)
        .optional()?)
}

/// Columns of a number.
macro_rules! columns {
    ($row:ident) => {
        (
            invoice_numbers::number_key.eq(&$row.number_key),
            invoice_numbers::colour.eq($row.colour.as_str()),
            invoice_numbers::seller_id.eq($row.seller_id.0),
            invoice_numbers::contract_id.eq($row.contract_id.0),
            invoice_numbers::milestone.eq(&$row.milestone),
            invoice_numbers::no.eq($row.no),
        )
    };
}

/// Stores a number. Called after [`holder`] found none, so that the loser of a race is retried and then finds it.
pub fn insert(connection: &mut AnyConnection, row: &InvoiceNumber) -> Result<()> {
    diesel::insert_into(invoice_numbers::table).values(columns!(row)).execute(connection).map_err(or_again)?;
    Ok(())
}

/// Inserts the numbers of invoices that were recorded elsewhere before.
pub fn bulk_insert(connection: &mut AnyConnection, rows: &[InvoiceNumber]) -> Result<()> {
    insert_rows!(connection, invoice_numbers::table, rows, |row| columns!(row));
    Ok(())
}

/// Loads the invoices with one of these numbers, each with the number of its contract.
pub fn held(connection: &mut AnyConnection, keys: &[String]) -> Result<Vec<(InvoiceNumber, String)>> {
    let mut found = Vec::new();
    for part in keys.chunks(LOOKED_UP_AT_ONCE) {
        let query = invoice_numbers::table
            .inner_join(contracts::table.on(contracts::id.eq(invoice_numbers::contract_id)))
            .filter(invoice_numbers::number_key.eq_any(part))
            .select((InvoiceNumber::as_select(), contracts::number));
        found.extend(query.load::<(InvoiceNumber, String)>(connection)?);
    }
    Ok(found)
}

/// An invoice with random identifier, number and title of its contract.
pub type InvoiceOf = (InvoiceNumber, String, String, String);

/// Loads invoices of these contracts by number, of the contracts that one of the organisations may see.
pub fn of_contracts(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    contracts: &[ContractId],
    limit: i64,
) -> Result<Vec<InvoiceOf>> {
    if contracts.is_empty() {
        return Ok(Vec::new());
    }
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(contracts::id));
    Ok(invoice_numbers::table
        .inner_join(contracts::table.on(contracts::id.eq(invoice_numbers::contract_id)))
        .filter(invoice_numbers::contract_id.eq_any(contracts.iter().map(|id| id.0)))
        .filter(diesel::dsl::exists(seen))
        .order((invoice_numbers::number_key, invoice_numbers::colour, invoice_numbers::seller_id))
        .limit(limit)
        .select((InvoiceNumber::as_select(), contracts::public_id, contracts::number, contracts::title))
        .load(connection)?)
}

/// Frees the number of an invoice that was reversed.
pub fn release(connection: &mut AnyConnection, contract: ContractId, milestone: &str, no: i32) -> Result<()> {
    let held = invoice_numbers::table
        .filter(invoice_numbers::contract_id.eq(contract.0))
        .filter(invoice_numbers::milestone.eq(milestone))
        .filter(invoice_numbers::no.eq(no));
    diesel::delete(held).execute(connection)?;
    Ok(())
}

/// Loads the invoices of any seller with one of these numbers.
pub fn with_numbers(connection: &mut AnyConnection, keys: &[String]) -> Result<Vec<InvoiceNumber>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(invoice_numbers::table
        .filter(invoice_numbers::number_key.eq_any(keys))
        .order((invoice_numbers::number_key, invoice_numbers::colour, invoice_numbers::seller_id))
        .limit(SELLERS.saturating_mul(i64::try_from(keys.len()).unwrap_or(i64::MAX)))
        .select(InvoiceNumber::as_select())
        .load(connection)?)
}

/// Loads the invoice numbers of a contract, by milestone and number.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<InvoiceNumber>> {
    Ok(invoice_numbers::table
        .filter(invoice_numbers::contract_id.eq(contract.0))
        .order((invoice_numbers::milestone, invoice_numbers::no))
        .select(InvoiceNumber::as_select())
        .load(connection)?)
}
