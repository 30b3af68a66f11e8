//! Chains of row records: records and heads as they are inserted and moved. `row_records` decides what is recorded.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::schema::{row_heads, row_records};
use crate::storage::Result;
use crate::storage::audit::row_records::RowRecord;
use crate::storage::backend::AnyConnection;
use crate::storage::statements::{KEPT_ROWS, change_both, change_kept, insert_few, on_engine};

/// The columns of a record.
macro_rules! columns {
    ($row:expr) => {
        (
            row_records::stream.eq(&$row.stream),
            row_records::seq.eq($row.seq),
            row_records::at.eq($row.at),
            row_records::body.eq(&$row.body),
            row_records::prev_hash.eq(&$row.prev_hash),
            row_records::hash.eq(&$row.hash),
        )
    };
}

/// Inserts the first records of chains with their heads.
pub(super) fn begin_chains(connection: &mut AnyConnection, rows: &[RowRecord]) -> Result<()> {
    let head = |row: &RowRecord| {
        (row_heads::stream.eq(row.stream.clone()), row_heads::seq.eq(row.seq), row_heads::hash.eq(row.hash.clone()))
    };
    if let [row] = rows {
        let record = diesel::insert_into(row_records::table).values(columns!(row));
        change_both!(connection, record, diesel::insert_into(row_heads::table).values(head(row)))?;
        return Ok(());
    }
    insert_few!(connection, row_records::table, rows, |row| columns!(row));
    insert_few!(connection, row_heads::table, rows, head);
    Ok(())
}

/// Moves the heads of many chains in one statement.
fn move_heads(connection: &mut AnyConnection, rows: &[RowRecord]) -> Result<()> {
    let head = |row: &RowRecord| {
        (row_heads::stream.eq(row.stream.clone()), row_heads::seq.eq(row.seq), row_heads::hash.eq(row.hash.clone()))
    };
    let values: Vec<_> = rows.iter().map(head).collect();
    let put = diesel::insert_into(row_heads::table).values(&values).on_conflict(row_heads::stream).do_update();
    let moved = (row_heads::seq.eq(excluded(row_heads::seq)), row_heads::hash.eq(excluded(row_heads::hash)));
    on_engine!(connection, own => put.set(moved).execute(own))?;
    Ok(())
}

/// Inserts the next records of chains and moves their heads.
pub(super) fn continue_chains(connection: &mut AnyConnection, rows: &[RowRecord]) -> Result<()> {
    let moved = |row: &RowRecord| {
        let head = (row_heads::seq.eq(row.seq), row_heads::hash.eq(row.hash.clone()));
        diesel::update(row_heads::table.find(row.stream.clone())).set(head)
    };
    if let [row] = rows {
        change_both!(connection, diesel::insert_into(row_records::table).values(columns!(row)), moved(row))?;
        return Ok(());
    }
    insert_few!(connection, row_records::table, rows, |row| columns!(row));
    if rows.len() > KEPT_ROWS {
        return move_heads(connection, rows);
    }
    for row in rows {
        change_kept!(connection, moved(row))?;
    }
    Ok(())
}
