//! Rows of saved views: filters of a list under a name, each of one person.

use diesel::prelude::*;

use crate::domain::saved_views::SavedList;
use crate::schema::saved_views;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::PersonId;

/// A saved view.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = saved_views)]
pub struct SavedViewRow {
    /// Primary key.
    pub id: i64,
    /// Random identifier, used in addresses.
    pub public_id: String,
    #[diesel(deserialize_as = String)]
    pub list: SavedList,
    pub name: String,
    /// Folded name, unique among the person's views of the list.
    pub name_key: String,
    /// Filled filters by name, as JSON.
    pub filters: String,
}

/// Returns the views of a person, of which each list has few, oldest first.
pub fn of_person(connection: &mut AnyConnection, person: PersonId) -> Result<Vec<SavedViewRow>> {
    Ok(saved_views::table
        .filter(saved_views::person_id.eq(person.0))
        .order(saved_views::id)
        .select(SavedViewRow::as_select())
        .load(connection)?)
}

/// Inserts a view of a person: its list and filters, and its name with the folded name. Must run in a write transaction
/// that holds the person's lock.
pub fn insert(
    connection: &mut AnyConnection,
    (public_id, person): (&str, PersonId),
    (list, filters): (SavedList, &str),
    (name, name_key): (&str, &str),
) -> Result<()> {
    diesel::insert_into(saved_views::table)
        .values((
            saved_views::public_id.eq(public_id),
            saved_views::person_id.eq(person.0),
            saved_views::list.eq(list.as_str()),
            saved_views::name.eq(name),
            saved_views::name_key.eq(name_key),
            saved_views::filters.eq(filters),
        ))
        .execute(connection)?;
    Ok(())
}

/// Gives a view another name.
pub fn rename(connection: &mut AnyConnection, id: i64, (name, name_key): (&str, &str)) -> Result<()> {
    diesel::update(saved_views::table.find(id))
        .set((saved_views::name.eq(name), saved_views::name_key.eq(name_key)))
        .execute(connection)?;
    Ok(())
}

/// Deletes a view.
pub fn delete(connection: &mut AnyConnection, id: i64) -> Result<()> {
    diesel::delete(saved_views::table.find(id)).execute(connection)?;
    Ok(())
}
