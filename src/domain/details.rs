//! The words of a contract beside its terms: names and texts by code, in the language in which they were written. Nothing is computed
//! from them, and a code without words is shown as it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The words of one version of a contract (interface: `POST /contracts`, `details`). All of it is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Details {
    pub items: BTreeMap<String, ItemDetails>,
    pub deliverables: BTreeMap<String, DeliverableDetails>,
    pub milestones: BTreeMap<String, MilestoneDetails>,
    pub clauses: BTreeMap<String, ClauseDetails>,
    pub notes: String,
}

/// What an item is: its name, what one of it is called (次, 场), the service of the catalogue, the standard it is held to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ItemDetails {
    pub name: String,
    pub unit: String,
    pub service: String,
    pub standard: String,
}

/// What a deliverable is, where the service is given, and what proves it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeliverableDetails {
    pub name: String,
    pub place: String,
    pub evidence: String,
}

/// What a milestone is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MilestoneDetails {
    pub name: String,
}

/// What a clause is called and how it reads in the contract.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClauseDetails {
    pub name: String,
    pub text: String,
}

/// The name if there is one, else the code itself.
fn or_code<'a>(name: Option<&'a str>, code: &'a str) -> &'a str {
    name.filter(|name| !name.is_empty()).unwrap_or(code)
}

impl Details {
    /// An item's name.
    pub fn item<'a>(&'a self, code: &'a str) -> &'a str {
        or_code(self.items.get(code).map(|words| words.name.as_str()), code)
    }

    /// What one of an item is called; empty where nothing was said.
    pub fn unit(&self, item: &str) -> &str {
        self.items.get(item).map_or("", |words| words.unit.as_str())
    }

    /// A deliverable's name.
    pub fn deliverable<'a>(&'a self, code: &'a str) -> &'a str {
        or_code(self.deliverables.get(code).map(|words| words.name.as_str()), code)
    }

    /// A milestone's name.
    pub fn milestone<'a>(&'a self, code: &'a str) -> &'a str {
        or_code(self.milestones.get(code).map(|words| words.name.as_str()), code)
    }

    /// A clause's name, if it has one.
    pub fn clause(&self, code: &str) -> Option<&str> {
        self.clauses.get(code).map(|words| words.name.as_str()).filter(|name| !name.is_empty())
    }
}
