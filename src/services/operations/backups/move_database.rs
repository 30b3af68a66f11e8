//! `luyue migrate-database`: copies every row into an empty database, usually of the other engine.

use crate::error::Error;
use crate::services::operations::backups::restore::{check_target, refuse_filled};
use crate::services::operations::backups::{BackupError, Progress, check_database_exists};
use crate::storage::backend::{applied_migrations, known_migrations, run_migrations};
use crate::storage::transfer::{self, Table, TableDigest, TableHasher};
use crate::storage::{AnyConnection, Pool};

/// Bytes of rows inserted at once.
const LINES_AT_ONCE: usize = 1 << 20;

/// A copied table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub table: String,
    /// Digest of the table's rows, the same in both databases.
    pub digest: TableDigest,
}

/// Copies every row of a database into an empty one, in one transaction, and compares the digests of all tables. Writes
/// to the source are blocked meanwhile; files stay where they are.
///
/// # Errors
/// See [`BackupError`]; the target is then empty as before.
pub fn move_database(from: &str, to: &str, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Vec<Moved>, BackupError> {
    if from == to {
        return Err(BackupError::SameDatabase(from.to_owned()));
    }
    check_database_exists(from)?;
    let known = known_migrations()?;
    let (source, target) = (Pool::open(from, 1)?, Pool::open(to, 1)?);
    transfer::in_one_transaction(&source, |source| {
        let applied = applied_migrations(source)?;
        if applied != known {
            return Err(BackupError::SourceSchema(applied.last().cloned().unwrap_or_default()));
        }
        check_target(&target, &known)?;
        run_migrations(&mut *target.get()?, &known)?;
        transfer::in_one_transaction(&target, |target| {
            refuse_filled(target)?;
            let tables = transfer::all_tables();
            let mut moved = Vec::new();
            for table in &tables {
                let digest = copy_table(source, target, table, progress)?;
                if transfer::digest(target, table)? != digest {
                    return Err(BackupError::Differs(table.name.clone()));
                }
                moved.push(Moved { table: table.name.clone(), digest });
            }
            transfer::set_sequences(target, &tables)?;
            Ok(moved)
        })
    })
}

/// Copies the rows of a table and returns their digest.
fn copy_table(
    source: &mut AnyConnection,
    target: &mut AnyConnection,
    table: &Table,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<TableDigest, BackupError> {
    let (mut hasher, mut part, mut bytes, mut rows) = (TableHasher::default(), Vec::new(), 0, 0);
    transfer::pass_rows(source, table, |line| {
        hasher.add(&line);
        bytes += line.len();
        part.push(line);
        if bytes >= LINES_AT_ONCE {
            transfer::insert(target, table, &part)?;
            rows += part.len() as u64;
            progress(Progress::Rows(&table.name, rows));
            part.clear();
            bytes = 0;
        }
        Ok::<(), Error>(())
    })?;
    transfer::insert(target, table, &part)?;
    progress(Progress::Rows(&table.name, rows + part.len() as u64));
    Ok(hasher.finish())
}
