//! A field of a form, ready to be shown by `templates/forms/field.html`: label, hint, choices, value and fault.

use std::fmt::Display;

use crate::domain::codes::Language;
use crate::services::shared::day_spelling::{plain_day, plain_month};
use crate::services::shared::form_reader::TypedFields as _;
use crate::services::shared::number_spelling::NumberKind;
use crate::services::shared::typed_values::{
    understood_day, understood_month, understood_number, understood_signed_amount,
};
use crate::web::pages::forms::Form;
use crate::web::pages::shell::Shell;

/// The control that a field is typed into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A single line.
    Line,
    /// A single line with suggestions.
    Suggested,
    /// Several lines.
    Text,
    /// A number as text: native number fields of browsers change on scrolling.
    Number,
    /// An amount that may be negative, as of a red-letter invoice.
    Signed,
    /// A date as text, with a picker next to it: native date fields of browsers do not accept pasted text.
    Day,
    /// A month, typed or picked like a date.
    Month,
    /// A password.
    Password,
    /// A one-time code.
    Code,
    /// One of a list.
    Choice,
    /// One of a register, found by a search.
    Search,
    /// Any number of a list.
    Several,
    /// A single checkbox.
    Tick,
    /// A hidden value.
    Hidden,
}

/// A search for the choices of a field.
#[derive(Debug)]
pub struct Search {
    /// Search text.
    pub query: String,
    /// Note on the results; may be empty.
    pub note: String,
}

/// The place of a field in a row.
#[derive(Debug)]
pub struct RowPlace {
    /// Legend of the row, in its first field.
    pub legend: Option<String>,
    /// Set for the last field.
    pub is_last: bool,
}

/// A field with its texts and its value.
#[derive(Debug)]
pub struct Field {
    /// Name in the posted form, and the element's id.
    pub name: String,
    /// Label in the page's language.
    pub label: String,
    /// The control.
    pub kind: FieldKind,
    /// The typed or proposed value; values of [`FieldKind::Several`] are lines.
    pub value: String,
    /// Hint in the page's language; may be empty.
    pub hint: String,
    /// Values to choose from, each with its label.
    pub options: Vec<(String, String)>,
    /// Message of the first error.
    pub fault: Option<String>,
    /// Search for the choices, of [`FieldKind::Search`].
    pub search: Option<Search>,
    /// True if the suggestions of [`FieldKind::Suggested`] follow the typed text.
    pub is_live: bool,
    /// Place in a row of fields with a legend.
    pub in_row: Option<RowPlace>,
}

impl Field {
    /// Creates an empty field.
    pub fn new(name: impl Into<String>, kind: FieldKind, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            kind,
            value: String::new(),
            hint: String::new(),
            options: Vec::new(),
            fault: None,
            search: None,
            is_live: false,
            in_row: None,
        }
    }

    /// Creates an empty field with the label `field-NAME`.
    pub fn named(page: &Shell, name: &str, kind: FieldKind) -> Self {
        Self::new(name, kind, page.word("field", name))
    }

    /// Creates a field with the label `field-NAME` that offers codes, each with its text `FAMILY-CODE`.
    pub fn choice<T: Display>(page: &Shell, name: &str, family: &str, codes: &[T]) -> Self {
        let options = codes.iter().map(|code| (code.to_string(), page.word(family, code)));
        Self::named(page, name, FieldKind::Choice).options(options.collect())
    }

    /// Replaces the label.
    pub fn label(mut self, words: String) -> Self {
        self.label = words;
        self
    }

    /// Sets the hint.
    pub fn hint(mut self, words: String) -> Self {
        self.hint = words;
        self
    }

    /// Proposes a value.
    pub fn propose(mut self, value: impl ToString) -> Self {
        self.value = value.to_string();
        self
    }

    /// Sets the choices.
    pub fn options(mut self, options: Vec<(String, String)>) -> Self {
        self.options = options;
        self
    }

    /// Adds an empty choice at the beginning.
    pub fn with_empty_choice(mut self, words: String) -> Self {
        self.options.insert(0, (String::new(), words));
        self
    }

    /// Joins fields to a row with a legend.
    pub fn row<const N: usize>(legend: &str, mut fields: [Self; N]) -> [Self; N] {
        for (index, field) in fields.iter_mut().enumerate() {
            let legend = (index == 0).then(|| legend.to_owned());
            field.in_row = Some(RowPlace { legend, is_last: index + 1 == N });
        }
        fields
    }

    /// Makes the suggestions follow the typed text.
    pub fn live(mut self) -> Self {
        self.is_live = true;
        self
    }

    /// Returns whether a choice is selected.
    pub fn is_chosen(&self, value: &str) -> bool {
        match self.kind {
            FieldKind::Several => self.value.split('\n').any(|chosen| chosen.trim() == value),
            _ => self.value == value,
        }
    }

    /// Returns whether the field takes the whole width of a grid.
    pub fn is_wide(&self) -> bool {
        matches!(self.kind, FieldKind::Text | FieldKind::Several | FieldKind::Search) || self.name == "title"
    }

    /// Returns the interpretation of the typed value, unless it is obvious.
    pub fn understood(&self, language: &Language) -> Option<String> {
        understood(self.kind, &self.name, &self.value, *language).filter(|_| self.fault.is_none())
    }

    /// Returns the typed day or month in the format of a native picker; empty without a value.
    pub fn picked(&self) -> String {
        let plain = if self.kind == FieldKind::Month { plain_month(&self.value) } else { plain_day(&self.value) };
        plain.unwrap_or_default()
    }

    /// Returns the ids of the elements that describe the field, for `aria-describedby`.
    pub fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let fault = self.fault.as_ref().map(|_| format!("{}-error", self.name));
        let is_read = matches!(self.kind, FieldKind::Number | FieldKind::Signed | FieldKind::Day | FieldKind::Month);
        let read = is_read.then(|| format!("{}-read", self.name));
        hint.into_iter().chain(fault).chain(read).collect::<Vec<_>>().join(" ")
    }

    /// Returns the label of the selected choice, or the value if it is not among the choices.
    pub fn words(&self) -> &str {
        let chosen = self.options.iter().find(|(value, _)| *value == self.value && !value.is_empty());
        chosen.map_or(&self.value, |(_, words)| words)
    }
}

/// Returns the interpretation of a field's value as a text to show next to the field.
pub fn understood(kind: FieldKind, name: &str, typed: &str, language: Language) -> Option<String> {
    match kind {
        FieldKind::Number => understood_number(typed, NumberKind::of_field(name), language),
        FieldKind::Signed => understood_signed_amount(typed, language),
        FieldKind::Day => understood_day(typed, language),
        FieldKind::Month => understood_month(typed, language),
        _ => None,
    }
}

/// Returns suggestions of items with a code and a name: each is chosen by its name or, if several items share the name,
/// by its code.
pub fn suggested_names(found: Vec<(String, String)>) -> Vec<(String, String)> {
    let is_shared = |name: &str| found.iter().filter(|(_, other)| other == name).count() > 1;
    let shared: Vec<bool> = found.iter().map(|(_, name)| is_shared(name)).collect();
    let options = found.into_iter().zip(shared);
    options.map(|((code, name), is_shared)| if is_shared { (code, name) } else { (name, code) }).collect()
}

/// Fills a standalone field with its value and fault.
pub fn filled(mut field: Field, form: &Form) -> Field {
    fill(std::slice::from_mut(&mut field), form);
    field
}

/// Fills fields with their typed values and faults. A day that was not sent stays as proposed: the service takes the
/// same, and an empty field would say that the person emptied it. So does a choice that is no longer offered, since the
/// browser would show the first one, which the person never chose.
pub fn fill(fields: &mut [Field], form: &Form) {
    for field in fields {
        let typed = form.value(&field.name);
        let is_kept = match field.kind {
            FieldKind::Day => form.is_sent(&field.name),
            FieldKind::Choice => field.value.is_empty() || field.options.iter().any(|(value, _)| value == typed),
            _ => true,
        };
        if is_kept {
            field.value = typed.to_owned();
        }
        field.fault = form.fault(&field.name).map(str::to_owned);
    }
}

/// Attaches the faults of a form to fields, in their order, and returns it.
pub fn attached(form: Form, page: &Shell, fields: &[Field]) -> Form {
    let label = |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.label.clone());
    let mut form = form.attach_faults(page, label);
    sort_faults(&mut form, fields);
    form
}

/// Sorts the faults of a form in the order of its fields; faults of the whole form come first.
pub fn sort_faults(form: &mut Form, fields: &[Field]) {
    let place = |name: &str| fields.iter().position(|field| field.name == name).unwrap_or(fields.len()) + 1;
    form.faults.sort_by_key(|(name, _)| if name.is_empty() { 0 } else { place(name) });
}
