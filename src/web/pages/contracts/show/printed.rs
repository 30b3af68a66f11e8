//! Addresses of the printable forms on a contract's page, each without its language.

use crate::domain::codes::DocumentKind;
use crate::domain::standing::BreachStanding;
use crate::services::deliverables::{DeliverableView, SubmissionView};
use crate::services::payments::PaymentRequestView;
use crate::web::pages::contracts::show::ContractPage;

impl ContractPage {
    /// Returns the address of the acceptance record of a submission.
    pub(super) fn print_decision(&self, deliverable: &DeliverableView, submission: &SubmissionView) -> String {
        self.address_of_form(DocumentKind::Acceptance, &format!("{}/{}", deliverable.code, submission.no))
    }

    /// Returns the address of the form of a payment request.
    pub(super) fn print_payment(&self, payment: &PaymentRequestView) -> String {
        self.address_of_form(DocumentKind::Payment, &payment.id)
    }

    /// Returns the address of the notice of a breach.
    pub(super) fn print_breach(&self, breach: &BreachStanding) -> String {
        self.address_of_form(DocumentKind::Breach, &self.breach_subject(breach))
    }

    /// Returns the address of a form about something of the contract. A breach is shown as of the day of the page.
    fn address_of_form(&self, kind: DocumentKind, subject: &str) -> String {
        let as_of = (kind == DocumentKind::Breach).then(|| self.data.overview.snapshot.as_of.to_string());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("subject", subject).extend_pairs(as_of.map(|day| ("as_of", day)));
        format!("/contracts/{}/documents/{kind}.pdf?{}", self.data.overview.id, query.finish())
    }
}
