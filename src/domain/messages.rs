//! Messages between the parties of a contract: the subject of a message, and who is notified of it.
//!
//! A message decides nothing and is never changed or removed.

use std::fmt;

use crate::domain::codes::Role;

/// The subject of a message. Its text is stored with the message and is part of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Topic {
    /// The contract as a whole; an empty text.
    #[default]
    Contract,
    /// `deliverable/CODE`.
    Deliverable(String),
    /// `milestone/CODE`.
    Milestone(String),
    /// `payment/ID`: a payment request, by its random identifier.
    Payment(String),
}

impl Topic {
    /// Parses the text of a topic; `None` for an unknown kind or a missing code.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Contract);
        }
        let (kind, code) = text.split_once('/')?;
        let code = Some(code.to_owned()).filter(|code| !code.is_empty())?;
        match kind {
            "deliverable" => Some(Self::Deliverable(code)),
            "milestone" => Some(Self::Milestone(code)),
            "payment" => Some(Self::Payment(code)),
            _ => None,
        }
    }

    /// Returns true for a topic on which finance is notified too.
    fn is_about_money(&self) -> bool {
        matches!(self, Self::Milestone(_) | Self::Payment(_))
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contract => Ok(()),
            Self::Deliverable(code) => write!(formatter, "deliverable/{code}"),
            Self::Milestone(code) => write!(formatter, "milestone/{code}"),
            Self::Payment(id) => write!(formatter, "payment/{id}"),
        }
    }
}

/// Returns the roles that are notified of a message: the other side, and finance where the topic is about money.
pub fn recipients(sender: Role, topic: &Topic) -> &'static [Role] {
    match sender {
        Role::Contractor if topic.is_about_money() => &[Role::Officer, Role::Reviewer],
        Role::Contractor => &[Role::Officer],
        Role::Reviewer | Role::Approver | Role::Cashier => &[Role::Officer, Role::Contractor],
        Role::Officer | Role::Leader | Role::Accountant | Role::Station | Role::Supervisor | Role::Administrator => {
            if topic.is_about_money() {
                &[Role::Contractor, Role::Reviewer]
            } else {
                &[Role::Contractor]
            }
        }
    }
}
