//! The programme of the public notice, day by day. Each fact of the example is entered through the API on its day by
//! the person responsible, and the jobs run every morning. At the end the standing equals that of the example exactly.

use luyue::clock::at_hour;
use serde_json::{Value, json};

use crate::support::app::{TestApp, day};
use crate::support::programme::{activate, example, registered};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! { midyear }

on_sqlite_first! { late }

fn midyear(test: &TestApp) {
    play(test, "programme-midyear");
}

fn late(test: &TestApp) {
    play(test, "programme-late");
}

/// Kinds of facts, in the order in which they are entered on one day.
const KINDS: &[&str] = &[
    "extensions",
    "submissions",
    "decisions",
    "scores",
    "invoices",
    "headcounts",
    "incidents",
    "surveys",
    "waivers",
    "payments",
];

fn play(test: &TestApp, name: &str) {
    let example = example(name);
    let id = registered(test, "XCSF-2026-001");
    activate(test, &id);
    let (facts, end) = (&example["case"]["facts"], day(text(&example["case"]["as_of"])));
    let mut today = day("2026-01-05");
    while today <= end {
        let mut story = Story { test, id: &id, minute: 0, today };
        story.step();
        luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
        for kind in KINDS {
            for fact in
                facts[kind].as_array().into_iter().flatten().filter(|fact| fact["on"] == json!(today.to_string()))
            {
                story.fact(kind, fact);
            }
        }
        if facts["end"]["on"] == json!(today.to_string()) {
            story.post(
                "justice-leader",
                &format!("contracts/{id}/actions/terminate"),
                &json!({"reason": "严重违约"}),
                200,
            );
            story.post("finance-review", &format!("contracts/{id}/actions/consent"), &json!({}), 200);
        }
        today = today.succ_opt().expect("a day of the calendar");
    }
    let mut live = test.by("audit").get(&format!("contracts/{id}/standing")).expect_status(200);
    without_trails(&mut live);
    assert_eq!(live, example["standing"], "{name}");
    let mut replayed = test.by("audit").get(&format!("contracts/{id}/standing?as_of=2026-06-30")).expect_status(200);
    without_trails(&mut replayed);
    assert_eq!(replayed["as_of"], "2026-06-30", "a day is replayed");
    assert_eq!(crate::support::app::differences(test), []);
}

struct Story<'a> {
    test: &'a TestApp,
    id: &'a str,
    minute: i64,
    today: chrono::NaiveDate,
}

impl Story<'_> {
    /// Advances the clock by one minute, starting at nine o'clock each day.
    fn step(&mut self) {
        self.test.app.clock.set(at_hour(self.today, 9) + chrono::TimeDelta::minutes(self.minute));
        self.minute += 1;
    }

    #[track_caller]
    fn post(&mut self, who: &str, path: &str, body: &Value, status: u16) -> Value {
        self.step();
        self.test.by(who).post(path, body).expect_status(status)
    }

    fn fact(&mut self, kind: &str, fact: &Value) {
        let contract = format!("contracts/{}", self.id);
        let mut body = fact.clone();
        let mut take = |key: &str| body.as_object_mut().and_then(|body| body.remove(key)).unwrap_or(Value::Null);
        match kind {
            "submissions" => {
                self.step();
                let path = format!("{contract}/deliverables/{}/submissions", text(&fact["deliverable"]));
                let fields = [("quantity", text(&fact["quantity"])), ("note", "半年成果")];
                let report = crate::adapters::fixtures::pdf("半年服务报告".as_bytes());
                let done =
                    self.test.by("contractor").upload(&path, &fields, &[("服务报告.pdf", &report)]).expect_status(201);
                assert_eq!(done["no"], fact["no"]);
            }
            "decisions" => {
                let path = format!(
                    "{contract}/deliverables/{}/submissions/{}/decision",
                    text(&take("deliverable")),
                    take("no")
                );
                body["note"] = json!("按验收标准逐项核对");
                body["members"] = json!(["王建国", "李敏", "赵倩"]);
                self.post("justice", &path, &body, 200);
            }
            "scores" => {
                let path = format!("{contract}/milestones/{}/score", text(&take("milestone")));
                body["note"] = json!("年中评价");
                self.post("justice-leader", &path, &body, 201);
            }
            "invoices" => {
                self.step();
                let path = format!("{contract}/milestones/{}/invoice", text(&fact["milestone"]));
                let number = format!("253420000000{}", text(&fact["on"]).replace('-', ""));
                let fields = [("number", number.as_str()), ("amount", "1000.00")];
                let invoice = crate::adapters::fixtures::pdf(number.as_bytes());
                self.test
                    .by("contractor")
                    .upload_as("file", &path, &fields, &[("发票.pdf", &invoice)])
                    .expect_status(201);
            }
            "payments" => self.payment(fact),
            "extensions" | "waivers" => {
                body["reason"] = json!("经核实，非承接主体原因");
                let asked = self.post("justice", &format!("{contract}/{kind}"), &body, 201);
                self.post("justice-leader", &format!("{kind}/{}/actions/grant", text(&asked["id"])), &json!({}), 200);
            }
            "incidents" => {
                let proposed = self.post("justice", &format!("{contract}/{kind}"), &body, 201);
                self.post(
                    "justice-leader",
                    &format!("{kind}/{}/actions/grant", text(&proposed["id"])),
                    &json!({}),
                    200,
                );
            }
            _ => {
                self.post("station", &format!("{contract}/{kind}"), &body, 201);
            }
        }
    }

    fn payment(&mut self, fact: &Value) {
        let path = format!("contracts/{}/milestones/{}/payments", self.id, text(&fact["milestone"]));
        let asked = self.post("contractor", &path, &json!({"amount": fact["amount"]}), 201);
        let path = format!("payments/{}/actions", text(&asked["id"]));
        for (who, step, body) in [
            ("justice", "confirm", json!({})),
            ("finance-review", "review", json!({})),
            ("finance-approve", "approve", json!({})),
            ("finance-pay", "pay", json!({"voucher": format!("ZF-{}", text(&fact["on"]))})),
        ] {
            self.post(who, &format!("{path}/{step}"), &body, 200);
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// Removes the trails, which explain the figures to people and are not part of the guaranteed output.
pub fn without_trails(standing: &mut Value) {
    match standing {
        Value::Object(object) => {
            object.remove("trail");
            object.values_mut().for_each(without_trails);
        }
        Value::Array(array) => array.iter_mut().for_each(without_trails),
        _ => {}
    }
}
