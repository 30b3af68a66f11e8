//! Rows of opinions: the codes issued for a deliverable, and what was answered. `services::opinions` decides.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::domain::opinions::{OpinionTotals, Satisfaction};
use crate::schema::{contracts, opinions};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::contracts::Contract;
use crate::storage::ids::{ContractId, OpinionId, PersonId};
use crate::storage::write::Context;

/// A code, without the opinion given with it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = opinions)]
pub struct Opinion {
    pub id: OpinionId,
    /// Random identifier, from which the code is derived.
    pub public_id: String,
    pub contract_id: ContractId,
    /// Code of the deliverable.
    pub deliverable: String,
    /// Last day on which the code is valid.
    pub expires_on: NaiveDate,
    /// Time of issue, in UTC.
    pub issued_at: NaiveDateTime,
    /// Day of the answer, without its time, so that it points to no one.
    pub answered_on: Option<NaiveDate>,
}

/// A code to insert.
#[derive(Debug, Clone)]
pub struct NewCode {
    /// Random identifier, from which the code is derived.
    pub public_id: String,
    /// Keyed digest of the code.
    pub code_hash: String,
}

/// Inserts codes for a deliverable, valid until a day.
pub fn insert(
    connection: &mut AnyConnection,
    context: &Context,
    (contract, by): (ContractId, PersonId),
    (deliverable, expires_on): (&str, NaiveDate),
    codes: &[NewCode],
) -> Result<()> {
    insert_rows!(connection, opinions::table, codes, |code| {
        (
            opinions::public_id.eq(&code.public_id),
            opinions::contract_id.eq(contract.0),
            opinions::deliverable.eq(deliverable),
            opinions::code_hash.eq(&code.code_hash),
            opinions::expires_on.eq(expires_on),
            opinions::issued_by.eq(by.0),
            opinions::issued_for.eq(context.on_behalf_of.map(|id| id.0)),
            opinions::issued_at.eq(context.now),
        )
    });
    Ok(())
}

/// Loads a code by its keyed digest, with its contract.
pub fn by_hash(connection: &mut AnyConnection, hash: &str) -> Result<Option<(Opinion, Contract)>> {
    Ok(opinions::table
        .inner_join(contracts::table)
        .filter(opinions::code_hash.eq(hash))
        .select((Opinion::as_select(), Contract::as_select()))
        .first(connection)
        .optional()?)
}

/// Stores the answer to a code that has none. Returns false for one that has.
pub fn answer(
    connection: &mut AnyConnection,
    id: OpinionId,
    day: NaiveDate,
    (received, satisfaction, remark): (bool, Satisfaction, &str),
) -> Result<bool> {
    let open = opinions::table.filter(opinions::id.eq(id.0)).filter(opinions::answered_on.is_null());
    let changed = diesel::update(open)
        .set((
            opinions::answered_on.eq(Some(day)),
            opinions::received.eq(Some(received)),
            opinions::satisfaction.eq(Some(satisfaction.as_str())),
            opinions::remark.eq(Some(remark)),
        ))
        .execute(connection)?;
    Ok(changed == 1)
}

/// Deliverable, remark, receipt and satisfaction, and the number of codes with them.
type Counted = (String, Option<String>, Option<bool>, Option<String>, i64);

/// Counts the codes of a contract by deliverable and answer.
pub fn totals(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<OpinionTotals>> {
    let rows: Vec<Counted> = opinions::table
        .filter(opinions::contract_id.eq(contract.0))
        .group_by((opinions::deliverable, opinions::remark, opinions::received, opinions::satisfaction))
        .order((opinions::deliverable, opinions::remark))
        .select((opinions::deliverable, opinions::remark, opinions::received, opinions::satisfaction, count_star()))
        .load(connection)?;
    let mut totals: Vec<OpinionTotals> = Vec::new();
    for (deliverable, remark, received, satisfaction, number) in rows {
        let satisfaction = satisfaction.as_deref().and_then(Satisfaction::parse);
        let answer = received.zip(satisfaction).map(|(received, said)| (received, said, remark.unwrap_or_default()));
        match totals.last_mut().filter(|last| last.deliverable == deliverable) {
            Some(last) => last.add(number, answer),
            None => {
                let mut first = OpinionTotals { deliverable, ..OpinionTotals::default() };
                first.add(number, answer);
                totals.push(first);
            }
        }
    }
    Ok(totals)
}
