//! Register of contractors: the organisations that render services, each under its credit code. Their proposed payee
//! accounts are a separate register.

use crate::app::App;
use crate::domain::codes::ContractorKind;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::contractors::{self, ContractorInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::parse_choice;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Cell, Column, Done, Register, Row};
use crate::web::pages::registers::table::line;
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "contractors",
    read: Action::ListContractors,
    columns: &[
        Column::text("credit_code"),
        Column::text("name"),
        Column::text("kind"),
        Column::text("sme"),
        Column::text("account"),
    ],
    named_by: "name",
    rows,
    add: Some(AddForm { right: Action::ManageOrganisations, fields, submit: add }),
    act: None,
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    let may_read_record = caller.may(Action::ReadContractorRecord).is_ok();
    Ok(contractors::list(app, caller, None, part)?.map(|found| {
        let account = found.account.map(|account| format!("{} {}", account.bank, account.number)).unwrap_or_default();
        let cells = [
            ("credit_code", code_cell(&found.credit_code, may_read_record)),
            ("name", found.name.into()),
            ("kind", page.word("contractor-kind", found.kind).into()),
            ("sme", page.word("yes", found.sme).into()),
            ("account", account.into()),
        ];
        Row::new(found.credit_code, cells)
    }))
}

/// Builds the cell of a credit code, with a link to the contractor's record for readers with the right.
fn code_cell(code: &str, may_read_record: bool) -> Cell {
    if !may_read_record {
        return code.to_owned().into();
    }
    Cell::Link { words: code.to_owned(), address: format!("/contractors/{code}/record") }
}

fn fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        line(page, "credit_code"),
        line(page, "name"),
        Field::choice(page, "kind", "contractor-kind", ContractorKind::ALL),
        Field::choice(page, "sme", "yes", &[true, false]),
        Field::named(page, "qualifications", FieldKind::Text),
    ])
}

fn add(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let input = ContractorInput {
        credit_code: reader.required_text("credit_code"),
        name: reader.required_text("name"),
        kind: reader.required("kind", parse_choice).unwrap_or(ContractorKind::Other),
        sme: reader.text("sme") == "true",
        qualifications: reader.text("qualifications"),
    };
    let input = reader.finish_checked(input, contractors::check)?;
    Ok(Done::new(contractors::add(app, caller, &input)?.credit_code))
}
