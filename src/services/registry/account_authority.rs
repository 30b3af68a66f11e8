//! Authority over payee accounts: which finance bureau decides on a contractor's change of account (docs/rules.md).
//!
//! If the contractor has a funded contract, a bureau decides that funds or supervises such a contract. Otherwise the
//! bureau decides whose region contains the place of registration in the contractor's credit code. Only the bureau is
//! determined here.

use crate::domain::credit_code::CreditCode;
use crate::error::Error;
use crate::storage::AnyConnection;
use crate::storage::identity::people::Seat;
use crate::storage::ids::OrganisationId;
use crate::storage::registry::payee_accounts::{self as rows, AccountChange};

/// Finds for each change the first of these finance seats that has authority over it.
///
/// # Errors
/// Database errors.
pub(crate) fn deciding_seats<'a>(
    connection: &mut AnyConnection,
    seats: &[&'a Seat],
    changes: &[AccountChange],
) -> Result<Vec<Option<&'a Seat>>, Error> {
    let contractors: Vec<OrganisationId> = changes.iter().map(|change| change.contractor_id).collect();
    let bureaus: Vec<OrganisationId> = seats.iter().map(|seat| seat.organisation).collect();
    let divisions: Vec<Option<String>> = changes
        .iter()
        .map(|change| CreditCode::parse(&change.credit_code).ok().map(|code| code.division().to_owned()))
        .collect();
    let codes: Vec<&str> = divisions.iter().flatten().map(String::as_str).collect();
    let funded = rows::with_funded_contract(connection, &contractors)?;
    let seen = rows::seen_funded_contracts(connection, &contractors, &bureaus)?;
    let (of_bureaus, by_code) = rows::region_paths(connection, &bureaus, &codes)?;
    let contains = |bureau: OrganisationId, division: &str| {
        let registered = by_code.iter().find(|(code, _)| code == division);
        let own = of_bureaus.iter().find(|(id, _)| *id == bureau);
        registered.zip(own).is_some_and(|((_, registered), (_, own))| registered.starts_with(own.as_str()))
    };
    let decides = |seat: &Seat, change: &AccountChange, division: Option<&str>| {
        if funded.contains(&change.contractor_id) {
            seen.contains(&(change.contractor_id, seat.organisation))
        } else {
            division.is_some_and(|division| contains(seat.organisation, division))
        }
    };
    let found = changes
        .iter()
        .zip(&divisions)
        .map(|(change, division)| seats.iter().find(|seat| decides(seat, change, division.as_deref())).copied());
    Ok(found.collect())
}
