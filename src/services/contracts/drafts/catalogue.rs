//! Services of a draft that are chosen from the catalogue: name, unit and standard that were left open are taken from it.

use crate::error::Error;
use crate::services::contracts::drafts::fields::Fields;
use crate::storage::AnyConnection;
use crate::storage::registry::catalogue as rows;

/// Fills what is empty in the services whose place in the catalogue was just chosen; `before` are the fields as they were.
/// A field that is emptied later stays empty.
pub(super) fn fill_services(connection: &mut AnyConnection, before: &Fields, fields: &mut Fields) -> Result<(), Error> {
    let of = |fields: &Fields, row: usize, field: &str| fields.of("items", row, field).to_owned();
    let chosen: Vec<(usize, String)> = (0..fields.rows("items"))
        .map(|row| (row, of(fields, row, "service")))
        .filter(|(row, service)| !service.is_empty() && *service != of(before, *row, "service"))
        .collect();
    if chosen.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = chosen.iter().map(|(_, service)| service.as_str()).collect();
    let known = rows::named(connection, &names)?;
    for (row, service) in &chosen {
        let mut found = known.iter().filter(|known| known.name == *service);
        let (Some(only), None) = (found.next(), found.next()) else { continue };
        for (field, value) in [("name", &only.name), ("unit", &only.unit), ("standard", &only.standard)] {
            if of(fields, *row, field).is_empty() {
                fields.set(format!("items.{row}.{field}"), value);
            }
        }
    }
    Ok(())
}
