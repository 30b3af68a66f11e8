//! Register of settings of statutes: the administrator proposes one, a finance approver approves it.

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::policy::Action;
use crate::domain::statute_settings::SettableRule;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::registry::statute_settings::{self, StatuteSettingInput, StatuteSettingView};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::{parse_choice, parse_date, parse_days, parse_percent};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::{line, read_reason};
use crate::web::pages::shell::Shell;

/// The answers to whether a rule still applies.
const APPLIES: [&str; 2] = ["applies", "ends"];

/// The register.
pub const REGISTER: Register = Register {
    name: "statute-settings",
    read: Action::ReadRules,
    columns: &[
        Column::text("statute"),
        Column::short("from_on"),
        Column::text("statute_applies"),
        Column::text("statute_source"),
        Column::short("state"),
    ],
    named_by: "statute",
    rows,
    add: Some(AddForm { right: Action::ProposeStatuteSetting, fields, submit: propose }),
    act: Some(RowActions { rights: &[Action::ApproveStatuteSetting], submit: decide }),
};

fn rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    Ok(statute_settings::list(app, caller, part)?.map(|found| row(page, found)))
}

/// Describes a change: the rule applies, perhaps with another limit or other days, or it ends.
pub(super) fn describe(page: &Shell, applies: bool, (percent, days): (Option<&str>, Option<i64>)) -> String {
    match (percent, days) {
        _ if !applies => page.say("statute-setting-ends"),
        (Some(percent), _) => page.with("statute-setting-percent", "percent", percent),
        (None, Some(days)) => page.with("statute-setting-of-days", "days", days),
        (None, None) => page.say("statute-setting-applies"),
    }
}

fn row(page: &Shell, found: StatuteSettingView) -> Row {
    let actions: &[RowAction] = match found.state {
        ProposalState::Proposed => &[RowAction::new("approve"), RowAction::with_reason("refuse")],
        ProposalState::Approved | ProposalState::Refused | ProposalState::Recalled => &[],
    };
    let applies = describe(page, found.applies, (found.percent.as_deref(), found.days));
    let cells = [
        ("statute", page.say(&format!("statute-{}-name", found.rule)).into()),
        ("from_on", found.from_on.into()),
        ("statute_applies", applies.into()),
        ("statute_source", found.source.into()),
        ("state", page.word("proposal", found.state).into()),
    ];
    Row::new(found.id, cells).with_actions(actions.iter().copied())
}

fn fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    let rules = SettableRule::ALL.iter().map(|rule| (rule.to_string(), page.say(&format!("statute-{rule}-name"))));
    Ok(vec![
        Field::named(page, "rule", FieldKind::Choice).options(rules.collect()).label(page.say("column-statute")),
        Field::choice(page, "applies", "statute-setting", &APPLIES).label(page.say("column-statute_applies")),
        Field::named(page, "limit", FieldKind::Number)
            .label(page.say("field-statute-limit"))
            .hint(page.say("statute-setting-hint")),
        Field::named(page, "days", FieldKind::Number)
            .label(page.say("field-statute-days"))
            .hint(page.say("statute-setting-days-hint")),
        Field::named(page, "from_on", FieldKind::Day).hint(page.say("approval-rule-day")),
        line(page, "source").label(page.say("column-statute_source")),
    ])
}

fn propose(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let rule = reader.required("rule", parse_choice);
    let applies = reader.required("applies", |typed| match APPLIES.iter().position(|known| *known == typed) {
        Some(place) => Ok(place == 0),
        None => Err(Message::new("draft-choice")),
    });
    let limit = reader.optional("limit", parse_percent);
    let days = reader.optional("days", parse_days).map(|days| days.get().into());
    let from_on = reader.required("from_on", parse_date);
    let source = reader.required_text("source");
    let input = match (rule, applies, from_on) {
        (Some(rule), Some(applies), Some(from_on)) => {
            Some(StatuteSettingInput { rule, applies, limit, days, from_on, source })
        }
        _ => None,
    };
    Ok(Done::new(statute_settings::propose(app, caller, &reader.finish(input)?)?.id))
}

fn decide(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(statute_settings::decide(app, caller, id, action, &input)?.id))
}
