//! Requesting more time for a deliverable: by the purchaser, and by the contractor with proof.

use crate::app::App;
use crate::domain::codes::ChangeRequestKind;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::change_requests::{self, ExtensionInput};
use crate::services::contracts::effects::Proposal;
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_code, parse_date, parse_positive_days};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks::{self, is_extendable};
use crate::web::pages::actions::fields::{effective_day, number, reason};
use crate::web::pages::actions::uploads;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

/// The act.
pub const ACT: Act = Act {
    checks: checks::extendable,
    fields,
    proposal: Some(propose),
    ..Act::new("extension", &[Action::RequestExtension], submit)
};

/// The contractor's request. Its form is uploaded, so `uploads` submits it.
pub const APPLICATION: Act = Act {
    files: Some("files"),
    checks: checks::extendable,
    fields: |context| Ok(request_fields(context)),
    proposal: Some(propose),
    ..Act::new("apply-extension", &[Action::ApplyForExtension], uploads::reject_without_files)
};

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let mut fields = request_fields(context);
    fields.push(effective_day(context, "field-on-extension"));
    Ok(fields)
}

/// Builds the fields for the deliverable, the days and the reason.
fn request_fields(context: &ActContext<'_>) -> Vec<Field> {
    let (input, page) = (&context.contract_overview().snapshot, context.page);
    let requests = &context.contract.change_requests;
    let options = input.standing.deliverables.iter().filter(|standing| is_extendable(standing)).map(|standing| {
        let code = standing.code.as_str();
        let fact = serde_json::json!({ "deliverable": code });
        let pending = change_requests::find_pending(requests, ChangeRequestKind::Extension, &fact);
        let key = if pending.is_some() { "extension-option-pending" } else { "extension-option" };
        let words = page.with2(key, "name", input.details.deliverable(code), "day", page.day(&standing.due_on));
        (code.to_owned(), words)
    });
    let deliverable = Field::named(page, "deliverable", FieldKind::Choice).options(options.collect());
    vec![deliverable.propose(context.subject()), number(context, "days"), reason(context)]
}

fn propose(_: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    read_input(form).map(Proposal::Extension)
}

/// Requests an extension without files; also the rehearsal of an upload.
pub fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    change_requests::request_extension(app, caller, &target.contract, &read_input(form)?)?;
    Ok(())
}

fn read_input(form: &Form) -> Result<ExtensionInput, Error> {
    let mut reader = FormReader::new(form);
    let deliverable = reader.required("deliverable", parse_code);
    let days = reader.required("days", parse_positive_days);
    let reason = reader.required_lines("reason");
    let on = reader.prefilled("on", parse_date);
    let another = form.wants_another();
    let input = deliverable.zip(days);
    let input = input.map(|(deliverable, days)| ExtensionInput { deliverable, days, reason, on, another });
    reader.finish(input)
}
