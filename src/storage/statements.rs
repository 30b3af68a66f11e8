//! Statements that are sent often: built for their engine alone, and kept prepared.
//!
//! diesel's derived connection builds the text of a statement several times each time it is sent, and diesel prepares
//! every UPDATE and every INSERT of several rows again, since their text may differ. On SQLite preparing one costs more
//! than running it, and on PostgreSQL it is one more way to the server and back.

use diesel::backend::Backend;
use diesel::dsl::Limit;
use diesel::insertable::{CanInsertInSingleQuery, Insertable};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::CombineDsl;
use diesel::query_dsl::methods::{LimitDsl, LoadQuery};
use diesel::sql_types::Integer;

use crate::storage::written_tables;

/// Runs an expression on the connection of its engine, without the derived one between.
macro_rules! on_engine {
    ($connection:expr, $own:ident => $run:expr) => {
        match $connection {
            $crate::storage::AnyConnection::Sqlite($own) => $run,
            $crate::storage::AnyConnection::Postgres($own) => $run,
        }
    };
}
pub(super) use on_engine;

/// A statement that the connection keeps prepared by its text. Only for one that has few texts: each is kept as long as
/// the connection.
pub(super) struct Kept<S>(pub(super) S);

impl<S> QueryId for Kept<S> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S: Query> Query for Kept<S> {
    type SqlType = S::SqlType;
}

impl<S, C> RunQueryDsl<C> for Kept<S> {}

impl<DB: Backend, S: QueryFragment<DB>> QueryFragment<DB> for Kept<S> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// A statement that changes nothing. Its type is that of a SELECT, since no other one can be combined with another (`UNION`).
pub(super) trait ReadOnly {}

impl<S: CombineDsl> ReadOnly for S {}

impl<S: ReadOnly> ReadOnly for Kept<S> {}

impl<S: ReadOnly> ReadOnly for Listed<S> {}

/// Sends statements that change nothing, without looking in their text for the table that they change (`written_tables`).
pub(super) trait Reading<C>: ReadOnly + RunQueryDsl<C> + Sized {
    /// Loads all rows, as `load` does.
    fn rows<'query, U>(self, connection: &mut C) -> QueryResult<Vec<U>>
    where
        Self: LoadQuery<'query, C, U>,
    {
        written_tables::reading(|| self.load(connection))
    }

    /// Loads the first row, as `first` does.
    fn first_row<'query, U>(self, connection: &mut C) -> QueryResult<U>
    where
        Self: LimitDsl,
        Limit<Self>: LoadQuery<'query, C, U>,
    {
        written_tables::reading(|| self.first(connection))
    }
}

impl<S: ReadOnly + RunQueryDsl<C>, C> Reading<C> for S {}

/// Reads all rows of a query on the connection of its engine.
macro_rules! read_rows {
    ($connection:expr, $query:expr) => {
        $crate::storage::statements::on_engine!($connection, own => {
            $crate::storage::statements::Reading::rows($query, own)
        })
    };
}
pub(super) use read_rows;

/// Reads the first row of a query on the connection of its engine.
macro_rules! read_first {
    ($connection:expr, $query:expr) => {
        $crate::storage::statements::on_engine!($connection, own => {
            $crate::storage::statements::Reading::first_row($query, own)
        })
    };
}
pub(super) use read_first;

/// Lengths of the lists in statements that are kept prepared.
const LENGTHS: [usize; 5] = [1, 4, 16, 64, KEPT_LIST];
/// Maximum length of such a list.
pub(super) const KEPT_LIST: usize = 256;

/// Lengthens a list for `IN` to one of few lengths by repeating its first entry, so that the statement has few texts.
pub(super) fn lengthened<T: Clone>(list: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = list.into_iter().collect();
    let length = LENGTHS.into_iter().find(|length| *length >= list.len());
    if let (Some(length), Some(first)) = (length, list.first().cloned()) {
        list.resize(length, first);
    }
    list
}

/// A statement with a [`lengthened`] list; kept prepared by its text if the list is short.
pub(super) struct Listed<S> {
    pub(super) statement: S,
    pub(super) is_short: bool,
}

impl<S> QueryId for Listed<S> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S: Query> Query for Listed<S> {
    type SqlType = S::SqlType;
}

impl<S, C> RunQueryDsl<C> for Listed<S> {}

impl<DB: Backend, S: QueryFragment<DB>> QueryFragment<DB> for Listed<S> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.statement.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(self.is_short)
    }
}

/// Loads by a statement with a [`lengthened`] list. SQLite has a placeholder for each entry, so diesel would prepare the
/// statement each time.
macro_rules! load_listed {
    ($connection:expr, $list:expr, $statement:expr) => {{
        let is_short = $list.len() <= $crate::storage::statements::KEPT_LIST;
        $crate::storage::statements::on_engine!($connection, own => {
            $crate::storage::statements::Reading::rows(
                $crate::storage::statements::Listed { statement: $statement, is_short },
                own,
            )
        })
    }};
}
pub(super) use load_listed;

/// A change that answers with no rows, to be sent like a query: diesel executes a change through a reference, and then asks
/// the reference whether the statement may be kept, not [`Kept`].
pub(super) struct Silent<S>(pub(super) S);

impl<S> Query for Silent<S> {
    type SqlType = Integer;
}

impl<DB: Backend, S: QueryFragment<DB>> QueryFragment<DB> for Silent<S> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
}

/// Makes a change by a statement that the connection keeps prepared.
macro_rules! change_kept {
    ($connection:expr, $change:expr) => {
        $crate::storage::statements::on_engine!($connection, own => {
            let kept = $crate::storage::statements::Kept($crate::storage::statements::Silent($change));
            diesel::RunQueryDsl::load::<i32>(kept, own).map(|_| ())
        })
    };
}
pub(super) use change_kept;

/// Two changes of different tables, of which neither needs the other's result, as one statement of PostgreSQL.
pub(super) struct Both<A, B>(pub(super) A, pub(super) B);

impl<A: QueryFragment<Pg>, B: QueryFragment<Pg>> QueryFragment<Pg> for Both<A, B> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("WITH first AS (");
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(") ");
        self.1.walk_ast(pass)
    }
}

/// Makes two changes of different tables, kept prepared: on PostgreSQL by one statement, which saves a way to the server and
/// back. The names of the tables are then not noted (`written_tables`), so they must be in no row record.
macro_rules! change_both {
    ($connection:expr, $first:expr, $second:expr) => {
        match $connection {
            $crate::storage::AnyConnection::Sqlite(_) => {
                $crate::storage::statements::change_kept!(&mut *$connection, $first)
                    .and_then(|()| $crate::storage::statements::change_kept!($connection, $second))
            }
            $crate::storage::AnyConnection::Postgres(own) => {
                let both = $crate::storage::statements::Both($first, $second);
                let kept = $crate::storage::statements::Kept($crate::storage::statements::Silent(both));
                diesel::RunQueryDsl::load::<i32>(kept, own).map(|_| ())
            }
        }
    };
}
pub(super) use change_both;

/// Maximum number of rows of an INSERT that is kept prepared.
pub(super) const KEPT_ROWS: usize = 8;

/// A few rows of one INSERT: the values of the first with their columns, and those of the others.
pub(super) struct FewRows<F, V> {
    pub(super) first: F,
    pub(super) others: Vec<V>,
}

impl<T, F, V> Insertable<T> for FewRows<F, V> {
    type Values = Self;

    fn values(self) -> Self {
        self
    }
}

impl<F, V> QueryId for FewRows<F, V> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend, F, V> CanInsertInSingleQuery<DB> for FewRows<F, V> {
    fn rows_to_insert(&self) -> Option<usize> {
        Some(1 + self.others.len())
    }
}

impl<DB: Backend, F: QueryFragment<DB>, V: QueryFragment<DB>> QueryFragment<DB> for FewRows<F, V> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if written_tables::looks_for_table() {
            return Ok(());
        }
        self.first.walk_ast(pass.reborrow())?;
        for values in &self.others {
            pass.push_sql(", (");
            values.walk_ast(pass.reborrow())?;
            pass.push_sql(")");
        }
        Ok(())
    }
}

/// Builds [`FewRows`]; none from no row.
macro_rules! few_rows {
    ($table:path, $rows:expr, $values:expr) => {{
        let mut rows = $rows.iter().map($values).map(diesel::insertable::Insertable::<$table>::values);
        rows.next()
            .map(|first| $crate::storage::statements::FewRows { first, others: rows.map(|row| row.values).collect() })
    }};
}
pub(super) use few_rows;

/// An INSERT that leaves out the rows whose values of these columns are in the table already. diesel has this only for its
/// own lists of rows, which it prepares again each time.
pub(super) struct Unless<S> {
    pub(super) insert: S,
    pub(super) columns: &'static str,
}

impl<S> QueryId for Unless<S> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S, C> RunQueryDsl<C> for Unless<S> {}

impl<DB: Backend, S: QueryFragment<DB>> QueryFragment<DB> for Unless<S> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.insert.walk_ast(pass.reborrow())?;
        pass.push_sql(" ON CONFLICT (");
        pass.push_sql(self.columns);
        pass.push_sql(") DO NOTHING");
        Ok(())
    }
}

/// Inserts rows as `insert_rows`, but up to [`KEPT_ROWS`] of them by a statement that the connection keeps prepared. For
/// what most acts insert a few of.
macro_rules! insert_few {
    ($connection:expr, $table:path, $rows:expr, $values:expr) => {
        if $rows.len() > $crate::storage::statements::KEPT_ROWS {
            $crate::storage::backend::insert_rows!($connection, $table, $rows, $values);
        } else if let Some(rows) = $crate::storage::statements::few_rows!($table, $rows, $values) {
            let insert = diesel::insert_into($table).values(rows);
            $crate::storage::statements::on_engine!($connection, own => insert.execute(own))?;
        }
    };
}
pub(super) use insert_few;
