//! Rows of annexes: documents of a contract or an amendment, whose files are in the table of files.

pub mod signed_scans;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::annexes::AnnexKind;
use crate::schema::annexes;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contract_rows::contract_row_readers;
use crate::storage::ids::{AmendmentId, AnnexId, ContractId, PersonId};
use crate::storage::write::Context;

/// An annex.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = annexes)]
pub struct Annex {
    pub id: AnnexId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub contract_id: ContractId,
    /// Amendment that the annex belongs to; `None` for the contract.
    pub amendment_id: Option<i64>,
    #[diesel(deserialize_as = String)]
    pub kind: AnnexKind,
    pub title: String,
    /// True if only bureaus may read the annex.
    pub internal: bool,
    pub added_by: PersonId,
    /// Person represented, if a deputy added the annex.
    pub added_for: Option<i64>,
    /// Time of the addition, in UTC.
    pub added_at: NaiveDateTime,
    /// Time of the removal, in UTC; `None` for an annex that was not removed.
    pub removed_at: Option<NaiveDateTime>,
}

contract_row_readers!(annexes, Annex);

/// An annex to insert.
#[derive(Debug, Clone)]
pub struct NewAnnex<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub contract_id: ContractId,
    /// Amendment that the annex belongs to; `None` for the contract.
    pub amendment_id: Option<AmendmentId>,
    pub kind: AnnexKind,
    pub title: &'a str,
    /// True if only bureaus may read the annex.
    pub internal: bool,
}

/// Inserts an annex and returns its key.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewAnnex<'_>, by: PersonId) -> Result<AnnexId> {
    let id: i64 = diesel::insert_into(annexes::table)
        .values((
            annexes::public_id.eq(new.public_id),
            annexes::contract_id.eq(new.contract_id.0),
            annexes::amendment_id.eq(new.amendment_id.map(|id| id.0)),
            annexes::kind.eq(new.kind.as_str()),
            annexes::title.eq(new.title),
            annexes::internal.eq(new.internal),
            annexes::added_by.eq(by.0),
            annexes::added_for.eq(context.on_behalf_of.map(|id| id.0)),
            annexes::added_at.eq(context.now),
        ))
        .returning(annexes::id)
        .get_result(connection)?;
    Ok(AnnexId(id))
}

/// Marks an annex as removed; its row and its files are kept.
pub fn remove(connection: &mut AnyConnection, context: &Context, annex: AnnexId, by: PersonId) -> Result<()> {
    diesel::update(annexes::table.find(annex.0))
        .set((
            annexes::removed_by.eq(Some(by.0)),
            annexes::removed_for.eq(context.on_behalf_of.map(|id| id.0)),
            annexes::removed_at.eq(Some(context.now)),
        ))
        .execute(connection)?;
    Ok(())
}
