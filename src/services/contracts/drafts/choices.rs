//! What can be chosen while a contract is registered: the caller's own bureaus, who funds, who delivers, money, services.

use crate::app::App;
use crate::domain::codes::{Function, ProposalState};
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::appropriations::{self, AppropriationView};
use crate::services::registry::catalogue::{self, ServiceView};
use crate::services::registry::{contractors, organisations};
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page};
use crate::storage::registry::organisations as rows;

/// What can be chosen; codes with names.
#[derive(Debug)]
pub struct Choices {
    /// The bureaus for which the caller registers.
    pub purchasers: Vec<(String, String)>,
    /// The finance bureaus.
    pub funders: Vec<(String, String)>,
    /// The first contractors of the register; another is named by its credit code.
    pub contractors: Vec<(String, String)>,
    /// The approved appropriations that the caller sees.
    pub appropriations: Vec<AppropriationView>,
    /// The services that can be bought.
    pub services: Vec<ServiceView>,
}

/// What the caller can choose.
///
/// # Errors
/// `Forbidden` for who registers no contracts.
pub fn choices(app: &App, caller: &Caller) -> Result<Choices, Error> {
    let own = crate::services::contracts::drafts::bureaus(caller)?;
    let every = Page { limit: MAX_PAGE_SIZE, after: None };
    let bureaus = app.pool.read(|connection| rows::by_ids(connection, &own))?;
    let funders = organisations::list(app, caller, Some(Function::Finance), None, &every)?.items;
    let contractors = contractors::list(app, caller, None, &every)?.items;
    let mut appropriations = appropriations::list(app, caller, None, &every)?.items;
    appropriations.retain(|one| one.state == ProposalState::Approved);
    let mut services = catalogue::list(app, caller, &every)?.items;
    services.retain(|service| service.barred.is_none());
    Ok(Choices {
        purchasers: bureaus.into_iter().map(|bureau| (bureau.code, bureau.name)).collect(),
        funders: funders.into_iter().map(|bureau| (bureau.code, bureau.name)).collect(),
        contractors: contractors.into_iter().map(|one| (one.credit_code, one.name)).collect(),
        appropriations,
        services,
    })
}
