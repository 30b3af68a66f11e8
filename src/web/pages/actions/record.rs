//! Entering one service record, typically by a worker on a phone. Whole tables of records have a separate page.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::records::{self, RecordInput, Rows};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_date, parse_whole};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

/// The act.
pub const ACT: Act = Act { fields, ..Act::new("record", &[Action::RecordService], submit) };

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    let input = &context.contract_overview().snapshot;
    let field = |name: &str, kind: FieldKind| {
        let label = page.word("record", name);
        Field::new(name, kind, label).hint(page.word("record-says", name))
    };
    let services = input.terms.items.iter().map(|item| item.code.as_str());
    let services = services.map(|code| (code.to_owned(), input.details.item(code).to_owned())).collect();
    let deliverables = input.terms.deliverables.iter().map(|deliverable| deliverable.code.as_str());
    let deliverables = deliverables.map(|code| (code.to_owned(), input.details.deliverable(code).to_owned())).collect();
    let deliverable = field("deliverable", FieldKind::Choice).options(deliverables);
    Ok(vec![
        field("on", FieldKind::Day).propose(page.today),
        field("service", FieldKind::Choice).options(services),
        deliverable.with_empty_choice(page.say("record-by-period")).propose(context.subject()),
        field("place", FieldKind::Line),
        field("worker", FieldKind::Line).propose(&context.caller.name),
        field("subject", FieldKind::Line),
        field("group_size", FieldKind::Number).propose(1),
        field("minutes", FieldKind::Number),
        field("note", FieldKind::Line),
    ])
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let on = reader.required("on", parse_date);
    let numbers = (reader.prefilled("group_size", parse_whole), reader.required("minutes", parse_whole));
    let whole = |number: crate::domain::numbers::Whole| i64::try_from(number.get()).unwrap_or(i64::MAX);
    let input = on.zip(numbers.1).map(|(on, minutes)| RecordInput {
        on: on.to_string(),
        service: reader.text("service"),
        deliverable: reader.text("deliverable"),
        place: reader.text("place"),
        worker: reader.text("worker"),
        subject: reader.text("subject"),
        group_size: numbers.0.map(whole),
        minutes: whole(minutes),
        note: reader.text("note"),
    });
    records::record(app, caller, &target.contract, &Rows::of_form(reader.finish(input)?))?;
    Ok(())
}
