//! Facts of a contract from the rows of a workbook, in the order of their days.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::domain::codes::FactKind;
use crate::domain::facts::{
    Decision, End, Extension, Headcount, Incident, Invoice, MilestoneScore, Payment, Submission, Survey, Waiver,
};
use crate::domain::interest::InterestRecord;
use crate::domain::invalid::Invalid;
use crate::domain::json;
use crate::error::{Error, Message};
use crate::services::contracts::imported::{EarlierFact, Paper};
use crate::services::deliverables::invoice_rules::number_fault;
use crate::services::imports::columns::SheetName;
use crate::services::imports::faults::{At, CellFaults};
use crate::services::imports::plan::{FactOrigin, OwnRows, in_words};
use crate::services::imports::reading::Row;
use crate::services::shared::identifiers::{fold_number, invoice_number};
use crate::services::shared::inputs;

/// Fields of a submission and of a decision that have other names on the sheet of deliveries.
const SUBMITTED: &[(&str, &str)] = &[("on", "submitted_on"), ("quantity", "submitted")];
const DECIDED: &[(&str, &str)] = &[("on", "decided_on"), ("quantity", "accepted")];
/// Fields of an incident that have other names on the sheet of other facts.
const INCIDENT: &[(&str, &str)] = &[("id", "subject")];
const SAME: &[(&str, &str)] = &[];

/// A fact with its row.
struct Found {
    kind: FactKind,
    body: Value,
    paper: Option<Paper>,
    origin: FactOrigin,
}

/// Reads the facts of a contract and adds their origins to `origins`; `None` if one cannot be read.
pub(super) fn read_facts(
    own: &OwnRows,
    origins: &mut Vec<FactOrigin>,
    faults: &mut CellFaults,
) -> Option<Vec<EarlierFact>> {
    let rows = |sheet: SheetName| own.get(&sheet).into_iter().flatten();
    let mut found: Vec<Option<Found>> = Vec::new();
    let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows(SheetName::Deliveries) {
        let number = numbers.entry(row.text("deliverable")).or_default();
        *number = row.values.get("no").and_then(Value::as_u64).unwrap_or(*number + 1);
        let no = Value::from(*number);
        found.push(fact(FactKind::Submission, (row, SheetName::Deliveries, SUBMITTED), &no, faults));
        if ["decided_on", "decision", "accepted", "measured"].iter().any(|field| row.values.contains_key(*field)) {
            found.push(fact(FactKind::Decision, (row, SheetName::Deliveries, DECIDED), &no, faults));
        }
    }
    for row in rows(SheetName::Invoices) {
        let read = fact(FactKind::Invoice, (row, SheetName::Invoices, SAME), &Value::Null, faults);
        found.push(read.zip(invoice(row, faults)).map(|(fact, paper)| Found { paper: Some(paper), ..fact }));
    }
    for row in rows(SheetName::Payments) {
        let kind = if row.text("kind") == "interest" { FactKind::Interest } else { FactKind::Payment };
        let read = fact(kind, (row, SheetName::Payments, SAME), &Value::Null, faults);
        found.push(read.zip(voucher(row, faults)).map(|(fact, paper)| Found { paper: Some(paper), ..fact }));
    }
    for row in rows(SheetName::Events) {
        let kind = FactKind::parse(row.text("kind")).unwrap_or(FactKind::End);
        let renamed = if kind == FactKind::Incident { INCIDENT } else { SAME };
        found.push(fact(kind, (row, SheetName::Events, renamed), &Value::Null, faults));
    }
    let mut found: Vec<Found> = found.into_iter().collect::<Option<_>>()?;
    found.sort_by_key(|fact| (day_of(fact), rank(fact.kind)));
    origins.extend(found.iter().map(|fact| fact.origin));
    let facts = found
        .into_iter()
        .map(|fact| Some(EarlierFact { on: day_of(&fact)?, kind: fact.kind, body: fact.body, paper: fact.paper }));
    facts.collect()
}

fn day_of(fact: &Found) -> Option<NaiveDate> {
    fact.body["on"].as_str()?.parse().ok()
}

/// Returns the rank of a fact among those of one day, so that a cause comes before its consequence.
const fn rank(kind: FactKind) -> u8 {
    match kind {
        FactKind::Extension => 0,
        FactKind::Submission => 1,
        FactKind::Decision => 2,
        FactKind::Score => 3,
        FactKind::Headcount | FactKind::Incident | FactKind::Survey => 4,
        FactKind::Invoice => 5,
        FactKind::Waiver => 6,
        FactKind::Payment => 7,
        FactKind::Interest | FactKind::InterestWaiver => 8,
        FactKind::End | FactKind::Reversal => 9,
    }
}

/// Returns the fields in the JSON of a kind of fact.
const fn fields_of(kind: FactKind) -> &'static [&'static str] {
    match kind {
        FactKind::Extension => &["deliverable", "on", "days"],
        FactKind::Submission => &["deliverable", "no", "on", "quantity"],
        FactKind::Decision => &["deliverable", "no", "on", "decision", "quantity", "measured"],
        FactKind::Invoice => &["milestone", "on"],
        FactKind::Score => &["milestone", "on", "score"],
        FactKind::Payment | FactKind::Interest | FactKind::InterestWaiver => &["milestone", "on", "amount"],
        FactKind::Headcount => &["on", "month", "clients", "workers"],
        FactKind::Incident => &["id", "clause", "on"],
        FactKind::Waiver => &["clause", "subject", "on"],
        FactKind::Survey => &["on", "score"],
        FactKind::End | FactKind::Reversal => &["on"],
    }
}

/// Reads one fact from a row; `no` is the number of the submission.
fn fact(
    kind: FactKind,
    (row, sheet, renamed): (&Row, SheetName, &'static [(&'static str, &'static str)]),
    no: &Value,
    faults: &mut CellFaults,
) -> Option<Found> {
    let there = |field: &'static str| renamed.iter().find(|(name, _)| *name == field).map_or(field, |(_, name)| *name);
    let mut body = Map::new();
    for field in fields_of(kind) {
        let value = if *field == "no" { Some(no) } else { row.values.get(there(field)) };
        if let Some(value) = value {
            body.insert((*field).to_owned(), value.clone());
        }
    }
    let mut is_whole = true;
    if sheet == SheetName::Events {
        let known: Vec<&str> = fields_of(kind).iter().map(|field| there(field)).chain(["contract", "kind"]).collect();
        for field in row.values.keys().filter(|field| !known.contains(&field.as_str())) {
            is_whole = false;
            faults.add(At::field(sheet, row.number, field), &Message::new("import-field-other"));
        }
    }
    match canonical(kind, &Value::Object(body)) {
        Ok(body) if is_whole => Some(Found { kind, body, paper: None, origin: (sheet, row.number, renamed) }),
        Ok(_) => None,
        Err(invalid) => {
            let (path, message) = in_words(invalid);
            let field = path.split(['.', '[']).next().unwrap_or_default();
            let field = renamed.iter().find(|(name, _)| *name == field).map_or(field, |(_, name)| *name);
            faults.add(At::field(sheet, row.number, field), &message);
            None
        }
    }
}

/// Checks the JSON of a fact and returns it in its stored form.
fn canonical(kind: FactKind, body: &Value) -> Result<Value, Invalid> {
    match kind {
        FactKind::Extension => stored_as::<Extension>(body),
        FactKind::Submission => stored_as::<Submission>(body),
        FactKind::Decision => stored_as::<Decision>(body),
        FactKind::Invoice => stored_as::<Invoice>(body),
        FactKind::Score => stored_as::<MilestoneScore>(body),
        FactKind::Payment => stored_as::<Payment>(body),
        FactKind::Interest | FactKind::InterestWaiver => stored_as::<InterestRecord>(body),
        FactKind::Headcount => stored_as::<Headcount>(body),
        FactKind::Incident => stored_as::<Incident>(body),
        FactKind::Waiver => stored_as::<Waiver>(body),
        FactKind::Survey => stored_as::<Survey>(body),
        FactKind::End | FactKind::Reversal => stored_as::<End>(body),
    }
}

fn stored_as<T: DeserializeOwned + Serialize>(body: &Value) -> Result<Value, Invalid> {
    let fact: T = json::parse_object(body.to_string().as_bytes())?;
    serde_json::to_value(&fact).map_err(|error| Invalid::at("", "malformed-json").with("detail", error))
}

/// Reads the number and amount of an invoice, both optional; `None` if the number needs a reason and has none.
fn invoice(row: &Row, faults: &mut CellFaults) -> Option<Paper> {
    let number = invoice_number(row.text("number"));
    let reason = row.text("reason").to_owned();
    let given = Some(reason.as_str()).filter(|reason| !reason.is_empty());
    let fault = Some(&number).filter(|number| !number.is_empty()).and_then(|number| {
        let key = fold_number(number);
        number_fault(number, &key, given)
    });
    if let Some(message) = fault {
        faults.add(At::field(SheetName::Invoices, row.number, "number"), &message);
        return None;
    }
    Some(Paper::Invoice { number, amount: row.text("amount").to_owned(), reason })
}

/// Reads the voucher number and the amount of a payment.
fn voucher(row: &Row, faults: &mut CellFaults) -> Option<Paper> {
    let amount = row.text("amount").parse().ok()?;
    match inputs::number("voucher", Some(row.text("voucher"))) {
        Ok(number) => Some(Paper::Voucher { number, amount }),
        Err(Error::Refused { errors, .. }) => {
            for fault in errors {
                faults.add(At::field(SheetName::Payments, row.number, "voucher"), &fault.message);
            }
            None
        }
        Err(_) => None,
    }
}

/// Returns the cells of a fact by the fields of its sheet, for an export.
pub(super) fn cells_of(kind: FactKind, body: &Value) -> Map<String, Value> {
    let renamed = if kind == FactKind::Incident { INCIDENT } else { SAME };
    let mut cells = Map::new();
    for field in fields_of(kind) {
        let there = renamed.iter().find(|(name, _)| name == field).map_or(*field, |(_, name)| *name);
        cells.insert(there.to_owned(), body[*field].clone());
    }
    cells.insert("kind".to_owned(), json!(kind.as_str()));
    cells
}
