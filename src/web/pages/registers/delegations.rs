//! Register of delegations: a deputy acts for the holder of a seat during a period.

use crate::app::App;
use crate::domain::codes::Role;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::delegations::{self, DelegationInput, DelegationView};
use crate::services::identity::profile;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::{parse_choice, parse_date};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Cell, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::line;
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "delegations",
    read: Action::Delegate,
    columns: &[
        Column::text("holder"),
        Column::text("deputy"),
        Column::text("organisation"),
        Column::text("role"),
        Column::short("from_on"),
        Column::short("until_on"),
    ],
    named_by: "deputy",
    rows,
    add: Some(AddForm { right: Action::Delegate, fields, submit: add }),
    act: Some(RowActions { rights: &[Action::Delegate], submit: end }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(delegations::list(app, caller, part)?.map(|found| {
        let may_end = found.until_on >= page.today;
        let last = last_day(page, &found);
        let deputy = match found.is_deputy_invited {
            true => page.noted(&found.deputy.name, page.word("person", "invited")),
            false => found.deputy.name,
        };
        let cells = [
            ("holder", found.holder.name.into()),
            ("deputy", deputy.into()),
            ("organisation", found.organisation_name.into()),
            ("role", page.word("role", found.role).into()),
            ("from_on", found.from_on.into()),
            ("until_on", last),
        ];
        Row::new(found.id, cells).with_actions(may_end.then_some(RowAction::new("end")))
    }))
}

/// Returns the last day of a delegation, or a note that it ended before it began.
fn last_day(page: &Shell, found: &DelegationView) -> Cell {
    match (found.from_on - found.until_on).num_days() {
        ..=0 => found.until_on.into(),
        1 => page.say("delegation-ended-at-once").into(),
        _ => page.say("delegation-cancelled").into(),
    }
}

fn fields(app: &App, caller: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    let seats = profile::show(app, caller)?.seats.into_iter().filter(|seat| seat.on_behalf_of.is_none());
    let seats = seats.map(|seat| {
        let words = format!("{} · {}", seat.organisation_name, page.word("role", seat.role));
        (format!("{}/{}", seat.organisation, seat.role), words)
    });
    Ok(vec![
        Field::named(page, "seat", FieldKind::Choice).options(seats.collect()),
        line(page, "deputy").hint(page.say("field-deputy-hint")),
        Field::named(page, "from_on", FieldKind::Day).propose(page.today),
        Field::named(page, "until_on", FieldKind::Day).propose(page.today),
    ])
}

/// Parses a seat, `ORGANISATION/ROLE`.
fn parse_seat(typed: &str) -> Result<(String, Role), Message> {
    let (organisation, role) = typed.rsplit_once('/').unwrap_or_default();
    Ok((organisation.to_owned(), parse_choice(role)?))
}

fn add(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let seat = reader.required("seat", parse_seat);
    let deputy = reader.required_text("deputy");
    let from_on = reader.prefilled("from_on", parse_date);
    let until_on = reader.required("until_on", parse_date);
    let input = seat.zip(until_on).map(|((organisation, role), until_on)| DelegationInput {
        holder: None,
        organisation,
        role,
        deputy,
        from_on,
        until_on,
    });
    Ok(Done::new(delegations::add(app, caller, &reader.finish(input)?)?.id))
}

fn end(app: &App, caller: &Caller, id: &str, action: &str, _: &Form) -> Result<Done, Error> {
    if action != "end" {
        return Err(Error::NotFound);
    }
    Ok(Done::new(delegations::end(app, caller, id)?.id))
}
