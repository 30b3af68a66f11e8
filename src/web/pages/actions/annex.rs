//! Annexes: adding a document to the contract, or to the amendment that is the subject, and removing one with a reason.

use crate::app::App;
use crate::domain::annexes::AnnexKind;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::annexes::{self, AnnexRemovalInput};
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::fields::hidden;
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::actions::uploads::reject_without_files;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

/// Adds a document.
pub const ADD: Act = Act {
    files: Some("files"),
    summary: summary::contract,
    fields,
    ..Act::new("annex", &[Action::AddAnnex], reject_without_files)
};

/// Removes a document, with a reason.
pub const REMOVE: Act = Act {
    summary: show_annex,
    needs_reason: true,
    is_adverse: true,
    ..Act::new("annex-remove", &[Action::RemoveAnnex], submit_removal)
};

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let (page, subject) = (context.page, context.subject());
    if !subject.is_empty() {
        context.contract.amendments.iter().find(|amendment| amendment.id == subject).ok_or(Error::NotFound)?;
    }
    Ok(vec![
        hidden("amendment", subject),
        Field::choice(page, "kind", "annex-kind", AnnexKind::ALL),
        Field::new("title", FieldKind::Line, page.say("annex-name")),
        Field::new("code", FieldKind::Line, page.say("annex-code")).hint(page.say("annex-code-hint")),
        Field::new("internal", FieldKind::Tick, page.say("annex-internal")).hint(page.say("annex-internal-hint")),
    ])
}

fn show_annex(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let page = context.page;
    let found = context.contract.annexes.iter().find(|annex| annex.id == context.subject());
    let annex = found.ok_or(Error::NotFound)?;
    let files = annex.files.iter().map(|file| (file.id.as_str(), file.name.as_str(), file.flags.as_slice()));
    let mut all = summary::rows(
        page,
        [
            ("annex-name", page.noted(&annex.title, page.word("annex-kind", annex.kind))),
            ("annex-added", page.noted(&annex.added_by, page.time(&annex.added_at))),
        ],
    );
    all.push(SummaryRow::new(page, "field-attachments", String::new()).with_files(files));
    Ok(all)
}

fn submit_removal(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let input = AnnexRemovalInput { reason: Some(reader.required_lines("reason")) };
    annexes::remove(app, caller, &target.subject, &reader.finish(Some(input))?)?;
    Ok(())
}
