//! The contract's summary holds the exact figures of its standing, in Chinese, in English and in both.

use luyue::domain::case::Case;
use luyue::domain::clauses::{Base, ClauseKind, Severity};
use luyue::domain::codes::{ContractState, Language};
use luyue::domain::standing::{DeliverableState, MilestoneState, Rating, Trails, standing};
use luyue::services::documents::{ContractSnapshot, DocumentLang, summary};
use luyue::text::message;
use luyue::text::money::group_thousands;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::pdf::{objects, pages, words};

fn example() -> Value {
    serde_json::from_str(include_str!("../examples/programme-midyear.json")).unwrap()
}

fn input() -> ContractSnapshot {
    let case: Case = serde_json::from_value(example()["case"].clone()).unwrap();
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
    ContractSnapshot {
        number: "XCSF-2026-001".into(),
        title: "社区矫正社会工作服务（2026 年度）".into(),
        purchaser: "宣城市司法局".into(),
        contractor: "宣城市向阳社会工作服务中心".into(),
        funder: "宣城市财政局".into(),
        state: ContractState::Active,
        details: serde_json::from_value(details).unwrap(),
        standing: standing(&case.terms, &case.facts, case.calendar(), case.as_of, Trails::On).unwrap(),
        terms: case.terms,
        as_of: case.as_of,
        ended_on: None,
        announced_until: Some(2026),
        prepared_on: "2026-09-30".parse().unwrap(),
        verification_url: "https://luyue.example.gov.cn/verify/7K3M-9QXP-2WDT".into(),
        code: "7K3M-9QXP-2WDT".into(),
    }
}

const LANGUAGES: [DocumentLang; 3] = [DocumentLang::Zh, DocumentLang::En, DocumentLang::Both];

/// Figures of the example's standing, formatted for people.
fn figures() -> Vec<String> {
    let standing = &example()["standing"];
    let of = |list: &str, keys: &[&str]| -> Vec<String> {
        let rows = standing[list].as_array().unwrap();
        rows.iter().flat_map(|row| keys.iter().map(|key| row[*key].as_str().unwrap().to_owned())).collect()
    };
    let mut figures = of("milestones", &["gross", "paid", "late_interest"]);
    figures.extend(of("breaches", &["amount", "charged"]));
    let settled = standing["milestones"].as_array().unwrap().iter().filter(|row| !row["satisfied_on"].is_null());
    figures.extend(
        settled.flat_map(|row| [&row["deductions"], &row["payable"]]).map(|sum| sum.as_str().unwrap().to_owned()),
    );
    for part in [&standing["totals"], &standing["performance"]["measures"]] {
        figures.extend(part.as_object().unwrap().values().map(|value| value.as_str().unwrap().to_owned()));
    }
    figures.push(standing["performance"]["score"].as_str().unwrap().to_owned());
    figures.iter().map(|figure| group_thousands(figure)).collect()
}

#[test]
fn every_figure_of_the_standing_is_there_in_every_language() {
    let figures = figures();
    assert!(figures.contains(&"153,665.60".to_owned()) && figures.len() > 30, "{figures:?}");
    for lang in LANGUAGES {
        let text = pages(&summary(&input(), lang).unwrap()).concat();
        for figure in &figures {
            assert!(text.contains(figure.as_str()), "{figure} is not in {lang:?}");
        }
        for word in ["XCSF-2026-001", "宣城市司法局", "2026-08-12", "2026-12-22", "上半年心理矫治", "7K3M-9QXP-2WDT"]
        {
            assert!(text.contains(word), "{word} is not in {lang:?}");
        }
        assert!(!text.contains("document-"), "a message of {lang:?} is missing");
    }
}

#[test]
fn the_words_are_those_of_the_language() {
    let text = |lang| pages(&summary(&input(), lang).unwrap()).concat();
    let (zh, en, both) = (text(DocumentLang::Zh), text(DocumentLang::En), text(DocumentLang::Both));
    for (chinese, english) in
        [("资金支付方式", "Payment"), ("违约责任", "Late submission"), ("已豁免", "Waived"), ("逾期未付", "Overdue")]
    {
        assert!(zh.contains(chinese) && !zh.contains(english), "{chinese} {english}");
        assert!(en.contains(english) && !en.contains(chinese), "{chinese} {english}");
        assert!(both.contains(chinese) && both.contains(english), "{chinese} {english}");
    }
}

#[test]
fn the_same_input_is_the_same_bytes_and_few_of_them() {
    for lang in LANGUAGES {
        let bytes = summary(&input(), lang).unwrap();
        assert_eq!(bytes, summary(&input(), lang).unwrap());
        assert!(bytes.len() < 200_000, "{} bytes in {lang:?}", bytes.len());
    }
}

#[test]
fn the_data_is_attached_and_its_hash_printed() {
    let input = input();
    let bytes = summary(&input, DocumentLang::Zh).unwrap();
    let attached = objects(&bytes)
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .find(|stream| stream.dict.has_type(b"EmbeddedFile"))
        .map(|stream| stream.get_plain_content().unwrap())
        .expect("an attached file");
    assert_eq!(String::from_utf8(attached.clone()).unwrap(), input.canonical_json());
    let hash: String = Sha256::digest(&attached).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, input.fingerprint());
    assert!(pages(&bytes).concat().contains(&hash));
    // The code is derived from the hash, so it is not hashed itself; the day is.
    let fingerprint = |change: fn(&mut ContractSnapshot)| {
        let mut other = input.clone();
        change(&mut other);
        other.fingerprint()
    };
    assert_eq!(fingerprint(|input| input.code = "OTHER".into()), hash);
    assert_ne!(fingerprint(|input| input.number.push('x')), hash);
}

#[test]
fn a_name_that_no_font_can_print_has_a_footnote() {
    let mut input = input();
    input.contractor = "宣城市𰻝社会工作服务中心".into();
    input.title = "☑ ⇒ 𠮷 ㈱ \u{E863} 👨".into();
    for (language, note) in [
        (DocumentLang::Zh, "〓[4]：此处字符的编码为 U+30EDD"),
        (DocumentLang::En, "〓[4]: the character here is U+30EDD"),
        (DocumentLang::Both, "〓[1]：此处字符的编码为 U+E863"),
    ] {
        let printed = pages(&summary(&input, language).unwrap()).concat();
        for wanted in ["宣城市〓[4]社会工作服务中心", "☑ ⇒ 〓[3] ㈱ 〓[1] 〓[2]", note] {
            assert!(printed.contains(wanted), "{wanted} is not in {printed}");
        }
    }
}

#[test]
fn a_contract_without_breaches_or_scores_says_so() {
    let case: Case = serde_json::from_value(example()["case"].clone()).unwrap();
    let day = "2026-01-06".parse().unwrap();
    let mut input = input();
    input.standing = standing(&case.terms, &case.facts, case.calendar(), day, Trails::On).unwrap();
    input.as_of = day;
    let text = pages(&summary(&input, DocumentLang::Zh).unwrap()).concat();
    assert!(text.contains("截至2026年1月6日，无违约记录。") && text.contains("尚无足以评价绩效的数据。"), "{text}");
}

/// Checks that every code of a list has a message in both languages.
fn assert_words(family: &str, codes: &[&str]) {
    for code in codes {
        let key = format!("{family}-{code}");
        for language in [Language::Zh, Language::En] {
            assert_ne!(message(language, &key, &[]), key, "{language}");
        }
    }
}

#[test]
fn every_code_has_words() {
    fn of<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().map(|code| word(*code)).collect()
    }
    assert_words("document-state", &of(ContractState::ALL, ContractState::as_str));
    assert_words("document-deliverable", &of(DeliverableState::ALL, DeliverableState::as_str));
    assert_words("document-milestone", &of(MilestoneState::ALL, MilestoneState::as_str));
    assert_words("document-rating", &of(Rating::ALL, Rating::as_str));
    assert_words("document-severity", &of(Severity::ALL, Severity::as_str));
    assert_words("document-base", &of(Base::ALL, Base::as_str));
    assert_words("document-kind", &of(ClauseKind::ALL, ClauseKind::as_str));
}

#[test]
fn every_figure_stands_in_its_column() {
    let text = pages(&summary(&input(), DocumentLang::Zh).unwrap()).concat();
    let lines: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for row in [
        "上半年心理矫治 COUNSEL-H1 180 次 170 次 2026-06-30 部分通过 4",
        "中期款 逾期未付 187,200.00 33,534.40 153,665.60 100,000.00 2026-08-12 1,564.81",
        "尾款 未达条件 187,200.00 – – 0.00 – 0.00",
        "合计 468,000.00 33,534.40 247,265.60 193,600.00 2,220.01",
        "人员配备不足（STAFF） 2026-03 2026-04-02 1,500.00 0.00 已豁免",
        "逾期提交（LATE） 上半年心理矫治 2026-07-03 374.40 374.40 计入中期款",
        "已付 193,600.00 应付未付 53,665.60 违约扣减 33,534.40 未达到付款条件 187,200.00",
    ] {
        assert!(lines.iter().any(|line| line == row), "{row} in {lines:#?}");
    }
}

#[test]
fn the_steps_name_what_the_contract_names() {
    let text = pages(&summary(&input(), DocumentLang::Zh).unwrap()).concat();
    let steps = text.split_once("中期款应付153,665.60元的计算").unwrap().1;
    for words in [
        "信息泄露（2026-05-LEAK）",
        "扣20,000.00元",
        "逾期提交（上半年心理矫治）",
        "扣374.40元",
        "扣减33,534.40元，应付153,665.60元",
    ] {
        assert!(steps.contains(words), "{words}");
    }
}

#[test]
fn who_cannot_see_the_pages_reads_the_same() {
    let words = words(&summary(&input(), DocumentLang::Both).unwrap());
    let at = |text: &str| words.iter().position(|word| word == text).unwrap_or_else(|| panic!("{text}"));
    // In reading order, one language after the other.
    assert!(at("合同履约情况表") < at("Contract performance summary"));
    assert!(at("四、资金支付（元）") < at("4  Payments (yuan)"));
    assert!(at("4  Payments (yuan)") < at("153,665.60") && at("153,665.60") < at("五、违约处理（元）"));
}
