//! Register of proposed years of the working calendar: a finance approver puts one in force. The administrator proposes
//! one on the page of the calendar.

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::calendar_imports::{self, CalendarImportView};
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::paging::{Page, Paged};
use crate::web::pages::forms::Form;
use crate::web::pages::registers::register::{Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::read_reason;
use crate::web::pages::shell::Shell;

/// The register.
pub const REGISTER: Register = Register {
    name: "calendar-imports",
    read: Action::ReadRules,
    columns: &[
        Column::short("calendar_year"),
        Column::text("calendar_notice"),
        Column::text("calendar_off"),
        Column::text("calendar_worked"),
        Column::short("state"),
    ],
    named_by: "calendar_year",
    rows,
    add: None,
    act: Some(RowActions { rights: &[Action::ApproveCalendar], submit: decide }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(calendar_imports::list(app, caller, part)?.map(|found| row(page, found)))
}

fn row(page: &Shell, found: CalendarImportView) -> Row {
    let actions: &[RowAction] = match found.state {
        ProposalState::Proposed => &[RowAction::new("approve"), RowAction::with_reason("refuse")],
        _ => &[],
    };
    let days = |list: &[NaiveDate]| {
        let days: Vec<String> = list.iter().map(NaiveDate::to_string).collect();
        days.join(&page.say("document-list"))
    };
    let cells = [
        ("calendar_year", found.year.to_string().into()),
        ("calendar_notice", found.notice.into()),
        ("calendar_off", days(&found.holidays).into()),
        ("calendar_worked", days(&found.workdays).into()),
        ("state", page.word("proposal", found.state).into()),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied())
}

fn decide(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(calendar_imports::decide(app, caller, id, action, &input)?.id))
}
