//! Rows of matters between bureaus, and of the answers to them. `services::coordination` decides.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::domain::coordination::{MatterKind, MatterState};
use crate::schema::{matter_answers, matters};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{MatterId, OrganisationId, PersonId};
use crate::storage::register_rows::reader_by_public_id;
use crate::storage::write::Context;

/// A matter.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = matters)]
pub struct Matter {
    pub id: MatterId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    #[diesel(deserialize_as = String)]
    pub kind: MatterKind,
    /// Organisation that issued it.
    pub organisation_id: OrganisationId,
    /// Organisation that it names.
    pub addressee_id: Option<i64>,
    pub title: String,
    pub text: String,
    /// Day of the issue, or of the meeting.
    pub on_day: NaiveDate,
    /// Last day for the answer.
    pub due_on: Option<NaiveDate>,
    #[diesel(deserialize_as = String)]
    pub state: MatterState,
    /// Result with which it was closed; empty before.
    pub closing: String,
}

reader_by_public_id!(matters, Matter);

/// A matter to insert.
#[derive(Debug)]
pub struct NewMatter<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub kind: MatterKind,
    pub organisation: OrganisationId,
    pub addressee: Option<OrganisationId>,
    pub title: &'a str,
    pub text: &'a str,
    pub on_day: NaiveDate,
    pub due_on: Option<NaiveDate>,
    pub state: MatterState,
}

/// An answer to a matter.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = matter_answers)]
pub struct MatterAnswer {
    pub matter_id: MatterId,
    /// Organisation that answered.
    pub organisation_id: OrganisationId,
    pub text: String,
    /// Time of the answer, in UTC.
    pub entered_at: NaiveDateTime,
}

/// Inserts a matter.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewMatter<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(matters::table)
        .values((
            matters::public_id.eq(new.public_id),
            matters::kind.eq(new.kind.as_str()),
            matters::organisation_id.eq(new.organisation.0),
            matters::addressee_id.eq(new.addressee.map(|id| id.0)),
            matters::title.eq(new.title),
            matters::text.eq(new.text),
            matters::on_day.eq(new.on_day),
            matters::due_on.eq(new.due_on),
            matters::state.eq(new.state.as_str()),
            matters::closing.eq(""),
            matters::entered_by.eq(by.0),
            matters::entered_for.eq(context.on_behalf_of.map(|id| id.0)),
            matters::entered_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// The matters of a kind that a person may see.
#[derive(Debug)]
pub enum Seen<'a> {
    All,
    /// Those that one of the organisations issued, and those that name one of them; if the flag is set, also those that
    /// name none.
    Of(&'a [OrganisationId], bool),
}

/// Lists the matters of a kind that a person may see, after a key.
pub fn list(
    connection: &mut AnyConnection,
    kind: MatterKind,
    seen: &Seen<'_>,
    after: i64,
    limit: i64,
) -> Result<Vec<Matter>> {
    let mut query = matters::table.filter(matters::kind.eq(kind.as_str())).filter(matters::id.gt(after)).into_boxed();
    if let Seen::Of(organisations, with_unnamed) = seen {
        let ids: Vec<i64> = organisations.iter().map(|id| id.0).collect();
        let named = matters::addressee_id.assume_not_null().eq_any(ids.clone());
        let own = matters::organisation_id.eq_any(ids);
        query = match with_unnamed {
            true => query.filter(own.or(named).or(matters::addressee_id.is_null())),
            false => query.filter(own.or(named)),
        };
    }
    Ok(query.order(matters::id).limit(limit).select(Matter::as_select()).load(connection)?)
}

/// Matters that wait for an organisation, at most.
const WAITING: i64 = 50;

/// Loads the open matters that wait for one of these organisations, the most urgent first: those that name it and that it
/// has not answered, and those that it issued and whose day has passed.
pub fn waiting(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    today: NaiveDate,
) -> Result<Vec<Matter>> {
    let ids: Vec<i64> = organisations.iter().map(|id| id.0).collect();
    let answered = matter_answers::table
        .filter(matter_answers::matter_id.eq(matters::id))
        .filter(matter_answers::organisation_id.eq_any(ids.clone()));
    let named = matters::addressee_id.assume_not_null().eq_any(ids.clone()).and(not(exists(answered)));
    let overdue = matters::organisation_id.eq_any(ids).and(matters::due_on.assume_not_null().lt(today));
    Ok(matters::table
        .filter(matters::state.eq(MatterState::Open.as_str()))
        .filter(named.or(overdue))
        .order((matters::due_on, matters::id))
        .limit(WAITING)
        .select(Matter::as_select())
        .load(connection)?)
}

/// Returns whether an organisation has recorded the minutes of a meeting on a day.
pub fn has_minutes(connection: &mut AnyConnection, organisation: OrganisationId, day: NaiveDate) -> Result<bool> {
    let minutes = matters::table
        .filter(matters::organisation_id.eq(organisation.0))
        .filter(matters::kind.eq(MatterKind::Minutes.as_str()))
        .filter(matters::on_day.eq(day));
    Ok(diesel::select(exists(minutes)).get_result(connection)?)
}

/// Inserts an answer.
pub fn answer(
    connection: &mut AnyConnection,
    context: &Context,
    (matter, organisation): (MatterId, OrganisationId),
    (text, by): (&str, PersonId),
) -> Result<()> {
    diesel::insert_into(matter_answers::table)
        .values((
            matter_answers::matter_id.eq(matter.0),
            matter_answers::organisation_id.eq(organisation.0),
            matter_answers::text.eq(text),
            matter_answers::entered_by.eq(by.0),
            matter_answers::entered_for.eq(context.on_behalf_of.map(|id| id.0)),
            matter_answers::entered_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Loads the answers to matters, oldest first.
pub fn answers_of(connection: &mut AnyConnection, matters: &[MatterId]) -> Result<Vec<MatterAnswer>> {
    Ok(matter_answers::table
        .filter(matter_answers::matter_id.eq_any(matters.iter().map(|id| id.0)))
        .order((matter_answers::matter_id, matter_answers::id))
        .select(MatterAnswer::as_select())
        .load(connection)?)
}

/// Closes a matter with its result.
pub fn close(
    connection: &mut AnyConnection,
    context: &Context,
    id: MatterId,
    (closing, by): (&str, PersonId),
) -> Result<()> {
    diesel::update(matters::table.find(id.0))
        .set((
            matters::state.eq(MatterState::Closed.as_str()),
            matters::closing.eq(closing),
            matters::closed_by.eq(Some(by.0)),
            matters::closed_for.eq(context.on_behalf_of.map(|id| id.0)),
            matters::closed_at.eq(Some(context.now)),
        ))
        .execute(connection)?;
    Ok(())
}
