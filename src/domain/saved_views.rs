//! Saved views: the filters and the order of a list, kept under a name by a person. A list is named by its address.

use crate::domain::policy::Action;

codes! {
    /// The lists whose filters can be saved.
    pub enum SavedList {
        Contracts = "contracts",
        Work = "work",
        Payments = "payments",
        Postings = "ledger",
    }
}

/// Filters of the list of contracts; those after the year have no field, but stand in the addresses that boards lead to.
const CONTRACTS: &[&str] =
    &["q", "state", "region", "year", "alone", "contractor", "purchaser", "service", "having", "having_year"];

/// Maximum number of views of a person for a list.
pub const MOST_VIEWS: usize = 20;

impl SavedList {
    /// Returns the names of the filters that can be saved, in the order of the list's form; the last of the work list
    /// shows it as a calendar.
    pub const fn filters(self) -> &'static [&'static str] {
        match self {
            Self::Contracts => CONTRACTS,
            Self::Work => &["q", "unit", "topic", "view"],
            Self::Payments => &["stage", "bureau", "contractor", "month", "sort"],
            Self::Postings => &["year", "bureau", "line"],
        }
    }

    /// Returns the right to read the list.
    pub const fn right(self) -> Action {
        match self {
            Self::Contracts | Self::Payments => Action::ReadContract,
            Self::Work => Action::ListTasks,
            Self::Postings => Action::ReadLedger,
        }
    }
}
