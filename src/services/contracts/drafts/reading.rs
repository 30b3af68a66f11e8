//! Reading of a whole draft into a contract input, or into a list of faults, each at its field.
//!
//! Only typed values enter it, except the amount, which defaults to the sum of the deliverables' values.

use crate::domain::codes::Regime;
use crate::domain::details::{ClauseDetails, DeliverableDetails, Details, ItemDetails, MilestoneDetails};
use crate::domain::invalid::Invalid;
use crate::domain::money::{Money, Sum};
use crate::domain::numbers::{Code, Measured, Whole};
use crate::domain::shape::{Bounded, Date};
use crate::domain::standing::{check_terms, deliverable_value};
use crate::domain::terms::{Deliverable, Direction, Indicator, Item, Milestone, Scorecard, Termination, Terms};
use crate::error::{FieldError, Message};
use crate::services::contracts::drafts::clauses;
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::reader::Reader;
use crate::services::contracts::registration::ContractInput;

/// Result of reading a draft.
#[derive(Debug, Default)]
pub struct Reading {
    /// Input for registration; none while the draft has faults.
    pub input: Option<ContractInput>,
    /// Terms and words; none while they have faults.
    pub terms: Option<(Terms, Details)>,
    /// Faults, each at its field.
    pub faults: Vec<FieldError>,
}

/// Reads a draft.
pub fn read_draft(fields: &Fields) -> Reading {
    let mut reader = Reader { fields, faults: Vec::new() };
    let terms = terms(&mut reader);
    let details = details(&mut reader);
    // Rules between rows are checked only once every list has rows.
    for list in ["items", "deliverables", "milestones"] {
        if fields.rows(list) == 0 {
            reader.wrong(list, Message::new("draft-none"));
        }
    }
    let is_whole = reader.faults.is_empty();
    let terms = terms.filter(|_| is_whole).and_then(|terms| match check_terms(&terms) {
        Ok(()) => Some((terms, details)),
        Err(invalid) => {
            reader.faults.push(fault(invalid));
            None
        }
    });
    let input = head(&mut reader, terms.clone());
    Reading { input, terms, faults: reader.faults }
}

/// Maps a path into the input to the field that edits it.
pub fn field_of(path: &str) -> String {
    let path = path.strip_prefix("terms.").unwrap_or(path).replace("breach_terms", "clauses");
    let path = path.replace('[', ".").replace(']', "");
    // A ticked box of several has no field of its own.
    match path.split_once(".deliverables.") {
        Some((clause, _)) if clause.starts_with("clauses.") => format!("{clause}.deliverables"),
        _ => path,
    }
}

fn fault(invalid: Invalid) -> FieldError {
    let mut path = field_of(&invalid.path);
    if invalid.code == "not-required" {
        // The milestone that pays for a deliverable is chosen beside the deliverable.
        path = path.replace(".code", ".milestone");
    }
    FieldError { path, message: Message { key: invalid.code, args: invalid.args } }
}

fn head(reader: &mut Reader<'_>, terms: Option<(Terms, Details)>) -> Option<ContractInput> {
    for name in ["number", "title", "method"] {
        reader.filled(name);
        reader.line(name);
    }
    for name in ["purchaser", "funder", "contractor"] {
        reader.filled(name);
    }
    let regime: Option<Regime> = reader.needed("regime");
    let award_on = reader.given("award_on").map(|Date(day)| day);
    let signed_on = reader.given("signed_on").map(|Date(day)| day);
    let plan_no = Some(reader.line("plan_no")).filter(|plan| !plan.is_empty());
    let text = |name: &str| reader.fields.value(name).to_owned();
    let (terms, details) = terms?;
    let input = ContractInput {
        number: text("number"),
        title: text("title"),
        purchaser: text("purchaser"),
        funder: text("funder"),
        contractor: text("contractor"),
        method: text("method"),
        appropriation: Some(text("appropriation")).filter(|id| !id.is_empty()),
        regime: regime?,
        plan_no,
        award_on,
        signed_on,
        details,
        terms,
    };
    reader.faults.is_empty().then_some(input)
}

fn terms(reader: &mut Reader<'_>) -> Option<Terms> {
    let starts_on = reader.needed("starts_on").map(|Date(day)| day);
    let ends_on = reader.needed("ends_on").map(|Date(day)| day);
    let items: Vec<Option<Item>> = rows(reader, "items", item);
    let deliverables: Vec<Option<Deliverable>> = rows(reader, "deliverables", deliverable);
    let milestones: Vec<Option<Milestone>> = rows(reader, "milestones", milestone);
    let breach_terms = rows(reader, "clauses", clauses::read);
    let termination = Termination {
        penalty_fraction: reader.percent("termination.penalty_fraction"),
        days_late: reader.number("termination.days_late"),
        breaches: reader.number("termination.breaches"),
    };
    let given: Option<Money> = reader.given("amount");
    let penalty_cap = reader.percent("penalty_cap");
    let late_payment_daily_rate = reader.percent("late_payment_daily_rate");
    let payment_from = reader.given("payment_from");
    let inspection_days = reader.number("inspection_days");
    let cure_days = reader.number("cure_days");
    let scorecard = scorecard(reader);
    let items: Vec<Item> = items.into_iter().collect::<Option<_>>()?;
    let deliverables: Vec<Deliverable> = deliverables.into_iter().collect::<Option<_>>()?;
    let amount = match given {
        Some(amount) => amount,
        None => amount_of(&items, &deliverables).or_else(|| {
            reader.wrong("amount", Message::new("draft-money"));
            None
        })?,
    };
    Some(Terms {
        amount,
        starts_on: starts_on?,
        ends_on: ends_on?,
        penalty_cap,
        late_payment_daily_rate: late_payment_daily_rate.unwrap_or_else(crate::domain::terms::statutory_rate),
        payment_from: payment_from.unwrap_or_default(),
        inspection_days,
        deemed_acceptance: reader.ticked("deemed_acceptance"),
        cure_days: cure_days.unwrap_or_default(),
        milestones: milestones.into_iter().collect::<Option<_>>()?,
        breach_terms: breach_terms.into_iter().collect::<Option<_>>()?,
        termination: (termination != Termination::default()).then_some(termination),
        scorecard,
        items,
        deliverables,
    })
}

/// Returns the sum of the deliverables' values, which the amount must equal.
pub fn amount_of(items: &[Item], deliverables: &[Deliverable]) -> Option<Money> {
    let price = |of: &Deliverable| items.iter().find(|item| item.code == of.item).map(|item| item.unit_price);
    let values = deliverables.iter().filter_map(|one| Some(deliverable_value(one.quantity, price(one)?).fen()));
    let sum: i128 = values.sum();
    i64::try_from(sum).ok().and_then(Money::from_fen)
}

/// Converts fen to money; none outside the bounds of money.
pub fn money(fen: i128) -> Option<Money> {
    i64::try_from(fen).ok().and_then(Money::from_fen)
}

/// Returns a deliverable's value in fen: quantity times unit price, rounded.
pub fn worth(of: &Deliverable, items: &[Item]) -> Sum {
    let item = items.iter().find(|item| item.code == of.item);
    item.map_or(Sum::ZERO, |item| deliverable_value(of.quantity, item.unit_price))
}

fn rows<T>(reader: &mut Reader<'_>, list: &str, read: fn(&mut Reader<'_>, &str) -> Option<T>) -> Vec<Option<T>> {
    let numbers = (0..reader.fields.rows(list)).filter(|row| reader.fields.is_row(list, *row));
    numbers.collect::<Vec<_>>().into_iter().map(|row| read(reader, &format!("{list}.{row}"))).collect()
}

/// Reads a row of the service list.
pub fn item(reader: &mut Reader<'_>, at: &str) -> Option<Item> {
    let code = reader.needed(&format!("{at}.code"));
    let quantity = reader.needed(&format!("{at}.quantity"));
    let unit_price = reader.needed(&format!("{at}.unit_price"));
    Some(Item { code: code?, quantity: quantity?, unit_price: unit_price? })
}

/// Reads a row of the deliverables.
pub fn deliverable(reader: &mut Reader<'_>, at: &str) -> Option<Deliverable> {
    let code = reader.needed(&format!("{at}.code"));
    let item = reader.needed(&format!("{at}.item"));
    let quantity = reader.needed(&format!("{at}.quantity"));
    let due_on = reader.needed(&format!("{at}.due_on")).map(|Date(day)| day);
    let indicators = rows(reader, &format!("{at}.indicators"), indicator);
    let milestone = format!("{at}.milestone");
    let named = reader.fields.value(&milestone);
    if !named.is_empty() && reader.fields.row_of("milestones", named).is_none() {
        reader.wrong(milestone, Message::new("draft-choice"));
    }
    Some(Deliverable {
        code: code?,
        item: item?,
        quantity: quantity?,
        due_on: due_on?,
        indicators: indicators.into_iter().collect::<Option<_>>()?,
    })
}

fn indicator(reader: &mut Reader<'_>, at: &str) -> Option<Indicator> {
    let code = reader.needed(&format!("{at}.code"));
    let name = format!("{at}.target");
    let target: Option<Measured> = reader.needed(&name);
    if target.is_some_and(|target| !target.is_positive()) {
        reader.wrong(name, Message::new("malformed-positive-target"));
    }
    let direction: Option<Direction> = reader.given(&format!("{at}.direction"));
    Some(Indicator { code: code?, target: target?, direction: direction.unwrap_or(Direction::AtLeast) })
}

fn milestone(reader: &mut Reader<'_>, at: &str) -> Option<Milestone> {
    let code: Option<Code> = reader.needed(&format!("{at}.code"));
    let amount = reader.given(&format!("{at}.amount"));
    let not_before = reader.given(&format!("{at}.not_before")).map(|Date(day)| day);
    let payment_days = reader.number(&format!("{at}.payment_days"));
    let code = code?;
    let fields = reader.fields;
    let required = (0..fields.rows("deliverables"))
        .filter(|row| fields.of("deliverables", *row, "milestone") == code.as_str())
        .filter_map(|row| Code::new(fields.of("deliverables", row, "code")).ok());
    Some(Milestone {
        requires: required.collect(),
        requires_score: reader.ticked(&format!("{at}.requires_score")),
        payment_days: payment_days.unwrap_or_else(crate::domain::terms::statutory_days),
        code,
        amount,
        not_before,
    })
}

fn scorecard(reader: &mut Reader<'_>) -> Scorecard {
    let mut card = Scorecard::default();
    let weights = &mut card.weights;
    for (name, place) in [
        ("points_per_late_day", &mut card.points_per_late_day),
        ("weights.quantity", &mut weights.quantity),
        ("weights.timeliness", &mut weights.timeliness),
        ("weights.first_pass", &mut weights.first_pass),
        ("weights.quality", &mut weights.quality),
        ("weights.compliance", &mut weights.compliance),
        ("weights.satisfaction", &mut weights.satisfaction),
    ] {
        let typed: Option<Whole> = reader.number(&format!("scorecard.{name}"));
        *place = typed.unwrap_or(*place);
    }
    card
}

fn details(reader: &mut Reader<'_>) -> Details {
    let mut details = Details { notes: reader.text("notes"), ..Details::default() };
    for (code, at) in coded(reader.fields, "items") {
        let mut line = |field: &str| reader.line(&format!("{at}.{field}"));
        let words = ItemDetails {
            name: line("name"),
            unit: line("unit"),
            service: line("service"),
            standard: line("standard"),
        };
        keep(&mut details.items, code, words);
    }
    for (code, at) in coded(reader.fields, "deliverables") {
        let mut line = |field: &str| reader.line(&format!("{at}.{field}"));
        let words = DeliverableDetails { name: line("name"), place: line("place"), evidence: line("evidence") };
        keep(&mut details.deliverables, code, words);
    }
    for (code, at) in coded(reader.fields, "milestones") {
        let words = MilestoneDetails { name: reader.line(&format!("{at}.name")) };
        keep(&mut details.milestones, code, words);
    }
    for (code, at) in coded(reader.fields, "clauses") {
        let words =
            ClauseDetails { name: reader.line(&format!("{at}.name")), text: reader.text(&format!("{at}.text")) };
        keep(&mut details.clauses, code, words);
    }
    details
}

/// Returns the codes of a list's rows with the prefix of each row's fields.
fn coded(fields: &Fields, list: &str) -> Vec<(String, String)> {
    let rows = (0..fields.rows(list)).map(|row| (fields.of(list, row, "code").to_owned(), format!("{list}.{row}")));
    rows.filter(|(code, _)| !code.is_empty()).collect()
}

/// Keeps the words of a code unless they are empty.
fn keep<T: Default + PartialEq>(words: &mut std::collections::BTreeMap<String, T>, code: String, of: T) {
    if of != T::default() {
        words.insert(code, of);
    }
}
