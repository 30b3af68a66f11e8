//! Register of the catalogue of services: the services that contracts may buy, with unit and standard. Contracts keep
//! their own wording.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::catalogue::{self, ServiceInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;
use crate::web::pages::registers::register::{AddForm, Column, Done, Register, Row};
use crate::web::pages::registers::table::line;
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "services",
    read: Action::ListServices,
    columns: &[
        Column::text("code"),
        Column::text("name"),
        Column::text("unit"),
        Column::text("standard"),
        Column::text("basis"),
    ],
    named_by: "name",
    rows,
    add: Some(AddForm { right: Action::ManageServices, fields, submit: add }),
    act: None,
};

fn rows(app: &App, caller: &Caller, _: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(catalogue::list(app, caller, None, part)?.map(|found| {
        let cells = [
            ("code", found.code.clone().into()),
            ("name", found.name.into()),
            ("unit", found.unit.into()),
            ("standard", found.standard.into()),
            ("basis", found.basis.into()),
        ];
        Row::new(found.code, cells)
    }))
}

fn fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    Ok(["code", "name", "unit", "standard", "basis"].map(|name| line(page, name)).into())
}

fn add(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let input = ServiceInput {
        code: reader.required_text("code"),
        name: reader.required_text("name"),
        unit: reader.required_text("unit"),
        standard: reader.text("standard"),
        basis: reader.text("basis"),
    };
    let input = reader.finish_checked(input, catalogue::check)?;
    Ok(Done::new(catalogue::add(app, caller, &input)?.code))
}
