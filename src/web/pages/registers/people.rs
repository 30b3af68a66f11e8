//! Register of people and their seats. A seat is a role in an organisation from one day to another; its rights are in
//! `domain::policy`.

use crate::app::App;
use crate::domain::codes::{Language, Role};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::password_links::LinkState;
use crate::services::identity::people::{self, PersonActInput, PersonAdded, PersonInput, PersonView, SeatInput};
use crate::services::identity::totp::ResetState;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::parse_choice;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::{line, party_field, read_party, read_reason};
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "people",
    read: Action::ManagePeople,
    columns: &[
        Column::short("username"),
        Column::short("person"),
        Column::long("email"),
        Column::text("seats"),
        Column::text("signs_in"),
        Column::long("identity"),
    ],
    named_by: "person",
    rows,
    add: Some(AddForm { right: Action::ManagePeople, fields, submit: add }),
    act: Some(RowActions { rights: &[Action::ManagePeople], submit: act_on_person }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(people::list(app, caller, part)?.map(|found| row(page, found)))
}

fn row(page: &Shell, found: PersonView) -> Row {
    let seats = found.seats.iter();
    let seats = seats.map(|seat| format!("{} · {}", seat.organisation_name, page.word("role", seat.role)));
    let seats = page.joined("document-semicolon", &seats.collect::<Vec<_>>());
    let state = if found.disabled {
        "disabled"
    } else if found.link_asked {
        "link-asked"
    } else if found.reset_asked {
        "reset-asked"
    } else if found.has_password {
        "ready"
    } else {
        "invited"
    };
    let actions: &[RowAction] =
        if found.disabled { &[RowAction::new("enable")] } else { &[RowAction::new("link"), RowAction::new("disable")] };
    let unbind = found.identity.is_some().then_some(RowAction::new("unbind-identity"));
    let reset = found.one_time_code.then_some(RowAction::with_reason("reset-codes"));
    let email = match found.bounced {
        Some(reason) => page.noted(found.email, page.with("person-bounced", "reason", reason)),
        None => found.email,
    };
    let cells = [
        ("username", found.username.into()),
        ("person", found.name.into()),
        ("email", email.into()),
        ("seats", seats.into()),
        ("signs_in", page.word("person", state).into()),
        ("identity", found.identity.unwrap_or_default().into()),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied().chain(unbind).chain(reset))
}

fn fields(app: &App, caller: &Caller, page: &Shell, typed: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        line(page, "username"),
        Field::new("name", FieldKind::Line, page.say("field-person")),
        line(page, "email"),
        Field::choice(page, "language", "language", Language::ALL),
        party_field(app, caller, page, "organisation", typed)?,
        Field::choice(page, "role", "role", Role::ALL),
    ])
}

fn add(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let seat = SeatInput {
        organisation: read_party(app, caller, &mut reader, "organisation")?,
        role: reader.required("role", parse_choice).unwrap_or(Role::Officer),
        from_on: None,
        until_on: None,
    };
    let input = PersonInput {
        username: reader.required_text("username"),
        name: reader.required_text("name"),
        email: reader.required_text("email"),
        language: reader.required("language", parse_choice).unwrap_or(Language::Zh),
        seats: vec![seat],
    };
    let added = people::add(app, caller, &reader.finish_checked(input, people::check)?)?;
    let done = describe_outcome(added);
    let instead = done.instead.map(|instead| if instead == "link-asked" { "added-asked" } else { instead });
    Ok(Done { instead, ..done })
}

fn act_on_person(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = PersonActInput { reason: read_reason(form), subject: None };
    Ok(describe_outcome(people::apply_action(app, caller, id, action, &input)?))
}

/// Describes the state of a link or reset that awaits a second administrator.
fn describe_outcome(changed: PersonAdded) -> Done {
    let instead = match (changed.link, changed.codes) {
        (Some(LinkState::Asked), _) => Some("link-asked"),
        (_, Some(ResetState::Asked)) => Some("reset-asked"),
        _ => None,
    };
    Done { id: changed.id, instead }
}
