//! Layout of a step's form: fields in groups, groups in blocks, each with the typed values and their faults. The
//! content of a step is defined in `forms`; the drafts service validates the values.

use std::fmt::Display;

use crate::services::contracts::drafts::choices::{Named, Offer};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::removed;
use crate::web::pages::forms::field::{Field, FieldKind, Search};
use crate::web::pages::shell::Shell;

/// Fields that belong together: a row of a list, or the fields of a step outside its lists.
#[derive(Debug, Default)]
pub struct Group {
    /// Anchor within the page.
    pub id: String,
    /// Heading; may be empty.
    pub legend: String,
    /// The fields.
    pub fields: Vec<Field>,
    /// Set for the row that was just added.
    pub is_new: bool,
    /// Rows of a list within this row.
    pub inner: Vec<Group>,
    /// Buttons: the value of `do`, and the label.
    pub buttons: Vec<(String, String)>,
}

/// A table of the rows that a generator would make.
#[derive(Debug)]
pub struct Table {
    /// Caption over the table.
    pub caption: String,
    /// Headings; the flag is true for a column of figures.
    pub heads: Vec<(String, bool)>,
    /// Cells of each row.
    pub rows: Vec<Vec<String>>,
}

/// A part of a step's form.
#[derive(Debug, Default)]
pub struct Block {
    /// Anchor within the page.
    pub id: String,
    /// Heading; may be empty.
    pub title: String,
    /// Hint under the heading; may be empty.
    pub hint: String,
    /// Fault of the block as a whole.
    pub fault: Option<String>,
    /// The groups.
    pub groups: Vec<Group>,
    /// Buttons: the value of `do`, and the label.
    pub buttons: Vec<(String, String)>,
    /// A table after the groups.
    pub table: Option<Table>,
    /// True for a block that is shown collapsed.
    pub folded: bool,
}

/// Builds the fields of a form from the typed values and their faults.
pub struct FormBuilder<'a> {
    /// The page, for its messages.
    pub page: &'a Shell,
    /// The typed values.
    pub fields: &'a Fields,
    /// Field and message of each fault.
    pub faults: &'a [(String, String)],
}

impl FormBuilder<'_> {
    /// Returns the message of a field's first fault.
    pub fn fault(&self, name: &str) -> Option<String> {
        self.faults.iter().find(|(field, _)| field == name).map(|(_, words)| words.clone())
    }

    /// Builds a field with the label `draft-field-LAST`, where LAST is the last part of its name that is not a number.
    pub fn field(&self, name: impl Display, kind: FieldKind) -> Field {
        let name = name.to_string();
        let last = name.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or(&name);
        let label = self.page.word("draft-field", last);
        Field { value: self.fields.value(&name).to_owned(), fault: self.fault(&name), ..Field::new(name, kind, label) }
    }

    /// Builds a search field over a register: an empty choice, the current one, and the results of the search. `words`
    /// turns a choice into its value and text.
    pub fn searched<T>(&self, name: &str, offer: &Offer<T>, empty: String, words: impl Fn(&T) -> Named) -> Field {
        let mut field = self.field(name, FieldKind::Search);
        let mut options: Vec<Named> = offer.current.iter().map(&words).collect();
        if options.is_empty() && !field.value.is_empty() {
            // An unknown code stays as it was typed.
            options.push((field.value.clone(), field.value.clone()));
        }
        for found in offer.found.items.iter().map(&words) {
            if options.iter().all(|(value, _)| *value != found.0) {
                options.push(found);
            }
        }
        let note = match (offer.query.is_empty(), offer.found.items.len(), offer.found.has_more) {
            (_, shown, true) => self.page.with("draft-find-more", "number", shown),
            (false, 0, _) => self.page.with("draft-find-none", "query", &offer.query),
            (false, shown, _) => self.page.with("draft-find-found", "number", shown),
            (true, ..) => String::new(),
        };
        field.search = Some(Search { query: offer.query.clone(), note });
        field.options(options).with_empty_choice(empty)
    }

    /// Builds a field that offers codes, each with its label.
    pub fn choice<T: Display>(&self, name: impl Display, codes: &[T], words: impl Fn(&T) -> String) -> Field {
        let options = codes.iter().map(|code| (code.to_string(), words(code)));
        self.field(name, FieldKind::Choice).options(options.collect())
    }

    /// Returns the codes of a list's rows with their names, as choices.
    pub fn row_options(&self, list: &str) -> Vec<(String, String)> {
        let rows = (0..self.fields.rows(list)).map(|row| {
            let (code, name) = (self.fields.of(list, row, "code"), self.fields.title(list, row));
            (code.to_owned(), with_code(name, code))
        });
        rows.filter(|(code, _)| !code.is_empty()).collect()
    }

    /// Builds a field that chooses among a list's rows. What is chosen but has been removed is offered too, so that saving
    /// does not drop it: the row may be put back.
    pub fn row_choice(&self, name: impl Display, kind: FieldKind, list: &str) -> Field {
        self.with_removed(self.field(name, kind), self.row_options(list), list)
    }

    /// Offers these rows of a list in a field, and those that it names beside them.
    pub fn with_removed(&self, field: Field, mut options: Vec<(String, String)>, list: &str) -> Field {
        for code in self.fields.several(&field.name) {
            if options.iter().all(|(known, _)| known != code) {
                let name = with_code(removed::title_of(self.fields, list, code), code);
                options.push((code.to_owned(), self.page.with("draft-gone", "name", name)));
            }
        }
        field.options(options)
    }

    /// Returns whether a row is the one that was just added to a list.
    pub fn is_new(&self, list: &str, row: usize, more: &str) -> bool {
        more == list && row == self.fields.rows(list)
    }

    /// Returns the numbers of the rows to show: the existing rows and one added row, but at least `least`.
    pub fn row_numbers(&self, list: &str, more: &str, least: usize) -> std::ops::Range<usize> {
        0..(self.fields.rows(list) + usize::from(more == list)).max(least)
    }

    /// Returns the button that removes a row.
    pub fn remove_button(&self, list: &str, row: usize) -> (String, String) {
        (format!("remove:{list}.{row}"), self.page.say("draft-remove"))
    }
}

/// Adds the code of a row to its title, unless that is the code.
fn with_code(title: &str, code: &str) -> String {
    if title == code { code.to_owned() } else { format!("{title} ({code})") }
}
