//! Register of yearly shares: finance assigns what falls due of a contract in a later year to an appropriation of that
//! year.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::ledger::yearly_shares::{self, YearlyShareInput, YearlyShareView};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;
use crate::web::pages::registers::budget_changes::{appropriation_field, read_appropriation};
use crate::web::pages::registers::register::{AddForm, Cell, Column, Done, Register, Row};
use crate::web::pages::registers::table::line;
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "yearly-shares",
    read: Action::ListYearlyShares,
    columns: &[
        Column::text("contract"),
        Column::short("share_year"),
        Column::text("plan_document"),
        Column::amount("committed"),
        Column::amount("paid"),
        Column::text("share_time"),
    ],
    named_by: "contract",
    rows,
    add: Some(AddForm { right: Action::AssignYearlyShare, fields, submit: assign }),
    act: None,
};

fn rows(app: &App, caller: &Caller, _: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(yearly_shares::list(app, caller, part)?.map(row))
}

fn row(found: YearlyShareView) -> Row {
    let contract = Cell::Link {
        words: format!("{} {}", found.number, found.title),
        address: format!("/contracts/{}", found.contract),
    };
    let cells = [
        ("contract", contract),
        ("share_year", found.from_year.to_string().into()),
        ("plan_document", format!("{} {}", found.document_no, found.project).into()),
        ("committed", found.committed.into()),
        ("paid", found.paid.into()),
        ("share_time", found.assigned_at.into()),
    ];
    Row::new(found.id, cells)
}

fn fields(app: &App, caller: &Caller, page: &Shell, typed: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        line(page, "contract").label(page.say("field-share-contract")),
        appropriation_field(app, caller, page, "appropriation", typed)?.label(page.say("column-plan_document")),
    ])
}

fn assign(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    reader.required_text("appropriation");
    let input = YearlyShareInput {
        contract: reader.required_text("contract"),
        appropriation: read_appropriation(app, caller, &mut reader, "appropriation")?.unwrap_or_default(),
    };
    let input = reader.finish_checked(input, yearly_shares::check)?;
    Ok(Done::new(yearly_shares::assign(app, caller, &input)?.id))
}
