//! The names and texts of a contract, by the codes of its terms, in the language in which they were written. Nothing is
//! computed from them; a code without a name is shown itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The names and texts of one version of a contract, all optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Details {
    pub items: BTreeMap<String, ItemDetails>,
    pub deliverables: BTreeMap<String, DeliverableDetails>,
    pub milestones: BTreeMap<String, MilestoneDetails>,
    pub clauses: BTreeMap<String, ClauseDetails>,
    pub notes: String,
}

/// Name, unit (次, 场), catalogue service and quality standard of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ItemDetails {
    pub name: String,
    pub unit: String,
    pub service: String,
    pub standard: String,
}

/// Name of a deliverable, place of the service and evidence to submit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeliverableDetails {
    pub name: String,
    pub place: String,
    pub evidence: String,
}

/// Name of a milestone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MilestoneDetails {
    pub name: String,
}

/// Name and wording of a clause.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClauseDetails {
    pub name: String,
    pub text: String,
}

/// Returns the name if there is one, else the code.
fn name_or_code<'a>(name: Option<&'a str>, code: &'a str) -> &'a str {
    name.filter(|name| !name.is_empty()).unwrap_or(code)
}

impl Details {
    /// Adds the names of deliverables, milestones and clauses that only earlier terms have: what was settled under them is
    /// still shown.
    #[must_use]
    pub fn with_names_of(mut self, earlier: &Self) -> Self {
        for (code, words) in &earlier.deliverables {
            self.deliverables.entry(code.clone()).or_insert_with(|| words.clone());
        }
        for (code, words) in &earlier.milestones {
            self.milestones.entry(code.clone()).or_insert_with(|| words.clone());
        }
        for (code, words) in &earlier.clauses {
            self.clauses.entry(code.clone()).or_insert_with(|| words.clone());
        }
        self
    }

    /// Returns the item's name, or its code.
    pub fn item<'a>(&'a self, code: &'a str) -> &'a str {
        name_or_code(self.items.get(code).map(|words| words.name.as_str()), code)
    }

    /// Returns the unit of an item; empty if none was given.
    pub fn unit(&self, item: &str) -> &str {
        self.items.get(item).map_or("", |words| words.unit.as_str())
    }

    /// Returns the deliverable's name, or its code.
    pub fn deliverable<'a>(&'a self, code: &'a str) -> &'a str {
        name_or_code(self.deliverables.get(code).map(|words| words.name.as_str()), code)
    }

    /// Returns the milestone's name, or its code.
    pub fn milestone<'a>(&'a self, code: &'a str) -> &'a str {
        name_or_code(self.milestones.get(code).map(|words| words.name.as_str()), code)
    }

    /// Returns the clause's name, if it has one.
    pub fn clause(&self, code: &str) -> Option<&str> {
        self.clauses.get(code).map(|words| words.name.as_str()).filter(|name| !name.is_empty())
    }
}
