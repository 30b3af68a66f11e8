//! Service records of the demonstration: some that the justice station confirmed, one that it refused, and some that
//! still await it.

use crate::error::Error;
use crate::services::records::decide::{self, RecordStepInput};
use crate::services::records::{self, RecordInput, RecordsInput, Rows};
use crate::synthetic::demo::city::contractor_person;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::plan::Plan;

/// Day, service, subject, group size, minutes and note.
const ROWS: &[(&str, &str, &str, i64, i64, &str)] = &[
    ("2026-09-14", "VISIT", "XZ-017", 1, 45, "入户走访，家庭情况稳定"),
    ("2026-09-15", "VISIT", "XZ-022", 1, 50, ""),
    ("2026-09-16", "COUNSEL", "XZ-017", 1, 60, "第三次心理矫治"),
    ("2026-09-17", "EDU", "", 26, 120, "集中教育学习"),
    ("2026-09-18", "VISIT", "XZ-031", 1, 40, ""),
];

/// The contractor enters a week's records; the station confirms three and refuses one.
pub(super) fn week_is_recorded(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let row = |(on, service, subject, group_size, minutes, note): &(&str, &str, &str, i64, i64, &str)| RecordInput {
        on: (*on).to_owned(),
        service: (*service).to_owned(),
        deliverable: String::new(),
        place: "宣州区西林街道社区矫正工作站".to_owned(),
        worker: "林晓东".to_owned(),
        subject: (*subject).to_owned(),
        group_size: Some(*group_size),
        minutes: *minutes,
        note: (*note).to_owned(),
    };
    let rows = Rows::of_list(RecordsInput { rows: ROWS.iter().map(row).collect() });
    let entered =
        narrator.act_as(&contractor_person(plan.contractor), |app, caller| records::record(app, caller, id, &rows))?;
    let mut step = |name: &str, ids: &[String], reason: Option<&str>| {
        let input = RecordStepInput { reason: reason.map(str::to_owned) };
        narrator.act_as("station", |app, caller| decide::take_steps(app, caller, id, name, (ids, &input))).map(|_| ())
    };
    step("confirm", entered.ids.get(..3).unwrap_or_default(), None)?;
    step("refuse", entered.ids.get(4..).unwrap_or_default(), Some("当日该对象外出请假，未在辖区"))
}
