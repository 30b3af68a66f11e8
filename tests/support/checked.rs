//! Rows that tests write without a service, and the differences that `luyue check` finds.

use luyue::services::audit::check::{self, Difference};
use luyue::services::audit::seals;
use luyue::storage::audit::recorded_rows::{self, ObjectKind};
use luyue::storage::write::Tx;

use crate::support::app::TestApp;

/// Has the rows of all objects recorded, after some were written without a service.
pub fn touch_all(tx: &mut Tx<'_>) -> Result<(), luyue::error::Error> {
    for kind in ObjectKind::ALL {
        for (id, _) in recorded_rows::after(tx.connection, kind, 0, i64::MAX)? {
            tx.touch(kind, id);
        }
    }
    Ok(())
}

/// Returns the differences that `luyue check` finds apart from missing seals. A test whose clock jumps over days
/// without the daily job that seals them lacks those seals; any other fault of a seal is a difference.
pub fn unsealed_differences(test: &TestApp) -> Vec<Difference> {
    let mut found = check::check(&test.app, |_| ()).expect("the check runs").differences;
    found.retain(|difference| !(difference.at.starts_with("seal ") && difference.what.starts_with("missing")));
    found
}

/// Seals the day and returns the differences that `luyue check` finds.
pub fn differences(test: &TestApp) -> Vec<Difference> {
    seals::seal_day(&test.app).expect("the day is sealed");
    check::check(&test.app, |_| ()).expect("the check runs").differences
}
