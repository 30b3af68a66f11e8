//! The plan of a contract in the demonstration: its terms, its wording and what will happen to it.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use crate::domain::facts::Facts;
use crate::domain::terms::Terms;

/// The stage that a contract reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Draft,
    Withdrawn,
    Submitted,
    Funded,
    /// Signed; its facts happen.
    Runs,
}

/// A planned contract.
#[derive(Debug)]
pub(super) struct Plan {
    pub number: String,
    pub title: String,
    /// Code of the region whose bureaus purchase and fund.
    pub region: &'static str,
    /// Credit code of the contractor.
    pub contractor: &'static str,
    pub regime: &'static str,
    pub registered_on: NaiveDate,
    pub signed_on: NaiveDate,
    pub terms: Terms,
    pub details: Value,
    pub facts: Facts,
    /// Payment requests that stay open.
    pub open_requests: Vec<OpenRequest>,
    /// Day of early termination, if any.
    pub ends: Option<NaiveDate>,
    /// True if finance closes it once everything is paid.
    pub closes: bool,
    pub fate: Fate,
}

/// A payment request that stays open.
#[derive(Debug)]
pub(super) struct OpenRequest {
    pub milestone: &'static str,
    pub on: NaiveDate,
    /// Number of approval steps taken.
    pub taken: usize,
    /// Reason for which the next approver returned it; empty if it is still with them.
    pub returned: &'static str,
}

impl Plan {
    fn name_of<'a>(&'a self, list: &str, code: &'a str) -> &'a str {
        self.details[list][code]["name"].as_str().unwrap_or(code)
    }

    /// Returns the name of a deliverable.
    pub(super) fn deliverable<'a>(&'a self, code: &'a str) -> &'a str {
        self.name_of("deliverables", code)
    }

    /// Returns the name of a milestone.
    pub(super) fn milestone<'a>(&'a self, code: &'a str) -> &'a str {
        self.name_of("milestones", code)
    }

    /// Returns the name of a deliverable's service.
    pub(super) fn service_of<'a>(&'a self, deliverable: &'a str) -> &'a str {
        let agreed = self.terms.deliverables.iter().find(|agreed| agreed.code.as_str() == deliverable);
        agreed.map_or(deliverable, |agreed| self.name_of("items", agreed.item.as_str()))
    }

    /// Returns the input that registers the contract, with the id of its appropriation.
    pub(super) fn registration(&self, appropriation: Option<&str>) -> Value {
        let year = self.terms.starts_on.year();
        json!({
            "number": self.number, "title": self.title,
            "purchaser": format!("{}-SF", self.region), "funder": format!("{}-CZ", self.region), "contractor": self.contractor,
            "regime": self.regime, "method": "竞争性磋商", "plan_no": format!("采购计划〔{year}〕{}", self.number),
            "award_on": self.registered_on,
            "appropriation": appropriation,
            "details": self.details, "terms": self.terms,
        })
    }
}
