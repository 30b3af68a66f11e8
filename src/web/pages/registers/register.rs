//! Parts of a register: columns and typed cells, the form that adds a row, the actions on a row.

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::domain::money::{Money, Sum};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::tables;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;
use crate::web::pages::shell::Shell;

/// Prefix of the field for the reason of an action on a row; the row's identifier follows.
pub const REASON: &str = "reason-";

/// Loads a page of a register's rows for a caller.
pub type LoadRows = fn(&App, &Caller, &Shell, &Page) -> Result<Paged<Row>, Error>;

/// Loads a page of the rows that pass the filters typed.
pub type LoadFound = fn(&App, &Caller, &Shell, &Form, &Page) -> Result<Paged<Row>, Error>;

/// Builds the fields of a form that adds a row, given the caller and the typed values.
pub type BuildFields = fn(&App, &Caller, &Shell, &Form) -> Result<Vec<Field>, Error>;

/// A register. Its messages are `register-NAME`, and `column-COLUMN` for a column.
pub struct Register {
    /// Name in addresses.
    pub name: &'static str,
    /// Right to read the register.
    pub read: Action,
    /// Columns, the first of which identifies a row's card.
    pub columns: &'static [Column],
    /// Column that names a row in confirmations.
    pub named_by: &'static str,
    /// Loads a page of rows.
    pub rows: LoadRows,
    /// Adds a row.
    pub add: Option<AddForm>,
    /// Acts on a row.
    pub act: Option<RowActions>,
}

/// The filters of a register.
#[derive(Clone, Copy)]
pub struct Filters {
    /// Fields, each with the key of its label. No field of the form that adds a row has the same name.
    pub fields: &'static [(&'static str, &'static str)],
    /// Loads a page of the rows that pass the filters typed.
    pub rows: LoadFound,
}

/// Moves the fault of a service's filter to the field of the page, given as a pair of names.
pub fn at_field(error: Error, (of_service, of_page): (&str, &str)) -> Error {
    let Error::Malformed(mut faults) = error else { return error };
    faults.iter_mut().filter(|fault| fault.path == of_service).for_each(|fault| of_page.clone_into(&mut fault.path));
    Error::Malformed(faults)
}

/// The form that adds a row.
#[derive(Clone, Copy)]
pub struct AddForm {
    /// Right to add.
    pub right: Action,
    /// Builds the fields; suggestions follow the typed text.
    pub fields: BuildFields,
    /// Reads the form and calls the service.
    pub submit: fn(&App, &Caller, &Form) -> Result<Done, Error>,
}

/// The actions on a row.
#[derive(Clone, Copy)]
pub struct RowActions {
    /// Rights, any of which lets act; a row offers the actions that are open to the reader.
    pub rights: &'static [Action],
    /// Calls the service: row, name of the action, form.
    pub submit: fn(&App, &Caller, &str, &str, &Form) -> Result<Done, Error>,
}

/// The row that was added or acted on.
pub struct Done {
    /// Identifier of the row.
    pub id: String,
    /// Name of the result, if it differs from the action; its message is `row-done-NAME`.
    pub instead: Option<&'static str>,
}

impl Done {
    /// Returns the result of an action that was carried out.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), instead: None }
    }
}

/// The setting of a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text, left-aligned.
    Text,
    /// Amounts, to the right.
    Amount,
    /// Short values that stay on one line.
    Short,
    /// Long values that may break anywhere.
    Long,
}

/// A column of a register.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name; its heading is `column-NAME`.
    pub name: &'static str,
    /// Format of its cells.
    pub kind: ColumnKind,
}

impl Column {
    /// Creates a column of text.
    pub const fn text(name: &'static str) -> Self {
        Self { name, kind: ColumnKind::Text }
    }

    /// Creates a column of amounts.
    pub const fn amount(name: &'static str) -> Self {
        Self { name, kind: ColumnKind::Amount }
    }

    /// Creates a column of short values.
    pub const fn short(name: &'static str) -> Self {
        Self { name, kind: ColumnKind::Short }
    }

    /// Creates a column of long values.
    pub const fn long(name: &'static str) -> Self {
        Self { name, kind: ColumnKind::Long }
    }

    /// Returns the CSS class of the heading, with a leading blank.
    pub fn heading_class(&self) -> &'static str {
        if self.kind == ColumnKind::Amount { " number" } else { "" }
    }

    /// Returns the CSS class of the cells, with a leading blank.
    pub fn cell_class(&self) -> &'static str {
        match self.kind {
            ColumnKind::Text => "",
            ColumnKind::Amount => " number",
            ColumnKind::Short => " unbroken",
            ColumnKind::Long => " anywhere",
        }
    }
}

/// A value in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text, empty if there is no value.
    Text(String),
    /// An amount in yuan.
    Amount(Sum),
    /// A day.
    Day(NaiveDate),
    /// A moment, shown to the minute at the contracts' place.
    Time(DateTime<Utc>),
    /// A link to another page.
    Link {
        /// Text of the link.
        words: String,
        /// Address of the link.
        address: String,
    },
}

impl Cell {
    /// Returns the value as text.
    pub fn words(&self, page: &Shell) -> String {
        match self {
            Self::Text(words) | Self::Link { words, .. } => words.clone(),
            Self::Amount(amount) => page.money(amount),
            Self::Day(day) => day.to_string(),
            Self::Time(at) => page.time(at),
        }
    }

    /// Returns the value for a file.
    pub fn value(&self) -> tables::Cell {
        match self {
            Self::Text(words) | Self::Link { words, .. } => words.clone().into(),
            Self::Amount(amount) => tables::Cell::Amount(*amount),
            Self::Day(day) => (*day).into(),
            Self::Time(at) => (*at).into(),
        }
    }

    /// Returns the address of a link.
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Link { address, .. } => Some(address),
            _ => None,
        }
    }
}

impl From<String> for Cell {
    fn from(words: String) -> Self {
        Self::Text(words)
    }
}

impl From<Money> for Cell {
    fn from(amount: Money) -> Self {
        Self::Amount(amount.into())
    }
}

impl From<Sum> for Cell {
    fn from(amount: Sum) -> Self {
        Self::Amount(amount)
    }
}

impl From<NaiveDate> for Cell {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl From<DateTime<Utc>> for Cell {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Time(at)
    }
}

/// Cell for a column that a row does not have.
static EMPTY: Cell = Cell::Text(String::new());

/// An action that is offered on a row.
#[derive(Debug, Clone, Copy)]
pub struct RowAction {
    /// Name in addresses; its message is `row-act-NAME`.
    pub name: &'static str,
    /// True if a reason is required.
    pub needs_reason: bool,
}

impl RowAction {
    /// Creates an action that needs no reason.
    pub const fn new(name: &'static str) -> Self {
        Self { name, needs_reason: false }
    }

    /// Creates an action that needs a reason.
    pub const fn with_reason(name: &'static str) -> Self {
        Self { name, needs_reason: true }
    }
}

/// A row of a register.
#[derive(Debug)]
pub struct Row {
    /// Identifier of the row.
    pub id: String,
    cells: Vec<(&'static str, Cell)>,
    /// Actions that can be taken on the row now.
    pub actions: Vec<RowAction>,
}

impl Row {
    /// Creates a row of cells, each with the name of its column.
    pub fn new<const N: usize>(id: impl Into<String>, cells: [(&'static str, Cell); N]) -> Self {
        Self { id: id.into(), cells: cells.into(), actions: Vec::new() }
    }

    /// Adds actions.
    pub fn with_actions(mut self, actions: impl IntoIterator<Item = RowAction>) -> Self {
        self.actions.extend(actions);
        self
    }

    /// Returns the cell of a column.
    pub fn cell(&self, column: &str) -> &Cell {
        self.cells.iter().find(|(name, _)| *name == column).map_or(&EMPTY, |(_, cell)| cell)
    }

    /// Returns the name of the field for the reason of an action on the row.
    pub fn reason_field(&self) -> String {
        format!("{REASON}{}", self.id)
    }
}
