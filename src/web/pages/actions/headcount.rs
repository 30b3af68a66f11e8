//! Recording the clients served and the workers present in a month.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::effects::Proposal;
use crate::services::identity::caller::Caller;
use crate::services::performance::observations::{self, HeadcountInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_date, parse_month, parse_whole};
use crate::text;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::fields::{effective_day, note, number};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};

/// The act.
pub const ACT: Act =
    Act { fields, proposal: Some(propose), ..Act::new("headcount", &[Action::RecordHeadcount], submit) };

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let month = Field::named(context.page, "month", FieldKind::Month);
    Ok(vec![
        month.propose(context.page.today.format("%Y-%m")),
        number(context, "clients"),
        number(context, "workers").hint(roster(context)),
        note(context),
        effective_day(context, "field-on-headcount"),
    ])
}

/// Describes the number of workers that the roster proposes; empty without a staffing clause.
fn roster(context: &ActContext<'_>) -> String {
    let (page, Some(found)) = (context.page, context.staffing) else { return String::new() };
    let numbers = [
        ("workers", found.workers),
        ("lapsed", found.lapsed),
        ("clients", found.clients_at_most.unwrap_or_default()),
        ("each", found.clients_per_worker.unwrap_or_default()),
    ];
    let values: Vec<_> = numbers.map(|(name, number)| (name, number.to_string())).into();
    text::message(page.language, "headcount-roster", &values)
}

fn propose(_: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    read_input(form).map(Proposal::Headcount)
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    observations::record_headcount(app, caller, &target.contract, &read_input(form)?)?;
    Ok(())
}

fn read_input(form: &Form) -> Result<HeadcountInput, Error> {
    let mut reader = FormReader::new(form);
    let month = reader.required("month", parse_month);
    let counts = (reader.required("clients", parse_whole), reader.required("workers", parse_whole));
    let (on, note) = (reader.prefilled("on", parse_date), reader.lines("note"));
    let input = month.zip(counts.0.zip(counts.1)).map(|(month, (clients, workers))| HeadcountInput {
        month,
        clients,
        workers,
        on,
        note,
        another: form.wants_another(),
    });
    reader.finish(input)
}
