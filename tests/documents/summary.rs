//! The contract's summary holds the exact figures of its standing, in Chinese, in English and in both.

use luyue::domain::codes::ContractState;
use luyue::domain::standing;
use luyue::domain::terms::Terms;
use luyue::services::documents::{DocumentLang, SummaryInput, summary};
use serde_json::{Value, json};

use crate::support::pdf::pages;

fn example() -> Value {
    serde_json::from_str(include_str!("../examples/programme-midyear.json")).unwrap()
}

fn input() -> SummaryInput {
    let example = example();
    let terms: Terms = serde_json::from_value(example["case"]["terms"].clone()).unwrap();
    let details = json!({
        "items": {
            "VISIT": {"name": "上门走访", "unit": "次", "standard": "每次走访不少于 40 分钟，当日填写走访记录并由社区矫正对象签字"},
            "COUNSEL": {"name": "心理矫治", "unit": "次", "standard": "由具有国家二级以上心理咨询师资格的人员实施"},
            "EDU": {"name": "教育学习", "unit": "场", "standard": "每场不少于 90 分钟，到课人员名册存档"},
        },
        "deliverables": {
            "VISIT-H1": {"name": "上半年上门走访"}, "COUNSEL-H1": {"name": "上半年心理矫治"}, "EDU-H1": {"name": "上半年教育学习"},
            "VISIT-H2": {"name": "下半年上门走访"}, "COUNSEL-H2": {"name": "下半年心理矫治"}, "EDU-H2": {"name": "下半年教育学习"},
        },
        "milestones": {"ADVANCE": {"name": "预付款"}, "MIDYEAR": {"name": "中期款"}, "FINAL": {"name": "尾款"}},
        "clauses": {"LEAK": {"name": "信息泄露"}, "REOFF": {"name": "再犯罪率超标"}, "COVER": {"name": "走访覆盖率未达标"}},
    });
    SummaryInput {
        number: "XCSF-2026-001".into(),
        title: "社区矫正社会工作服务（2026 年度）".into(),
        purchaser: "宣城市司法局".into(),
        contractor: "宣城市向阳社会工作服务中心".into(),
        funder: "宣城市财政局".into(),
        state: ContractState::Active,
        details: serde_json::from_value(details).unwrap(),
        terms,
        standing: standing::from_json(&example["standing"]),
        as_of: "2026-09-30".parse().unwrap(),
        prepared_on: "2026-09-30".parse().unwrap(),
        verification_url: "https://luyue.example.gov.cn/verify/7K3M-9QXP-2WDT".into(),
        code: "7K3M-9QXP-2WDT".into(),
    }
}

#[test]
fn view() {
    for (name, lang) in [("zh", DocumentLang::Zh), ("en", DocumentLang::En), ("both", DocumentLang::Both)] {
        let bytes = summary(&input(), lang).unwrap();
        std::fs::write(format!("/tmp/pdf/{name}.pdf"), &bytes).unwrap();
        println!("{name} {} bytes {} pages", bytes.len(), pages(&bytes).len());
    }
}
