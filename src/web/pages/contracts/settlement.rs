//! The settlement sheet: the contract's figures, the balance between the parties, and all open items.

use actix_web::web::Path;
use askama::Template;

use crate::domain::codes::DocumentKind;
use crate::services::contracts::settlement::{self, NamedSheet, OpenThingView};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

#[derive(Template)]
#[template(path = "contract/settlement.html")]
struct SettlementPage {
    page: Shell,
    found: NamedSheet,
}

impl SettlementPage {
    /// Returns the address of the printed sheet without its language.
    fn print(&self) -> String {
        format!("/contracts/{}/documents/{}.pdf?", self.found.id, DocumentKind::Settlement)
    }

    /// Returns the address of an open item on the contract's page.
    fn address(&self, thing: &OpenThingView) -> String {
        use crate::domain::settlement::OpenKind as Kind;
        let subject = &thing.subject;
        let part = match thing.kind {
            Kind::Inspection => "deliverables".to_owned(),
            Kind::Payable | Kind::Interest => "milestones".to_owned(),
            Kind::Payment => format!("payment-{subject}"),
            Kind::ChangeRequest => format!("change-request-{subject}"),
            Kind::Objection => format!("objection-{subject}"),
            Kind::Guarantee => format!("guarantee-{subject}"),
            Kind::Recovery => "recoveries".to_owned(),
            Kind::Records => return format!("/contracts/{}/records?state=waiting", self.found.id),
            Kind::Amendment => return format!("/contracts/{}/amendments/{subject}", self.found.id),
        };
        format!("/contracts/{}#{part}", self.found.id)
    }
}

/// Shows the settlement sheet of a contract.
pub async fn show(request: PageRequest, id: Path<String>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let found = settlement::sheet(app, caller, &id)?;
            Ok(SettlementPage { page, found })
        })
        .await
}
