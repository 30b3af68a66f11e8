//! Register of regions: the administrative divisions to which bureaus belong. Regions are added, never changed here.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations::{self, RegionInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;
use crate::web::pages::registers::register::{AddForm, Column, Done, Register, Row};
use crate::web::pages::registers::table::{line, named, read_region, region_field};
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "regions",
    read: Action::ListOrganisations,
    columns: &[Column::text("code"), Column::text("name"), Column::text("parent")],
    named_by: "name",
    rows,
    add: Some(AddForm { right: Action::ManageOrganisations, fields, submit: add }),
    act: None,
};

fn rows(app: &App, caller: &Caller, _: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    let found = organisations::list_regions(app, caller, None, part)?;
    let codes: Vec<&str> = found.items.iter().filter_map(|region| region.parent.as_deref()).collect();
    let names = organisations::region_names(app, caller, &codes)?;
    Ok(found.map(|found| {
        let cells = [
            ("code", found.code.clone().into()),
            ("name", found.name.into()),
            ("parent", named(&names, found.parent).into()),
        ];
        Row::new(found.code, cells)
    }))
}

fn fields(app: &App, caller: &Caller, page: &Shell, typed: &Form) -> Result<Vec<Field>, Error> {
    let parent = region_field(app, caller, page, "parent", typed)?;
    Ok(vec![line(page, "code"), line(page, "name"), parent])
}

fn add(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let input = RegionInput {
        code: reader.required_text("code"),
        name: reader.required_text("name"),
        parent: read_region(app, caller, &mut reader, "parent")?,
    };
    let input = reader.finish_checked(input, organisations::check_region)?;
    Ok(Done::new(organisations::add_region(app, caller, &input)?.code))
}
