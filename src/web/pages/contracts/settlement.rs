//! The settlement sheet: the contract's figures, the balance between the parties, and everything that is still open.

use actix_web::web::Path;
use askama::Template;

use crate::domain::money::Sum;
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
    /// Returns the figures in reading order, each with the key of its name.
    fn figures(&self) -> [(&'static str, Sum); 18] {
        let sheet = &self.found.sheet;
        [
            ("settlement-accepted", sheet.accepted),
            ("settlement-deducted", sheet.deducted),
            ("settlement-payable", sheet.payable),
            ("settlement-paid", sheet.paid),
            ("settlement-interest", sheet.interest),
            ("settlement-interest-paid", sheet.interest_paid),
            ("settlement-interest-waived", sheet.interest_waived),
            ("settlement-outstanding", sheet.outstanding),
            ("settlement-recoverable", sheet.recoverable),
            ("settlement-claimed", sheet.claimed),
            ("settlement-recovered", sheet.recovered),
            ("settlement-written-off", sheet.written_off),
            ("settlement-to-recover", sheet.to_recover),
            ("settlement-guarantees", sheet.guarantees),
            ("settlement-committed", sheet.committed),
            ("settlement-to-release", sheet.to_release),
            ("settlement-to-contractor", sheet.net.to_contractor),
            ("settlement-to-purchaser", sheet.net.to_purchaser),
        ]
    }

    /// Returns the address at which the contract's page shows an open thing.
    fn address(&self, thing: &OpenThingView) -> String {
        use crate::domain::settlement::OpenKind as Kind;
        let subject = &thing.subject;
        let part = match thing.kind {
            Kind::Inspection => "deliverables".to_owned(),
            Kind::Payable | Kind::Interest => "milestones".to_owned(),
            Kind::Payment => format!("payment-{subject}"),
            Kind::ChangeRequest => format!("ask-{subject}"),
            Kind::Objection => format!("objection-{subject}"),
            Kind::Guarantee => format!("guarantee-{subject}"),
            Kind::Recovery => "recoveries".to_owned(),
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
