//! The demonstration's contracts: the programme of the notice, and about forty others over two years, good and bad ones.
//!
//! A plan has terms, words and what will happen; which of it has happened by the clock is told by `script`. All figures
//! follow from the contract's place in the list, so that every start tells the same story.

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

use crate::domain::calendar::Calendar;
use crate::domain::facts::Facts;
use crate::domain::terms::Terms;
use crate::error::Error;
use crate::synthetic::demo::city::{CONTRACTORS, REGIONS, from};
use crate::synthetic::demo::further;

/// How far a contract is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Draft,
    Withdrawn,
    Submitted,
    Funded,
    /// Signed, and as far as its facts go.
    Runs,
}

/// A contract of the demonstration.
#[derive(Debug)]
pub(super) struct Plan {
    pub number: String,
    pub title: String,
    /// Code of the region whose bureaus buy and fund.
    pub region: &'static str,
    /// Credit code.
    pub contractor: &'static str,
    pub regime: &'static str,
    pub registered_on: NaiveDate,
    pub signed_on: NaiveDate,
    pub terms: Terms,
    pub details: Value,
    pub facts: Facts,
    /// Payments that were asked for and are not made.
    pub claims: Vec<Claim>,
    /// Ended early, on this day.
    pub ends: Option<NaiveDate>,
    /// Whether finance has closed it, once everything was paid.
    pub closes: bool,
    pub fate: Fate,
}

/// A payment that was asked for: how far it has come.
#[derive(Debug)]
pub(super) struct Claim {
    pub milestone: &'static str,
    pub on: NaiveDate,
    /// Steps that were taken after it was asked for.
    pub taken: usize,
    /// Why whoever was next sent it back; empty if they have it still.
    pub returned: &'static str,
}

impl Plan {
    fn word<'a>(&'a self, list: &str, code: &'a str) -> &'a str {
        self.details[list][code]["name"].as_str().unwrap_or(code)
    }

    /// What a deliverable is called.
    pub(super) fn deliverable<'a>(&'a self, code: &'a str) -> &'a str {
        self.word("deliverables", code)
    }

    /// What a milestone is called.
    pub(super) fn milestone<'a>(&'a self, code: &'a str) -> &'a str {
        self.word("milestones", code)
    }

    /// What service a deliverable is of.
    pub(super) fn service_of<'a>(&'a self, deliverable: &'a str) -> &'a str {
        let agreed = self.terms.deliverables.iter().find(|agreed| agreed.code.as_str() == deliverable);
        agreed.map_or(deliverable, |agreed| self.word("items", agreed.item.as_str()))
    }
}

/// Services that are bought: code, name, unit, unit price in yuan, quantity of a quarter.
pub(in crate::synthetic) const SERVICES: &[(&str, &str, &str, u32, u32)] = &[
    ("EDU", "教育学习", "场", 3000, 6),
    ("VISIT", "上门走访", "次", 150, 120),
    ("COUNSEL", "心理矫治", "人次", 400, 45),
    ("AID", "社会帮扶", "人次", 300, 60),
    ("SERVICE", "社区服务", "场", 1200, 15),
    ("TRAIN", "职业技能培训", "人次", 800, 25),
    ("HELP", "日常帮教", "人次", 120, 150),
];
/// Contracts of each year besides the programme.
const OF_YEAR: [(i32, usize); 2] = [(2025, 16), (2026, 23)];

/// Every contract of the demonstration.
pub(super) fn all() -> Result<Vec<Plan>, Error> {
    let mut plans = vec![programme()?, further::sessions()?, further::accompanied()?];
    for (year, count) in OF_YEAR {
        for place in 0..count {
            plans.push(quarterly(year, place)?);
        }
    }
    Ok(plans)
}

/// The programme of the notice: terms and facts of `tests/examples/programme-midyear.json` (a test compares them).
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
            }
        }),
        facts: from(case["facts"].clone())?,
        claims: Vec::new(),
        ends: None,
        closes: true,
        fate: Fate::Runs,
    })
}

/// A contract on one service by quarters.
fn quarterly(year: i32, place: usize) -> Result<Plan, Error> {
    // Those that are not signed yet are the city's own, whose people sign in.
    let is_begun = year == 2026 && place >= 19;
    let (region, place_name) = REGIONS[if is_begun { 0 } else { place % REGIONS.len() }];
    let (code, service, unit, price, quantity) = SERVICES[(place * 3 + place / 8) % SERVICES.len()];
    // Some of the second year begin later: the last of them are not signed yet.
    let begins = if year == 2026 && place >= 12 { 3 * (place as u32 - 11).min(8) / 2 + 1 } else { 1 };
    let starts_on = day(year, begins.min(10), 8);
    let dues: Vec<NaiveDate> = (1..=4).map(|quarter| quarter_end(starts_on, quarter)).collect();
    let ends_on = dues.last().copied().unwrap_or(starts_on);
    let deliverable = |quarter: usize| format!("{code}-Q{}", quarter + 1);
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
    let terms = json!({
        "amount": format!("{}.00", price * quantity * 4),
        "starts_on": starts_on, "ends_on": ends_on,
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
    });
    // One contractor stops after half a year, and the contract is ended.
    let ends = (year == 2025 && place == 9).then(|| after(dues[1], 50));
    let handed_in = if ends.is_some() { 2 } else { dues.len() };
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
            "clauses": {"LATE": {"name": "逾期提交"}, "SHORT": {"name": "数量不足"}, "QUAL": {"name": "满意度不达标"}}
        }),
        claims: Vec::new(),
        facts: from(happenings(place + 100 * usize::from(year == 2026), &dues[..handed_in], quantity, &deliverable))?,
        ends,
        // Of one, finance has not looked yet whether everything is settled.
        closes: (year, place) != (2025, 8),
        fate,
    })
}

/// What happens to a contract: most is on time and complete, some late, short, rejected once, paid late or not at all.
fn happenings(seed: usize, dues: &[NaiveDate], quantity: u32, code: &impl Fn(usize) -> String) -> Value {
    let (mut submissions, mut decisions, mut payments) = (Vec::new(), Vec::new(), Vec::new());
    for (quarter, due) in dues.iter().enumerate() {
        let luck = seed * 7 + quarter * 3;
        let late = [0, 0, 0, 0, 0, 0, 4, 9, 16, 30][luck % 10];
        let mut handed_in = working(after(before(*due, 2), late));
        let mut no = 1;
        if luck % 11 == 5 {
            submissions.push(
                json!({"deliverable": code(quarter), "no": 1, "on": handed_in, "quantity": quantity.to_string()}),
            );
            let rejected = working(after(handed_in, 3));
            decisions.push(json!({"deliverable": code(quarter), "no": 1, "on": rejected, "decision": "rejected"}));
            handed_in = working(after(rejected, 4));
            no = 2;
        }
        let done = [100, 100, 100, 100, 97, 92][luck % 6] * quantity / 100;
        submissions
            .push(json!({"deliverable": code(quarter), "no": no, "on": handed_in, "quantity": done.to_string()}));
        let decided = working(after(handed_in, 2 + (luck % 9) as u64));
        let decision = if done < quantity { "partial" } else { "accepted" };
        let measured = 82 + luck % 15;
        decisions.push(json!({"deliverable": code(quarter), "no": no, "on": decided, "decision": decision,
            "quantity": done.to_string(), "measured": {"SAT": measured.to_string()}}));
        // The amount is what will be payable then: `script` asks for the whole.
        let paid = working(after(decided, 6 + (luck * 5 % 34) as u64));
        payments.push(json!({"milestone": format!("Q{}", quarter + 1), "on": paid, "amount": "0.01"}));
    }
    json!({
        "submissions": submissions, "decisions": decisions, "payments": payments,
        "surveys": [{"on": working(after(dues[1], 1)), "score": (78 + seed % 20).to_string()}]
    })
}

/// A day of the story.
pub(super) const fn day(year: i32, month: u32, of_month: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, of_month) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

fn before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

fn working(day: NaiveDate) -> NaiveDate {
    Calendar::prc().roll(day)
}

/// The last day of the n-th quarter that a contract runs.
fn quarter_end(starts_on: NaiveDate, quarter: u32) -> NaiveDate {
    let months = starts_on.month0() + 3 * quarter;
    let years = i32::try_from(months / 12).unwrap_or(0);
    before(day(starts_on.year() + years, months % 12 + 1, 1), 1)
}
