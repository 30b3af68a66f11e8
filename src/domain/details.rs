//! The names and texts of a contract, by the codes of its terms, in the language in which they were written. Nothing is
//! computed from them. New contracts have a name for every code; for older ones `text::names` composes a readable name.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::indicators::IndicatorUnit;
use crate::domain::numbers::Code;
use crate::domain::terms::Terms;

/// The names and texts of one version of a contract, all optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Details {
    pub items: BTreeMap<String, ItemDetails>,
    pub deliverables: BTreeMap<String, DeliverableDetails>,
    pub milestones: BTreeMap<String, MilestoneDetails>,
    pub clauses: BTreeMap<String, ClauseDetails>,
    /// Absent from stored contracts that were registered before indicators had names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub indicators: BTreeMap<String, IndicatorDetails>,
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

/// Name of a quality indicator, and its unit where that is stated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IndicatorDetails {
    pub name: String,
    /// Absent from contracts that were stored before indicators had units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<IndicatorUnit>,
}

/// A thing of the terms that has no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nameless {
    /// List of [`Details`] that lacks the name: `items`, `deliverables`, `milestones`, `clauses` or `indicators`.
    pub list: &'static str,
    /// Position of its row in the terms, as `items.0` or `deliverables.3.indicators.0`.
    pub row: String,
    /// Code of the thing.
    pub code: String,
}

/// Returns the name if there is one, else the code.
fn name_or_code<'a>(name: Option<&'a str>, code: &'a str) -> &'a str {
    name.filter(|name| !name.is_empty()).unwrap_or(code)
}

impl Details {
    /// Adds the names of deliverables, milestones and clauses that only earlier terms have, since what was settled
    /// under those terms is still shown.
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

    /// Lists the catalogue services of the items, each once and between line feeds, so that one of them is found as a
    /// part of the text.
    pub fn listed_services(&self) -> String {
        let named: BTreeSet<&str> = self.items.values().map(|words| words.service.as_str()).collect();
        let named: Vec<&str> = named.into_iter().filter(|service| !service.is_empty()).collect();
        if named.is_empty() { String::new() } else { format!("\n{}\n", named.join("\n")) }
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

    /// Returns the codes and names of all deliverables.
    pub fn deliverable_texts(&self) -> Vec<&str> {
        self.deliverables.iter().flat_map(|(code, words)| [code.as_str(), words.name.as_str()]).collect()
    }

    /// Returns the milestone's name, or its code.
    pub fn milestone<'a>(&'a self, code: &'a str) -> &'a str {
        name_or_code(self.milestones.get(code).map(|words| words.name.as_str()), code)
    }

    /// Returns the indicator's name, or its code.
    pub fn indicator<'a>(&'a self, code: &'a str) -> &'a str {
        name_or_code(self.indicators.get(code).map(|words| words.name.as_str()), code)
    }

    /// Returns the indicator's unit: the stated one, or else the one that its name implies.
    pub fn indicator_unit(&self, code: &str) -> IndicatorUnit {
        let words = self.indicators.get(code);
        words.and_then(|words| words.unit).unwrap_or_else(|| IndicatorUnit::of_name(self.indicator(code)))
    }

    /// Returns the items, deliverables, milestones, clauses and indicators of these terms that have no name, each once,
    /// in the order of the terms.
    pub fn nameless(&self, terms: &Terms) -> Vec<Nameless> {
        let has_name = |name: Option<&String>| name.is_some_and(|name| !name.trim().is_empty());
        let mut found: Vec<Nameless> = Vec::new();
        let mut check = |list: &'static str, row: String, code: &Code, name: Option<&String>| {
            let is_known = found.iter().any(|other| (other.list, other.code.as_str()) == (list, code.as_str()));
            if !has_name(name) && !is_known {
                found.push(Nameless { list, row, code: code.to_string() });
            }
        };
        for (row, item) in terms.items.iter().enumerate() {
            let name = self.items.get(item.code.as_str()).map(|words| &words.name);
            check("items", format!("items.{row}"), &item.code, name);
        }
        for (row, deliverable) in terms.deliverables.iter().enumerate() {
            let name = self.deliverables.get(deliverable.code.as_str()).map(|words| &words.name);
            check("deliverables", format!("deliverables.{row}"), &deliverable.code, name);
            for (inner, indicator) in deliverable.indicators.iter().enumerate() {
                let name = self.indicators.get(indicator.code.as_str()).map(|words| &words.name);
                check("indicators", format!("deliverables.{row}.indicators.{inner}"), &indicator.code, name);
            }
        }
        for (row, milestone) in terms.milestones.iter().enumerate() {
            let name = self.milestones.get(milestone.code.as_str()).map(|words| &words.name);
            check("milestones", format!("milestones.{row}"), &milestone.code, name);
        }
        for (row, term) in terms.breach_terms.iter().enumerate() {
            let name = self.clauses.get(term.code.as_str()).map(|words| &words.name);
            check("clauses", format!("clauses.{row}"), &term.code, name);
        }
        found
    }

    /// Returns the clause's name, if it has one.
    pub fn clause(&self, code: &str) -> Option<&str> {
        self.clauses.get(code).map(|words| words.name.as_str()).filter(|name| !name.is_empty())
    }
}
