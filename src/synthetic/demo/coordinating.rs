//! Coordination in the demonstration: a joint meeting with a decision that was reported on and one that is overdue, a demand
//! notice with an answer, and a work station with its funds and a correction group.

use serde_json::json;

use crate::error::Error;
use crate::services::coordination::{self, MatterInput};
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::work_stations::{self, funds, groups};
use crate::synthetic::demo::input::from;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::plan::Plan;

fn issue(narrator: &mut Narrator<'_>, who: &str, input: &MatterInput) -> Result<String, Error> {
    Ok(narrator.act_as(who, |app, caller| coordination::issue(app, caller, input))?.id)
}

fn answer(narrator: &mut Narrator<'_>, who: &str, id: &str, words: &str) -> Result<(), Error> {
    let input = ProposalDecisionInput { reason: Some(words.to_owned()) };
    narrator.act_as(who, |app, caller| coordination::take_step(app, caller, id, "answer", &input)).map(|_| ())
}

/// The justice bureau calls a joint meeting, whose decisions two bureaus carry out.
pub(super) fn bureaus_meet(narrator: &mut Narrator<'_>, _: &Plan, _: &str) -> Result<(), Error> {
    let minutes = json!({
        "kind": "minutes", "title": "2026 年第三次政府购买社区矫正服务联席会议", "on": "2026-09-10",
        "text": "会议听取了前三季度服务情况，议定两项：一、财政部门将下一年度购买服务经费列入预算；二、人社部门把服务对象的职业技能培训纳入本地区计划。",
    });
    issue(narrator, "justice", &from(minutes)?)?;
    for (title, text, to, due_on) in [
        ("落实下一年度经费", "列入 2027 年部门预算草案", "341800-CZ", "2026-10-30"),
        ("职业技能培训纳入计划", "明确培训工种、期数和补贴办法", "341800-RS", "2026-09-25"),
    ] {
        let decision = json!({
            "kind": "decision", "title": title, "text": text, "to": to, "on": "2026-09-10", "due_on": due_on,
        });
        let id = issue(narrator, "justice", &from(decision)?)?;
        if to == "341800-CZ" {
            answer(narrator, "finance-review", &id, "已列入部门预算草案，待审定")?;
        }
    }
    let demand = json!({
        "kind": "demand", "title": "需要心理咨询师", "due_on": "2026-10-15",
        "text": "西林街道有 6 名服务对象需要个别心理咨询，每月两次，请有资质的机构答复可派人数和时间。",
    });
    let id = issue(narrator, "station", &from(demand)?)?;
    answer(narrator, "contractor-2", &id, "可派心理咨询师 2 名，每月第一、三周周三下午")
}

/// The justice station enters a work station and forms a group; the officer records the funds.
pub(super) fn village_keeps_a_work_station(narrator: &mut Narrator<'_>, _: &Plan, _: &str) -> Result<(), Error> {
    let station = from(json!({
        "name": "东山社区矫正工作站", "address": "西林街道东山社区居委会一楼", "keeper": "王建国", "from_on": "2026-03-02",
    }))?;
    narrator.act_as("station", |app, caller| work_stations::enter(app, caller, &station))?;
    let assigned = from(json!({
        "work_station": "东山社区矫正工作站", "year": 2026, "amount": "2400.00", "document_no": "宣财行〔2026〕18号",
    }))?;
    narrator.act_as("justice", |app, caller| funds::record(app, caller, &assigned))?;
    let group = from(json!({
        "subject": "XZ-017", "members": ["王建国 社区主任", "林晓东 社会工作者", "李春梅 家属"], "from_on": "2026-03-02",
    }))?;
    narrator.act_as("station", |app, caller| groups::form(app, caller, &group)).map(|_| ())
}
