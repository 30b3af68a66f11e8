//! Publications: the act by which a contract becomes public. An officer proposes the publication after a secrecy review
//! (保密审查) and names the official notice; a leader grants or refuses it; either may withdraw it.
//!
//! A contract is public only through a granted publication, and has at most one that is proposed or in effect.

use chrono::NaiveDate;
use url::Url;

use crate::domain::codes::PublicationState;
use crate::domain::policy::Action;

/// Acts on a publication by name, each with the right that it needs.
pub const PUBLICATION_ACTIONS: &[(&str, Action)] = &[
    ("grant", Action::DecidePublication),
    ("refuse", Action::DecidePublication),
    ("withdraw", Action::WithdrawPublication),
];

/// Maximum length of the address of a notice, in bytes.
const ADDRESS_LENGTH: usize = 500;

/// Returns whether a publication waits for a decision or is in effect.
pub fn is_current(state: PublicationState) -> bool {
    match state {
        PublicationState::Proposed | PublicationState::Published => true,
        PublicationState::Refused | PublicationState::Withdrawn => false,
    }
}

/// A publication that a leader has not decided on.
#[derive(Debug, Clone)]
pub struct OpenPublication {
    /// Public id.
    pub id: String,
    pub proposed_on: NaiveDate,
}

/// The address of an official notice: `https`, a host by name, no user or port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeAddress {
    /// The address, as browsers write it.
    pub url: String,
    /// Host of the address, which is shown beside every link.
    pub host: String,
}

impl NoticeAddress {
    /// Parses an address; `None` for one that people could not safely follow.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let host = url.domain().filter(|host| host.contains('.'))?.to_owned();
        let is_plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        let address = url.to_string();
        let is_fit = url.scheme() == "https" && is_plain && address.len() <= ADDRESS_LENGTH;
        is_fit.then_some(Self { url: address, host })
    }
}
