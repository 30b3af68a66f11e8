//! Spellings: whatever people type, paste or send is understood or refused with the reason, through pages and the API;
//! numbers that differ only in spelling are the same, and searches find them.

use luyue::web::limits::ACCOUNT_TRIES;
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::deliverables::support::{running, send, text};
use crate::identity::totp;
use crate::pages::drafts::{begun, save};
use crate::payments::setup;
use crate::registry::column;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    refused_numbers_say_why_in_the_form
}

on_sqlite_first! {
    a_number_in_another_spelling_is_taken
    texts_that_nobody_sees_are_empty_and_hidden_characters_are_named
    titles_keep_their_symbols_and_lose_their_radicals
    amounts_are_read_as_people_write_them
    days_are_typed_in_any_usual_spelling
    programs_write_numbers_and_days_strictly
    one_time_codes_may_be_spaced_and_wide
    addresses_are_folded_or_refused_by_what_is_wrong
    unreadable_filters_mark_their_field
    searches_find_whole_numbers_first_and_every_word
    invoices_find_their_contract
    vouchers_find_their_contract
    line_ends_make_no_other_text
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn numbers(test: &TestApp, q: &str) -> Vec<String> {
    column(&test.by("justice").get(&format!("contracts?q={}", encoded(q))).expect_status(200), "number")
}

fn a_number_in_another_spelling_is_taken(test: &TestApp) {
    programme::registered(test, "XCSF-2026-901");
    let spellings = [
        "XCSF-2026-901",
        "ＸＣＳＦ－２０２６－９０１",
        "XCSF–2026–901",
        "xcsf-2026-901",
        "XCSF-\u{200B}2026-901",
        "XCSF - 2026—901",
    ];
    for number in spellings {
        let refused = test.by("justice").post("contracts", &programme::input(test, number)).expect_status(422);
        assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("unique-number"), &json!("number")));
        let said = refused["errors"][0]["message"].as_str().expect("words");
        assert!(said.contains("XCSF-2026-901") && said.contains("XC-JUSTICE"), "{number}: {said}");
    }
    let wide =
        test.by("justice").post("contracts", &programme::input(test, "ＸＣＳＦ－２０２６－９０２")).expect_status(201);
    assert_eq!(wide["number"], "XCSF-2026-902", "stored as it is folded");
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let page = save(&officer, &draft, "parties", "save", &[("number", "ＸＣＳＦ—２０２６—９０１"), ("title", "甲")]);
    assert!(page.status == 303, "a draft keeps what is typed: {}", page.text);
}

fn texts_that_nobody_sees_are_empty_and_hidden_characters_are_named(test: &TestApp) {
    let mut input = programme::input(test, "T-1");
    for title in ["\u{200B}", "\u{3164}", "\u{2800}", "\u{AD}", " \u{3000}\u{FEFF}"] {
        input["title"] = json!(title);
        let refused = test.by("justice").post("contracts", &input).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], "title", "{title:?}");
    }
    for (title, named) in [("社区\u{202E}矫正", "U+202E"), ("社区\u{200B}矫正", "U+200B"), ("\u{2066}甲", "U+2066")]
    {
        input["title"] = json!(title);
        let refused = test.by("justice").post("contracts", &input).expect_status(422);
        let said = refused["errors"][0]["message"].as_str().expect("words");
        assert!(refused["errors"][0]["path"] == "title" && said.contains(named), "{title:?}: {said}");
    }
    input["title"] = json!("甲");
    input["details"]["items"]["VISIT"]["name"] = json!("上门\u{202E}走访");
    let refused = test.by("justice").post("contracts", &input).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "details.items.VISIT.name");
    let admin = Visitor::signed_in(test, "admin");
    let path = "/registers/services";
    let fields = [("code", "S-1"), ("name", "走访\u{202E}"), ("unit", "次"), ("standard", ""), ("basis", "")];
    let page = admin.post_from(path, path, &fields).expect_status(422);
    assert!(page.text.contains("U+202E") && page.text.contains("href=\"#name\""), "{}", page.text);
}

fn titles_keep_their_symbols_and_lose_their_radicals(test: &TestApp) {
    let mut input = programme::input(test, "T-2");
    input["title"] = json!("社区⼯作⽇\u{A0}☑ ⇒ 𠮷 ㈱ \u{E863} 👨");
    let id = test.by("justice").post("contracts", &input).expect_status(201)["id"].as_str().expect("an id").to_owned();
    let stored = test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
    assert_eq!(stored["title"], "社区工作日 ☑ ⇒ 𠮷 ㈱ \u{E863} 👨");
    for q in ["社区工作日", "社区⼯作⽇", "☑", "㈱"] {
        assert_eq!(numbers(test, q), ["T-2"], "{q}");
    }
}

/// Returns the fields of an appropriation of an amount.
fn appropriation<'a>(amount: &'a str, year: &'a str) -> [(&'a str, &'a str); 8] {
    [
        ("year", year),
        ("bureau", "XC-JUSTICE"),
        ("line", "2040607 社区矫正"),
        ("economic", "30227 委托业务费"),
        ("project", "XC2026-017"),
        ("document_no", "宣财指〔2026〕 12 号"),
        ("source", "一般公共预算"),
        ("amount", amount),
    ]
}

fn amounts_are_read_as_people_write_them(test: &TestApp) {
    let reviewer = Visitor::signed_in(test, "finance-review");
    let path = "/registers/appropriations";
    let typed = [
        "１２３４５．６０",
        "12,345.60",
        "12\u{A0}345.60",
        "12\u{202F}345.60",
        "￥12345.60",
        "12345.60元",
        "1.23456万元",
    ];
    for (no, amount) in typed.into_iter().enumerate() {
        let project = format!("XC2026-{no:03}");
        let fields = appropriation(amount, "２０２６年")
            .map(|(name, text)| (name, if name == "project" { &*project } else { text }));
        reviewer.post_from(path, path, &fields).expect_status(303);
    }
    let list = test.by("finance-review").get("appropriations?year=2026").expect_status(200);
    assert_eq!(column(&list, "amount"), vec!["12345.60"; typed.len()]);
    assert_eq!(column(&list, "document_no")[0], "宣财指〔2026〕12号");
    let said = reviewer.get("/understood/number?amount=0.5%E4%B8%87%E5%85%83").expect_status(200).text;
    assert!(said.contains("= 5,000.00 元"), "{said}");
    let said = reviewer.get("/understood/day?on=2026%2F10%2F9+0%3A00").expect_status(200).text;
    assert!(said.contains("= 2026-10-09（周五）"), "{said}");
    reviewer.get("/understood/nothing?on=1").expect_status(404);
}

fn refused_numbers_say_why_in_the_form(test: &TestApp) {
    let reviewer = Visitor::signed_in(test, "finance-review");
    let path = "/registers/appropriations";
    for (amount, reason) in [
        ("12，34x", "无法识别字符“x”"),
        ("1e6", "无法识别字符“e”"),
        ("-1", "不能为负数"),
        ("0.001", "单位为元，最多两位小数，您填写了 3 位"),
        ("1,2345", "千位分隔"),
    ] {
        let page = reviewer.post_from(path, path, &appropriation(amount, "2026")).expect_status(400);
        assert!(page.text.contains(reason) && page.text.contains("href=\"#amount\""), "{amount}: {}", page.text);
    }
    let mut fields = appropriation("5，000", "2026");
    fields[1] = ("bureau", "");
    let page = reviewer.post_from(path, path, &fields);
    assert!(page.text.contains("= 5,000.00 元"), "shown when the form comes back: {}", page.text);
    let list = test.by("finance-review").get("appropriations?year=2026").expect_status(200);
    assert!(column(&list, "amount").is_empty(), "nothing was taken in part");
}

fn days_are_typed_in_any_usual_spelling(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let typed = ["2026-10-09", "2026/10/9", "2026年10月9日", "20261009", "２０２６－１０－０９", "2026/10/9 0:00"];
    for day in typed {
        let fields = [("number", "D-1"), ("title", "甲"), ("starts_on", day), ("ends_on", "2026-12-31")];
        assert_eq!(save(&officer, &draft, "parties", "save", &fields).status, 303);
        let page = officer.get(&format!("{draft}/parties")).expect_status(200);
        assert!(!page.has("[id=starts_on-error]"), "{day}: {}", page.text);
        assert_eq!(page.attr("[data-picks=starts_on] input[type=date]", "value"), "2026-10-09", "{day}");
        assert_eq!(page.attr("[id=starts_on][name=starts_on]", "type"), "text", "{day}");
    }
    let id = programme::registered(test, "D-2");
    programme::activate(test, &id);
    let path = format!("/contracts/{id}");
    assert!(officer.get(&format!("{path}?as_of=2026%2F1%2F6")).expect_status(200).text.contains("2026-01-06"));
    let page = officer.get(&format!("{path}?as_of=2026-02-30")).expect_status(200).text;
    assert!(page.contains("没有 2026-02-30 这一天") && page.contains("value=\"2026-02-30\""), "{page}");
}

fn programs_write_numbers_and_days_strictly(test: &TestApp) {
    let justice = test.by("justice");
    let mut input = programme::input(test, "S-1");
    for (path, value) in [("award_on", "2025/12/20"), ("award_on", "２０２５-12-20"), ("award_on", "2025-12-20 ")] {
        input[path] = json!(value);
        let refused = justice.post("contracts", &input).expect_status(400);
        assert_eq!(refused["errors"][0]["path"], path, "{value}");
    }
    let mut input = programme::input(test, "S-1");
    for amount in ["468,000.00", "４６８０００.00", "468000.00元"] {
        input["terms"]["amount"] = json!(amount);
        let refused = justice.post("contracts", &input).expect_status(400);
        assert_eq!(refused["errors"][0]["path"], "terms.amount", "{amount}");
    }
    for (query, named) in [
        ("year=last", "year"),
        ("year=２０２６", "year"),
        ("year=20266", "year"),
        ("limit=x", "limit"),
        ("nothing=1", "nothing"),
    ] {
        let query: Vec<(&str, &str)> = query.split_once('=').into_iter().collect();
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let refused = justice.get(&format!("contracts?{query}")).expect_status(400);
        assert_eq!(refused["errors"][0]["path"], named, "{query}");
    }
}

fn one_time_codes_may_be_spaced_and_wide(test: &TestApp) {
    let secret = totp::enrolled(test);
    // More tries than an account has: right codes in any spelling are not wrong tries.
    for _ in 0..ACCOUNT_TRIES.0.get() + 2 {
        totp::later(test, 30);
        let code = totp::code(test, &secret);
        let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).expect("a digit")).collect();
        let spaced = format!("{}\u{3000}{} ", &wide[..9], &wide[9..]);
        assert_eq!(totp::sign_in(test, Some(&spaced)), 200, "{spaced}");
    }
}

fn addresses_are_folded_or_refused_by_what_is_wrong(test: &TestApp) {
    let person = |username: &str, email: &str| {
        let seats = json!([{"organisation": "XC-JUSTICE", "role": "officer"}]);
        json!({"username": username, "name": "李伟", "email": email, "language": "zh", "seats": seats})
    };
    let admin = test.by("admin");
    for (username, typed, stored) in [
        ("li.1", "li@xcsf。gov。cn", "li@xcsf.gov.cn"),
        ("li.2", "li＠x.cn", "li@x.cn"),
        ("li.3", "li@司法局.中国", "li@司法局.中国"),
    ] {
        let id =
            admin.post("people", &person(username, typed)).expect_status(201)["id"].as_str().expect("id").to_owned();
        let people = admin.get("people?limit=200").expect_status(200);
        let found = people["items"].as_array().expect("a list").iter().find(|one| one["id"] == json!(id));
        assert_eq!(found.expect("the person")["email"], stored, "{typed}");
    }
    for (typed, named) in [
        ("a@b", "b"),
        ("mailto:li@x.cn", "mailto:"),
        ("li@x..cn", "."),
        ("li@-x.cn", "-x"),
        ("li@[127.0.0.1]", "[127.0.0.1]"),
        ("李@x.cn", "李"),
    ] {
        let refused = admin.post("people", &person("li.4", typed)).expect_status(422);
        let said = refused["errors"][0]["message"].as_str().expect("words");
        assert!(refused["errors"][0]["path"] == "email" && said.contains(named), "{typed}: {said}");
    }
}

fn unreadable_filters_mark_their_field(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    for year in ["last", "20x6", "二〇二X", "20266", "1999"] {
        let page = officer.get(&format!("/contracts?q=A&year={}", encoded(year))).expect_status(200).text;
        assert!(page.contains("id=\"year-error\"") && page.contains("aria-invalid=\"true\""), "{page}");
        assert!(page.contains(&format!("value=\"{year}\"")) && page.contains("value=\"A\""), "kept: {page}");
    }
    let page = officer.get("/contracts?state=nothing").expect_status(200).text;
    assert!(page.contains("筛选条件"), "{page}");
    assert!(
        !officer
            .get("/contracts?year=%EF%BC%92%EF%BC%90%EF%BC%92%EF%BC%96")
            .expect_status(200)
            .text
            .contains("aria-invalid")
    );
    let auditor = Visitor::signed_in(test, "audit");
    let page = auditor.get("/events?day=yesterday").expect_status(200).text;
    assert!(page.contains("id=\"day-error\"") && page.contains("value=\"yesterday\""), "{page}");
    assert!(officer.get("/calendar?year=x").expect_status(200).text.contains("govuk-error-summary"));
}

fn searches_find_whole_numbers_first_and_every_word(test: &TestApp) {
    let mut input = programme::input(test, "341800-2026-102");
    input["title"] = json!("宁国市心理矫治（试行）·50%_");
    input["details"]["milestones"]["MIDYEAR"] = json!({"name": "半年考评款"});
    test.by("justice").post("contracts", &input).expect_status(201);
    for number in ["341800-2026-1021", "1341800-2026-102", "341800-2026-103"] {
        programme::registered(test, number);
    }
    assert_eq!(numbers(test, "341800-2026-102")[0], "341800-2026-102");
    assert_eq!(numbers(test, "341800–2026–102")[0], "341800-2026-102", "in another spelling");
    for q in ["心理矫治 宁国", "宁", "半年考评", "(试行)", "【试行】•50%", "试行)・50", "50%", "%_", "%", "_"]
    {
        assert_eq!(numbers(test, q), ["341800-2026-102"], "{q}");
        assert_eq!(numbers_on_page(test, q), ["341800-2026-102"], "{q}");
    }
    assert!(numbers(test, "心理矫治 没有").is_empty());
    assert!(numbers(test, "5_%").is_empty(), "no wildcards");
    assert_eq!(numbers(test, crate::support::app::CONTRACTOR).len(), 4, "the contractor's credit code");
    let whole = |page: &Value| column(page, "number");
    let first = test.by("justice").get("contracts?q=341800-2026-102&limit=1").expect_status(200);
    let cursor = first["next"].as_str().expect("more follow");
    let rest =
        test.by("justice").get(&format!("contracts?q=341800-2026-102&limit=9&cursor={cursor}")).expect_status(200);
    assert_eq!((whole(&first), whole(&rest).len()), (vec!["341800-2026-102".to_owned()], 3), "then all others");
    let page = Visitor::signed_in(test, "justice").get("/contracts").expect_status(200).text;
    assert!(page.contains("共 4 条") && page.contains("最近登记的在前"), "{page}");
    for (q, found) in [("宣财指[2026]12号", 4), ("宣财指 12", 4), ("%", 0)] {
        let list = test.by("finance-review").get(&format!("appropriations?q={}", encoded(q))).expect_status(200);
        assert_eq!(column(&list, "id").len(), found, "{q}");
    }
}

/// Returns the numbers of the contracts that the page finds.
fn numbers_on_page(test: &TestApp, q: &str) -> Vec<String> {
    let page = Visitor::signed_in(test, "justice").get(&format!("/contracts?q={}", encoded(q))).expect_status(200);
    page.texts("#found tbody td:first-child .soft")
}

fn invoices_find_their_contract(test: &TestApp) {
    programme::registered(test, "OTHER-1");
    let contract = running(test);
    let paper = pdf(b"invoice");
    let parts = [
        text("number", "２４９５ 2000 0000 1234 5678\u{200B}"),
        text("amount", "187200.00"),
        ("file", Some("a.pdf"), paper.as_slice()),
    ];
    send(&test.by("contractor"), &format!("{contract}/milestones/MIDYEAR/invoice"), &parts).expect_status(201);
    for q in ["24952000000012345678", "2495 2000 0000 1234 5678", "24952000000012345678 社区矫正"] {
        assert_eq!(numbers(test, q), ["XCSF-2026-001"], "{q}");
        assert_eq!(numbers_on_page(test, q), ["XCSF-2026-001"], "{q}");
    }
    assert!(numbers(test, "24952000000012345678 没有").is_empty());
    assert!(numbers_on_page(test, "24952000000012345678 没有").is_empty());
}

fn vouchers_find_their_contract(test: &TestApp) {
    programme::registered(test, "OTHER-1");
    let other = setup::advance(test);
    let payment = setup::asked(test, &other, "ADVANCE", &json!({}));
    setup::through(test, &payment, 3);
    let paid = setup::step(test, "finance-pay", &payment, "pay", &json!({"voucher": " ＺＦ－ 0042 "}));
    assert_eq!(paid.status, 200);
    assert_eq!(setup::shown(test, &payment)["voucher"], "ZF-0042", "stored as it is folded");
    for q in ["ZF-0042", "zf–0042", "ＺＦ－００４２"] {
        assert_eq!(numbers(test, q), [setup::NUMBER], "{q}");
        assert_eq!(numbers_on_page(test, q), [setup::NUMBER], "{q}");
    }
}

fn line_ends_make_no_other_text(test: &TestApp) {
    let contract = running(test);
    let lines = "请核对签到表。\n第二行";
    let typed = lines.replace('\n', "\r\n");
    let messages = format!("{contract}/messages");
    test.by("contractor").post(&messages, &json!({"text": typed})).expect_status(201);
    // The same text with the other line ends is the same message, also from the page.
    test.by("contractor").post(&messages, &json!({"text": lines})).expect_status(409);
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = format!("/{contract}/act/message");
    for text in [lines, &typed] {
        contractor.upload_from(&shown, "files", &[("text", text)], &[]).expect_status(409);
    }
    contractor.upload_from(&shown, "files", &[("text", "甲\r\n乙\r丙")], &[]).expect_status(303);
    let mut texts = column(&test.by("justice").get(&messages).expect_status(200), "text");
    texts.sort();
    assert_eq!(texts, ["甲\n乙\n丙", lines], "as they are stored");
}
