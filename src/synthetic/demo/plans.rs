//! The demonstration's contracts: the programme from the official notice, and about forty others over two years, good
//! and bad. `script` decides which of their events have happened by the clock. All figures follow from a contract's
//! position in the list, so that every run gives the same data.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use crate::error::Error;
use crate::synthetic::days::{after, before, day, working};
use crate::synthetic::demo::city::CONTRACTORS;
use crate::synthetic::demo::further;
use crate::synthetic::demo::input::from;
use crate::synthetic::demo::plan::{Fate, Plan};
use crate::synthetic::samples::{REGIONS, SERVICES};

/// Number of quarterly contracts in each year.
const OF_YEAR: [(i32, usize); 2] = [(2025, 16), (2026, 23)];

/// Plans every contract of the demonstration.
pub(super) fn all() -> Result<Vec<Plan>, Error> {
    let mut plans = vec![programme()?, further::sessions()?, further::accompanied()?];
    for (year, count) in OF_YEAR {
        for place in 0..count {
            plans.push(quarterly(year, place)?);
        }
    }
    Ok(plans)
}

/// Plans the programme from the official notice, with the terms and facts of `tests/examples/programme-midyear.json` (a
/// test compares them).
pub(super) fn programme() -> Result<Plan, Error> {
    let case: Value = serde_json::from_str(include_str!("programme.json"))
        .map_err(|error| Error::Internal(format!("the programme: {error}")))?;
    let words =
        |name: &str, unit: &str| json!({"name": name, "unit": unit, "service": name, "standard": "宣司〔2017〕43号"});
    Ok(Plan {
        number: "XCSF-2026-001".to_owned(),
        title: "社区矫正社会工作服务（2026 年度）".to_owned(),
        region: "341800",
        contractor: CONTRACTORS[0].0,
        regime: "procurement_law",
        registered_on: day(2025, 12, 22),
        signed_on: day(2026, 1, 4),
        terms: from(case["terms"].clone())?,
        details: json!({
            "items": {"VISIT": words("上门走访", "次"), "COUNSEL": words("心理矫治", "人次"), "EDU": words("教育学习", "场")},
            "deliverables": {
                "VISIT-H1": {"name": "上半年上门走访"}, "VISIT-H2": {"name": "下半年上门走访"},
                "COUNSEL-H1": {"name": "上半年心理矫治"}, "COUNSEL-H2": {"name": "下半年心理矫治"},
                "EDU-H1": {"name": "上半年教育学习"}, "EDU-H2": {"name": "下半年教育学习"}
            },
            "milestones": {"ADVANCE": {"name": "预付款"}, "MIDYEAR": {"name": "中期款"}, "FINAL": {"name": "尾款"}},
            "clauses": {
                "LATE": {"name": "逾期提交"}, "NONE": {"name": "未提交"}, "SHORT": {"name": "数量不足"},
                "COVER": {"name": "走访覆盖率不达标"}, "REOFF": {"name": "再犯罪率超标"}, "SCORE": {"name": "绩效不达标"},
                "STAFF": {"name": "人员配备不足"}, "LEAK": {"name": "信息泄露"}
            },
            "indicators": {
                "COVERAGE": {"name": "走访覆盖率"}, "SAT": {"name": "服务对象满意度"},
                "ATTEND": {"name": "到课率"}, "REOFFEND": {"name": "再犯罪率"}
            }
        }),
        facts: from(case["facts"].clone())?,
        open_requests: Vec::new(),
        ends: None,
        closes: true,
        fate: Fate::Runs,
    })
}

/// Plans a contract for one service, delivered by quarter.
fn quarterly(year: i32, place: usize) -> Result<Plan, Error> {
    // Unsigned contracts belong to the city, whose people can sign in.
    let is_begun = year == 2026 && place >= 19;
    let (region, place_name) = REGIONS[if is_begun { 0 } else { place % REGIONS.len() }];
    let (code, service, unit, price, quantity) = SERVICES[(place * 3 + place / 8) % SERVICES.len()];
    // Some of the second year begin later; the last of them are not signed yet.
    let begins = if year == 2026 && place >= 12 { 3 * (place as u32 - 11).min(8) / 2 + 1 } else { 1 };
    let starts_on = day(year, begins.min(10), 8);
    let dues: Vec<NaiveDate> = (1..=4).map(|quarter| quarter_end(starts_on, quarter)).collect();
    let deliverable = |quarter: usize| format!("{code}-Q{}", quarter + 1);
    let terms = quarterly_terms((code, price, quantity), starts_on, &dues, &deliverable);
    // One contractor stops after half a year, and the contract is terminated once the third delivery is 45 days late.
    let ends = (year == 2025 && place == 9).then(|| after(dues[2], 50));
    let submitted = if ends.is_some() { 2 } else { dues.len() };
    let fate = match (year, place) {
        (2026, 22) => Fate::Draft,
        (2026, 21) => Fate::Withdrawn,
        (2026, 20) => Fate::Submitted,
        (2026, 19) => Fate::Funded,
        _ => Fate::Runs,
    };
    Ok(Plan {
        number: format!("{region}-{year}-{:03}", place + 2),
        title: format!("{place_name}社区矫正{}服务（{year} 年度）", service.trim_end_matches("服务")),
        region,
        contractor: CONTRACTORS[place % CONTRACTORS.len()].0,
        regime: if place.is_multiple_of(4) { "below_threshold" } else { "procurement_law" },
        registered_on: before(starts_on, 20),
        signed_on: before(starts_on, 3),
        terms: from(terms)?,
        details: json!({
            "items": {code: {"name": service, "unit": unit, "service": service, "standard": "宣司〔2017〕43号"}},
            "deliverables": (0..4).map(|q| (deliverable(q), json!({"name": format!("第 {} 期{service}", q + 1), "evidence": "成果报告、服务记录、现场照片或签到表"}))).collect::<serde_json::Map<_, _>>(),
            "milestones": (0..4).map(|q| (format!("Q{}", q + 1), json!({"name": format!("第 {} 期款", q + 1)}))).collect::<serde_json::Map<_, _>>(),
            "clauses": {"LATE": {"name": "逾期提交"}, "SHORT": {"name": "数量不足"}, "QUAL": {"name": "满意度不达标"}},
            "indicators": {"SAT": {"name": "服务对象满意度"}}
        }),
        open_requests: Vec::new(),
        facts: from(plan_facts(place + 100 * usize::from(year == 2026), &dues[..submitted], quantity, &deliverable))?,
        ends,
        // Finance has not closed one of them yet.
        closes: (year, place) != (2025, 8),
        fate,
    })
}

/// Returns the terms of a contract for one service at a price, the same quantity of which is due on each of the days.
fn quarterly_terms(
    (code, price, quantity): (&str, u32, u32),
    starts_on: NaiveDate,
    dues: &[NaiveDate],
    deliverable: &impl Fn(usize) -> String,
) -> Value {
    let deliverables: Vec<Value> = dues
        .iter()
        .enumerate()
        .map(|(quarter, due)| {
            json!({"code": deliverable(quarter), "item": code, "quantity": quantity.to_string(), "due_on": due,
                "indicators": [{"code": "SAT", "target": "85", "direction": "at_least"}]})
        })
        .collect();
    let milestones: Vec<Value> = (0..4)
        .map(|quarter| json!({"code": format!("Q{}", quarter + 1), "requires": [deliverable(quarter)], "payment_days": 30}))
        .collect();
    json!({
        "amount": format!("{}.00", price * quantity * 4),
        "starts_on": starts_on, "ends_on": dues.last().copied().unwrap_or(starts_on),
        "penalty_cap": "0.2", "inspection_days": 10, "cure_days": 5,
        "items": [{"code": code, "quantity": (quantity * 4).to_string(), "unit_price": format!("{price}.00")}],
        "deliverables": deliverables,
        "milestones": milestones,
        "breach_terms": [
            {"code": "LATE", "kind": "late_delivery", "daily_rate": "0.002", "base": "deliverable", "cap": "0.1"},
            {"code": "SHORT", "kind": "quantity_shortfall", "severity": "major", "tolerance": "0.02", "rate": "0.3"},
            {"code": "QUAL", "kind": "quality_shortfall", "severity": "major", "indicator": "SAT", "base": "deliverable",
                "tiers": [{"beyond": "85", "rate": "0.03"}, {"beyond": "75", "rate": "0.1"}]}
        ],
        "termination": {"penalty_fraction": "0.1", "days_late": 45}
    })
}

/// Plans the events of a contract: most deliveries are on time and complete; some are late, short, rejected once, paid
/// late or not at all.
fn plan_facts(seed: usize, dues: &[NaiveDate], quantity: u32, code: &impl Fn(usize) -> String) -> Value {
    let (mut submissions, mut decisions, mut payments) = (Vec::new(), Vec::new(), Vec::new());
    for (quarter, due) in dues.iter().enumerate() {
        let luck = seed * 7 + quarter * 3;
        let late = [0, 0, 0, 0, 0, 0, 4, 9, 16, 30][luck % 10];
        let mut submitted_on = working(after(before(*due, 2), late));
        let mut no = 1;
        if luck % 11 == 5 {
            submissions.push(
                json!({"deliverable": code(quarter), "no": 1, "on": submitted_on, "quantity": quantity.to_string()}),
            );
            let rejected = working(after(submitted_on, 3));
            decisions.push(json!({"deliverable": code(quarter), "no": 1, "on": rejected, "decision": "rejected"}));
            submitted_on = working(after(rejected, 4));
            no = 2;
        }
        let done = [100, 100, 100, 100, 97, 92][luck % 6] * quantity / 100;
        submissions
            .push(json!({"deliverable": code(quarter), "no": no, "on": submitted_on, "quantity": done.to_string()}));
        let decided = working(after(submitted_on, 2 + luck % 9));
        let decision = if done < quantity { "partial" } else { "accepted" };
        let measured = 82 + luck % 15;
        decisions.push(json!({"deliverable": code(quarter), "no": no, "on": decided, "decision": decision,
            "quantity": done.to_string(), "measured": {"SAT": measured.to_string()}}));
        // A placeholder: `script` requests whatever is payable on that day.
        let paid = working(after(decided, 6 + luck * 5 % 34));
        payments.push(json!({"milestone": format!("Q{}", quarter + 1), "on": paid, "amount": "0.01"}));
    }
    json!({
        "submissions": submissions, "decisions": decisions, "payments": payments,
        "surveys": [{"on": working(after(dues[1], 1)), "score": (78 + seed % 20).to_string()}]
    })
}

/// Returns the last day of a contract's n-th quarter.
fn quarter_end(starts_on: NaiveDate, quarter: u32) -> NaiveDate {
    let months = starts_on.month0() + 3 * quarter;
    let years = i32::try_from(months / 12).unwrap_or(0);
    before(day(starts_on.year() + years, months % 12 + 1, 1), 1)
}
