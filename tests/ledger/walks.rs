//! Random acts on the money of contracts through the API, on both engines: whatever is done or refused, the ledger
//! balances and agrees with every standing, and no appropriation gives more than it has.
//!
//! `LEDGER_WALKS=200 LEDGER_SEED=7 cargo nextest run ledger::walks` takes other walks, and more of them.

use chrono::{Days, NaiveDate};
use luyue::jobs;
use serde_json::{Value, json};

use crate::amendments::setup as amendments;
use crate::matrix::rows::{budget_change, purchase_plan, yearly_share};
use crate::payments::setup::STEPS;
use crate::recoveries::setup::receipt;
use crate::support::app::{Reply, TestApp, day, unsealed_differences};
use crate::support::by_hand::setting;
use crate::support::programme;

/// Acts of a walk.
const LENGTH: usize = 60;
const NUMBERS: [&str; 3] = ["XCSF-2026-001", "XCSF-2026-002", "XCSF-2026-003"];
const MILESTONES: [&str; 3] = ["ADVANCE", "MIDYEAR", "FINAL"];
const DELIVERABLES: [(&str, &str); 6] = [
    ("VISIT-H1", "600"),
    ("COUNSEL-H1", "180"),
    ("EDU-H1", "24"),
    ("VISIT-H2", "600"),
    ("COUNSEL-H2", "180"),
    ("EDU-H2", "24"),
];

/// A walk: the clock's day, and what was created so far.
struct Walk<'a> {
    test: &'a TestApp,
    /// State of the generator (a linear congruence with the constants of Knuth's MMIX).
    random: u64,
    day: NaiveDate,
    /// Appropriations of this year and the next.
    money: Vec<String>,
    contracts: Vec<(&'static str, String)>,
    payments: Vec<String>,
    plans: Vec<String>,
    number: usize,
    /// Requests that were sent, with the status of each answer.
    log: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(test: &'a TestApp, seed: u64) -> Self {
        let money = [
            ("宣财指〔2026〕12号", 2026, "1200000.00"),
            ("宣财指〔2026〕20号", 2026, "5000.00"),
            ("宣财指〔2027〕1号", 2027, "400000.00"),
        ];
        let money =
            money.map(|(document, year, amount)| programme::appropriation_named(test, (document, year), amount));
        Self {
            test,
            random: seed,
            day: day("2026-01-05"),
            money: money.into(),
            contracts: Vec::new(),
            payments: Vec::new(),
            plans: Vec::new(),
            number: 0,
            log: Vec::new(),
        }
    }

    fn pick(&mut self, choices: usize) -> usize {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.random >> 33).unwrap_or_default() % choices.max(1)
    }

    fn one(&mut self, of: &[String]) -> String {
        let place = self.pick(of.len());
        of.get(place).cloned().unwrap_or_else(|| "nothing".to_owned())
    }

    fn contract(&mut self) -> (&'static str, String) {
        let place = self.pick(self.contracts.len());
        self.contracts.get(place).cloned().unwrap_or((NUMBERS[0], "nothing".to_owned()))
    }

    fn keep(&mut self, who: &str, path: &str, reply: Reply) -> Value {
        self.log.push(format!("{} {who} {path}: {}", self.day, reply.status));
        assert!(reply.status < 500, "{}", self.log.join("\n"));
        if reply.status < 300 { reply.json } else { Value::Null }
    }

    fn post(&mut self, who: &str, path: &str, body: &Value) -> Value {
        let reply = self.test.by(who).post(path, body);
        self.keep(who, path, reply)
    }

    /// Posts, and returns the identifier in the answer, if it was done.
    fn made(&mut self, who: &str, path: &str, body: &Value) -> Option<String> {
        self.post(who, path, body)["id"].as_str().map(str::to_owned)
    }

    fn amount(&mut self, most: usize) -> String {
        format!("{}.{:02}", self.pick(most), self.pick(100))
    }

    fn later(&mut self) {
        self.day = self.day + Days::new(u64::try_from(self.pick(45)).unwrap_or_default());
        self.test.at(&self.day.to_string(), 9);
        jobs::run_until_idle(&self.test.app).expect("the jobs run");
    }

    fn register(&mut self) {
        let Some(number) = NUMBERS.get(self.contracts.len()).copied() else { return };
        let input = programme::input_from(number, &self.money[0]);
        if let Some(id) = self.made("justice", "contracts", &input) {
            self.post("justice", &format!("contracts/{id}/actions/submit"), &json!({}));
            self.contracts.push((number, id));
        }
    }

    fn deliver(&mut self, id: &str) {
        let (code, quantity) = DELIVERABLES[self.pick(DELIVERABLES.len())];
        let path = format!("contracts/{id}/deliverables/{code}/submissions");
        let files: &[(&str, &[u8])] = &[("名册.csv", "编号,数量\nD1,120\n".as_bytes())];
        let reply = self.test.by("contractor").upload(&path, &[("quantity", quantity)], files);
        let no = self.keep("contractor", &path, reply)["no"].as_i64().unwrap_or(1);
        let decision = ["accepted", "accepted", "rejected"][self.pick(3)];
        let mut body = json!({"decision": decision, "note": "已核实", "members": ["甲", "乙", "丙"]});
        if decision == "accepted" {
            body["quantity"] = json!(quantity);
            body["measured"] = json!({"COVERAGE": "93.5", "SAT": "80", "ATTEND": "95", "REOFFEND": "1"});
        }
        // Each deliverable has one of the indicators, and its decision names no other.
        let own = match code {
            "VISIT-H1" | "VISIT-H2" => "COVERAGE",
            "COUNSEL-H1" => "SAT",
            "COUNSEL-H2" => "REOFFEND",
            "EDU-H1" => "ATTEND",
            _ => "",
        };
        if let Some(measured) = body["measured"].as_object_mut() {
            measured.retain(|indicator, _| indicator == own);
        }
        self.post("justice", &format!("{path}/{no}/decision"), &body);
        if self.pick(2) == 0 {
            let milestone = MILESTONES[1 + self.pick(2)];
            let score = json!({"score": "88.5", "note": "年中评价"});
            self.post("justice-leader", &format!("contracts/{id}/milestones/{milestone}/score"), &score);
        }
    }

    fn request(&mut self, id: &str) {
        let milestone = MILESTONES[self.pick(3)];
        let mut body = json!({"another": true});
        if self.pick(3) == 0 {
            body["amount"] = json!(self.amount(90_000));
        }
        let what = ["payments", "payments", "payments", "interest"][self.pick(4)];
        let made = self.made("contractor", &format!("contracts/{id}/milestones/{milestone}/{what}"), &body);
        self.payments.extend(made);
    }

    fn pay(&mut self) {
        let payment = self.one(&self.payments.clone());
        let steps = 1 + self.pick(4);
        for (name, who) in STEPS.iter().take(steps) {
            self.number += 1;
            let body = if *name == "pay" { json!({"voucher": format!("V-{}", self.number)}) } else { json!({}) };
            self.post(who, &format!("payments/{payment}/actions/{name}"), &body);
        }
        if self.pick(5) == 0 {
            self.post("finance-review", &format!("payments/{payment}/actions/return"), &json!({"reason": "发票有误"}));
        }
    }

    /// Requests something that the leader grants or refuses.
    fn change(&mut self, id: &str, what: &str, (who, body): (&str, &Value)) {
        if let Some(asked) = self.made(who, &format!("contracts/{id}/{what}"), body) {
            let name = if self.pick(4) == 0 { "refuse" } else { "grant" };
            // Finance decides on its own requests, and on what it paid.
            for decider in ["finance-approve", "justice-leader"] {
                self.post(decider, &format!("{what}/{asked}/actions/{name}"), &json!({"reason": "已核实"}));
            }
        }
    }

    fn amend(&mut self, id: &str) {
        let terms = self.test.by("justice").get(&format!("contracts/{id}/terms?on={}", self.day)).json["terms"].clone();
        if terms.is_null() {
            return;
        }
        let lessons = i64::try_from(self.pick(15)).unwrap_or_default() * 100;
        let mut body = amendments::body(&amendments::with_lessons(terms, lessons), "supplement");
        body["effective_on"] = json!((self.day + Days::new(1)).to_string());
        if let Some(amendment) = self.made("justice", &format!("contracts/{id}/amendments"), &body) {
            for (name, who) in amendments::STEPS {
                self.post(who, &format!("amendments/{amendment}/actions/{name}"), &json!({}));
            }
        }
    }

    fn budget(&mut self) {
        let (from, to) = (self.one(&self.money.clone()), self.one(&self.money.clone()));
        self.number += 1;
        let mut body = budget_change((&from, &to), &self.amount(3_000));
        body["document_no"] = json!(format!("宣财预〔2026〕{}号", self.number));
        if self.pick(2) == 0 {
            let document = format!("宣财预〔2027〕{}号", self.number);
            body = json!({"kind": "carry_over", "from": from, "document_no": document, "reason": "上年结转"});
        }
        if let Some(change) = self.made("finance-review", "budget-changes", &body) {
            self.post("finance-approve", &format!("budget-changes/{change}/actions/approve"), &json!({}));
        }
        let list = self.test.by("finance-review").get("appropriations?limit=100").expect_status(200);
        let ids = list["items"].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str());
        self.money = ids.map(str::to_owned).collect();
    }

    fn act(&mut self) {
        let (number, id) = self.contract();
        let to = |name: &str| format!("contracts/{id}/actions/{name}");
        let reason = json!({"reason": "已核实"});
        match self.pick(26) {
            0..=3 => self.later(),
            4 => self.register(),
            5 => drop(self.post("finance-review", &to("fund"), &json!({}))),
            6 | 7 => drop(self.post("justice-leader", &to("activate"), &json!({"signed_on": "2026-01-05"}))),
            8 => drop(self.post("justice-leader", &to("return"), &reason)),
            9..=11 => self.deliver(&id),
            12 | 13 => self.request(&id),
            14..=16 => self.pay(),
            17 => {
                let seq = 1 + self.pick(12);
                let who = ["finance-pay", "justice"][self.pick(2)];
                self.change(&id, "reversals", (who, &json!({"seq": seq, "reason": "误录"})));
            }
            18 => {
                self.number += 1;
                let incident = json!({"id": format!("I-{}", self.number), "clause": "LEAK", "note": ""});
                self.change(&id, "incidents", ("justice", &incident));
            }
            19 => {
                let (clause, subject) = [("LATE", "EDU-H1"), ("LATE", "VISIT-H1"), ("LEAK", "I-1")][self.pick(3)];
                let waiver = json!({"clause": clause, "subject": subject, "reason": "汛期"});
                self.change(&id, "waivers", ("justice", &waiver));
            }
            20 => self.amend(&id),
            21 => {
                let appropriation = self.one(&self.money.clone());
                self.post("finance-review", "yearly-shares", &yearly_share(number, &appropriation));
            }
            22 => {
                self.number += 1;
                let (of, amount) = (self.one(&self.money.clone()), self.amount(4_000));
                let plan = purchase_plan(&of, (&format!("采购计划〔2026〕{}号", self.number), &amount));
                let made = self.made("justice", "purchase-plans", &plan);
                self.plans.extend(made);
            }
            23 => {
                let plan = self.one(&self.plans.clone());
                self.post("justice", &format!("purchase-plans/{plan}/actions/cancel"), &json!({}));
            }
            24 => self.budget(),
            _ => match self.pick(6) {
                0 => {
                    self.post("justice-leader", &to("terminate"), &reason);
                    self.post("finance-review", &to("consent"), &json!({}));
                }
                1 => drop(self.post("justice-leader", &to("complete"), &json!({}))),
                2 => drop(self.post("finance-review", &to("close"), &json!({}))),
                _ => {
                    self.number += 1;
                    let body = receipt("12.50", &format!("SK-{}", self.number));
                    self.post("finance-pay", &format!("contracts/{id}/recoveries/receipts"), &body);
                }
            },
        }
    }
}

#[test]
fn random_acts_keep_the_ledger_whole_on_sqlite() {
    walks(TestApp::sqlite);
}

#[test]
fn random_acts_keep_the_ledger_whole_on_postgres() {
    walks(TestApp::postgres);
}

fn walks(engine: fn() -> TestApp) {
    let (number, first) = (setting("LEDGER_WALKS", 1), setting("LEDGER_SEED", 1));
    for seed in first..first + number {
        walk(&engine(), seed);
    }
}

fn walk(test: &TestApp, seed: u64) {
    let mut walk = Walk::new(test, seed);
    walk.register();
    let (_, first) = walk.contract();
    walk.post("finance-review", &format!("contracts/{first}/actions/fund"), &json!({}));
    walk.post("justice-leader", &format!("contracts/{first}/actions/activate"), &json!({"signed_on": "2026-01-05"}));
    for place in 0..LENGTH {
        walk.act();
        if place % 6 == 5 {
            assert_eq!(unsealed_differences(test), [], "seed {seed}:\n{}", walk.log.join("\n"));
        }
    }
    assert_eq!(unsealed_differences(test), [], "seed {seed}:\n{}", walk.log.join("\n"));
    println!("seed {seed}: {}", walk.log.len());
}
