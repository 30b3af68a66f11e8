//! Sums of a draft, over the rows that can already be read.

use crate::domain::money::Money;
use crate::domain::terms::{Deliverable, Item, Milestone};
use crate::services::contracts::drafts::fields::{DraftReader, Fields};
use crate::services::contracts::drafts::reading::{self, agreed_value, money};

/// Sums of a draft.
#[derive(Debug, PartialEq, Eq)]
pub struct Sums {
    /// Number of services.
    pub items: usize,
    /// Number of deliverables.
    pub deliverables: usize,
    /// Number of milestones.
    pub milestones: usize,
    /// Number of breach terms.
    pub clauses: usize,
    /// Sum of the deliverables' values, which is the contract's amount.
    pub amount: Option<Money>,
    /// Sum of the milestones' amounts.
    pub paid: Option<Money>,
}

/// Returns the sums of a draft.
pub fn sums(fields: &Fields) -> Sums {
    let mut reader = DraftReader::new(fields);
    let items: Vec<Item> = reading::rows(&mut reader, "items", reading::item).into_iter().flatten().collect();
    let deliverables = reading::rows(&mut reader, "deliverables", reading::deliverable);
    let deliverables: Vec<Deliverable> = deliverables.into_iter().flatten().collect();
    let milestones = reading::rows(&mut reader, "milestones", reading::milestone);
    let pays = |one: &Milestone| match one.amount {
        Some(amount) => i128::from(amount.fen()),
        None => {
            let required = deliverables.iter().filter(|known| one.requires.contains(&known.code));
            required.map(|known| agreed_value(known, &items).fen()).sum()
        }
    };
    Sums {
        items: fields.rows("items"),
        deliverables: fields.rows("deliverables"),
        milestones: milestones.len(),
        clauses: fields.rows("clauses"),
        amount: money(deliverables.iter().map(|one| agreed_value(one, &items).fen()).sum()),
        paid: money(milestones.iter().flatten().map(pays).sum()),
    }
}
