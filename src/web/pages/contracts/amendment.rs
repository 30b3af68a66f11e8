//! An amendment's page: the differing terms side by side, their effects, the decisions so far, and the decision that is
//! open to the reader.

use actix_web::web::Path;
use askama::Template;

use crate::domain::amendments::is_open;
use crate::domain::codes::AmendmentState;
use crate::error::Error;
use crate::services::amendments::view::AmendmentView;
use crate::services::annexes::view::AnnexView;
use crate::services::contracts::view::{self, ContractPageData};
use crate::web::pages::actions::amendment::rows;
use crate::web::pages::actions::summary::SummaryRow;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

#[derive(Template)]
#[template(path = "contract/amendment.html")]
struct AmendmentPage {
    page: Shell,
    contract: ContractPageData,
    amendment: AmendmentView,
    /// Annexes of the amendment.
    annexes: Vec<AnnexView>,
    summary: Vec<SummaryRow>,
}

impl AmendmentPage {
    /// Returns the acts that the reader can take now. The flag is true for an act that ends the amendment.
    fn acts(&self) -> Vec<(&'static str, bool)> {
        let state = self.amendment.state;
        let all = [
            ("amendment-consent", "amendments.consent", state == AmendmentState::Proposed, false),
            ("amendment-approve", "amendments.approve", state == AmendmentState::Consented, false),
            ("amendment-fund", "amendments.fund", state == AmendmentState::Approved, false),
            ("amendment-refuse", "amendments.refuse", is_open(state), true),
            ("amendment-withdraw", "amendments.withdraw", is_open(state), true),
        ];
        let is_offered =
            |(_, right, is_due, _): &(&str, &str, bool, bool)| *is_due && self.contract.overview.may(right);
        all.into_iter().filter(is_offered).map(|(act, _, _, ends)| (act, ends)).collect()
    }
}

/// Shows an amendment.
pub async fn show(request: PageRequest, path: Path<(String, String)>) -> PageAnswer {
    let (contract, id) = path.into_inner();
    request
        .show(move |app, caller, page| {
            let mut contract = view::load_page_data(app, caller, &contract, None)?;
            let place = contract.amendments.iter().position(|amendment| amendment.id == id).ok_or(Error::NotFound)?;
            let amendment = contract.amendments.swap_remove(place);
            let summary = rows(&page, &amendment);
            let annexes = std::mem::take(&mut contract.annexes).into_iter();
            let annexes = annexes.filter(|annex| annex.amendment.as_ref() == Some(&amendment.id)).collect();
            Ok(AmendmentPage { annexes, summary, page, contract, amendment })
        })
        .await
}
