//! Tools for the rows of a step: pasting from a spreadsheet, a generator with its preview, and restoring removed rows.

use crate::domain::schedule::{Part, Rhythm};
use crate::domain::terms::Direction;
use crate::services::contracts::drafts::columns::{FILL_FIELD, FilledColumn, MILESTONE, PAYS, columns};
use crate::services::contracts::drafts::generate::{Plan, PlannedRow, divisions};
use crate::services::contracts::drafts::paste;
use crate::services::contracts::drafts::removed::{RemovedRow, removed_rows};
use crate::services::contracts::drafts::steps::Step;
use crate::services::contracts::drafts::undo;
use crate::web::pages::contracts::drafts::fields::{Block, FormBuilder, Group, Table};
use crate::web::pages::contracts::drafts::forms::indicator_unit;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::shell::Shell;

/// Anchor of the block of removed rows.
const REMOVED: &str = "removed";
/// Anchor of the block that undoes a pasted range.
const UNDO: &str = "undo";
/// Anchor of the block of the generator.
const GENERATE: &str = "generate";

/// Prefix of the fields of a generator, which are not part of the draft.
pub const GENERATE_FIELD: &str = "generate.";
/// Prefix of the fields of a pasted range.
pub const PASTE_FIELD: &str = paste::RANGE_FIELD;
/// Preselected fields of a generator, which do not count as typed.
const PRESELECTED: &[&str] = &["generate.rhythm", "generate.indicator.direction", "generate.indicator.unit"];

/// Returns the names of the filled fields in a step's tools, whose text is not part of the draft.
pub fn leftovers<'a>(
    fields: impl Iterator<Item = (&'a str, &'a str)>,
    step: &'a Step,
) -> impl Iterator<Item = &'a str> {
    let is_tool = |name: &str| match name.strip_prefix(PASTE_FIELD) {
        Some(list) => step.lists.contains(&list),
        None if name.starts_with(FILL_FIELD) => name.ends_with(".value"),
        None => name.starts_with(GENERATE_FIELD) && !PRESELECTED.contains(&name),
    };
    fields.filter(move |(name, text)| is_tool(name) && !text.trim().is_empty()).map(|(name, _)| name)
}

/// Adds the blocks for pasted and removed rows to the blocks of a step.
pub fn add(blocks: &mut Vec<Block>, builder: &FormBuilder<'_>, step: &Step) {
    for list in step.lists {
        let labels = paste::labels(list, builder.page.language);
        if !labels.is_empty() {
            let place = blocks.iter().position(|block| block.id == *list).unwrap_or(blocks.len());
            blocks.insert(place, paste_block(builder, list, &labels));
        }
        if !columns(list).is_empty() && builder.fields.rows(list) > 1 {
            let place = blocks.iter().position(|block| block.id == *list).map_or(blocks.len(), |place| place + 1);
            blocks.insert(place, fill_block(builder, list));
        }
        if let Some(pasted) = undo_block(builder, list) {
            let place = blocks.iter().position(|block| block.id == *list).unwrap_or(blocks.len());
            blocks.insert(place, pasted);
        }
        if let Some(removed) = removed_block(builder, list) {
            let place = blocks.iter().position(|block| block.id == *list).map_or(blocks.len(), |place| place + 1);
            blocks.insert(place, removed);
        }
    }
}

/// Builds the block that fills a column of a list, or the milestones that pay for the deliverables.
pub fn fill_block(builder: &FormBuilder<'_>, list: &str) -> Block {
    let page = builder.page;
    let field = |name: &str, kind: FieldKind, label: &str| {
        let name = format!("{FILL_FIELD}{list}.{name}");
        let (value, fault) = (builder.fields.value(&name).to_owned(), builder.fault(&name));
        Field { value, fault, ..Field::new(name, kind, page.say(label)) }
    };
    let (column, value) = if list == PAYS {
        let value = field("value", FieldKind::Choice, "draft-fill-value").options(builder.row_options("milestones"));
        let value = value.with_empty_choice(page.say("draft-choose"));
        (field("column", FieldKind::Hidden, "draft-fill-column").propose(MILESTONE), value)
    } else {
        let named = columns(list).into_iter().map(|(column, label)| (column.to_owned(), page.say(label)));
        let column = field("column", FieldKind::Choice, "draft-fill-column").options(named.collect());
        (column, field("value", FieldKind::Line, "draft-fill-value").hint(page.say("draft-fill-value-hint")))
    };
    let fields = vec![
        column,
        value,
        field("from", FieldKind::Number, "draft-fill-from").hint(page.say("draft-fill-from-hint")),
        field("keeps", FieldKind::Tick, "draft-fill-keeps"),
    ];
    Block {
        id: format!("{FILL_FIELD}{list}"),
        title: page.say("draft-fill-title"),
        hint: page.say("draft-fill-hint"),
        folded: fields.iter().all(|field| field.fault.is_none())
            && fields.get(1).is_none_or(|one| one.value.is_empty()),
        groups: vec![Group { fields, ..Group::default() }],
        buttons: vec![(format!("fill:{list}"), page.say("draft-fill"))],
        ..Block::default()
    }
}

/// Reads the column to fill from the form of a step.
pub fn filled_column(form: &Form, list: &str) -> FilledColumn {
    let value = |name: &str| form.value(&format!("{FILL_FIELD}{list}.{name}")).to_owned();
    FilledColumn {
        list: list.to_owned(),
        column: value("column"),
        value: value("value"),
        from: value("from"),
        keeps: !value("keeps").is_empty(),
    }
}

fn paste_block(builder: &FormBuilder<'_>, list: &str, labels: &[String]) -> Block {
    let page = builder.page;
    let name = format!("paste.{list}");
    let text = Field {
        value: builder.fields.untrimmed(&name).to_owned(),
        fault: builder.fault(&name),
        ..Field::new(&name, FieldKind::Text, page.say("draft-paste-label"))
    };
    let columns = page.joined("document-list", labels);
    let at = Field::new("paste.at", FieldKind::Hidden, String::new()).propose(builder.fields.value("paste.at"));
    Block {
        title: page.say("draft-paste-title"),
        hint: page.with("draft-paste-hint", "columns", columns),
        folded: text.fault.is_none() && text.value.is_empty(),
        groups: vec![Group { fields: vec![text, at], ..Group::default() }],
        buttons: vec![(format!("paste:{list}"), page.say("draft-paste"))],
        ..Block::default()
    }
}

/// Builds the block that undoes the range that was just pasted into a list, or the column that was just filled.
pub fn undo_block(builder: &FormBuilder<'_>, list: &str) -> Option<Block> {
    let page = builder.page;
    let (_, replaced) = undo::undoable(builder.fields).filter(|(pasted, _)| *pasted == list)?;
    let hint = if replaced == 0 { String::new() } else { page.with("draft-undo-replaced", "number", replaced) };
    Some(Block {
        id: UNDO.to_owned(),
        title: page.say("draft-undo-title"),
        hint: format!("{hint}{}{}", if hint.is_empty() { "" } else { " " }, page.say("draft-undo-hint")),
        buttons: vec![(UNDO.to_owned(), page.say("draft-undo"))],
        ..Block::default()
    })
}

fn removed_block(builder: &FormBuilder<'_>, list: &str) -> Option<Block> {
    let page = builder.page;
    let of_list = |row: &str| row == list || row.strip_prefix(list).is_some_and(|rest| rest.starts_with('.'));
    let rows: Vec<RemovedRow> = removed_rows(builder.fields).into_iter().filter(|row| of_list(&row.list)).collect();
    let title = |row: &RemovedRow| match row.title.as_str() {
        "" => page.say("draft-removed-untitled"),
        title => title.to_owned(),
    };
    let buttons =
        rows.iter().map(|row| (format!("restore:{}", row.number), page.with("draft-restore", "name", title(row))));
    let used = rows.iter().filter(|row| !row.users.is_empty());
    let used = used.map(|row| {
        page.with2("draft-removed-used", "name", title(row), "users", page.joined("document-list", &row.users))
    });
    let hint = std::iter::once(page.say("draft-removed-hint")).chain(used).collect::<Vec<_>>().join(" ");
    let (title, buttons) = (page.with("draft-removed-title", "number", rows.len()), buttons.collect::<Vec<_>>());
    let block = Block { id: REMOVED.to_owned(), title, hint, buttons, folded: true, ..Block::default() };
    (!block.buttons.is_empty()).then_some(block)
}

/// Expands the block of removed rows after a row was removed.
pub fn unfold_removed(blocks: &mut [Block], is_removed: bool) {
    blocks.iter_mut().filter(|block| is_removed && block.id == REMOVED).for_each(|block| block.folded = false);
}

/// Builds the generator of deliverables.
pub fn deliverable_generator(builder: &FormBuilder<'_>) -> Block {
    let page = builder.page;
    let direction = builder.choice("generate.indicator.direction", Direction::ALL, |code| page.word("direction", code));
    let fields = vec![
        builder
            .field("generate.item", FieldKind::Choice)
            .options(builder.row_options("items"))
            .with_empty_choice(page.say("draft-choose")),
        rhythm(builder),
        builder.field("generate.count", FieldKind::Number).hint(page.say("draft-count-hint")),
        builder
            .field("generate.indicator.code", FieldKind::Line)
            .label(page.say("draft-field-indicator"))
            .hint(page.say("draft-optional")),
        builder.field("generate.indicator.name", FieldKind::Line).label(page.say("draft-field-indicator-name")),
        direction,
        builder.field("generate.indicator.target", FieldKind::Number),
        indicator_unit(builder, "generate.indicator.unit"),
    ];
    generator(builder, "draft-generate-deliverables-title", "draft-generate-deliverables-hint", fields)
}

/// Builds the generator of milestones.
pub fn milestone_generator(builder: &FormBuilder<'_>) -> Block {
    let page = builder.page;
    let fields = vec![
        rhythm(builder),
        builder.field("generate.count", FieldKind::Number).hint(page.say("draft-count-hint")),
        builder.field("generate.advance", FieldKind::Number).hint(page.say("draft-advance-hint")),
        builder.field("generate.payment_days", FieldKind::Number).hint(page.say("draft-payment-days-hint")),
        builder.field("generate.requires_score", FieldKind::Tick),
    ];
    generator(builder, "draft-generate-milestones-title", "draft-generate-milestones-hint", fields)
}

/// Builds the choice of the parts of the term, each with their number and whether the first or last is short.
fn rhythm(builder: &FormBuilder<'_>) -> Field {
    let (page, divisions) = (builder.page, divisions(builder.fields));
    let words = |rhythm: &Rhythm| {
        let name = page.word("draft-rhythm", rhythm);
        let Some((_, parts)) = divisions.iter().find(|(known, _)| known == rhythm) else { return name };
        let number = page.with("draft-rhythm-number", "number", parts.len());
        let number = match short_ends(parts) {
            "none" => number,
            short => page.joined("document-semicolon", &[number, page.word("draft-rhythm-short", short)]),
        };
        page.noted(name, number)
    };
    builder.choice("generate.rhythm", Rhythm::ALL, words)
}

/// Returns which ends of a divided term are short: `none`, `first`, `last`, `both`, or `only` for a single part.
fn short_ends(parts: &[Part]) -> &'static str {
    let is_short = |part: Option<&Part>| part.is_some_and(|part| part.is_short);
    match (parts.len(), is_short(parts.first()), is_short(parts.last())) {
        (_, false, false) => "none",
        (1, ..) => "only",
        (_, true, true) => "both",
        (_, true, false) => "first",
        (_, false, true) => "last",
    }
}

fn generator(builder: &FormBuilder<'_>, title: &str, hint: &str, fields: Vec<Field>) -> Block {
    Block {
        id: GENERATE.to_owned(),
        title: builder.page.say(title),
        hint: builder.page.say(hint),
        folded: fields.iter().all(|field| {
            field.fault.is_none() && (field.value.is_empty() || PRESELECTED.contains(&field.name.as_str()))
        }),
        groups: vec![Group { fields, ..Group::default() }],
        buttons: vec![("plan".to_owned(), builder.page.say("draft-plan"))],
        ..Block::default()
    }
}

/// Shows the rows that a step's generator would make, with the button that adds them.
pub fn show_plan(blocks: &mut [Block], page: &Shell, plan: &Plan) {
    let Some(block) = blocks.iter_mut().find(|block| block.id == GENERATE) else { return };
    let has_quantity = plan.rows.iter().any(|row| row.quantity.is_some());
    let mut heads = vec![(page.say("draft-field-name"), false), (page.say("draft-plan-period"), false)];
    if has_quantity {
        heads.push((page.say("draft-field-quantity"), true));
    }
    heads.push((page.say("draft-field-milestone-amount"), true));
    let row = |row: &PlannedRow| {
        let period = row.part.as_ref().map(|part| {
            let days = page.with2("draft-plan-days", "from", part.starts_on, "to", part.ends_on);
            if part.is_short { page.noted(days, page.say("draft-plan-short")) } else { days }
        });
        let mut cells = vec![row.name.clone(), period.unwrap_or_default()];
        if has_quantity {
            cells.push(row.quantity.map(|quantity| page.money(quantity)).unwrap_or_default());
        }
        cells.push(row.amount.map_or_else(|| page.say("draft-plan-by-quantity"), |amount| page.money(amount)));
        cells
    };
    let caption = page.with2("draft-plan-caption", "number", plan.rows.len(), "replaced", plan.replaced);
    block.table = Some(Table { caption, heads, rows: plan.rows.iter().map(row).collect() });
    block.folded = false;
    block.buttons.push((GENERATE.to_owned(), page.with("draft-generate", "number", plan.rows.len())));
}
