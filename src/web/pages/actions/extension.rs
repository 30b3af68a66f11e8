//! Requesting more time for a deliverable.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::change_requests::{self, ExtensionInput};
use crate::services::contracts::effects::Proposal;
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_code, parse_date, parse_positive_days};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::fields::{effective_day, number, reason};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

/// The act.
pub const ACT: Act =
    Act { fields, proposal: Some(propose), ..Act::new("extension", &[Action::RequestExtension], submit) };

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let input = &context.contract_overview().snapshot;
    let options = input.terms.deliverables.iter().map(|deliverable| {
        let code = deliverable.code.as_str();
        (code.to_owned(), input.details.deliverable(code).to_owned())
    });
    let deliverable = Field::named(context.page, "deliverable", FieldKind::Choice).options(options.collect());
    Ok(vec![
        deliverable.propose(context.subject()),
        number(context, "days"),
        reason(context),
        effective_day(context, "field-on-extension"),
    ])
}

fn propose(_: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    read_input(form).map(Proposal::Extension)
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    change_requests::request_extension(app, caller, &target.contract, &read_input(form)?)?;
    Ok(())
}

fn read_input(form: &Form) -> Result<ExtensionInput, Error> {
    let mut reader = FormReader::new(form);
    let deliverable = reader.required("deliverable", parse_code);
    let days = reader.required("days", parse_positive_days);
    let reason = reader.required_text("reason");
    let on = reader.optional("on", parse_date);
    let another = form.asks_for_another();
    let input = deliverable.zip(days);
    let input = input.map(|(deliverable, days)| ExtensionInput { deliverable, days, reason, on, another });
    reader.finish(input)
}
