//! Recorded rows of settings and other proposals that belong to an organisation: chains and rules on approvals, loan prime
//! rates, years of the working calendar, imports of ledgers and changes of statutes; of the matters that it issued or
//! answered, its work stations, the funds that it recorded, and its correction groups.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;

use crate::schema::{
    approval_chains, approval_rules, calendar_imports, correction_groups, ledger_imports, loan_rates, matter_answers,
    matters, station_funds, statute_settings, work_stations,
};
use crate::storage::Result;
use crate::storage::audit::collected_rows::Collected;
use crate::storage::backend::AnyConnection;

recorded_rows! {
    ApprovalChainRow of approval_chains {
        id: i64, public_id: String, funder_id: i64, subject: String, steps: String, from_on: NaiveDate,
        document_no: String, state: String, proposed_by: i64, proposed_for: Option<i64>, proposed_at: NaiveDateTime,
        decided_by: Option<i64>, decided_at: Option<NaiveDateTime>,
    }
    ApprovalRuleRow of approval_rules {
        id: i64, public_id: String, funder_id: i64, amount_fen: i64, approvers: i64, from_on: NaiveDate,
        document_no: String, state: String, proposed_by: i64, proposed_for: Option<i64>, proposed_at: NaiveDateTime,
        decided_by: Option<i64>, decided_at: Option<NaiveDateTime>,
    }
    LoanRateRow of loan_rates {
        id: i64, public_id: String, organisation_id: i64, from_on: NaiveDate, hundredths: i64, source: String,
        state: String, proposed_by: i64, proposed_for: Option<i64>, proposed_at: NaiveDateTime, decided_by: Option<i64>,
        decided_at: Option<NaiveDateTime>,
    }
    CalendarImportRow of calendar_imports {
        id: i64, public_id: String, organisation_id: i64, year: i32, version: i64, notice: String, holidays: String,
        workdays: String, state: String, proposed_by: i64, proposed_for: Option<i64>, proposed_at: NaiveDateTime,
        decided_by: Option<i64>, decided_at: Option<NaiveDateTime>,
    }
    MatterRow of matters {
        id: i64, public_id: String, kind: String, organisation_id: i64, addressee_id: Option<i64>, title: String,
        text: String, on_day: NaiveDate, due_on: Option<NaiveDate>, state: String, closing: String, entered_by: i64,
        entered_for: Option<i64>, entered_at: NaiveDateTime, closed_by: Option<i64>, closed_for: Option<i64>,
        closed_at: Option<NaiveDateTime>,
    }
    MatterAnswerRow of matter_answers {
        id: i64, matter_id: i64, organisation_id: i64, text: String, entered_by: i64, entered_for: Option<i64>,
        entered_at: NaiveDateTime,
    }
    WorkStationRow of work_stations {
        id: i64, public_id: String, organisation_id: i64, name: String, name_key: String, address: String,
        keeper: String, from_on: NaiveDate, until_on: Option<NaiveDate>, entered_by: i64, entered_for: Option<i64>,
        entered_at: NaiveDateTime,
    }
    StationFundRow of station_funds {
        id: i64, public_id: String, work_station_id: i64, organisation_id: i64, year: i32, amount_fen: i64,
        document_no: String, entered_by: i64, entered_for: Option<i64>, entered_at: NaiveDateTime,
    }
    CorrectionGroupRow of correction_groups {
        id: i64, public_id: String, organisation_id: i64, subject: String, subject_key: String, members: String,
        from_on: NaiveDate, until_on: Option<NaiveDate>, entered_by: i64, entered_for: Option<i64>,
        entered_at: NaiveDateTime,
    }
    LedgerImportRow of ledger_imports {
        id: i64, public_id: String, organisation_id: i64, funder_id: i64, name: String, sha256: String, contracts: i64,
        facts: i64, amount_fen: i64, state: String, proposed_by: i64, proposed_for: Option<i64>,
        proposed_at: NaiveDateTime, decided_by: Option<i64>, decided_at: Option<NaiveDateTime>,
    }
    StatuteSettingRow of statute_settings {
        id: i64, public_id: String, organisation_id: i64, rule: String, applies: bool, hundredths: Option<i64>,
        from_on: NaiveDate, source: String, state: String, proposed_by: i64, proposed_for: Option<i64>,
        proposed_at: NaiveDateTime, decided_by: Option<i64>, decided_at: Option<NaiveDateTime>,
        #[serde(skip_serializing_if = "Option::is_none")]
        days: Option<i64>,
    }
}

/// Adds the settings of organisations, from the tables that were written.
pub(super) fn of_organisations(
    connection: &mut AnyConnection,
    ids: &[i64],
    asked: impl Fn(&str) -> bool,
    collected: &mut Collected,
) -> Result<()> {
    collect!(connection, collected, ids, asked, ApprovalRuleRow of approval_rules by funder_id,
        ApprovalChainRow of approval_chains by funder_id, LoanRateRow of loan_rates by organisation_id,
        CalendarImportRow of calendar_imports by organisation_id, LedgerImportRow of ledger_imports by organisation_id,
        MatterRow of matters by organisation_id,
        MatterAnswerRow of matter_answers by organisation_id, WorkStationRow of work_stations by organisation_id,
        StationFundRow of station_funds by organisation_id,
        CorrectionGroupRow of correction_groups by organisation_id,
        StatuteSettingRow of statute_settings by organisation_id);
    Ok(())
}
