//! Spellings on pages: numbers, titles, addresses, codes and searches that the API understands or refuses are
//! understood or refused where people type them.

use serde_json::json;

use crate::identity::totp;
use crate::pages::drafts::{begun, typed_in};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

#[test]
fn a_registration_is_told_of_its_number_its_title_and_its_names() {
    let test = TestApp::sqlite();
    programme::registered(&test, "XCSF-2026-901");
    let officer = Visitor::signed_in(&test, "justice");
    let draft = begun(&officer);
    typed_in(&officer, &draft);
    let parties = format!("{draft}/parties");
    let saved = |step: &str, fields: &[(&str, &str)]| {
        let form = officer.get(step).expect_status(200).form(step).with(fields);
        let sent = form.send(&officer, "save").expect_status(303);
        officer.get(&sent.location).expect_status(200)
    };
    let check = format!("{draft}/check");
    for number in [
        "XCSF-2026-901",
        "ＸＣＳＦ－２０２６－９０１",
        "XCSF–2026–901",
        "xcsf-2026-901",
        "XCSF-\u{200B}2026-901",
        "\u{202A}XCSF-2026-901\u{202C}",
    ] {
        let told = saved(&parties, &[("number", number)]);
        for page in [told, officer.get(&check).expect_status(200)] {
            assert!(page.text.contains("合同 XCSF-2026-901 重复"), "{number:?}: {}", page.text);
        }
    }
    saved(&parties, &[("number", "XCSF-2026-902")]);
    for title in ["", "\u{200B}", "\u{3164}", "\u{2800}", "\u{AD}", " \u{3000}\u{FEFF}"] {
        saved(&parties, &[("title", title)]);
        let page = officer.get(&format!("{parties}?done=save")).expect_status(200);
        assert!(page.has("[id=title-error]"), "{title:?}: {}", page.text);
    }
    saved(&parties, &[("title", "社区⼯作⽇\u{A0}☑ ⇒ 𠮷 ㈱ \u{E863} 👨")]);
    // A code is not a name.
    for (step, field) in [
        ("items", "items.0.name"),
        ("deliverables", "deliverables.1.name"),
        ("deliverables", "deliverables.0.indicators.0.name"),
        ("milestones", "milestones.2.name"),
        ("clauses", "clauses.0.name"),
    ] {
        let path = format!("{draft}/{step}");
        let name = officer.get(&path).expect_status(200).form(&path).value(field).expect("a name").to_owned();
        for empty in ["", " \u{3000}"] {
            let shown = saved(&path, &[(field, empty)]);
            // Another deliverable has the same indicator with a name.
            if !field.contains("indicators") {
                assert!(shown.has(&format!("[id='{field}-error']")), "{field}: {}", shown.text);
            }
        }
        saved(&path, &[(field, &name)]);
    }
    let done = officer.get(&check).expect_status(200).form(&check).send(&officer, "").expect_status(303);
    let id = done.location.trim_start_matches("/contracts/").split('?').next().expect("an id").to_owned();
    let found = |q: &str| {
        let query: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        let page = officer.get(&format!("/contracts?q={query}")).expect_status(200);
        page.links_in("#found tbody").into_iter().map(|(address, _)| address).collect::<Vec<_>>()
    };
    for q in ["社区工作日", "社区⼯作⽇", "☑", "㈱ 902", "𠮷"] {
        assert_eq!(found(q), [format!("/contracts/{id}")], "{q}");
    }
    assert_eq!(found("ｘｃｓｆ－２０２６－９０２").first(), Some(&format!("/contracts/{id}")), "before other numbers");
    assert!(officer.get(&format!("/contracts/{id}")).expect_status(200).text.contains("社区工作日 ☑"));
    let printed = officer.get(&format!("/contracts/{id}/summary.pdf"));
    assert!(printed.status == 200 && printed.reply.bytes.starts_with(b"%PDF-"), "{}", printed.status);
}

#[test]
fn people_find_by_every_number_and_the_exact_one_comes_first() {
    let test = TestApp::sqlite();
    let mut input = programme::input(&test, "341800-2026-102");
    input["title"] = json!("宁国市心理矫治（试行）50%_");
    test.by("justice").post("contracts", &input).expect_status(201);
    for number in ["341800-2026-1021", "1341800-2026-102"] {
        programme::registered(&test, number);
    }
    let officer = Visitor::signed_in(&test, "justice");
    let found = |q: &str| {
        let query: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        officer.get(&format!("/contracts?q={query}")).expect_status(200).texts("#found tbody td:first-child .soft")
    };
    for q in ["341800-2026-102", "341800–2026–102", "３４１８００－２０２６－１０２", "341800-\u{200B}2026-102"]
    {
        assert_eq!(found(q).first().map(String::as_str), Some("341800-2026-102"), "{q}");
        assert_eq!(found(q).len(), 3, "{q}");
    }
    for q in ["心理矫治 宁国", "宁国\u{3000}心理", "宁", "(试行)", "50%", "%_"] {
        assert_eq!(found(q), ["341800-2026-102"], "{q}");
    }
    assert_eq!(found(crate::support::app::CONTRACTOR).len(), 3, "the contractor's credit code");
    assert!(found("心理矫治 没有").is_empty() && found("5_%").is_empty());
}

#[test]
fn an_address_typed_on_the_page_is_folded_or_told_what_is_wrong() {
    let test = TestApp::sqlite();
    let admin = Visitor::signed_in(&test, "admin");
    let path = "/registers/people";
    let add = |username: &str, email: &str| {
        let fields = [
            ("username", username),
            ("name", "李伟"),
            ("email", email),
            ("language", "zh"),
            ("organisation", "XC-JUSTICE"),
            ("role", "officer"),
        ];
        admin.post_from(path, path, &fields)
    };
    for (typed, named) in [
        ("a@b", "b"),
        ("mailto:li@x.cn", "mailto:"),
        ("li@x..cn", "."),
        ("li@-x.cn", "-x"),
        ("li@[127.0.0.1]", "[127.0.0.1]"),
        ("李@x.cn", "李"),
    ] {
        let page = add("li.0", typed).expect_status(422);
        assert!(page.text_of("[id=email-error]").contains(named), "{typed}: {}", page.text);
        assert!(page.has("[id=email][aria-invalid=true]"), "{typed}");
    }
    for (username, typed) in [("li.1", "li@xcsf。gov。cn"), ("li.2", "li＠x.cn"), ("li.3", "li@司法局.中国")] {
        add(username, typed).expect_status(303);
    }
    let people = test.by("admin").get("people?limit=200").expect_status(200).to_string();
    for stored in ["\"li@xcsf.gov.cn\"", "\"li@x.cn\"", "\"li@司法局.中国\""] {
        assert!(people.contains(stored), "{stored}: {people}");
    }
}

#[test]
fn a_code_is_read_in_any_spelling_where_people_sign_in() {
    let test = TestApp::sqlite();
    let secret = totp::enrolled(&test);
    for spell in [
        |code: &str| code.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)).collect::<String>(),
        |code: &str| format!("{} {}", &code[..3], &code[3..]),
        |code: &str| format!("\u{200B}{}\u{3000}{}\u{202C}", &code[..3], &code[3..]),
    ] {
        totp::later(&test, 30);
        let typed = spell(&totp::code(&test, &secret));
        let fields = [("username", "ｗａｎｇ.fang"), ("password", totp::PASSWORD), ("code", typed.as_str())];
        let page = Visitor::new(&test).post_from("/sign-in", "/sign-in", &fields);
        assert_eq!(page.status, 303, "{typed:?}: {}", page.text);
    }
}

#[test]
fn a_code_is_read_in_any_spelling_where_it_is_asked_again() {
    let test = TestApp::sqlite();
    let secret = totp::enrolled(&test);
    let spelled = || {
        totp::later(&test, 30);
        let code = totp::code(&test, &secret);
        let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)).collect();
        format!("\u{200B}{}\u{3000}{}", &wide[..9], &wide[9..])
    };
    let visitor = Visitor::new(&test);
    let code = spelled();
    let fields = [("username", "wang.fang"), ("password", totp::PASSWORD), ("code", code.as_str())];
    visitor.post_from("/sign-in", "/sign-in", &fields).expect_status(303);
    let code = spelled();
    let fields = [("current_password", totp::PASSWORD), ("current_code", code.as_str())];
    let renewed = visitor.post_from("/one-time-codes", "/one-time-codes/recovery", &fields).expect_status(200);
    let recovery = renewed.text_of("main ul code");
    // A recovery code is typed without its hyphens, in capitals or wide, or with the dashes of a word processor.
    let code = recovery.to_uppercase().replace('-', "–");
    let fields = [("current_password", totp::PASSWORD), ("current_code", code.as_str())];
    let password = [("password", "白鹭立在涨水的稻田里"), ("again", "白鹭立在涨水的稻田里")];
    let changed = visitor.post_from("/change-password", "/change-password", &[fields, password].concat());
    assert_eq!(changed.location, "/change-password?done=changed", "{}", changed.text);
    let code = spelled();
    let fields = [("password", "白鹭立在涨水的稻田里"), ("code", code.as_str())];
    visitor.post_from("/one-time-codes", "/one-time-codes/remove", &fields).expect_status(303);
}
