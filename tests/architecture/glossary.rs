//! Terminology (docs/words.md): one word for each concept in both languages, no retired words, the punctuation of each
//! language, and error messages that end alike.

use crate::architecture::{Fault, assert_none};
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
    let value = line.split_once(" = ").map_or(line, |(_, value)| value);
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
    assert_eq!(english("x", "a = By E-mail, with more time").len(), 2);
    let stops = "a = Enter a reason.\nb = Enter a reason\nc = It failed. Try again.\nd = Not now (art. 9).\n";
    assert_eq!(ends("x", stops, '.').len(), 2);
    assert_eq!(ends("x", "a = 请填写理由。\nb = 没有找到。可能无权查看。\n", '。').len(), 1);
}
