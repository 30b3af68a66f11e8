//! One contract as a release of the Open Contracting Data Standard: the members of the release schema that are used,
//! and their values from [`PublicContract`].
//!
//! Amounts are whole numbers of 128 bits in fen, and quantities in ten-thousandths; the package writes them with their
//! decimal places.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::codes::ContractState;
use crate::domain::money::Sum;
use crate::domain::numbers::Quantity;
use crate::domain::standing::DeliverableState;
use crate::services::contracts::registration::Party;
use crate::services::publications::open::PublicContract;

/// Scheme of the register of enterprises of China at org-id.guide.
const CREDIT_CODES: &str = "CN-SAIC";
/// First character of the credit codes in that register (GB 32100); other codes have no scheme.
const ENTERPRISE: char = '9';

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Value {
    /// Amount in fen, written in yuan.
    amount: i128,
    currency: &'static str,
}

impl Value {
    fn of(amount: impl Into<Sum>) -> Self {
        Self { amount: amount.into().fen(), currency: "CNY" }
    }
}

#[derive(Serialize)]
struct Identifier {
    scheme: &'static str,
    id: String,
    #[serde(rename = "legalName")]
    legal_name: String,
}

#[derive(Serialize)]
struct Address {
    region: String,
    #[serde(rename = "countryName")]
    country_name: &'static str,
}

#[derive(Serialize)]
struct Organization {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<Identifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    roles: Vec<&'static str>,
}

#[derive(Clone, Serialize)]
struct Reference {
    id: String,
    name: String,
}

impl From<&Party> for Reference {
    fn from(party: &Party) -> Self {
        Self { id: party.code.clone(), name: party.name.clone() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tender {
    id: String,
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    procurement_method_details: String,
}

#[derive(Serialize)]
struct Award {
    id: String,
    title: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    value: Value,
    suppliers: Vec<Reference>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Period {
    start_date: String,
    end_date: String,
}

#[derive(Serialize)]
struct Unit {
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    value: Value,
}

#[derive(Serialize)]
struct Item {
    id: String,
    description: String,
    /// Quantity in ten-thousandths.
    quantity: u128,
    unit: Unit,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    id: &'static str,
    document_type: &'static str,
    url: String,
    date_published: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Milestone {
    id: String,
    title: String,
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'static str,
    due_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_met: Option<String>,
}

#[derive(Serialize)]
struct Transaction {
    id: String,
    date: String,
    value: Value,
    payer: Reference,
    payee: Reference,
}

#[derive(Serialize)]
struct Observation {
    id: &'static str,
    /// Points, of 100.
    measure: String,
}

#[derive(Serialize)]
struct Metric {
    id: String,
    title: String,
    observations: Vec<Observation>,
}

#[derive(Serialize)]
struct Implementation {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transactions: Vec<Transaction>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    milestones: Vec<Milestone>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metrics: Vec<Metric>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedContract {
    id: String,
    #[serde(rename = "awardID")]
    award_id: String,
    title: String,
    status: &'static str,
    period: Period,
    value: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_signed: Option<String>,
    documents: Vec<Document>,
    implementation: Implementation,
}

/// A release of the Open Contracting Data Standard, version 1.1: one published contract.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Release {
    pub(super) ocid: String,
    id: String,
    date: String,
    language: &'static str,
    tag: Vec<&'static str>,
    initiation_type: &'static str,
    parties: Vec<Organization>,
    buyer: Reference,
    tender: Tender,
    awards: Vec<Award>,
    contracts: Vec<SignedContract>,
}

/// Returns the tags of the contract's release.
pub(super) fn tags_of(contract: &PublicContract) -> Vec<&'static str> {
    let mut tags = vec!["award", "contract", "implementation"];
    if contract.state == ContractState::Terminated {
        tags.push("contractTermination");
    }
    tags
}

/// Builds the release of a contract; `prefix` is the publisher's prefix of identifiers.
pub(super) fn release(prefix: &str, contract: &PublicContract, tag: Vec<&'static str>) -> Release {
    let ocid = format!("{prefix}-{}", contract.id);
    // With fractions of a second, so that two changes within a second are two releases.
    let date = contract.changed_at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
    let award_on = contract.award_on.or(contract.signed_on);
    let id = &contract.number;
    Release {
        id: format!("{ocid}-{date}"),
        ocid,
        date,
        language: "zh",
        tag,
        initiation_type: "tender",
        parties: parties(contract),
        buyer: (&contract.purchaser).into(),
        tender: Tender {
            id: id.clone(),
            title: contract.title.clone(),
            procurement_method_details: contract.method.clone(),
        },
        awards: vec![Award {
            id: id.clone(),
            title: contract.title.clone(),
            status: "active",
            date: award_on.map(day),
            value: Value::of(contract.amount),
            suppliers: vec![(&contract.contractor).into()],
        }],
        contracts: vec![signed(contract)],
    }
}

fn parties(contract: &PublicContract) -> Vec<Organization> {
    let bureau = |party: &Party, roles, address| Organization {
        id: party.code.clone(),
        name: party.name.clone(),
        identifier: None,
        address,
        roles,
    };
    let region = Address { region: contract.region.name.clone(), country_name: "中国" };
    let supplier = &contract.contractor;
    let mut all = vec![bureau(&contract.purchaser, vec!["buyer"], Some(region))];
    if contract.funder.code == contract.purchaser.code {
        all.iter_mut().for_each(|party| party.roles.extend(["funder", "payer"]));
    } else {
        all.push(bureau(&contract.funder, vec!["funder", "payer"], None));
    }
    all.push(Organization {
        id: supplier.code.clone(),
        name: supplier.name.clone(),
        identifier: supplier.code.starts_with(ENTERPRISE).then(|| Identifier {
            scheme: CREDIT_CODES,
            id: supplier.code.clone(),
            legal_name: supplier.name.clone(),
        }),
        address: None,
        roles: vec!["supplier", "payee"],
    });
    all
}

fn signed(contract: &PublicContract) -> SignedContract {
    let items = contract.services.iter().map(|service| Item {
        id: service.code.clone(),
        description: service.name.clone(),
        quantity: ten_thousandths(service.quantity),
        unit: Unit { name: service.unit.clone(), value: Value::of(service.unit_price) },
    });
    SignedContract {
        id: contract.number.clone(),
        award_id: contract.number.clone(),
        title: contract.title.clone(),
        status: match contract.state {
            ContractState::Active => "active",
            ContractState::Draft
            | ContractState::Submitted
            | ContractState::Funded
            | ContractState::Completed
            | ContractState::Terminated
            | ContractState::Closed
            | ContractState::Withdrawn => "terminated",
        },
        period: Period { start_date: day(contract.starts_on), end_date: day(contract.ends_on) },
        value: Value::of(contract.amount),
        items: items.collect(),
        date_signed: contract.signed_on.map(day),
        documents: vec![Document {
            id: "notice",
            document_type: "contractNotice",
            url: contract.notice.url.clone(),
            date_published: day(contract.notice.on),
        }],
        implementation: implementation(contract),
    }
}

fn implementation(contract: &PublicContract) -> Implementation {
    let payments = contract.payments.iter().zip(1..).map(|(payment, no): (_, u32)| Transaction {
        id: format!("{}-{no}", payment.milestone),
        date: day(payment.on),
        value: Value::of(payment.amount),
        payer: (&contract.funder).into(),
        payee: (&contract.contractor).into(),
    });
    let deliverables = contract.deliverables.iter().map(|deliverable| Milestone {
        id: deliverable.code.clone(),
        title: deliverable.name.clone(),
        kind: "delivery",
        status: status(deliverable.state),
        due_date: day(deliverable.due_on),
        date_met: deliverable.accepted_on.map(day),
    });
    let scored = contract.milestones.iter().filter_map(|milestone| {
        let measure = milestone.score?.to_string();
        let (id, title) = (milestone.code.clone(), milestone.name.clone());
        Some(Metric { id, title, observations: vec![Observation { id: "score", measure }] })
    });
    Implementation { transactions: payments.collect(), milestones: deliverables.collect(), metrics: scored.collect() }
}

/// Returns the status of a delivery. It does not change when a day passes, so being overdue is left to the reader.
fn status(state: DeliverableState) -> &'static str {
    match state {
        DeliverableState::Accepted => "met",
        DeliverableState::Partial => "partiallyMet",
        DeliverableState::Cancelled => "notMet",
        DeliverableState::Submitted
        | DeliverableState::Overdue
        | DeliverableState::Rejected
        | DeliverableState::Open => "scheduled",
    }
}

fn ten_thousandths(quantity: Quantity) -> u128 {
    u128::from(quantity.units())
}

/// Formats a time in UTC, to the second.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Formats a day as its first moment in China, since dates of the standard have a time.
fn day(day: NaiveDate) -> String {
    format!("{day}T00:00:00+08:00")
}
