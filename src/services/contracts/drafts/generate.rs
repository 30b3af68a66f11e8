//! Generated rows: deliverables of an item, or milestones, spread over the term.
//!
//! The parameters are fields beginning with `generate.`. Generated rows are edited like typed ones.

use crate::domain::clauses::Kind;
use crate::domain::codes::Language;
use crate::domain::fixed::div_round;
use crate::domain::numbers::{Days, Quantity, Rate};
use crate::domain::schedule::{self, Part, Rhythm};
use crate::domain::terms::{Deliverable, Item};
use crate::error::{Error, Message};
use crate::services::contracts::drafts::clauses;
use crate::services::contracts::drafts::fields::{DraftReader, Fields};
use crate::services::contracts::drafts::reading::{self, item, money, worth};
use crate::services::shared::typed_values::{parse_choice, parse_date, parse_days};
use crate::text::message;

/// A change to the rows of a step, made after its fields are saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// No change.
    Nothing,
    /// Removes a row of a list.
    Remove(String, usize),
    /// Adds a clause from the library.
    Clause(Kind),
    /// Generates the deliverables of an item, replacing its existing ones.
    Deliverables,
    /// Generates all milestones, replacing the existing ones.
    Milestones,
}

impl Change {
    /// Applies the change.
    ///
    /// # Errors
    /// `Refused` at the parameters from which nothing can be generated.
    pub fn apply(&self, fields: &mut Fields, typed: &Fields, language: Language) -> Result<(), Error> {
        match self {
            Self::Nothing => Ok(()),
            Self::Remove(list, row) => {
                fields.remove(list, *row);
                Ok(())
            }
            Self::Clause(kind) => {
                clauses::add(fields, *kind);
                Ok(())
            }
            Self::Deliverables => deliverables(fields, typed, language),
            Self::Milestones => milestones(fields, typed, language),
        }
    }
}

/// Splits the term by the chosen interval.
fn parts_of(
    fields: &Fields,
    typed: &Fields,
    faults: &mut Vec<crate::error::FieldError>,
) -> Option<(Rhythm, Vec<Part>)> {
    let mut asked = DraftReader::new(typed);
    let rhythm: Option<Rhythm> = asked.required("generate.rhythm", parse_choice);
    let count: Option<Days> =
        if rhythm == Some(Rhythm::Count) { asked.required("generate.count", parse_days) } else { None };
    faults.extend(asked.into_problems());
    let mut term = DraftReader::new(fields);
    let starts_on = term.required("starts_on", parse_date);
    let ends_on = term.required("ends_on", parse_date);
    let mut wrong = |name: &str, key| {
        faults.push(crate::error::FieldError { path: name.to_owned(), message: Message::new(key) });
    };
    let (Some(starts_on), Some(ends_on)) = (starts_on, ends_on) else {
        wrong("generate.rhythm", "draft-generate-term");
        return None;
    };
    let rhythm = rhythm?;
    let count = usize::from(count.map_or(0, Days::get));
    let parts = schedule::divide_term(starts_on, ends_on, rhythm, count);
    if parts.is_none() {
        wrong(if rhythm == Rhythm::Count { "generate.count" } else { "generate.rhythm" }, "draft-generate-parts");
    }
    Some((rhythm, parts?))
}

fn refused(faults: Vec<crate::error::FieldError>) -> Error {
    Error::Refused { rule: "generate".to_owned(), errors: faults }
}

/// Returns the code suffix and the name of a part.
fn called(part: &Part, rhythm: Rhythm, name: &str, language: Language) -> (String, String) {
    let (year, number) = part.of;
    let code = match rhythm {
        Rhythm::Monthly => format!("{year}{number:02}"),
        Rhythm::Quarterly => format!("{year}Q{number}"),
        Rhythm::Count => number.to_string(),
    };
    let values = [("name", name.to_owned()), ("year", year.to_string()), ("number", number.to_string())];
    (code, message(language, &format!("draft-part-{rhythm}"), &values))
}

fn deliverables(fields: &mut Fields, typed: &Fields, language: Language) -> Result<(), Error> {
    let mut faults = Vec::new();
    let parts = parts_of(fields, typed, &mut faults);
    let code = typed.value("generate.item");
    let row = fields.row_of("items", code);
    let item = row.filter(|_| !code.is_empty()).and_then(|row| {
        let mut reader = DraftReader::new(fields);
        item(&mut reader, &format!("items.{row}"))
    });
    let (Some((rhythm, parts)), Some(item), Some(row)) = (parts, item, row) else {
        if faults.is_empty() {
            faults.push(crate::error::FieldError {
                path: "generate.item".to_owned(),
                message: Message::new("draft-generate-item"),
            });
        }
        return Err(refused(faults));
    };
    let name = Some(fields.of("items", row, "name")).filter(|name| !name.is_empty()).unwrap_or(code).to_owned();
    let code = code.to_owned();
    fields.keep("deliverables", |fields, row| fields.of("deliverables", row, "item") != code);
    let indicator = ["code", "name", "target", "direction"]
        .map(|field| (field, typed.value(&format!("generate.indicator.{field}"))));
    let has_indicator = !typed.value("generate.indicator.code").is_empty();
    let mut at = fields.rows("deliverables");
    for (part, quantity) in parts.iter().zip(schedule::split_quantity(item.quantity, parts.len())) {
        if quantity == Quantity::default() {
            continue;
        }
        let (mark, words) = called(part, rhythm, &name, language);
        fields.set(format!("deliverables.{at}.code"), format!("{code}-{mark}"));
        fields.set(format!("deliverables.{at}.name"), words);
        fields.set(format!("deliverables.{at}.item"), &code);
        fields.set(format!("deliverables.{at}.quantity"), quantity);
        fields.set(format!("deliverables.{at}.due_on"), part.ends_on);
        for (field, value) in indicator.iter().filter(|_| has_indicator) {
            fields.set(format!("deliverables.{at}.indicators.0.{field}"), value);
        }
        at += 1;
    }
    Ok(())
}

/// Reads items and deliverables; none while any has a fault.
fn agreed(fields: &Fields) -> Option<(Vec<Item>, Vec<Deliverable>)> {
    let mut reader = DraftReader::new(fields);
    let items =
        (0..fields.rows("items")).map(|row| item(&mut reader, &format!("items.{row}"))).collect::<Option<_>>()?;
    let all = 0..fields.rows("deliverables");
    let deliverables =
        all.map(|row| reading::deliverable(&mut reader, &format!("deliverables.{row}"))).collect::<Option<_>>()?;
    Some((items, deliverables))
}

fn milestones(fields: &mut Fields, typed: &Fields, language: Language) -> Result<(), Error> {
    let mut faults = Vec::new();
    // The replaced milestones' references are dropped with them.
    let mut bare = fields.clone();
    (0..bare.rows("deliverables")).for_each(|row| bare.set(format!("deliverables.{row}.milestone"), ""));
    bare.keep("milestones", |_, _| false);
    let parts = parts_of(fields, typed, &mut faults);
    let mut asked = DraftReader::new(typed);
    let advance: Option<Rate> = asked.percent("generate.advance");
    if advance.is_some_and(|advance| advance.exact() >= Rate::SCALE) {
        asked.reject("generate.advance", Message::new("draft-generate-advance"));
    }
    let days: Option<Days> = asked.optional("generate.payment_days", parse_days);
    faults.extend(asked.into_problems());
    let agreed = agreed(&bare).filter(|(_, deliverables)| !deliverables.is_empty());
    if agreed.is_none() {
        let message = Message::new("draft-generate-deliverables");
        faults.push(crate::error::FieldError { path: "generate.rhythm".to_owned(), message });
    }
    let (Some((rhythm, parts)), Some((items, deliverables)), true) = (parts, agreed, faults.is_empty()) else {
        return Err(refused(faults));
    };
    let mut plan = Plan { fields: bare, days: days.map(|days| days.to_string()).unwrap_or_default(), next: 0 };
    let score = typed.value("generate.requires_score");
    let part_of = |deliverable: &Deliverable| {
        let within = parts.iter().position(|part| deliverable.due_on <= part.ends_on);
        within.unwrap_or(parts.len() - 1)
    };
    let total: i128 = deliverables.iter().map(|one| worth(one, &items).fen()).sum();
    let ahead = advance.map(|rate| div_round(total * rate.exact(), Rate::SCALE));
    if let Some(fen) = ahead {
        let at = plan.add("ADVANCE", &message(language, "draft-part-advance", &[]));
        plan.fields.set(format!("{at}.amount"), money(fen).map(|money| money.to_string()).unwrap_or_default());
        let starts_on = plan.fields.value("starts_on").to_owned();
        plan.fields.set(format!("{at}.not_before"), starts_on);
    }
    // The rest after the advance is paid in proportion to delivered value. Rounding cumulative sums loses no fen.
    let rest = ahead.map(|fen| total - fen);
    let (mut until, mut paid) = (0, 0);
    for (number, part) in parts.iter().enumerate() {
        let within: Vec<usize> = (0..deliverables.len())
            .filter(|row| deliverables.get(*row).is_some_and(|one| part_of(one) == number))
            .collect();
        if within.is_empty() {
            continue;
        }
        let (mark, words) = called(part, rhythm, &message(language, "draft-part-payment", &[]), language);
        let code = format!("PAY-{mark}");
        let at = plan.add(&code, &words);
        plan.fields.set(format!("{at}.requires_score"), score);
        if let Some(rest) = rest {
            until += within
                .iter()
                .filter_map(|row| deliverables.get(*row))
                .map(|one| worth(one, &items).fen())
                .sum::<i128>();
            let due = if total > 0 { div_round(rest * until, total) } else { 0 };
            plan.fields
                .set(format!("{at}.amount"), money(due - paid).map(|money| money.to_string()).unwrap_or_default());
            paid = due;
        }
        within.iter().for_each(|row| plan.fields.set(format!("deliverables.{row}.milestone"), &code));
    }
    *fields = plan.fields;
    Ok(())
}

/// Milestones being generated.
struct Plan {
    fields: Fields,
    days: String,
    next: usize,
}

impl Plan {
    /// Adds a milestone and returns the prefix of its fields.
    fn add(&mut self, code: &str, name: &str) -> String {
        let at = format!("milestones.{}", self.next);
        self.next += 1;
        self.fields.set(format!("{at}.code"), code);
        self.fields.set(format!("{at}.name"), name);
        self.fields.set(format!("{at}.payment_days"), &self.days);
        at
    }
}
