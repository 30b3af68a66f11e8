//! The rows of a contract on the sheets of the template, each as JSON by the fields of its columns.
//!
//! A workbook has only the version of the terms on the day of the export; an export as JSON has all versions.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::domain::codes::{FactKind, Language};
use crate::error::Error;
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::imports::columns::{Choice, SheetName};
use crate::services::imports::facts::cells_of;
use crate::storage::contracts::facts::FactRow;
use crate::storage::ids::OrganisationId;
use crate::storage::registry::appropriations::Appropriation;
use crate::storage::registry::organisations::Organisation;
use crate::text::message;

/// Names that contracts refer to.
pub(super) struct Named {
    pub appropriations: Vec<Appropriation>,
    pub organisations: Vec<Organisation>,
}

impl Named {
    fn organisation(&self, id: OrganisationId) -> Option<&Organisation> {
        self.organisations.iter().find(|organisation| organisation.id == id)
    }

    /// Returns the name of an organisation.
    pub fn name(&self, id: OrganisationId) -> String {
        self.organisation(id).map(|organisation| organisation.name.clone()).unwrap_or_default()
    }

    /// Returns the code of a bureau, or the credit code of a contractor.
    pub fn code(&self, id: OrganisationId) -> String {
        self.organisation(id).map(|organisation| organisation.code.clone()).unwrap_or_default()
    }

    /// Returns the appropriation of a contract.
    pub fn appropriation(&self, record: &ContractRecord) -> Option<&Appropriation> {
        let id = record.contract.appropriation_id?;
        self.appropriations.iter().find(|row| row.id == id)
    }

    /// Returns the number of the budget document, if no other appropriation of the bureau has the same, else the
    /// identifier.
    fn appropriation_number(&self, record: &ContractRecord) -> Option<String> {
        let own = self.appropriation(record)?;
        let is_same = |row: &&Appropriation| row.bureau_id == own.bureau_id && row.document_no == own.document_no;
        let is_only = self.appropriations.iter().filter(is_same).count() == 1 && !own.document_no.is_empty();
        Some(if is_only { own.document_no.clone() } else { own.public_id.clone() })
    }
}

/// Sheet of a row, and its cells by the fields of its columns.
type SheetCells = (SheetName, Map<String, Value>);

/// Returns the rows of a contract with their sheets.
///
/// # Errors
/// `Internal` for a stored fact that cannot be read.
pub(super) fn rows_of(
    record: &ContractRecord,
    named: &Named,
    today: NaiveDate,
    language: Language,
) -> Result<Vec<(SheetName, Value)>, Error> {
    let contract = &record.contract;
    let (terms, details) = (record.terms_on(today), record.all_names_on(today));
    let own = json!({
        "number": contract.number, "title": contract.title, "state": contract.state,
        "purchaser": named.code(contract.purchaser_id), "funder": named.code(contract.funder_id),
        "contractor": named.code(contract.contractor_id), "regime": contract.regime, "method": contract.method,
        "plan_no": contract.plan_no, "award_on": contract.award_on, "signed_on": contract.signed_on,
        "published_on": contract.published_on, "appropriation": named.appropriation_number(record),
        "terms": value(terms)?, "details": { "notes": details.notes },
    });
    let mut rows = vec![(SheetName::Contracts, own)];
    let mut add = |sheet, row: Map<String, Value>| {
        let mut row = row;
        row.insert("contract".to_owned(), json!(contract.number));
        rows.push((sheet, Value::Object(row)));
    };
    for item in &terms.items {
        add(SheetName::Services, with_words(item, details.items.get(item.code.as_str()))?);
    }
    for deliverable in &terms.deliverables {
        let words = details.deliverables.get(deliverable.code.as_str());
        add(SheetName::Deliverables, with_words(deliverable, words)?);
        for indicator in &deliverable.indicators {
            let mut row = with_words(indicator, details.indicators.get(indicator.code.as_str()))?;
            row.insert("deliverable".to_owned(), json!(deliverable.code));
            add(SheetName::Indicators, row);
        }
    }
    for milestone in &terms.milestones {
        add(SheetName::Milestones, with_words(milestone, details.milestones.get(milestone.code.as_str()))?);
    }
    for clause in &terms.breach_terms {
        let mut row = with_words(clause, details.clauses.get(clause.code.as_str()))?;
        if row["details"]["name"].as_str().unwrap_or_default().is_empty() {
            let kind = Choice::Clause.key(clause.clause.kind().as_str());
            row["details"]["name"] = Value::String(message(language, &kind, &[]));
        }
        add(SheetName::Clauses, row);
    }
    for (sheet, row) in history(record)? {
        add(sheet, row);
    }
    Ok(rows)
}

fn value(part: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(part).map_err(|error| Error::Internal(error.to_string()))
}

fn with_words(part: &impl Serialize, words: Option<&impl Serialize>) -> Result<Map<String, Value>, Error> {
    let mut row = object(value(part)?);
    row.insert("details".to_owned(), words.map(value).transpose()?.unwrap_or_else(|| json!({})));
    Ok(row)
}

/// Returns the rows of all facts that are not reversed.
fn history(record: &ContractRecord) -> Result<Vec<SheetCells>, Error> {
    let mut rows = Vec::new();
    let decisions: Vec<(Value, &FactRow)> = record.live(FactKind::Decision)?;
    for (submission, _) in record.live::<Value>(FactKind::Submission)? {
        let is_own = |decision: &Value| {
            (&decision["deliverable"], &decision["no"]) == (&submission["deliverable"], &submission["no"])
        };
        let decision = decisions.iter().map(|(body, _)| body).find(|body| is_own(body)).cloned().unwrap_or_default();
        rows.push((
            SheetName::Deliveries,
            object(json!({
                "deliverable": submission["deliverable"], "no": submission["no"], "submitted_on": submission["on"],
                "submitted": submission["quantity"], "decided_on": decision["on"], "decision": decision["decision"],
                "accepted": decision["quantity"], "measured": decision["measured"],
            })),
        ));
    }
    for (invoice, row) in record.live::<Value>(FactKind::Invoice)? {
        let words: Value = stored(&row.words)?;
        rows.push((
            SheetName::Invoices,
            object(json!({
                "milestone": invoice["milestone"], "on": invoice["on"], "number": words["number"],
                "amount": words["amount"], "reason": words["reason"],
            })),
        ));
    }
    for (kind, word) in [(FactKind::Payment, "principal"), (FactKind::Interest, "interest")] {
        for (payment, row) in record.live::<Value>(kind)? {
            let words: Value = stored(&row.words)?;
            rows.push((
                SheetName::Payments,
                object(json!({
                    "milestone": payment["milestone"], "kind": word, "amount": payment["amount"], "on": payment["on"],
                    "voucher": words["voucher"],
                })),
            ));
        }
    }
    let others = [
        FactKind::Extension,
        FactKind::Score,
        FactKind::Headcount,
        FactKind::Incident,
        FactKind::Waiver,
        FactKind::Survey,
        FactKind::InterestWaiver,
        FactKind::End,
    ];
    for kind in others {
        let live = record.live::<Value>(kind)?;
        rows.extend(live.into_iter().map(|(body, _)| (SheetName::Events, cells_of(kind, &body))));
    }
    Ok(rows)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
