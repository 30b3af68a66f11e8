//! The answers of each step as text, to be checked before the contract is registered, and the labels of fields with
//! their rows.

use crate::domain::text_input::identifier;
use crate::services::amendments::view::AmendmentChange;
use crate::services::contracts::drafts::steps::Step;
use crate::services::shared::number_spelling::{NumberKind, plain_number};
use crate::services::shared::typed_values::{parse_amount, parse_date};
use crate::web::pages::contracts::drafts::fields::{Block, Group};
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::shell::Shell;

/// The answers of a step.
pub struct Section {
    /// The step.
    pub step: &'static str,
    /// The answers in the order of the form.
    pub rows: Vec<Answer>,
}

/// An answer, or a row of a list with its answers.
pub struct Answer {
    /// Label of the field, or heading of the row.
    pub name: String,
    /// The answer, line by line.
    pub lines: Vec<String>,
    /// Anchor of the field on the step's page where the answer is changed.
    pub anchor: String,
}

/// Collects the answers in a step's form.
pub fn section(page: &Shell, step: &'static Step, blocks: &[Block]) -> Section {
    let groups = blocks.iter().filter(|block| !block.folded).flat_map(|block| &block.groups);
    let rows = groups
        .flat_map(|group| if group.legend.is_empty() { field_answers(page, group) } else { row_answer(page, group) });
    Section { step: step.name, rows: rows.collect() }
}

/// Lists the answers of a step that differ between two forms, each with its words in either.
pub fn differences(before: &Section, after: &Section) -> Vec<AmendmentChange> {
    let lines = |section: &Section, anchor: &str| {
        let found = section.rows.iter().find(|answer| answer.anchor == anchor);
        found.map(|answer| answer.lines.clone()).unwrap_or_default()
    };
    let is_new = |answer: &&Answer| before.rows.iter().all(|known| known.anchor != answer.anchor);
    let both = before.rows.iter().chain(after.rows.iter().filter(is_new)).map(|answer| AmendmentChange {
        term: answer.name.clone(),
        before: lines(before, &answer.anchor),
        after: lines(after, &answer.anchor),
    });
    both.filter(|change| change.before != change.after).collect()
}

fn field_answers(page: &Shell, group: &Group) -> Vec<Answer> {
    let filled = group.fields.iter().filter(|field| is_answered(field));
    let answer = |field: &Field| Answer {
        name: field.label.clone(),
        lines: value_words(page, field).split('\n').map(str::to_owned).collect(),
        anchor: field.name.clone(),
    };
    filled.map(answer).collect()
}

/// Describes a row of a list: name and code, then its remaining answers, then its nested rows.
fn row_answer(page: &Shell, group: &Group) -> Vec<Answer> {
    let held = |last: &str| group.fields.iter().find(|field| last_of(&field.name) == last && !field.value.is_empty());
    let title = match (held("name"), held("code")) {
        (Some(name), Some(code)) => page.noted(&name.value, &code.value),
        (name, code) => name.or(code).map(|field| field.value.clone()).unwrap_or_default(),
    };
    let rest = group.fields.iter().filter(|field| !["name", "code"].contains(&last_of(&field.name)));
    let mut lines = vec![title, describe_fields(page, rest)];
    lines.extend(
        group
            .inner
            .iter()
            .map(|inner| (inner, describe_fields(page, inner.fields.iter())))
            .filter_map(|(inner, said)| (!said.is_empty()).then(|| page.labelled(&inner.legend, said))),
    );
    lines.retain(|line| !line.is_empty());
    if lines.is_empty() {
        return Vec::new();
    }
    vec![Answer { name: group.legend.clone(), lines, anchor: group.id.clone() }]
}

fn describe_fields<'a>(page: &Shell, fields: impl Iterator<Item = &'a Field>) -> String {
    let fact = |field: &Field| match field.kind {
        FieldKind::Tick => field.label.clone(),
        _ => page.labelled(&field.label, value_words(page, field)),
    };
    let answered: Vec<&Field> = fields.filter(|field| is_answered(field)).collect();
    // An indicator reads as one phrase: its name (or its code until it has one), direction, target.
    if answered.iter().any(|field| last_of(&field.name) == "direction") {
        let is_named = answered.iter().any(|field| last_of(&field.name) == "name");
        let phrase = answered.into_iter().filter(|field| !is_named || last_of(&field.name) != "code");
        return phrase.map(|field| value_words(page, field)).collect::<Vec<_>>().join(" ");
    }
    let facts: Vec<String> = answered.into_iter().map(fact).collect();
    page.joined("document-semicolon", &facts)
}

fn is_answered(field: &Field) -> bool {
    field.kind != FieldKind::Hidden && !field.value.is_empty()
}

/// Returns a stored answer as text: choices by their labels, numbers with separated thousands.
fn value_words(page: &Shell, field: &Field) -> String {
    let typed = field.value.as_str();
    match (field.kind, field.name.as_str()) {
        (FieldKind::Tick, _) => page.say("draft-yes"),
        (FieldKind::Several, _) => {
            let chosen = field.options.iter().filter(|(value, _)| field.is_chosen(value));
            page.joined("document-list", &chosen.map(|(_, words)| words).collect::<Vec<_>>())
        }
        // A suggestion that was taken keeps its code next to the name.
        (FieldKind::Suggested, _) if !field.words().is_empty() && field.words() != typed => {
            page.noted(field.words(), typed)
        }
        (FieldKind::Suggested, _) => typed.to_owned(),
        (FieldKind::Number, _) => {
            let kind = NumberKind::of_field(&field.name);
            let amount = parse_amount(typed).ok().filter(|_| kind == NumberKind::Money);
            let plain = || plain_number(typed, kind).unwrap_or_else(|_| typed.to_owned());
            amount.map_or_else(|| page.money(plain()), |amount| page.money(amount))
        }
        (FieldKind::Day, _) => parse_date(typed).map_or_else(|_| typed.to_owned(), |day| day.to_string()),
        // Numbers are stored in their usual spelling.
        (FieldKind::Line, "number" | "plan_no") => identifier(typed),
        _ => field.words().to_owned(),
    }
}

/// Returns the label of a field with its row's heading; `None` for an unknown field.
pub fn label_of(blocks: &[Block], name: &str) -> Option<String> {
    blocks.iter().flat_map(|block| &block.groups).find_map(|group| {
        let own = |row: &Group| row.fields.iter().find(|field| field.name == name).map(|field| field.label.clone());
        let inner = || group.inner.iter().find_map(|row| Some(with_heading(&row.legend, &own(row)?)));
        Some(with_heading(&group.legend, &own(group).or_else(inner)?))
    })
}

/// Returns the position for a fault on the page of a step: the beginning for the whole form, the block for a fault of a
/// block, the end for any other fault.
pub fn place_of(blocks: &[Block], name: &str) -> usize {
    if name.is_empty() {
        return 0;
    }
    let of_row = |row: &Group| row.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    let of_group = |group: &Group| [of_row(group), group.inner.iter().flat_map(of_row).collect()].concat();
    let names = blocks.iter().flat_map(|block| {
        std::iter::once(block.id.clone()).chain(block.groups.iter().flat_map(of_group)).collect::<Vec<_>>()
    });
    let mut names = names.filter(|known| !known.is_empty());
    names.position(|known| known == name).unwrap_or(usize::MAX)
}

fn with_heading(legend: &str, label: &str) -> String {
    if legend.is_empty() { label.to_owned() } else { format!("{legend} · {label}") }
}

/// Returns the last part of a field's name that is not a number.
fn last_of(name: &str) -> &str {
    name.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or(name)
}
