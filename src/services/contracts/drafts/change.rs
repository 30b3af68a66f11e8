//! Changes to the rows of a step other than typing: removing, restoring, pasting and generating rows.

use crate::domain::clauses::ClauseKind;
use crate::domain::codes::Language;
use crate::error::Error;
use crate::services::contracts::drafts::columns::FilledColumn;
use crate::services::contracts::drafts::fields::{Fields, KINDS};
use crate::services::contracts::drafts::paste::{Pasted, paste};
use crate::services::contracts::drafts::steps::Step;
use crate::services::contracts::drafts::{clauses, columns, generate, removed, undo};

/// A change to the rows of a step, made after its fields are saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// No change.
    Nothing,
    /// Removes a row of a list.
    Remove(String, usize),
    /// Restores a removed row, by its number.
    Restore(usize),
    /// Adds a clause from the library.
    Clause(ClauseKind),
    /// Adds the rows of a pasted range.
    Paste(Pasted),
    /// Puts back the rows of the list as they were before the last pasted range, with what was typed since.
    Undo,
    /// Fills a column of a list.
    Fill(FilledColumn),
    /// Generates the deliverables of an item, or the milestones, replacing the existing ones.
    Generate,
}

impl Change {
    /// Copies the typed fields of a step into a draft and changes its rows.
    ///
    /// # Errors
    /// `Refused` at the fields from which nothing can be generated or pasted.
    pub fn apply(&self, fields: &mut Fields, step: &Step, typed: &Fields, language: Language) -> Result<(), Error> {
        let shown = (*self == Self::Undo).then(|| fields.clone());
        fields.replace(|name| step.owns(name), typed);
        // The numbers of removed and of pasted rows count the empty rows of the page.
        if let Self::Remove(list, row) = self {
            removed::remove(fields, list, *row);
        }
        match &shown {
            Some(shown) => undo::undo(fields, shown, step),
            None => undo::forget(fields),
        }
        drop_empty_rows(fields, step);
        match self {
            Self::Nothing | Self::Remove(..) | Self::Undo => {}
            Self::Restore(number) => removed::restore(fields, *number),
            Self::Clause(kind) => {
                clauses::append_template(fields, *kind);
            }
            Self::Paste(pasted) => {
                let before = fields.clone();
                paste(fields, pasted, language)?;
                undo::remember(fields, &before, &pasted.list);
            }
            Self::Fill(filled) => {
                let before = fields.clone();
                columns::fill(fields, filled)?;
                undo::remember(fields, &before, columns::list_of(&filled.list));
            }
            Self::Generate => *fields = generate::plan(step.name, fields, typed, language)?.into_fields(),
        }
        Ok(())
    }
}

/// Copies the typed fields of a step into a draft and drops rows left empty.
pub fn merge_step(fields: &mut Fields, step: &Step, typed: &Fields) {
    fields.replace(|name| step.owns(name), typed);
    drop_empty_rows(fields, step);
}

/// Drops the rows of a step in which nothing was filled in.
fn drop_empty_rows(fields: &mut Fields, step: &Step) {
    let says_something = |list: &str, fields: &Fields, row: usize| {
        let start = format!("{list}.{row}.");
        fields.all().any(|(name, _)| {
            name.strip_prefix(&start)
                .is_some_and(|field| !field.rsplit('.').next().is_some_and(|last| KINDS.contains(&last)))
        })
    };
    for list in step.lists {
        for row in 0..fields.rows(list) {
            for within in ["indicators", "tiers"] {
                let list = format!("{list}.{row}.{within}");
                fields.keep(&list, |fields, row| says_something(&list, fields, row));
            }
        }
        fields.keep(list, |fields, row| says_something(list, fields, row));
    }
}
