//! Register of one-year loan prime rates: the administrator proposes one, a finance approver approves it.

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::loan_rates::{self, LoanRateInput, LoanRateView};
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::{parse_date, parse_percent};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::{line, read_reason};
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "loan-rates",
    read: Action::ListLoanRates,
    columns: &[
        Column::short("from_on"),
        Column::short("loan_rate"),
        Column::text("loan_rate_source"),
        Column::short("state"),
    ],
    named_by: "from_on",
    rows,
    add: Some(AddForm { right: Action::ProposeLoanRate, fields, submit: propose }),
    act: Some(RowActions { rights: &[Action::ApproveLoanRate], submit: decide }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(loan_rates::list(app, caller, part)?.map(|found| row(page, found)))
}

fn row(page: &Shell, found: LoanRateView) -> Row {
    let actions: &[RowAction] = match found.state {
        ProposalState::Proposed => &[RowAction::new("approve"), RowAction::with_reason("refuse")],
        _ => &[],
    };
    let cells = [
        ("from_on", found.from_on.into()),
        ("loan_rate", format!("{}%", found.percent).into()),
        ("loan_rate_source", found.source.into()),
        ("state", page.word("proposal", found.state).into()),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied())
}

fn fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        Field::named(page, "from_on", FieldKind::Day),
        Field::named(page, "rate", FieldKind::Number)
            .label(page.say("column-loan_rate"))
            .hint(page.say("loan-rate-hint")),
        line(page, "source").label(page.say("column-loan_rate_source")),
    ])
}

fn propose(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let from_on = reader.required("from_on", parse_date);
    let rate = reader.required("rate", parse_percent);
    let source = reader.required_text("source");
    let input = from_on.zip(rate).map(|(from_on, rate)| LoanRateInput { from_on, rate, source });
    Ok(Done::new(loan_rates::propose(app, caller, &reader.finish(input)?)?.id))
}

fn decide(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(loan_rates::decide(app, caller, id, action, &input)?.id))
}
