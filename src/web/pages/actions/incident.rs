//! Proposing an incident under one of the contract's clauses on incidents.

use crate::app::App;
use crate::domain::clauses::Clause;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::change_requests::{self, IncidentInput};
use crate::services::contracts::effects::Proposal;
use crate::services::documents::words;
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_code, parse_date};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks;
use crate::web::pages::actions::fields::{effective_day, note};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

/// The act.
pub const ACT: Act = Act {
    checks: checks::has_incident_clause,
    fields,
    proposal: Some(propose),
    ..Act::new("incident", &[Action::ProposeIncident], submit)
};

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let (input, page) = (&context.contract_overview().snapshot, context.page);
    let clauses = input.terms.breach_terms.iter().filter(|term| matches!(term.clause, Clause::Incident { .. }));
    let options = clauses.map(|term| (term.code.to_string(), words::clause(term.code.as_str(), input, page.language)));
    Ok(vec![
        Field::named(page, "id", FieldKind::Line).hint(page.say("field-id-hint")),
        Field::named(page, "clause", FieldKind::Choice).options(options.collect()),
        note(context),
        effective_day(context, "field-on-incident"),
    ])
}

fn propose(_: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    read_input(form).map(Proposal::Incident)
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    change_requests::propose_incident(app, caller, &target.contract, &read_input(form)?)?;
    Ok(())
}

fn read_input(form: &Form) -> Result<IncidentInput, Error> {
    let mut reader = FormReader::new(form);
    let (id, clause) = (reader.required("id", parse_code), reader.required("clause", parse_code));
    let (on, note) = (reader.prefilled("on", parse_date), reader.lines("note"));
    let input =
        id.zip(clause).map(|(id, clause)| IncidentInput { id, clause, on, note, another: form.wants_another() });
    reader.finish(input)
}
