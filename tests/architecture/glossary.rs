//! Terminology (docs/words.md): one word for each concept in both languages and in code, no retired words, the
//! punctuation of each language, and error messages that end alike.

use crate::architecture::{Fault, assert_none, rust};
use crate::support::files;
use std::collections::BTreeMap;

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

/// A retired word of the code, with its replacement and the field's own uses of it: names, and parts of paths of files.
/// A word in lower case is found as a name, or as a part of a name, a string or a file's name; a type only as a name.
struct Retired {
    word: &'static str,
    instead: &'static str,
    own: &'static [&'static str],
}

const fn retired(word: &'static str, instead: &'static str, own: &'static [&'static str]) -> Retired {
    Retired { word, instead, own }
}

/// Claims on guarantees, and what a token claims.
const CLAIMS: &[&str] = &[
    "guarantee",
    "/identity_provider/",
    "/adapters/tokens.rs",
    "/identity/sessions.rs",
    "/notifications/audience.rs",
    "/notifications/money_alerts.rs",
    "/recoveries/mod.rs",
    "/contracts/view.rs",
    "/domain/subject.rs",
    "src/app.rs",
    "Claim",
    "ClaimGranted",
    "ClaimRefused",
    "CLAIM",
    "DecideClaim",
    "GuaranteeClaimId",
    "GuaranteeClaimRow",
    "decide_claim",
    "guarantee-claim",
    "guarantee_claims",
    "oidc_claim",
];

/// The table of retired words.
const NOT_IN_CODE: &[Retired] = &[
    retired("asks", "change_requests", &[]),
    // Devices, by the names of their programs.
    retired("browsers", "browser_sessions", &["/user_agents.rs"]),
    retired("Chain", "ApprovalChain, HashChain", &[]),
    retired("Chains", "ApprovalChains", &[]),
    retired("claim", "payment_request", CLAIMS),
    retired("claims", "payment_requests", CLAIMS),
    // The file of a contract.
    retired("Dossier", "ContractSnapshot", &["dossier", "/commands/mod.rs"]),
    retired("door", "browser_session", &[]),
    retired("doors", "browser_sessions", &[]),
    // What a statute requires, a worker's presence, and a parameter of the API by its published name.
    retired("duty", "task", &["/domain/statutes.rs", "OnDuty", "on_duty", "duty_before"]),
    retired("duties", "tasks", &[]),
    retired("form_word", "csrf_token", &[]),
    retired("Ledger", "ContractRecord", &["/ledger/", "/ledger.rs"]),
    // Red-letter invoices, letters of the alphabet, and names in the audit log, which never change.
    retired("letter", "email", &["invoice-red-letter-first", "/notifications/undelivered.rs"]),
    retired("letters", "emails", &["/domain/credit_code.rs", "/notifications/email_queue.rs"]),
    retired("mend", "fix", &[]),
    retired("nobody", "no_one", &[]),
    // The folder of .eml files, and the forms that wait in a browser without a network.
    retired("outbox", "email_queue", &["/adapters/mail/", "src/app.rs", "/pages/assets.rs", "/pages/shell.rs"]),
    retired("patience", "a name that says what waits", &[]),
    retired("somebody", "someone", &[]),
    retired("SummaryInput", "ContractSnapshot", &[]),
    retired("waited", "a name that says what waits", &[]),
    retired("WholeContract", "ContractSnapshot", &[]),
];

/// Names that no module has: each is a word for several things.
const NOT_A_FILE: &[(&str, &str)] =
    &[("chain", "approval_chain"), ("chains", "approval_chains"), ("requests", "payments, idempotency_keys")];

/// Names that say too little for a function.
const NOT_A_FUNCTION: &[&str] = &["act", "changed", "changes", "done", "own", "take", "thing", "told"];

/// Names that say enough only after a type, as in `Archive::open`.
const ONLY_OF_A_TYPE: &[&str] = &["open", "read"];

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

/// Returns the words of a name or a text in lower case, such as `list`, `own`, `asks` for `listOwn_asks`.
fn parts(text: &str) -> Vec<String> {
    let mut spaced = String::new();
    for c in text.chars() {
        if c.is_uppercase() && spaced.ends_with(|before: char| before.is_lowercase() || before.is_numeric()) {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// Returns whether a name or a string, of which these are the words, is or has a retired word.
fn has(text: &str, words: &[String], word: &str) -> bool {
    if word.starts_with(char::is_uppercase) {
        return text == word;
    }
    match word.split_once('_') {
        Some((first, second)) => words.windows(2).any(|two| two[0] == first && two[1] == second),
        None => words.iter().any(|part| part == word),
    }
}

/// Returns whether a source file may have a retired word: its letters are there, and no small letter is beside them.
fn may_have(source: &str, small: &str, word: &str) -> bool {
    let is_type = word.starts_with(char::is_uppercase);
    let (text, part) = if is_type { (source, word) } else { (small, word.split('_').next().unwrap_or(word)) };
    let is_alone = |at: usize| {
        let (before, after) = (source[..at].chars().next_back(), source[at + part.len()..].chars().next());
        let is_inner = source[at..].starts_with(char::is_lowercase) && before.is_some_and(char::is_lowercase);
        !is_inner && !after.is_some_and(char::is_lowercase)
    };
    text.match_indices(part).any(|(at, _)| is_alone(at))
}

/// Lists the retired words in the names and strings of a source file, and in its own name. Only a file that may have one
/// is read word by word.
fn code(path: &str, source: &str) -> Vec<Fault> {
    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs");
    let bare: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let bare = bare.join("\n");
    let small = bare.to_ascii_lowercase();
    let own = |known: &&Retired| known.own.iter().any(|own| path.contains(own));
    let known: Vec<&Retired> = NOT_IN_CODE.iter().filter(|known| !own(known)).collect();
    let has_any = known.iter().any(|known| may_have(&bare, &small, known.word));
    let mut named = BTreeMap::from([(stem.to_owned(), 1)]);
    if has_any {
        for token in rust::tokens(path, source) {
            named.entry(token.text).or_insert(token.line);
        }
    }
    let retired = named.iter().flat_map(|(text, line)| {
        let (bare, words) = (text.trim_matches('"'), parts(text));
        let found = known.iter().filter(move |known| !known.own.contains(&bare) && has(text, &words, known.word));
        found.map(|known| (*line, format!("“{}”: {}", known.word, known.instead)))
    });
    let file = NOT_A_FILE.iter().filter(|(name, _)| *name == stem);
    let file = file.map(|(name, instead)| (1, format!("a module called “{name}”: {instead}")));
    retired.chain(file).map(|(line, what)| Fault::new(path, line, what)).collect()
}

/// Lists the functions of a source file whose names say too little. A brace after `impl` or `trait` opens a type.
fn functions(path: &str, source: &str) -> Vec<Fault> {
    let has_any = NOT_A_FUNCTION.iter().chain(ONLY_OF_A_TYPE).any(|name| source.contains(&format!("fn {name}")));
    if !has_any {
        return Vec::new();
    }
    let tokens = rust::tokens(path, source);
    let (mut types, mut depth, mut begins_type) = (Vec::new(), 0_usize, false);
    let mut faults = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", |before| tokens[before].text.as_str());
        match token.text.as_str() {
            "impl" | "trait" if ["", "}", ";", "]", ")", "pub", "unsafe"].contains(&before) => begins_type = true,
            "{" => {
                depth += 1;
                if std::mem::take(&mut begins_type) {
                    types.push(depth);
                }
            }
            "}" => {
                types.retain(|opened| *opened != depth);
                depth -= 1;
            }
            name if before == "fn" => {
                let is_bare = types.is_empty() && ONLY_OF_A_TYPE.contains(&name);
                if is_bare || NOT_A_FUNCTION.contains(&name) {
                    faults.push(Fault::new(path, token.line, format!("a function called “{name}”")));
                }
            }
            _ => {}
        }
    }
    faults
}

#[test]
fn code_has_no_retired_word() {
    let sources = files::under("src", &["rs"]);
    let read = sources.iter().filter(|(path, _)| !RECORDED_NAMES.contains(&path.as_str()));
    assert_none(read.flat_map(|(path, source)| code(path, source)).collect());
}

#[test]
fn functions_say_what_they_do() {
    assert_none(files::under("src", &["rs"]).iter().flat_map(|(path, source)| functions(path, source)).collect());
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
    assert_eq!(code("src/x.rs", "struct ListAsks; fn pay(claim: Chain, link: ApprovalChain) {}").len(), 3);
    assert_eq!(code("src/domain/guarantees.rs", "fn claim_since(claim: u8) {}"), []);
    assert_eq!(code("src/x.rs", "fn f() { by(duty_before); by(duty_after) }").len(), 1);
    assert_eq!(code("src/payments/chains.rs", "").len(), 1);
    assert_eq!(code("src/domain/duties.rs", "").len(), 1);
    assert_eq!(english("x", "a = By E-mail, with more time").len(), 2);
    assert_eq!(functions("src/x.rs", "fn act() {} impl X { fn take(self) {} fn open() {} } pub fn read() {}").len(), 3);
    assert_eq!(
        functions("src/x.rs", "fn acted() { s.open() } trait T { fn read(&self); } fn f() -> impl T { g() }"),
        []
    );
    let stops = "a = Enter a reason.\nb = Enter a reason\nc = It failed. Try again.\nd = Not now (art. 9).\n";
    assert_eq!(ends("x", stops, '.').len(), 2);
    assert_eq!(ends("x", "a = 请填写理由。\nb = 没有找到。可能无权查看。\n", '。').len(), 1);
}
