//! Register of appropriations: finance proposes one, another person of finance approves it.

use chrono::Datelike;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::profile;
use crate::services::registry::appropriations::{self, AppropriationFilter, AppropriationInput, AppropriationView};
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::{parse_amount, parse_year};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::{bureau_field, line, read_bureau, read_reason};
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "appropriations",
    read: Action::ListAppropriations,
    columns: &[
        Column::text("document_no"),
        Column::short("year"),
        Column::text("bureau"),
        Column::text("line"),
        Column::text("project"),
        Column::amount("amount"),
        Column::amount("free"),
        Column::short("state"),
        Column::amount("reserved"),
        Column::amount("committed"),
        Column::amount("paid"),
        Column::amount("released"),
    ],
    named_by: "document_no",
    rows,
    add: Some(AddForm { right: Action::ProposeAppropriation, fields, submit: propose }),
    act: Some(RowActions { rights: &[Action::ApproveAppropriation], submit: decide }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(appropriations::list(app, caller, &AppropriationFilter::default(), part)?.map(|found| row(page, found)))
}

fn row(page: &Shell, found: AppropriationView) -> Row {
    let actions: &[RowAction] = match found.state {
        ProposalState::Proposed => &[RowAction::new("approve"), RowAction::with_reason("refuse")],
        _ => &[],
    };
    let cells = [
        ("document_no", format!("{} {}", found.document_no, found.source).into()),
        ("year", found.year.to_string().into()),
        ("bureau", found.bureau_name.into()),
        ("line", format!("{} / {}", found.line, found.economic).into()),
        ("project", found.project.into()),
        ("amount", found.amount.into()),
        ("reserved", found.reserved.into()),
        ("committed", found.committed.into()),
        ("paid", found.paid.into()),
        ("released", found.released.into()),
        ("free", found.free.into()),
        ("state", page.word("proposal", found.state).into()),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied())
}

fn fields(app: &App, caller: &Caller, page: &Shell, typed: &Form) -> Result<Vec<Field>, Error> {
    let seats = profile::show(app, caller)?.seats;
    let near = seats.first().map_or("", |seat| seat.organisation.as_str());
    let mut fields = vec![
        Field::named(page, "year", FieldKind::Number).propose(page.today.year()),
        bureau_field(app, caller, page, ("bureau", near), typed)?,
    ];
    fields.extend(["line", "economic", "project", "document_no", "source"].map(|name| line(page, name)));
    fields.push(Field::named(page, "amount", FieldKind::Number).hint(page.say("field-appropriation-hint")));
    Ok(fields)
}

fn propose(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let input = AppropriationInput {
        year: reader.required("year", parse_year).unwrap_or_default(),
        bureau: read_bureau(app, caller, &mut reader, "bureau")?,
        line: reader.required_text("line"),
        economic: reader.required_text("economic"),
        project: reader.required_text("project"),
        document_no: reader.required_text("document_no"),
        source: reader.required_text("source"),
        amount: reader.required("amount", parse_amount).unwrap_or_default(),
    };
    let input = reader.finish_checked(input, appropriations::check)?;
    Ok(Done::new(appropriations::propose(app, caller, &input)?.id))
}

fn decide(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(appropriations::decide(app, caller, id, action, &input)?.id))
}
