//! Authority over appropriations: the finance bureau that decides on those of a bureau, and the appropriations that a seat
//! sees. A finance bureau decides for the bureaus of its own region and below.
//!
//! Finance, audit and the political-legal committee see the appropriations of all bureaus in their own region and
//! below; any other bureau sees its own, and those of bureaus with the same function below it.

use crate::domain::codes::Function;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::identity::people::Seat;
use crate::storage::ids::OrganisationId;
use crate::storage::registry::organisations::{self, Organisation};

/// Returns the caller's seats in finance bureaus that have the right to an action.
///
/// # Errors
/// `Forbidden` without one.
pub(in crate::services) fn finance_seats(caller: &Caller, action: Action) -> Result<Vec<&Seat>, Error> {
    let seats: Vec<_> = caller.may(action)?.into_iter().filter(|seat| seat.function == Function::Finance).collect();
    if seats.is_empty() { Err(Error::forbidden("finance-bureau-only")) } else { Ok(seats) }
}

/// Finds the caller's seat in a finance bureau whose region contains the bureau.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn finance_seat_over(
    connection: &mut AnyConnection,
    caller: &Caller,
    action: Action,
    bureau: &Organisation,
) -> Result<Option<Seat>, Error> {
    if matches!(bureau.function, Function::Contractor | Function::JusticeStation) || bureau.region_id.is_none() {
        return Ok(None);
    }
    let path = organisations::path_of(connection, bureau.region_id)?;
    for seat in finance_seats(caller, action)? {
        if region_path_of(connection, seat)?.is_some_and(|own| path.starts_with(&own)) {
            return Ok(Some(seat.clone()));
        }
    }
    Ok(None)
}

/// Loads the path of the region of a seat's organisation; `None` without a region.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn region_path_of(
    connection: &mut AnyConnection,
    seat: &Seat,
) -> Result<Option<String>, Error> {
    let own = organisations::by_ids(connection, &[seat.organisation])?.pop();
    match own.and_then(|own| own.region_id) {
        None => Ok(None),
        Some(region) => organisations::path_of(connection, Some(region)).map(Some),
    }
}

/// Lists the bureaus whose appropriations a holder of at least one of these seats may see.
pub(in crate::services) fn bureaus_visible_from(
    connection: &mut AnyConnection,
    seats: &[&Seat],
) -> Result<Vec<OrganisationId>, Error> {
    let mut bureaus: Vec<OrganisationId> = Vec::new();
    for seat in seats {
        bureaus.extend(visible_bureaus(connection, seat)?);
    }
    bureaus.sort_unstable();
    bureaus.dedup();
    Ok(bureaus)
}

/// Lists the bureaus whose appropriations a seat may see.
fn visible_bureaus(connection: &mut AnyConnection, seat: &Seat) -> Result<Vec<OrganisationId>, Error> {
    let sees_every_function = matches!(seat.function, Function::Finance | Function::Audit | Function::PoliticalLegal);
    let mut ids = vec![seat.organisation];
    if let Some(path) = region_path_of(connection, seat)? {
        let own = organisations::by_ids(connection, &[seat.organisation])?.pop().and_then(|own| own.region_id);
        let below = organisations::in_region_or_below(connection, &path)?;
        let seen = below.iter().filter(|b| sees_every_function || (b.function == seat.function && b.region_id != own));
        ids.extend(seen.map(|b| b.id));
    }
    Ok(ids)
}
