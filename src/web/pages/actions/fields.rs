//! Fields that several acts have: reason, note, day, number. Services read and check what is typed.

use crate::web::pages::actions::act::ActContext;
use crate::web::pages::forms::field::{Field, FieldKind};

/// Builds the field for a reason.
pub fn reason(context: &ActContext<'_>) -> Field {
    Field::named(context.page, "reason", FieldKind::Text)
}

/// Builds the field for a note.
pub fn note(context: &ActContext<'_>) -> Field {
    Field::named(context.page, "note", FieldKind::Text)
}

/// Builds the field for the effective day of the act, with today as the proposal; `label` is its message key.
pub fn effective_day(context: &ActContext<'_>, label: &str) -> Field {
    let page = context.page;
    let day = Field::new("on", FieldKind::Day, page.say(label));
    day.propose(page.today).hint(page.say("field-on-hint"))
}

/// Builds a hidden field.
pub fn hidden(name: &str, value: impl ToString) -> Field {
    Field::new(name, FieldKind::Hidden, "").propose(value)
}

/// Builds a field for a number.
pub fn number(context: &ActContext<'_>, name: &str) -> Field {
    Field::named(context.page, name, FieldKind::Number)
}
