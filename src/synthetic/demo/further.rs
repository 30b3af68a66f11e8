//! Two further contracts of the city that show every kind of pending task at the end of September 2026: one paid by
//! session, with payment requests at every approval step, and one with headcounts, incidents and a missing score.

use serde_json::{Value, json};

use crate::error::Error;
use crate::synthetic::days::day;
use crate::synthetic::demo::city::CONTRACTORS;
use crate::synthetic::demo::input::from;
use crate::synthetic::demo::plan::{Fate, OpenRequest, Plan};

/// Number of the contract paid by session.
pub(super) const SESSIONS: &str = "341800-2026-101";
/// Number of the contract with headcounts.
pub(super) const ACCOMPANIED: &str = "341800-2026-102";

/// Due date of each session: month and day of 2026.
const DUE: [(u32, u32); 12] =
    [(6, 12), (6, 26), (7, 10), (7, 24), (8, 7), (8, 21), (9, 4), (9, 11), (9, 18), (9, 21), (9, 28), (10, 16)];
/// Submissions: session, attempt, month, day.
const SUBMITTED: [(usize, u32, u32, u32); 12] = [
    (1, 1, 6, 12),
    (2, 1, 6, 26),
    (3, 1, 7, 14),
    (4, 1, 7, 24),
    (4, 2, 8, 3),
    (5, 1, 8, 7),
    (6, 1, 8, 21),
    (7, 1, 9, 4),
    (8, 1, 9, 11),
    (9, 1, 9, 17),
    (10, 1, 9, 21),
    (11, 1, 9, 28),
];
/// Decisions: session, attempt, month, day, decision, and the number of participants accepted (25 are agreed).
const DECIDED: [(usize, u32, u32, u32, &str, u32); 11] = [
    (1, 1, 6, 16, "accepted", 25),
    (2, 1, 7, 1, "accepted", 25),
    (3, 1, 7, 20, "accepted", 25),
    (4, 1, 7, 28, "rejected", 0),
    (4, 2, 8, 6, "accepted", 25),
    (5, 1, 8, 12, "partial", 22),
    (6, 1, 8, 26, "accepted", 25),
    (7, 1, 9, 8, "accepted", 25),
    (8, 1, 9, 15, "accepted", 25),
    (9, 1, 9, 18, "accepted", 25),
    (10, 1, 9, 22, "accepted", 25),
];
/// Payments: session, month, day. The second is late; the third is made twice, because the bank returned it.
const PAID: [(usize, u32, u32); 4] = [(1, 7, 6), (2, 8, 20), (3, 8, 3), (3, 8, 10)];
/// Invoices: session, month, day; from the sixth session on.
const INVOICED: [(usize, u32, u32); 5] = [(6, 8, 28), (7, 9, 10), (8, 9, 16), (9, 9, 21), (10, 9, 23)];

fn session(number: usize) -> String {
    format!("TRAIN-{number:02}")
}

fn paid_for(number: usize) -> String {
    format!("P{number:02}")
}

/// Plans vocational training, paid session by session.
pub(super) fn sessions() -> Result<Plan, Error> {
    let each = || DUE.iter().zip(1_usize..);
    let named = |code: fn(usize) -> String, name: &str, place: &str| -> Value {
        let words = each().map(|(_, number)| {
            let words = match place {
                "" => json!({"name": format!("第 {number} 期{name}")}),
                place => json!({"name": format!("第 {number} 期{name}"), "place": place, "evidence": "签到表、现场照片、结业名单"}),
            };
            (code(number), words)
        });
        Value::Object(words.collect())
    };
    let on = |month: u32, of_month: u32| day(2026, month, of_month);
    let open = |milestone, of_month, taken, returned| OpenRequest { milestone, on: on(9, of_month), taken, returned };
    Ok(Plan {
        number: SESSIONS.to_owned(),
        title: "社区矫正对象职业技能培训（2026 年度，分期实施）".to_owned(),
        region: "341800",
        contractor: CONTRACTORS[1].0,
        regime: "procurement_law",
        registered_on: on(5, 12),
        signed_on: on(5, 29),
        terms: from(session_terms())?,
        details: json!({
            "items": {"TRAIN": {"name": "职业技能培训", "unit": "人次", "service": "职业技能培训", "standard": "宣司〔2017〕43号"}},
            "deliverables": named(session, "职业技能培训", "宣城市社区矫正教育基地"),
            "milestones": named(paid_for, "培训费", ""),
            "clauses": {"LATE": {"name": "逾期提交"}, "SHORT": {"name": "培训人数不足"}, "QUAL": {"name": "满意度不达标"}},
            "indicators": {"SAT": {"name": "学员满意度"}},
            "notes": "每期 25 人，开班前 5 个工作日报送学员名单；参训人员信息仅用于本项目，不得外传。"
        }),
        facts: from(session_facts())?,
        open_requests: vec![
            open("P04", 1, 3, ""),
            open("P05", 2, 3, ""),
            open("P06", 14, 3, ""),
            open("P07", 21, 2, ""),
            open("P08", 23, 1, ""),
            open("P10", 24, 1, "发票金额与申请金额不一致，请更正后重新申请"),
            open("P09", 28, 0, ""),
        ],
        ends: None,
        closes: true,
        fate: Fate::Runs,
    })
}

/// Terms of the training.
fn session_terms() -> Value {
    let each = || DUE.iter().zip(1_usize..);
    json!({
        "amount": "240000.00", "starts_on": "2026-06-01", "ends_on": "2026-10-31",
        "penalty_cap": "0.2", "inspection_days": 10, "cure_days": 5,
        "items": [{"code": "TRAIN", "quantity": "300", "unit_price": "800.00"}],
        "deliverables": each().map(|((month, of_month), number)| json!({
            "code": session(number), "item": "TRAIN", "quantity": "25", "due_on": day(2026, *month, *of_month),
            "indicators": [{"code": "SAT", "target": "85", "direction": "at_least"}],
        })).collect::<Vec<_>>(),
        "milestones": each().map(|(_, number)| json!({
            "code": paid_for(number), "requires": [session(number)], "payment_days": 30,
        })).collect::<Vec<_>>(),
        "breach_terms": [
            {"code": "LATE", "kind": "late_delivery", "daily_rate": "0.002", "base": "deliverable", "cap": "0.1"},
            {"code": "SHORT", "kind": "quantity_shortfall", "severity": "major", "tolerance": "0.04", "rate": "0.3"},
            {"code": "QUAL", "kind": "quality_shortfall", "severity": "major", "indicator": "SAT", "base": "deliverable",
                "tiers": [{"beyond": "85", "rate": "0.03"}, {"beyond": "75", "rate": "0.1"}]}
        ],
        "termination": {"penalty_fraction": "0.1", "days_late": 45}
    })
}

/// Facts of the training.
fn session_facts() -> Value {
    let on = |month: u32, of_month: u32| day(2026, month, of_month);
    json!({
        "submissions": SUBMITTED.iter().map(|(number, no, month, of_month)| json!({
            "deliverable": session(*number), "no": no, "on": on(*month, *of_month), "quantity": if *number == 5 { "22" } else { "25" },
        })).collect::<Vec<_>>(),
        "decisions": DECIDED.iter().map(|(number, no, month, of_month, word, found)| {
            let mut decision = json!({"deliverable": session(*number), "no": no, "on": on(*month, *of_month), "decision": word});
            if *word != "rejected" {
                decision["quantity"] = json!(found.to_string());
                decision["measured"] = json!({"SAT": (86 + number % 9).to_string()});
            }
            decision
        }).collect::<Vec<_>>(),
        "invoices": INVOICED.iter().map(|(number, month, of_month)| json!({"milestone": paid_for(*number), "on": on(*month, *of_month)}))
            .collect::<Vec<_>>(),
        "payments": PAID.iter().map(|(number, month, of_month)| json!({
            "milestone": paid_for(*number), "on": on(*month, *of_month), "amount": "0.01",
        })).collect::<Vec<_>>(),
        "surveys": [{"on": "2026-09-01", "score": "92"}],
    })
}

/// Plans assistance and daily guidance over the year, with staffing checks and a score before each payment.
pub(super) fn accompanied() -> Result<Plan, Error> {
    let words = |name: &str| json!({"name": name, "unit": "人次", "service": name, "standard": "宣司〔2017〕43号"});
    let half =
        |name: &str| json!({"name": name, "place": "各乡镇（街道）司法所", "evidence": "帮扶记录、回访记录、现场照片"});
    Ok(Plan {
        number: ACCOMPANIED.to_owned(),
        title: "社区矫正对象社会帮扶与日常帮教服务（2026 年度）".to_owned(),
        region: "341800",
        contractor: CONTRACTORS[0].0,
        regime: "procurement_law",
        registered_on: day(2026, 1, 14),
        signed_on: day(2026, 1, 30),
        terms: from(accompanied_terms())?,
        details: json!({
            "items": {"AID": words("社会帮扶"), "HELP": words("日常帮教")},
            "deliverables": {
                "AID-H1": half("上半年社会帮扶"), "HELP-H1": half("上半年日常帮教"),
                "AID-H2": half("下半年社会帮扶"), "HELP-H2": half("下半年日常帮教")
            },
            "milestones": {"ADVANCE": {"name": "预付款"}, "H1": {"name": "上半年服务款"}, "H2": {"name": "下半年服务款"}},
            "clauses": {
                "LATE": {"name": "逾期提交"},
                "STAFF": {"name": "人员配备不足", "text": "每名专职社工服务对象不超过 20 人，不足的按每人每月 1500 元扣减。"},
                "CHANGE": {"name": "擅自更换项目负责人", "text": "未经采购人书面同意更换项目负责人的，每次扣减 5000 元。"},
                "SCORE": {"name": "绩效不达标"}
            },
            "indicators": {"SAT": {"name": "服务对象满意度"}},
            "notes": "服务对象信息严格保密，项目结束后移交全部档案。"
        }),
        facts: from(accompanied_facts())?,
        open_requests: Vec::new(),
        ends: None,
        closes: true,
        fate: Fate::Runs,
    })
}

/// Terms of the assistance.
fn accompanied_terms() -> Value {
    let deliverable = |code: &str, item: &str, quantity: &str, due: &str| {
        json!({"code": code, "item": item, "quantity": quantity, "due_on": due,
            "indicators": [{"code": "SAT", "target": "85", "direction": "at_least"}]})
    };
    json!({
        "amount": "144000.00", "starts_on": "2026-02-02", "ends_on": "2026-12-31",
        "penalty_cap": "0.2", "inspection_days": 10, "cure_days": 5,
        "items": [
            {"code": "AID", "quantity": "240", "unit_price": "300.00"},
            {"code": "HELP", "quantity": "600", "unit_price": "120.00"}
        ],
        "deliverables": [
            deliverable("AID-H1", "AID", "120", "2026-08-31"), deliverable("HELP-H1", "HELP", "300", "2026-08-31"),
            deliverable("AID-H2", "AID", "120", "2026-12-15"), deliverable("HELP-H2", "HELP", "300", "2026-12-15")
        ],
        "milestones": [
            {"code": "ADVANCE", "amount": "28800.00", "requires": [], "not_before": "2026-02-10", "payment_days": 30},
            {"code": "H1", "amount": "57600.00", "requires": ["AID-H1", "HELP-H1"], "requires_score": true, "payment_days": 30},
            {"code": "H2", "amount": "57600.00", "requires": ["AID-H2", "HELP-H2"], "requires_score": true, "payment_days": 30}
        ],
        "breach_terms": [
            {"code": "LATE", "kind": "late_delivery", "severity": "minor", "grace_days": 2, "daily_rate": "0.001",
                "base": "milestone", "cap": "0.05"},
            {"code": "STAFF", "kind": "staffing", "severity": "major", "clients_per_worker": 20, "amount_per_worker": "1500.00"},
            {"code": "CHANGE", "kind": "incident", "severity": "major", "amount": "5000.00"},
            {"code": "SCORE", "kind": "low_score", "severity": "major",
                "tiers": [{"below": "80", "rate": "0.05"}, {"below": "60", "rate": "0.2"}]}
        ],
        "termination": {"penalty_fraction": "0.1", "days_late": 45, "breaches": 6}
    })
}

/// Facts of the assistance.
fn accompanied_facts() -> Value {
    let headcount = |on: &str, month: &str, clients: u32, workers: u32| json!({"on": on, "month": month, "clients": clients, "workers": workers});
    let decided = |code: &str, on: &str, quantity: &str| json!({"deliverable": code, "no": 1, "on": on, "decision": "accepted", "quantity": quantity, "measured": {"SAT": "90"}});
    json!({
        "submissions": [
            {"deliverable": "HELP-H1", "no": 1, "on": "2026-08-28", "quantity": "300"},
            {"deliverable": "AID-H1", "no": 1, "on": "2026-09-08", "quantity": "120"}
        ],
        "decisions": [decided("HELP-H1", "2026-09-04", "300"), decided("AID-H1", "2026-09-22", "120")],
        "invoices": [{"milestone": "ADVANCE", "on": "2026-02-11"}],
        "payments": [{"milestone": "ADVANCE", "on": "2026-02-26", "amount": "28800.00"}],
        "headcounts": [
            headcount("2026-03-02", "2026-02", 96, 5), headcount("2026-04-01", "2026-03", 98, 5),
            headcount("2026-05-06", "2026-04", 101, 5), headcount("2026-06-01", "2026-05", 104, 6),
            headcount("2026-07-01", "2026-06", 108, 6), headcount("2026-08-03", "2026-07", 110, 6),
            headcount("2026-09-01", "2026-08", 118, 5)
        ],
        "incidents": [{"id": "2026-06-CHANGE", "clause": "CHANGE", "on": "2026-06-15"}],
        "waivers": [{"clause": "STAFF", "subject": "2026-04", "on": "2026-05-12"}],
        "surveys": [{"on": "2026-06-30", "score": "88"}, {"on": "2026-09-23", "score": "91"}]
    })
}
