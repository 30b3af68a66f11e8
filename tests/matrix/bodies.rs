//! Bodies of requests, as their own people send them.

use serde_json::{Value, json};

pub fn budget_change((from, to): (&str, &str), amount: &str) -> Value {
    json!({"kind": "adjustment", "from": from, "to": to, "amount": amount, "document_no": "宣财预〔2026〕33号",
        "reason": "年中调剂"})
}

pub fn approval_rule(amount: &str, approvers: u32, from_on: &str) -> Value {
    json!({"amount": amount, "approvers": approvers, "from_on": from_on, "document_no": "宣财办〔2026〕5号"})
}

/// Returns a chain of payment requests from its steps, each with the role that takes it.
pub fn approval_chain(steps: &[(&str, &str)], from_on: &str) -> Value {
    let steps: Vec<Value> = steps.iter().map(|(step, role)| json!({"step": step, "role": role})).collect();
    json!({"subject": "payment", "steps": steps, "from_on": from_on, "document_no": "宣财办〔2026〕6号"})
}

/// The steps of a county where finance checks and the accountant of the purchaser pays.
pub const BY_ACCOUNTANT: &[(&str, &str)] = &[("confirm", "officer"), ("approve", "reviewer"), ("pay", "accountant")];

pub fn purchase_plan(appropriation: &str, (number, amount): (&str, &str)) -> Value {
    json!({"number": number, "title": "社区矫正社会工作服务", "appropriation": appropriation, "amount": amount})
}

pub fn suspension(contract: &str, step: &str, on: &str) -> Value {
    json!({"contract": contract, "step": step, "on": on, "reason": "防汛应急"})
}

pub fn loan_rate(from_on: &str, rate: &str) -> Value {
    json!({"from_on": from_on, "rate": rate, "source": "全国银行间同业拆借中心公告"})
}

pub fn statute_setting((rule, limit): (&str, Option<&str>), from_on: &str) -> Value {
    json!({"rule": rule, "applies": limit.is_some(), "limit": limit, "from_on": from_on, "source": "实施条例修订"})
}

pub fn yearly_share(contract: &str, appropriation: &str) -> Value {
    json!({"contract": contract, "appropriation": appropriation})
}

/// Returns the body that moves a due day of the programme.
pub fn amendment(input: &Value, due_on: &str) -> Value {
    let mut terms = input["terms"].clone();
    terms["deliverables"][3]["due_on"] = due_on.into();
    json!({"effective_on": "2026-09-01", "terms": terms, "reason": "汛期", "ground": "schedule"})
}

pub fn appropriation(bureau: &str) -> Value {
    json!({"year": 2026, "bureau": bureau, "line": "2040607 社区矫正", "economic": "30227 委托业务费",
        "project": "XC2026-017", "document_no": "宣财指〔2026〕30号", "source": "一般公共预算", "amount": "1.00"})
}

/// Returns texts of an email in both languages.
pub fn template() -> Value {
    let text = json!({"subject": "{ $number }", "body": "{ $name }：{ $number }"});
    json!({"zh": text, "en": text})
}
