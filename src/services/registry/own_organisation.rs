//! A contractor's own organisation, as its people see it: what is registered of it, the payee account in force and the one
//! that waits for finance, and who may act for it. Only the account is changed here (`payee_accounts`); an administrator
//! changes the rest.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ContractorKind;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::identity::people;
use crate::storage::ids::OrganisationId;
use crate::storage::registry::organisations::{self, Account};
use crate::storage::registry::payee_accounts;

/// A contractor, for its own people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnOrganisationView {
    /// Unified social credit code, 统一社会信用代码.
    pub credit_code: String,
    /// Registered name.
    pub name: String,
    /// Legal form.
    pub kind: ContractorKind,
    /// `true` for a declared small or medium-sized enterprise.
    pub sme: bool,
    pub qualifications: String,
    /// Payee account in force.
    pub account: Option<Account>,
    /// Proposed payee account that waits for finance.
    pub proposed: Option<Account>,
    /// Names of the people who may act for it today.
    pub people: Vec<String>,
}

/// Lists the contractors for which the caller may act; almost always one.
///
/// # Errors
/// `Forbidden`; `Malformed` for a cursor, because the list is never cut.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<OwnOrganisationView>, Error> {
    let seats = caller.may(Action::ProposeAccount)?;
    let mut ids: Vec<OrganisationId> = seats.iter().map(|seat| seat.organisation).collect();
    ids.sort_unstable();
    ids.dedup();
    app.pool.read(|connection| {
        page.after_key(|_| Ok(None))?;
        let mut named: BTreeMap<OrganisationId, Vec<String>> = BTreeMap::new();
        for (organisation, name) in people::names_in(connection, &ids, caller.today())? {
            named.entry(organisation).or_default().push(name);
        }
        let waiting = payee_accounts::waiting_of(connection, &ids)?;
        let found = organisations::contractors_by_ids(connection, &ids)?;
        let view = |own: organisations::Contractor| {
            let proposed = waiting.iter().find(|change| change.contractor_id == own.organisation_id);
            OwnOrganisationView {
                proposed: proposed.map(|change| change.account.clone()),
                people: named.remove(&own.organisation_id).unwrap_or_default(),
                account: Some(own.account).filter(|account| !account.number.is_empty()),
                credit_code: own.credit_code,
                name: own.name,
                kind: own.kind,
                sme: own.sme,
                qualifications: own.qualifications,
            }
        };
        Ok(Paged { items: found.into_iter().map(view).collect(), next: None })
    })
}
