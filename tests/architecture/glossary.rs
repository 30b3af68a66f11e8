//! Terminology (docs/words.md): one word for each concept in both languages and in code, no retired words, the
//! punctuation of each language, and error messages that end alike.

use crate::architecture::{Fault, assert_none, rust};
use crate::support::files;

/// Retired Chinese words and their replacements.
const NOT_IN_CHINESE: &[(&str, &str)] = &[
    ("打分", "绩效评价"),
    ("评分", "绩效得分、综合得分"),
    ("交付物", "成果"),
    ("成果交付", "成果提交"),
    ("交付期限", "提交期限"),
    ("未交付", "未提交"),
    ("迟延", "逾期"),
    ("签署", "签订"),
    ("核准", "批准"),
    ("驳回", "不同意、不批准"),
    ("冲正", "作废"),
    ("冲销", "作废"),
    ("出纳", "国库支付人员"),
    ("承接单位", "承接主体"),
    ("证明材料", "佐证材料"),
    ("付款单位", "财政部门"),
    ("社区矫正对象", "服务对象：合同不限于社区矫正"),
];

/// Retired English words, matched as whole words, and their replacements.
const NOT_IN_ENGLISH: &[(&str, &str)] = &[
    ("mend", "fix, put right"),
    ("mended", "fixed, put right"),
    ("claim", "payment request"),
    ("claims", "payment requests"),
    ("more time", "an extension"),
    ("paying body", "finance bureau"),
    ("handed over", "submitted"),
    ("anew", "again"),
    ("e mail", "email"),
    ("user name", "username"),
    ("planned", "agreed"),
];

/// Retired words of the code, as names or parts of names and of strings, and their replacements.
const NOT_IN_CODE: &[(&str, &str)] = &[
    ("asks", "change_requests"),
    ("duties", "tasks"),
    ("door", "browser_session"),
    ("doors", "browser_sessions"),
    ("form_word", "csrf_token"),
    ("mend", "fix"),
    ("patience", "a name that says what waits"),
    ("SummaryInput", "ContractSnapshot"),
    ("WholeContract", "ContractSnapshot"),
];

/// Names of events and of the rights after which they are called; they are hashed and never change.
const RECORDED_NAMES: &[&str] = &["src/domain/policy.rs", "src/storage/audit/event_action.rs"];

/// Chinese punctuation that English text must not contain.
const CHINESE_SIGNS: &[char] = &['、', '，', '；', '：', '（', '）', '。', '\u{3000}'];

/// The files whose messages are shown as errors.
const ERRORS: &[&str] =
    &["deliverables", "errors", "files", "guards", "emails", "passwords", "payments", "register", "service"];

/// Returns the lines that people read, with their numbers, without comments.
fn read(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#'))
}

/// Returns the words of a line in lower case, separated by single spaces, without keys and variable names.
fn plain(line: &str) -> String {
    let value = line.split_once(" =").map_or(line, |(_, value)| value);
    let outside = value.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
    let letters = outside.flat_map(|part| part.chars().chain([' ']));
    let spaced: String = letters.map(|c| if c.is_alphabetic() { c.to_ascii_lowercase() } else { ' ' }).collect();
    format!(" {} ", spaced.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn chinese(path: &str, text: &str) -> Vec<Fault> {
    let wrong = read(text).flat_map(|(at, line)| {
        let found = NOT_IN_CHINESE.iter().filter(|(word, _)| line.contains(word));
        found.map(move |(word, instead)| Fault::new(path, at, format!("“{word}”: {instead}")))
    });
    wrong.collect()
}

fn english(path: &str, text: &str) -> Vec<Fault> {
    let wrong = read(text).flat_map(|(at, line)| {
        let words = plain(line);
        let found = NOT_IN_ENGLISH.iter().filter(|(word, _)| words.contains(&format!(" {word} ")));
        let mut faults: Vec<Fault> =
            found.map(|(word, instead)| Fault::new(path, at, format!("“{word}”: {instead}"))).collect();
        if let Some(sign) = line.chars().find(|c| CHINESE_SIGNS.contains(c)) {
            faults.push(Fault::new(path, at, format!("“{sign}” is a sign of Chinese")));
        }
        faults
    });
    wrong.collect()
}

/// Finds error messages of one sentence that end in a full stop.
fn ends(path: &str, text: &str, stop: char) -> Vec<Fault> {
    let single = |line: &str| {
        // The full stop of an abbreviated article of a law does not end a sentence.
        let line = line.replace("arts. ", "arts ").replace("art. ", "art ");
        let mut after = line.split(stop).skip(1);
        line.ends_with(stop)
            && after.clone().count() > 0
            && !after
                .any(|rest| rest.trim_start().starts_with(|c: char| c.is_uppercase() || c == '{' || c > '\u{2000}'))
    };
    let wrong = read(text).filter(|(_, line)| line.contains(" = ") && single(line));
    wrong.map(|(at, _)| Fault::new(path, at, "an error of one sentence has no full stop")).collect()
}

/// Lists the retired words in the names and strings of a source file.
fn code(path: &str, source: &str) -> Vec<Fault> {
    let has = |text: &str, word: &str| {
        let is_part = |part: &str| part.eq_ignore_ascii_case(word);
        is_part(text) || text.split(|c: char| !c.is_alphanumeric()).any(is_part)
    };
    let tokens = rust::tokens(path, source).into_iter();
    let retired = tokens.flat_map(|token| {
        let found = NOT_IN_CODE.iter().filter(|(word, _)| has(&token.text, word));
        found.map(|(word, instead)| (token.line, format!("“{word}”: {instead}"))).collect::<Vec<_>>()
    });
    retired.map(|(line, what)| Fault::new(path, line, what)).collect()
}

#[test]
fn code_has_no_retired_word() {
    let sources = files::under("src", &["rs"]);
    let read = sources.iter().filter(|(path, _)| !RECORDED_NAMES.contains(&path.as_str()));
    assert_none(read.flat_map(|(path, source)| code(path, source)).collect());
}

#[test]
fn a_thing_has_one_word() {
    let (zh, en) = (files::under("locales/zh-CN/", &["ftl"]), files::under("locales/en/", &["ftl"]));
    assert!(!zh.is_empty() && !en.is_empty(), "the words were not found");
    let mut faults: Vec<Fault> = zh.iter().flat_map(|(path, text)| chinese(path, text)).collect();
    faults.extend(en.iter().flat_map(|(path, text)| english(path, text)));
    assert_none(faults);
}

#[test]
fn errors_end_alike() {
    let of = |language: &str, stop: char| {
        let all = files::under(&format!("locales/{language}/"), &["ftl"]);
        let told =
            all.into_iter().filter(|(path, _)| ERRORS.iter().any(|name| path.ends_with(&format!("/{name}.ftl"))));
        told.flat_map(|(path, text)| ends(&path, &text, stop)).collect::<Vec<_>>()
    };
    assert_none([of("zh-CN", '。'), of("en", '.')].concat());
}

#[test]
fn a_retired_word_is_caught() {
    assert_eq!(chinese("x", "# 打分\na = 已打分\nb = 绩效评价").len(), 1);
    assert_eq!(english("x", "a = Mend it\nb = Recommended\nclaim-c = { $claim } is paid\nd = a、b").len(), 2);
    assert_eq!(code("src/x.rs", "fn list_asks() { g(\"asks.list\", SummaryInput) } // asks").len(), 3);
    assert_eq!(code("src/x.rs", "fn masks() { amend(\"x\") }"), []);
    assert_eq!(english("x", "a = By E-mail, with more time").len(), 2);
    let stops = "a = Enter a reason.\nb = Enter a reason\nc = It failed. Try again.\nd = Not now (art. 9).\n";
    assert_eq!(ends("x", stops, '.').len(), 2);
    assert_eq!(ends("x", "a = 请填写理由。\nb = 没有找到。可能无权查看。\n", '。').len(), 1);
}
