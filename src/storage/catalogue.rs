//! The objects of a database's schema, as its catalogue names them, and those that the migrations make.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::error::Error;
use crate::storage::backend::migrate_empty;
use crate::storage::transfer::lines;
use crate::storage::{AnyConnection, Result};

/// Objects by kind and name, such as `index payments_state_idx`, each with its definition.
pub type Objects = BTreeMap<String, String>;

/// Queries that both engines answer alike: tables, columns, indexes and references. SQLite's own tables are left out.
const ON_SQLITE: &[&str] = &[
    "SELECT 'table ' || name || '|' AS line FROM sqlite_master WHERE type = 'table' \
     AND name NOT IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4')",
    "SELECT 'column ' || t.name || '.' || c.name || '|' || (CASE WHEN c.pk = 1 AND c.name = 'id' \
     AND upper(c.type) = 'INTEGER' THEN 'bigint' ELSE lower(c.type) END) || \
     (CASE c.\"notnull\" WHEN 0 THEN '' ELSE ' not null' END) || \
     (CASE WHEN c.dflt_value IS NULL AND c.hidden = 0 THEN '' ELSE ' default' END) || ' ' || c.pk AS line \
     FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table' \
     AND t.name NOT IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4', '__diesel_schema_migrations')",
    "SELECT 'index ' || m.name || '|' || m.tbl_name || ' (' || (SELECT group_concat(coalesce(name, ''), ', ') \
     FROM (SELECT i.name FROM pragma_index_info(m.name) i ORDER BY i.seqno)) || ')' || (SELECT \
     (CASE l.\"unique\" WHEN 1 THEN ' unique' ELSE '' END) || (CASE l.partial WHEN 1 THEN ' partial' ELSE '' END) \
     FROM pragma_index_list(m.tbl_name) l WHERE l.name = m.name) AS line \
     FROM sqlite_master m WHERE m.type = 'index' AND m.sql IS NOT NULL",
    "SELECT 'reference ' || t.name || '.' || f.\"from\" || '|' || f.\"table\" AS line \
     FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
];

/// Query for what only SQLite can be asked: triggers, views, and the text of each table.
const ONLY_ON_SQLITE: &str = "SELECT (CASE type WHEN 'table' THEN 'text of table' ELSE type END) || ' ' || name || '|' || \
     replace(replace(sql, char(10), ' '), char(13), ' ') AS line FROM sqlite_master WHERE type <> 'index' \
     AND name NOT IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4', '__diesel_schema_migrations')";

/// Queries with the same answers as [`ON_SQLITE`].
const ON_POSTGRES: &[&str] = &[
    "SELECT 'table ' || c.relname || '|' AS line FROM pg_class c \
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'f') AND NOT EXISTS \
     (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')",
    "SELECT 'column ' || c.relname || '.' || a.attname || '|' || \
     replace(format_type(a.atttypid, a.atttypmod), 'timestamp without time zone', 'timestamp') || \
     (CASE WHEN a.attnotnull THEN ' not null' ELSE '' END) || (CASE WHEN a.atthasdef THEN ' default' ELSE '' END) || \
     ' ' || coalesce((SELECT k.place FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k(part, place) \
     WHERE i.indrelid = c.oid AND i.indisprimary AND k.part = a.attnum), 0) AS line \
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'f') \
     AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> '__diesel_schema_migrations' AND NOT EXISTS \
     (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')",
    "SELECT 'index ' || c.relname || '|' || t.relname || ' (' || (SELECT string_agg(coalesce(a.attname::text, ''), ', ' \
     ORDER BY k.place) FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(part, place) \
     LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.part WHERE k.place <= i.indnkeyatts) || ')' || \
     (CASE WHEN i.indisunique THEN ' unique' ELSE '' END) || (CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' END) || \
     (CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END) AS line \
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
     WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND NOT i.indisprimary \
     AND NOT EXISTS \
     (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e')",
    "SELECT 'reference ' || t.relname || '.' || a.attname || '|' || o.relname AS line \
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class o ON o.oid = c.confrelid \
     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
     WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace",
];

/// Queries for what no migration makes on PostgreSQL: views, sequences of no column, triggers, and those of references
/// that were switched off, rules, checks, policies, functions and event triggers. Those of extensions are left out.
const FOREIGN_ON_POSTGRES: &[&str] = &[
    "SELECT (CASE c.relkind WHEN 'S' THEN 'sequence ' ELSE 'view ' END) || c.relname || '|' AS line FROM pg_class c \
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('v', 'm', 'S') AND NOT EXISTS \
     (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'a', 'i'))",
    "SELECT (CASE WHEN g.tgisinternal THEN 'inactive reference of ' || t.relname ELSE 'trigger ' || g.tgname END) \
     || '|' AS line FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid \
     WHERE t.relnamespace = current_schema()::regnamespace AND (NOT g.tgisinternal OR g.tgenabled <> 'O')",
    "SELECT 'rule ' || r.rulename || '|' AS line FROM pg_rewrite r JOIN pg_class t ON t.oid = r.ev_class \
     WHERE t.relnamespace = current_schema()::regnamespace AND r.rulename <> '_RETURN'",
    "SELECT 'check ' || c.conname || '|' AS line FROM pg_constraint c \
     WHERE c.connamespace = current_schema()::regnamespace AND c.contype IN ('c', 't', 'x')",
    "SELECT 'row security of ' || c.relname || '|' AS line FROM pg_class c \
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relrowsecurity",
    "SELECT 'function ' || p.proname || '|' AS line FROM pg_proc p \
     WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS \
     (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')",
    "SELECT 'event trigger ' || e.evtname || '|' AS line FROM pg_event_trigger e WHERE NOT EXISTS \
     (SELECT FROM pg_depend d WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = e.oid AND d.deptype = 'e')",
];

/// Returns the objects in a database.
///
/// # Errors
/// Database errors.
pub fn present(connection: &mut AnyConnection) -> Result<Objects> {
    match connection {
        AnyConnection::Sqlite(_) => of_sqlite(connection),
        AnyConnection::Postgres(_) => ask(connection, ON_POSTGRES.iter().chain(FOREIGN_ON_POSTGRES)),
    }
}

/// Returns the objects that the migrations make on the engine of a connection: those that they make in an empty SQLite
/// database in memory, because both engines have the same tables, columns, indexes and references.
///
/// # Errors
/// `Internal` if a migration fails.
pub fn made_by_migrations(engine_of: &AnyConnection) -> Result<Objects> {
    let opened = SqliteConnection::establish(":memory:");
    let opened = opened.map_err(|error| Error::Internal(format!("no database in memory: {error}")))?;
    let mut connection = AnyConnection::Sqlite(opened);
    migrate_empty(&mut connection)?;
    match engine_of {
        AnyConnection::Sqlite(_) => of_sqlite(&mut connection),
        AnyConnection::Postgres(_) => ask(&mut connection, ON_SQLITE),
    }
}

fn of_sqlite(connection: &mut AnyConnection) -> Result<Objects> {
    let mut objects = ask(connection, ON_SQLITE)?;
    // Columns that an upgrade added stand in another order, so the words are compared in that of the alphabet.
    for (what, text) in ask(connection, [&ONLY_ON_SQLITE])? {
        let mut words: Vec<&str> = text.split(|at: char| at.is_whitespace() || "(),\"".contains(at)).collect();
        words.sort_unstable();
        words.retain(|word| !word.is_empty());
        objects.insert(what, words.join(" "));
    }
    Ok(objects)
}

fn ask<'a>(connection: &mut AnyConnection, queries: impl IntoIterator<Item = &'a &'a str>) -> Result<Objects> {
    let mut objects = Objects::new();
    for query in queries {
        for line in lines(connection, query, query)? {
            let (what, definition) = line.split_once('|').unwrap_or((&line, ""));
            objects.insert(what.to_owned(), definition.to_owned());
        }
    }
    Ok(objects)
}
