//! Generated rows: the deliverables of an item, or the milestones, spread over the term. The rows are first planned, so
//! that people see them before anything is replaced; once generated, they are edited like typed rows.
//!
//! The parameters are fields with the prefix `generate.`.

use chrono::NaiveDate;

use crate::domain::codes::Language;
use crate::domain::fixed::div_round;
use crate::domain::money::Money;
use crate::domain::numbers::{Days, Quantity, Rate};
use crate::domain::schedule::{self, Part, Rhythm};
use crate::domain::standing::deliverable_value;
use crate::domain::terms::{Deliverable, Item};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::drafts::fields::{DraftReader, Fields};
use crate::services::contracts::drafts::reading::{self, agreed_value, item, money};
use crate::services::shared::typed_values::{parse_choice, parse_date, parse_days, parse_whole};
use crate::text::message;

/// Code of the milestone that is paid in advance.
const ADVANCE: &str = "ADVANCE";

/// Rows that would be generated.
#[derive(Debug)]
pub struct Plan {
    /// Rows, in order.
    pub rows: Vec<PlannedRow>,
    /// Number of existing rows that the plan replaces.
    pub replaced: usize,
    /// Draft with the planned rows in place.
    outcome: Fields,
}

/// A row that would be generated.
#[derive(Debug)]
pub struct PlannedRow {
    /// Name of the row.
    pub name: String,
    /// The part of the term that the row covers; `None` for an advance payment.
    pub part: Option<Part>,
    /// Quantity of a deliverable.
    pub quantity: Option<Quantity>,
    /// Value of a deliverable, or amount of a milestone; `None` for a milestone that is paid by quantity.
    pub amount: Option<Money>,
}

impl Plan {
    /// Returns the draft with the planned rows in place.
    pub fn into_fields(self) -> Fields {
        self.outcome
    }
}

/// Plans the rows of a step (`deliverables` or `milestones`) from the draft `fields` and the `generate.` parameters in
/// `typed`.
///
/// # Errors
/// `Refused` at the parameters at fault; `NotFound` for any other step.
pub fn plan(step: &str, fields: &Fields, typed: &Fields, language: Language) -> Result<Plan, Error> {
    match step {
        "deliverables" => deliverables(fields, typed, language),
        "milestones" => milestones(fields, typed, language),
        _ => Err(Error::NotFound),
    }
}

/// Divides the term of a draft by each rhythm that needs no further parameter; empty while the term has faults.
pub fn divisions(fields: &Fields) -> Vec<(Rhythm, Vec<Part>)> {
    let mut term = DraftReader::new(fields);
    let (starts_on, ends_on) = (term.optional("starts_on", parse_date), term.optional("ends_on", parse_date));
    let Some((starts_on, ends_on)) = starts_on.zip(ends_on) else { return Vec::new() };
    let divide = |rhythm: &Rhythm| Some((*rhythm, schedule::divide_term(starts_on, ends_on, *rhythm, 0)?));
    Rhythm::ALL.iter().filter_map(divide).collect()
}

fn refused(problems: Vec<FieldError>) -> Error {
    Error::Refused { rule: "generate".to_owned(), errors: problems }
}

/// Parses a number of parts, which is bounded by the largest number of days.
fn parse_count(typed: &str) -> Result<Days, Message> {
    Days::new(parse_whole(typed)?.get()).ok_or_else(|| Message::new("typed-large-whole"))
}

/// Divides the term by the chosen rhythm.
fn parts_of(fields: &Fields, asked: &mut DraftReader<'_>) -> Option<(Rhythm, Vec<Part>)> {
    let rhythm: Option<Rhythm> = asked.required("generate.rhythm", parse_choice);
    let count: Option<Days> =
        if rhythm == Some(Rhythm::Count) { asked.required("generate.count", parse_count) } else { None };
    let mut term = DraftReader::new(fields);
    let (starts_on, ends_on): (Option<NaiveDate>, Option<NaiveDate>) =
        (term.required("starts_on", parse_date), term.required("ends_on", parse_date));
    let Some((starts_on, ends_on)) = starts_on.zip(ends_on) else {
        asked.reject("generate.rhythm", Message::new("draft-generate-term"));
        return None;
    };
    let rhythm = rhythm?;
    if rhythm == Rhythm::Count && count.is_none() {
        return None;
    }
    let parts = schedule::divide_term(starts_on, ends_on, rhythm, usize::from(count.map_or(0, Days::get)));
    if parts.is_none() {
        asked.reject(field_of_number(rhythm), Message::new("draft-generate-parts"));
    }
    Some((rhythm, parts?))
}

/// Returns the field in which the number of parts is changed.
fn field_of_number(rhythm: Rhythm) -> &'static str {
    if rhythm == Rhythm::Count { "generate.count" } else { "generate.rhythm" }
}

/// Returns the suffix of the code, and the name, of the row for a part.
fn called(part: &Part, rhythm: Rhythm, name: &str, language: Language) -> (String, String) {
    let (year, number) = part.of;
    let code = match rhythm {
        Rhythm::Monthly => format!("{year}{number:02}"),
        Rhythm::Quarterly => format!("{year}Q{number}"),
        Rhythm::ContractMonthly => format!("M{number:02}"),
        Rhythm::ContractQuarterly => format!("Q{number}"),
        Rhythm::Count => number.to_string(),
    };
    let values = [("name", name.to_owned()), ("year", year.to_string()), ("number", number.to_string())];
    (code, message(language, &format!("draft-part-{rhythm}"), &values))
}

/// Splits the quantity of an item so that neither the quantity nor the value of a part is 0.
fn split(item: &Item, rhythm: Rhythm, parts: usize, asked: &mut DraftReader<'_>) -> Option<Vec<Quantity>> {
    let split = schedule::split_quantity(item.quantity, parts);
    if split.is_none() {
        let message = Message::new("draft-generate-quantity").with("quantity", item.quantity).with("parts", parts);
        let most = schedule::most_parts_of(item.quantity);
        asked.reject(field_of_number(rhythm), message.with("most", most));
    }
    let split = split?;
    let is_worthless = |quantity: &Quantity| deliverable_value(*quantity, item.unit_price).fen() == 0;
    if item.unit_price != Money::default() && split.iter().any(is_worthless) {
        asked.reject(field_of_number(rhythm), Message::new("draft-generate-worthless").with("parts", parts));
        return None;
    }
    Some(split)
}

/// Plans the deliverables of an item.
fn deliverables(fields: &Fields, typed: &Fields, language: Language) -> Result<Plan, Error> {
    let mut asked = DraftReader::new(typed);
    let parts = parts_of(fields, &mut asked);
    let code = typed.value("generate.item").to_owned();
    let row = fields.row_of("items", &code).filter(|_| !code.is_empty());
    let item = row.and_then(|row| item(&mut DraftReader::new(fields), &format!("items.{row}")));
    if item.is_none() {
        asked.reject("generate.item", Message::new("draft-generate-item"));
    }
    let quantities = parts
        .as_ref()
        .zip(item.as_ref())
        .and_then(|((rhythm, parts), item)| split(item, *rhythm, parts.len(), &mut asked));
    let (Some((rhythm, parts)), Some(item), Some(row), Some(quantities)) = (parts, item, row, quantities) else {
        return Err(refused(asked.into_problems()));
    };
    let name = Some(fields.of("items", row, "name")).filter(|name| !name.is_empty()).unwrap_or(&code).to_owned();
    let mut outcome = fields.clone();
    outcome.keep("deliverables", |fields, row| fields.of("deliverables", row, "item") != code);
    let first = outcome.rows("deliverables");
    let indicator = ["code", "name", "target", "direction", "unit"]
        .map(|field| (field, typed.value(&format!("generate.indicator.{field}"))));
    let has_indicator = !typed.value("generate.indicator.code").is_empty();
    let mut rows = Vec::new();
    for (number, (part, quantity)) in parts.into_iter().zip(quantities).enumerate() {
        let at = format!("deliverables.{}", first + number);
        let (mark, name) = called(&part, rhythm, &name, language);
        outcome.set(format!("{at}.code"), format!("{code}-{mark}"));
        outcome.set(format!("{at}.name"), &name);
        outcome.set(format!("{at}.item"), &code);
        outcome.set(format!("{at}.quantity"), quantity);
        outcome.set(format!("{at}.due_on"), part.ends_on);
        for (field, value) in indicator.iter().filter(|_| has_indicator) {
            outcome.set(format!("{at}.indicators.0.{field}"), value);
        }
        let amount = money(deliverable_value(quantity, item.unit_price).fen());
        rows.push(PlannedRow { name, part: Some(part), quantity: Some(quantity), amount });
    }
    Ok(Plan { rows, replaced: fields.rows("deliverables") - first, outcome })
}

/// Reads items and deliverables; `None` if any has a fault.
fn agreed(fields: &Fields) -> Option<(Vec<Item>, Vec<Deliverable>)> {
    let mut reader = DraftReader::new(fields);
    let items =
        (0..fields.rows("items")).map(|row| item(&mut reader, &format!("items.{row}"))).collect::<Option<_>>()?;
    let all = 0..fields.rows("deliverables");
    let deliverables =
        all.map(|row| reading::deliverable(&mut reader, &format!("deliverables.{row}"))).collect::<Option<_>>()?;
    Some((items, deliverables))
}

/// A planned payment: its part of the term, its deliverables by row, and their value in fen.
struct Payment {
    part: Part,
    deliverables: Vec<usize>,
    worth: i128,
}

/// Groups the deliverables by the part in which they are due; parts without deliverables are left out.
fn payments(parts: Vec<Part>, items: &[Item], deliverables: &[Deliverable]) -> Vec<Payment> {
    let last = parts.len().saturating_sub(1);
    let place = |one: &Deliverable| parts.iter().position(|part| one.due_on <= part.ends_on).unwrap_or(last);
    let places: Vec<usize> = deliverables.iter().map(place).collect();
    let payment = |(number, part): (usize, Part)| {
        let within = places.iter().enumerate().filter(|(_, place)| **place == number).map(|(row, _)| row);
        let within: Vec<usize> = within.collect();
        let worth =
            within.iter().filter_map(|row| deliverables.get(*row)).map(|one| agreed_value(one, items).fen()).sum();
        Payment { part, deliverables: within, worth }
    };
    let all = parts.into_iter().enumerate().map(payment);
    all.filter(|payment| !payment.deliverables.is_empty()).collect()
}

/// Reads the advance payment, a fraction of the amount over 0 and under 1.
fn advance(asked: &mut DraftReader<'_>) -> Option<Rate> {
    let advance = asked.percent("generate.advance")?;
    if advance.exact() >= Rate::SCALE || advance.exact() == 0 {
        asked.reject("generate.advance", Message::new("draft-generate-advance"));
        return None;
    }
    Some(advance)
}

/// Plans the milestones.
fn milestones(fields: &Fields, typed: &Fields, language: Language) -> Result<Plan, Error> {
    // References to the replaced milestones are dropped with them.
    let mut outcome = fields.clone();
    (0..outcome.rows("deliverables")).for_each(|row| outcome.set(format!("deliverables.{row}.milestone"), ""));
    outcome.keep("milestones", |_, _| false);
    let mut asked = DraftReader::new(typed);
    let parts = parts_of(fields, &mut asked);
    let advance = advance(&mut asked);
    let days: Option<Days> = asked.optional("generate.payment_days", parse_days);
    let agreed = agreed(&outcome).filter(|(_, deliverables)| !deliverables.is_empty());
    if agreed.is_none() {
        asked.reject("generate.rhythm", Message::new("draft-generate-deliverables"));
    }
    let (Some((rhythm, parts)), Some((items, deliverables)), true) = (parts, agreed, asked.is_faultless()) else {
        return Err(refused(asked.into_problems()));
    };
    let payments = payments(parts, &items, &deliverables);
    let weights: Vec<i128> = payments.iter().map(|payment| payment.worth).collect();
    let total: i128 = weights.iter().sum();
    let ahead = advance.map(|rate| div_round(total * rate.exact(), Rate::SCALE));
    // The rest after the advance is divided in proportion to the value of the deliverables.
    let amounts = ahead.map(|ahead| schedule::split_amount(total - ahead, &weights));
    if ahead == Some(0) || amounts.as_ref().is_some_and(|amounts| amounts.contains(&0)) {
        asked.reject("generate.advance", Message::new("draft-generate-zero"));
        return Err(refused(asked.into_problems()));
    }
    let mut rows: Vec<PlannedRow> = Vec::new();
    let mut put = |outcome: &mut Fields, code: &str, row: PlannedRow| {
        let at = format!("milestones.{}", rows.len());
        outcome.set(format!("{at}.code"), code);
        outcome.set(format!("{at}.name"), &row.name);
        outcome.set(format!("{at}.payment_days"), days.map(|days| days.to_string()).unwrap_or_default());
        outcome.set(format!("{at}.amount"), row.amount.map(|amount| amount.to_string()).unwrap_or_default());
        rows.push(row);
        at
    };
    if let Some(fen) = ahead {
        let name = message(language, "draft-part-advance", &[]);
        let at = put(&mut outcome, ADVANCE, PlannedRow { name, part: None, quantity: None, amount: money(fen) });
        let starts_on = outcome.value("starts_on").to_owned();
        outcome.set(format!("{at}.not_before"), starts_on);
    }
    for (number, Payment { part, deliverables, .. }) in payments.into_iter().enumerate() {
        let (mark, name) = called(&part, rhythm, &message(language, "draft-part-payment", &[]), language);
        let code = format!("PAY-{mark}");
        let amount = amounts.as_ref().and_then(|amounts| money(*amounts.get(number)?));
        let at = put(&mut outcome, &code, PlannedRow { name, part: Some(part), quantity: None, amount });
        outcome.set(format!("{at}.requires_score"), typed.value("generate.requires_score"));
        deliverables.iter().for_each(|row| outcome.set(format!("deliverables.{row}.milestone"), &code));
    }
    Ok(Plan { rows, replaced: fields.rows("milestones"), outcome })
}
