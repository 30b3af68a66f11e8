//! Rows of objections, which the contractor raises and a person of the other side answers. Rights are checked
//! elsewhere.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::codes::{ObjectionState, ObjectionTarget};
use crate::schema::objections;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contract_rows::contract_row_readers;
use crate::storage::ids::{ContractId, ObjectionId, PersonId};
use crate::storage::write::Context;

/// An objection.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = objections)]
pub struct Objection {
    pub id: ObjectionId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub contract_id: ContractId,
    #[diesel(deserialize_as = String)]
    pub against: ObjectionTarget,
    /// Subject, in the form of `domain::objections`.
    pub subject: String,
    pub text: String,
    /// Number of the decision or score among the contract's facts; `None` for breaches and deductions.
    pub fact_seq: Option<i64>,
    /// People who decided, as a JSON list of pairs: the person, and the person represented or null.
    pub deciders: String,
    #[diesel(deserialize_as = String)]
    pub state: ObjectionState,
    pub raised_by: PersonId,
    /// Person represented, if a deputy raised the objection.
    pub raised_for: Option<i64>,
    /// Time of the objection, in UTC.
    pub raised_at: NaiveDateTime,
    pub answered_by: Option<i64>,
    /// Person represented, if a deputy answered.
    pub answered_for: Option<i64>,
    /// Time of the answer, in UTC.
    pub answered_at: Option<NaiveDateTime>,
    /// Reason of the answer; empty before.
    pub answer: String,
}

contract_row_readers!(objections, Objection);

/// An objection to insert in the state `open`.
#[derive(Debug, Clone)]
pub struct NewObjection<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub contract_id: ContractId,
    pub against: ObjectionTarget,
    pub subject: &'a str,
    pub text: &'a str,
    /// Number of the decision or score within the contract's facts.
    pub fact_seq: Option<i64>,
    /// People who decided, as the JSON of [`Objection::deciders`].
    pub deciders: &'a str,
}

/// Inserts an objection that waits for its answer.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewObjection<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(objections::table)
        .values((
            objections::public_id.eq(new.public_id),
            objections::contract_id.eq(new.contract_id),
            objections::against.eq(new.against.as_str()),
            objections::subject.eq(new.subject),
            objections::text.eq(new.text),
            objections::fact_seq.eq(new.fact_seq),
            objections::deciders.eq(new.deciders),
            objections::state.eq(ObjectionState::Open.as_str()),
            objections::raised_by.eq(by),
            objections::raised_for.eq(context.on_behalf_of.map(|id| id.0)),
            objections::raised_at.eq(context.now),
            objections::answer.eq(""),
        ))
        .execute(connection)?;
    Ok(())
}

/// Stores the answer to an objection.
pub fn record_answer(
    connection: &mut AnyConnection,
    context: &Context,
    objection: ObjectionId,
    (state, by, reason): (ObjectionState, PersonId, &str),
) -> Result<()> {
    diesel::update(objections::table.find(objection.0))
        .set((
            objections::state.eq(state.as_str()),
            objections::answered_by.eq(Some(by.0)),
            objections::answered_for.eq(context.on_behalf_of.map(|id| id.0)),
            objections::answered_at.eq(Some(context.now)),
            objections::answer.eq(reason),
        ))
        .execute(connection)?;
    Ok(())
}
