//! Settings of statutes: from a day on, a rule has another limit or other days, or no longer applies, because its law was
//! changed. The administrator proposes a setting with its source, and it holds once a finance approver has approved it and
//! its day has come, so that what was done before is judged by what held then.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::numbers::Rate;
use crate::domain::policy::Action;
use crate::domain::proposals::ProposedRegister;
use crate::domain::shape::date;
use crate::domain::statute_settings::{MOST_DAYS, Parameters, SettableRule, WHOLE};
use crate::domain::statutes::LoanRates;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::identity::caller::Caller;
use crate::services::registry::loan_rates::{self, hundredths_of};
use crate::services::registry::proposals::{self, Proposal, ProposalDecisionInput, ProposalRegister, ProposalSummary};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::registry::statute_settings::{self as rows, NewStatuteSetting, StatuteSettingRow};
use crate::storage::registry::version::{self, RegisterVersion};
use crate::storage::write::Tx;

/// The register.
const REGISTER: ProposalRegister<StatuteSettingRow> = ProposalRegister {
    register: ProposedRegister::StatuteSettings,
    propose: (Action::ProposeStatuteSetting, EventAction::Step(Action::ProposeStatuteSetting)),
    refuse: EventAction::StatuteSettingRefuse,
    find: rows::by_public_id,
    proposal: |row| Proposal {
        by: (row.proposed_by, row.proposed_for),
        state: row.state,
        organisation: row.organisation_id,
    },
};

/// A setting to propose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatuteSettingInput {
    pub rule: SettableRule,
    /// False if the rule no longer applies.
    pub applies: bool,
    /// Limit as a part of the contract's amount, with at most four places: `0.15` is 15 %. Only for `bond-10pct` and
    /// `supplement-10pct`; absent for that of the law.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub limit: Option<Rate>,
    /// Days for the task, 1 to 365; working days for `publish-2wd`. Only for `sign-30d` and `publish-2wd`; absent for those
    /// of the law.
    #[serde(default)]
    pub days: Option<u32>,
    /// First day on which it holds; after the day of its approval.
    #[serde(deserialize_with = "date")]
    pub from_on: NaiveDate,
    /// Law or document that changes the rule.
    pub source: String,
}

/// A setting of a statute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatuteSettingView {
    /// Public identifier.
    pub id: String,
    pub rule: SettableRule,
    pub applies: bool,
    /// Limit in percent of the contract's amount; absent for that of the law.
    pub percent: Option<String>,
    /// Days for the task; absent for those of the law.
    pub days: Option<i64>,
    /// First day on which it holds.
    pub from_on: NaiveDate,
    /// Law or document that changes the rule.
    pub source: String,
    /// State of the proposal; the setting holds once approved.
    pub state: ProposalState,
}

/// Returns the parameters of the statutes, as they are stored now.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn parameters(connection: &mut AnyConnection) -> Result<Parameters, Error> {
    let version = version::load(connection)?;
    parameters_at(connection, &version)
}

/// Returns the parameters of the statutes for an act on a contract.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn parameters_for(
    connection: &mut AnyConnection,
    record: &ContractRecord,
) -> Result<Parameters, Error> {
    parameters_at(connection, &record.registers)
}

fn parameters_at(connection: &mut AnyConnection, version: &RegisterVersion) -> Result<Parameters, Error> {
    let rates = loan_rates::remembered(connection, version)?;
    Ok(Parameters { rates, settings: rows::remembered(connection, version)? })
}

/// Lists the settings that were proposed.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<StatuteSettingView>, Error> {
    caller.may(Action::ReadRules)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| Ok(rows::by_public_id(connection, id)?.map(|setting| setting.id.0)))?;
        let found = rows::list(connection, after, page.rows())?;
        Ok(page.cut(found, |setting| &setting.public_id).map(view))
    })
}

/// Returns a limit in percent, without trailing zeros.
pub(super) fn percent(hundredths: i64) -> String {
    LoanRates::percent(hundredths).normalize().to_string()
}

fn view(setting: StatuteSettingRow) -> StatuteSettingView {
    StatuteSettingView {
        id: setting.public_id,
        rule: setting.rule,
        applies: setting.applies,
        percent: setting.hundredths.map(percent),
        days: setting.days,
        from_on: setting.from_on,
        source: setting.source,
        state: setting.state,
    }
}

/// Proposes a setting.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, a limit or days of a rule without them, or a day that has come; `Duplicate` while
/// another setting of the rule waits for its approval.
pub fn propose(app: &App, caller: &Caller, input: &StatuteSettingInput) -> Result<ProposalSummary, Error> {
    caller.may(Action::ProposeStatuteSetting)?;
    check(input)?;
    let find_same = |tx: &mut Tx<'_>| {
        require_future(input.from_on, tx)?;
        rows::waiting(tx.connection, input.rule)
    };
    proposals::propose(app, caller, (&REGISTER, input), find_same, |tx, (public_id, organisation)| {
        let new = NewStatuteSetting {
            public_id,
            organisation,
            rule: input.rule,
            applies: input.applies,
            hundredths: input.limit.and_then(hundredths_of),
            days: input.days,
            from_on: input.from_on,
            source: input.source.trim(),
        };
        rows::insert(tx.connection, tx.context, &new, tx.person()?)
    })
}

/// Checks the form of a setting's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &StatuteSettingInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    if let Some(limit) = input.limit {
        if !input.rule.has_limit() || !input.applies {
            faults.add("limit", Message::new("statute-setting-no-limit"));
        } else if !hundredths_of(limit).is_some_and(|part| (0..=WHOLE).contains(&part)) {
            faults.add("limit", Message::new("statute-setting-limit"));
        }
    }
    if let Some(days) = input.days {
        if input.rule.days().is_none() || !input.applies {
            faults.add("days", Message::new("statute-setting-no-days"));
        } else if !(1..=MOST_DAYS).contains(&days) {
            faults.add("days", Message::new("statute-setting-days").with("most", MOST_DAYS));
        }
    }
    faults.line("source", &input.source);
    faults.finish()
}

/// Refuses a setting from a day that has come: acts of that day may have been judged without it.
fn require_future(from_on: NaiveDate, tx: &Tx<'_>) -> Result<(), Error> {
    if from_on > tx.context.today() {
        return Ok(());
    }
    Err(Error::refused_at("register", "from_on", Message::new("approval-rule-day")))
}

/// Approves or refuses a setting. The proposer may do neither.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Duplicate` if already decided; `Refused` once its day has come.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    proposals::decide(app, caller, &REGISTER, (id, name, input), |tx, setting, decision| {
        if decision.0 == ProposalState::Approved {
            require_future(setting.from_on, tx)?;
        }
        rows::decide(tx.connection, setting.id, decision)
    })
}
