//! Register of organisations: bureaus and stations. Contractors have a register of their own.

use crate::app::App;
use crate::domain::codes::Function;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations::{self, OrganisationFilter, OrganisationInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::parse_choice;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;
use crate::web::pages::registers::register::{AddForm, Column, Done, Register, Row};
use crate::web::pages::registers::table::{line, named, read_region, region_field};
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "organisations",
    read: Action::ListOrganisations,
    columns: &[Column::text("code"), Column::text("name"), Column::text("function"), Column::text("region")],
    named_by: "name",
    rows,
    add: Some(AddForm { right: Action::ManageOrganisations, fields, submit: add }),
    act: None,
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    let found = organisations::list(app, caller, &OrganisationFilter::default(), part)?;
    let codes: Vec<&str> = found.items.iter().filter_map(|bureau| bureau.region.as_deref()).collect();
    let names = organisations::region_names(app, caller, &codes)?;
    Ok(found.map(|found| {
        let cells = [
            ("code", found.code.clone().into()),
            ("name", found.name.into()),
            ("function", page.word("function", found.function).into()),
            ("region", named(&names, found.region).into()),
        ];
        Row::new(found.code, cells)
    }))
}

fn fields(app: &App, caller: &Caller, page: &Shell, typed: &Form) -> Result<Vec<Field>, Error> {
    let functions: Vec<Function> = Function::ALL.iter().copied().filter(|f| *f != Function::Contractor).collect();
    Ok(vec![
        line(page, "code"),
        line(page, "name"),
        Field::choice(page, "function", "function", &functions),
        region_field(app, caller, page, "region", typed)?,
    ])
}

fn add(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let input = OrganisationInput {
        code: reader.required_text("code"),
        name: reader.required_text("name"),
        function: reader.required("function", parse_choice).unwrap_or(Function::Justice),
        region: read_region(app, caller, &mut reader, "region")?,
    };
    let input = reader.finish_checked(input, organisations::check)?;
    Ok(Done::new(organisations::add(app, caller, &input)?.code))
}
