//! Settings of statutes, each from a day on. `services::registry::statute_settings` decides.

use std::sync::Arc;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::codes::ProposalState;
use crate::domain::statute_settings::{SettableRule, StatuteSetting, StatuteSettings};
use crate::schema::statute_settings;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{OrganisationId, PersonId, StatuteSettingId};
use crate::storage::register_rows::{decision_writer, reader_by_public_id};
use crate::storage::registry::version::{Memory, RegisterVersion};
use crate::storage::write::Context;

/// A stored setting.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = statute_settings)]
pub struct StatuteSettingRow {
    pub id: StatuteSettingId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Organisation of the proposer.
    pub organisation_id: OrganisationId,
    #[diesel(deserialize_as = String)]
    pub rule: SettableRule,
    pub applies: bool,
    /// Limit in hundredths of a percent; `None` for that of the law.
    pub hundredths: Option<i64>,
    /// First day on which it holds.
    pub from_on: NaiveDate,
    /// Law or document that changes the rule.
    pub source: String,
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    pub proposed_by: PersonId,
    /// Holder on whose behalf, if a deputy proposed it.
    pub proposed_for: Option<i64>,
    /// Days for the task of the rule; `None` for those of the law.
    pub days: Option<i64>,
}

reader_by_public_id!(statute_settings, StatuteSettingRow);
decision_writer!(statute_settings, StatuteSettingId);

/// A setting to insert, proposed by the acting person.
#[derive(Debug)]
pub struct NewStatuteSetting<'a> {
    pub public_id: &'a str,
    pub organisation: OrganisationId,
    pub rule: SettableRule,
    pub applies: bool,
    pub hundredths: Option<i64>,
    pub days: Option<u32>,
    pub from_on: NaiveDate,
    pub source: &'a str,
}

/// Inserts a proposed setting.
pub fn insert(
    connection: &mut AnyConnection,
    context: &Context,
    new: &NewStatuteSetting<'_>,
    by: PersonId,
) -> Result<()> {
    diesel::insert_into(statute_settings::table)
        .values((
            statute_settings::public_id.eq(new.public_id),
            statute_settings::organisation_id.eq(new.organisation.0),
            statute_settings::rule.eq(new.rule.as_str()),
            statute_settings::applies.eq(new.applies),
            statute_settings::hundredths.eq(new.hundredths),
            statute_settings::days.eq(new.days.map(i64::from)),
            statute_settings::from_on.eq(new.from_on),
            statute_settings::source.eq(new.source),
            statute_settings::state.eq(ProposalState::Proposed.as_str()),
            statute_settings::proposed_by.eq(by),
            statute_settings::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            statute_settings::proposed_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Returns the random identifier of a setting of a rule that waits for its approval.
pub fn waiting(connection: &mut AnyConnection, rule: SettableRule) -> Result<Option<String>> {
    Ok(statute_settings::table
        .filter(statute_settings::state.eq(ProposalState::Proposed.as_str()))
        .filter(statute_settings::rule.eq(rule.as_str()))
        .order(statute_settings::id)
        .select(statute_settings::public_id)
        .first(connection)
        .optional()?)
}

/// Lists settings, after a key.
pub fn list(connection: &mut AnyConnection, after: i64, limit: i64) -> Result<Vec<StatuteSettingRow>> {
    Ok(statute_settings::table
        .filter(statute_settings::id.gt(after))
        .order(statute_settings::id)
        .limit(limit)
        .select(StatuteSettingRow::as_select())
        .load(connection)?)
}

/// Loads the approved settings in the order of their approval; there are few.
pub fn approved(connection: &mut AnyConnection) -> Result<Vec<StatuteSetting>> {
    let rows: Vec<StatuteSettingRow> = statute_settings::table
        .filter(statute_settings::state.eq(ProposalState::Approved.as_str()))
        .order((statute_settings::decided_at, statute_settings::id))
        .select(StatuteSettingRow::as_select())
        .load(connection)?;
    let setting = |row: StatuteSettingRow| StatuteSetting {
        rule: row.rule,
        from_on: row.from_on,
        applies: row.applies,
        hundredths: row.hundredths,
        days: row.days.and_then(|days| u32::try_from(days).ok()),
    };
    Ok(rows.into_iter().map(setting).collect())
}

/// Returns what [`approved`] loads, from memory where the registers have not changed since.
pub fn remembered(connection: &mut AnyConnection, version: &RegisterVersion) -> Result<Arc<StatuteSettings>> {
    static SETTINGS: Memory<(), Arc<StatuteSettings>> = Memory::new();
    SETTINGS.get_or_load(version, (), || Ok(Arc::new(StatuteSettings(approved(connection)?))))
}
