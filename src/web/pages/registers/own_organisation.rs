//! A contractor's own organisation: what is registered of it, its people, and the form that proposes another payee account.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::contractors::Account;
use crate::services::registry::{own_organisation, payee_accounts};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Cell, Column, Done, Register, Row};
use crate::web::pages::registers::table::line;
use crate::web::pages::shell::Shell;

/// Organisations in the form; a person acts for one, and as a deputy for few others.
const PART: Page = Page { limit: 50, after: None };

/// The register.
pub const REGISTER: Register = Register {
    name: "own-organisation",
    read: Action::ProposeAccount,
    columns: &[
        Column::text("name"),
        Column::text("credit_code"),
        Column::text("kind"),
        Column::text("sme"),
        Column::text("qualifications"),
        Column::text("account"),
        Column::text("account_proposed"),
        Column::text("own_people"),
    ],
    named_by: "name",
    rows,
    add: Some(AddForm { right: Action::ProposeAccount, fields, submit: propose }),
    act: None,
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    let described = |account: &Account| format!("{} {} {}", account.name, account.bank, account.number);
    let row = |found: own_organisation::OwnOrganisationView| {
        let record = format!("/contractors/{}/record", found.credit_code);
        let cells = [
            ("name", found.name.into()),
            ("credit_code", Cell::Link { words: found.credit_code.clone(), address: record }),
            ("kind", page.word("contractor-kind", found.kind).into()),
            ("sme", page.word("yes", found.sme).into()),
            ("qualifications", found.qualifications.into()),
            ("account", found.account.as_ref().map(described).unwrap_or_default().into()),
            ("account_proposed", found.proposed.as_ref().map(described).unwrap_or_default().into()),
            ("own_people", page.joined("document-list", &found.people).into()),
        ];
        Row::new(found.credit_code, cells)
    };
    Ok(own_organisation::list(app, caller, part)?.map(row))
}

fn fields(app: &App, caller: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    let own = own_organisation::list(app, caller, &PART)?.items;
    let options = own.into_iter().map(|one| (one.credit_code, one.name)).collect();
    let named = |name: &str, kind: FieldKind, label: &str| Field::new(name, kind, page.say(label));
    Ok(vec![
        named("contractor", FieldKind::Choice, "column-contractor").options(options),
        line(page, "name").label(page.say("account-holder")),
        named("bank", FieldKind::Line, "account-bank"),
        named("number", FieldKind::Line, "account-number"),
    ])
}

fn propose(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let contractor = reader.required_text("contractor");
    let account = Account {
        name: reader.required_text("name"),
        bank: reader.required_text("bank"),
        number: reader.required_text("number"),
    };
    payee_accounts::propose(app, caller, &contractor, &reader.finish(Some(account))?)?;
    Ok(Done::new(contractor))
}
