//! Reading of a whole draft into a contract input, or into a list of faults, each at its field.
//!
//! Every value is as typed, except the amount, which defaults to the sum of the deliverables' values.

use crate::domain::codes::Regime;
use crate::domain::details::{
    ClauseDetails, DeliverableDetails, Details, IndicatorDetails, ItemDetails, MilestoneDetails,
};
use crate::domain::invalid::Invalid;
use crate::domain::money::{Money, Sum};
use crate::domain::numbers::{Code, Measured, Whole};
use crate::domain::shape::Bounded;
use crate::domain::standing::{check_terms, deliverable_value};
use crate::domain::terms::{Deliverable, Direction, Indicator, Item, Milestone, Scorecard, Termination, Terms};
use crate::error::{FieldError, Message};
use crate::services::contracts::clause_bounds::clause_faults;
use crate::services::contracts::drafts::fields::{DraftReader, Fields};
use crate::services::contracts::drafts::{clauses, removed};
use crate::services::contracts::indicators::target_faults;
use crate::services::contracts::input_checks::due_faults;
use crate::services::contracts::registration::ContractInput;
use crate::services::shared::typed_values::{
    parse_amount, parse_choice, parse_code, parse_date, parse_days, parse_measured, parse_quantity, parse_whole,
};

/// Result of reading a draft.
#[derive(Debug, Default)]
pub struct Reading {
    /// Input for registration; `None` while the draft has faults.
    pub input: Option<ContractInput>,
    /// Terms and details; `None` while they have faults.
    pub terms: Option<(Terms, Details)>,
    /// Faults, each at its field.
    pub faults: Vec<FieldError>,
}

/// Reads a draft; `before` are the terms that the draft amends.
pub fn read_draft(fields: &Fields, before: Option<&Terms>) -> Reading {
    let mut reader = DraftReader::new(fields);
    let terms = terms(&mut reader);
    let details = details(&mut reader);
    for nameless in terms.iter().flat_map(|terms| details.nameless(terms)) {
        reader.reject(&format!("{}.name", nameless.row), Message::new("name-missing").with("code", nameless.code));
    }
    let bounds =
        |terms: &Terms| target_faults(terms, &details).into_iter().chain(clause_faults(terms, &details, before));
    // An amendment may leave unchanged what was agreed before this rule existed.
    let early = terms.iter().filter(|_| before.is_none()).flat_map(|terms| due_faults(terms, &details));
    for fault in early.chain(terms.iter().flat_map(bounds)) {
        reader.reject(&field_of(&fault.path), fault.message);
    }
    for reference in fields.references() {
        if fields.row_of(reference.list, reference.code).is_none() {
            let name = removed::title_of(fields, reference.list, reference.code).to_owned();
            reader.reject(&reference.field, Message::new("draft-reference-removed").with("name", name));
        }
    }
    // Rules that relate rows are checked only once every list has rows.
    for list in ["items", "deliverables", "milestones"] {
        if fields.rows(list) == 0 {
            reader.reject(list, Message::new("draft-none"));
        }
    }
    let is_whole = reader.is_faultless();
    let terms = terms.filter(|_| is_whole).and_then(|terms| match check_terms(&terms) {
        Ok(()) => Some((terms, details)),
        Err(invalid) => {
            reader.add_problems([fault(invalid)]);
            None
        }
    });
    let input = head(&mut reader, terms.clone());
    Reading { input, terms, faults: reader.into_problems() }
}

/// Returns the field in which the value at a path of the input is edited.
pub fn field_of(path: &str) -> String {
    let path = path.strip_prefix("terms.").unwrap_or(path).replace("breach_terms", "clauses");
    let path = path.replace('[', ".").replace(']', "");
    // A ticked box in a group has no field of its own.
    if let Some((clause, _)) = path.split_once(".deliverables.").filter(|_| path.starts_with("clauses.")) {
        return format!("{clause}.deliverables");
    }
    // The limits of both kinds of tier are typed into a field with the same name.
    match path.rsplit_once('.') {
        Some((tier, "beyond" | "below")) if tier.contains(".tiers.") => format!("{tier}.limit"),
        _ => path,
    }
}

/// Returns a fault at the field that edits the value.
fn fault(invalid: Invalid) -> FieldError {
    let mut path = field_of(&invalid.path);
    if invalid.code == "not-required" {
        // The milestone that pays for a deliverable is chosen in the deliverable's row.
        path = path.replace(".code", ".milestone");
    }
    FieldError { path, message: Message { key: invalid.code, args: invalid.args } }
}

/// Reads the head; `None` if it or the terms have faults.
fn head(reader: &mut DraftReader<'_>, terms: Option<(Terms, Details)>) -> Option<ContractInput> {
    for name in ["number", "title", "method"] {
        reader.required_text(name);
        reader.line(name);
    }
    for name in ["purchaser", "funder", "contractor"] {
        reader.required_text(name);
    }
    let regime: Option<Regime> = reader.required("regime", parse_choice);
    let award_on = reader.optional("award_on", parse_date);
    let signed_on = reader.optional("signed_on", parse_date);
    let plan_no = Some(reader.line("plan_no")).filter(|plan| !plan.is_empty());
    let text = |name: &str| reader.text(name);
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
    reader.is_faultless().then_some(input)
}

/// Reads the terms; `None` if they have faults.
fn terms(reader: &mut DraftReader<'_>) -> Option<Terms> {
    let starts_on = reader.required("starts_on", parse_date);
    let ends_on = reader.required("ends_on", parse_date);
    let items: Vec<Option<Item>> = rows(reader, "items", item);
    let deliverables: Vec<Option<Deliverable>> = rows(reader, "deliverables", deliverable);
    let milestones: Vec<Option<Milestone>> = rows(reader, "milestones", milestone);
    let breach_terms = rows(reader, "clauses", clauses::read_clause);
    let termination = Termination {
        penalty_fraction: reader.percent("termination.penalty_fraction"),
        days_late: reader.optional("termination.days_late", parse_days),
        breaches: reader.optional("termination.breaches", parse_whole),
    };
    let given: Option<Money> = reader.optional("amount", parse_amount);
    let penalty_cap = reader.percent("penalty_cap");
    let late_payment_daily_rate = reader.percent("late_payment_daily_rate");
    let payment_from = reader.optional("payment_from", parse_choice);
    let inspection_days = reader.optional("inspection_days", parse_days);
    let cure_days = reader.optional("cure_days", parse_days);
    let scorecard = scorecard(reader);
    let items: Vec<Item> = items.into_iter().collect::<Option<_>>()?;
    let deliverables: Vec<Deliverable> = deliverables.into_iter().collect::<Option<_>>()?;
    let amount = match given {
        Some(amount) => amount,
        None => amount_of(&items, &deliverables).or_else(|| {
            reader.reject("amount", Message::new("draft-money"));
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
        deemed_acceptance: reader.is_ticked("deemed_acceptance"),
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

/// Converts fen to money; `None` outside the bounds of money.
pub fn money(fen: i128) -> Option<Money> {
    i64::try_from(fen).ok().and_then(Money::from_fen)
}

/// Returns a deliverable's value in fen: quantity times unit price, rounded.
pub fn agreed_value(of: &Deliverable, items: &[Item]) -> Sum {
    let item = items.iter().find(|item| item.code == of.item);
    item.map_or(Sum::ZERO, |item| deliverable_value(of.quantity, item.unit_price))
}

/// Reads the rows of a list; `None` for each row with a fault.
pub(super) fn rows<T>(
    reader: &mut DraftReader<'_>,
    list: &str,
    read: fn(&mut DraftReader<'_>, &str) -> Option<T>,
) -> Vec<Option<T>> {
    let fields = reader.fields();
    let numbers = (0..fields.rows(list)).filter(|row| fields.is_row(list, *row));
    numbers.map(|row| read(reader, &format!("{list}.{row}"))).collect()
}

/// Reads a row of the service list.
pub fn item(reader: &mut DraftReader<'_>, at: &str) -> Option<Item> {
    let code = reader.required(&format!("{at}.code"), parse_code);
    let quantity = reader.required(&format!("{at}.quantity"), parse_quantity);
    let unit_price = reader.required(&format!("{at}.unit_price"), parse_amount);
    Some(Item { code: code?, quantity: quantity?, unit_price: unit_price? })
}

/// Reads a row of the deliverables.
pub fn deliverable(reader: &mut DraftReader<'_>, at: &str) -> Option<Deliverable> {
    let code = reader.required(&format!("{at}.code"), parse_code);
    let item = reader.required(&format!("{at}.item"), parse_code);
    let quantity = reader.required(&format!("{at}.quantity"), parse_quantity);
    let due_on = reader.required(&format!("{at}.due_on"), parse_date);
    let indicators = rows(reader, &format!("{at}.indicators"), indicator);
    Some(Deliverable {
        code: code?,
        item: item?,
        quantity: quantity?,
        due_on: due_on?,
        indicators: indicators.into_iter().collect::<Option<_>>()?,
    })
}

/// Reads a row of a deliverable's indicators.
fn indicator(reader: &mut DraftReader<'_>, at: &str) -> Option<Indicator> {
    let code = reader.required(&format!("{at}.code"), parse_code);
    let name = format!("{at}.target");
    let target: Option<Measured> = reader.required(&name, parse_measured);
    if target.is_some_and(|target| !target.is_positive()) {
        reader.reject(&name, Message::new("malformed-positive-target"));
    }
    let direction: Option<Direction> = reader.optional(&format!("{at}.direction"), parse_choice);
    Some(Indicator { code: code?, target: target?, direction: direction.unwrap_or(Direction::AtLeast) })
}

/// Reads a row of the milestones.
pub(super) fn milestone(reader: &mut DraftReader<'_>, at: &str) -> Option<Milestone> {
    let code: Option<Code> = reader.required(&format!("{at}.code"), parse_code);
    let amount = reader.optional(&format!("{at}.amount"), parse_amount);
    let not_before = reader.optional(&format!("{at}.not_before"), parse_date);
    let payment_days = reader.optional(&format!("{at}.payment_days"), parse_days);
    let code = code?;
    let fields = reader.fields();
    let required = (0..fields.rows("deliverables"))
        .filter(|row| fields.of("deliverables", *row, "milestone") == code.as_str())
        .filter_map(|row| Code::new(fields.of("deliverables", row, "code")).ok());
    Some(Milestone {
        requires: required.collect(),
        requires_score: reader.is_ticked(&format!("{at}.requires_score")),
        payment_days: payment_days.unwrap_or_else(crate::domain::terms::statutory_days),
        code,
        amount,
        not_before,
    })
}

/// Reads the scorecard; empty fields have their defaults.
fn scorecard(reader: &mut DraftReader<'_>) -> Scorecard {
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
        let typed: Option<Whole> = reader.optional(&format!("scorecard.{name}"), parse_whole);
        *place = typed.unwrap_or(*place);
    }
    card
}

/// Reads the names and texts.
fn details(reader: &mut DraftReader<'_>) -> Details {
    let mut details = Details { notes: reader.lines("notes"), ..Details::default() };
    for (code, at) in coded(reader.fields(), "items") {
        let mut line = |field: &str| reader.line(&format!("{at}.{field}"));
        let words = ItemDetails {
            name: line("name"),
            unit: line("unit"),
            service: line("service"),
            standard: line("standard"),
        };
        keep(&mut details.items, code, words);
    }
    for (code, at) in coded(reader.fields(), "deliverables") {
        let mut line = |field: &str| reader.line(&format!("{at}.{field}"));
        let words = DeliverableDetails { name: line("name"), place: line("place"), evidence: line("evidence") };
        keep(&mut details.deliverables, code, words);
        // Deliverables share an indicator; its first name counts.
        for (code, at) in coded(reader.fields(), &format!("{at}.indicators")) {
            let name = reader.line(&format!("{at}.name"));
            let unit = reader.optional(&format!("{at}.unit"), parse_choice);
            if details.indicators.get(&code).is_none_or(|known| known.name.is_empty()) {
                keep(&mut details.indicators, code, IndicatorDetails { name, unit });
            }
        }
    }
    for (code, at) in coded(reader.fields(), "milestones") {
        let words = MilestoneDetails { name: reader.line(&format!("{at}.name")) };
        keep(&mut details.milestones, code, words);
    }
    for (code, at) in coded(reader.fields(), "clauses") {
        let words =
            ClauseDetails { name: reader.line(&format!("{at}.name")), text: reader.lines(&format!("{at}.text")) };
        keep(&mut details.clauses, code, words);
    }
    details
}

/// Returns the codes of a list's rows with the prefix of each row's fields.
fn coded(fields: &Fields, list: &str) -> Vec<(String, String)> {
    let rows = (0..fields.rows(list)).map(|row| (fields.of(list, row, "code").to_owned(), format!("{list}.{row}")));
    rows.filter(|(code, _)| !code.is_empty()).collect()
}

/// Stores the details of a code unless they are empty.
fn keep<T: Default + PartialEq>(words: &mut std::collections::BTreeMap<String, T>, code: String, of: T) {
    if of != T::default() {
        words.insert(code, of);
    }
}
