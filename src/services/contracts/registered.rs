//! Parts of the registers with which every contract is read: the working calendar, the chains of finance bureaus and the
//! settings of statutes, at one version of the registers.

use std::sync::Arc;

use crate::domain::statute_settings::StatuteSettings;
use crate::error::Error;
use crate::services::registry::working_days::WorkingDays;
use crate::storage::AnyConnection;
use crate::storage::payments::approval_chains::{self, ApprovalChains};
use crate::storage::registry::statute_settings;
use crate::storage::registry::version::RegisterVersion;

/// The parts, and the version at which they were read.
pub(super) type Registered = (Arc<WorkingDays>, Arc<ApprovalChains>, Arc<StatuteSettings>, RegisterVersion);

/// Loads the parts at a version, from memory where the registers have not changed since.
///
/// # Errors
/// Database errors.
pub(super) fn registered(connection: &mut AnyConnection, version: RegisterVersion) -> Result<Registered, Error> {
    let days = WorkingDays::remembered(connection, &version)?;
    let chains = approval_chains::remembered(connection, &version)?;
    let settings = statute_settings::remembered(connection, &version)?;
    Ok((days, chains, settings, version))
}
