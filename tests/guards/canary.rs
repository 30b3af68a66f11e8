//! The log: it holds no secret, no personal data and no line that people made up, whatever they send.

use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::identity::totp;
use crate::registry::text;
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::programme;
use crate::support::visitor::{PASSWORD, Visitor, give_password};
use crate::support::{log, mail};

const NEXT: &str = "白鹭立在涨水的稻田里";
const WRONG: &str = "不应出现在日志里的密码";
/// Personal data that people may send.
const PERSONAL: [&str; 4] = ["110101199003070038", "13812345678", "6217000011113333", "赵不应见"];

#[test]
fn no_secret_and_no_personal_data_is_logged() {
    log::keep_as_json();
    let test = TestApp::sqlite();
    let mut secrets: Vec<String> = [PASSWORD, NEXT, WRONG, totp::PASSWORD].map(str::to_owned).into();
    // Passwords, links and codes.
    let secret = totp::enrolled(&test);
    totp::later(&test, 60);
    let code = totp::code(&test, &secret);
    assert_eq!((totp::sign_in(&test, Some("000000")), totp::sign_in(&test, Some(&code))), (401, 200));
    secrets.extend([secret, code]);
    give_password(&test, "justice");
    let sign_in = |password: &str| test.nobody().post("session", &json!({"username": "justice", "password": password}));
    sign_in(WRONG).expect_status(401);
    secrets.push(text(&sign_in(PASSWORD).expect_status(200)["token"]));
    let anyone = Visitor::new(&test);
    anyone.post_from("/forgotten-password", "/forgotten-password", &[("username", "justice")]).expect_status(303);
    let link = mail::link_to(&test, "justice");
    let path = format!("/password/{}", link.rsplit('/').next().expect("a token"));
    anyone.post_from(&path, &path, &[("password", NEXT), ("again", WRONG)]);
    anyone.post_from(&path, &path, &[("password", NEXT), ("again", NEXT)]).expect_status(303);
    anyone.get(&path).expect_status(404);
    secrets.push(path.rsplit('/').next().expect("a token").to_owned());
    // Sessions and forms, one of them forged.
    let visitor = Visitor::signed_in_by_page(&test, "contractor");
    secrets.extend(["__Host-luyue", "__Host-luyue-browser"].map(|name| visitor.cookie(name).expect("a cookie")));
    let word = visitor.get("/work").hidden("form");
    visitor.post("/sign-out", &[("form", &format!("x{word}"))]).expect_status(403);
    secrets.push(word);
    // Personal data in what people write and upload.
    let contract = programme::registered(&test, "N-1");
    programme::activate(&test, &contract);
    test.at("2026-06-29", 9);
    let [number, phone, account, name] = PERSONAL;
    let message = json!({"text": format!("{name} {number} {phone}")});
    test.by("contractor").post(&format!("contracts/{contract}/messages"), &message).expect_status(201);
    let account = json!({"name": name, "bank": "徽商银行", "number": account});
    test.by("contractor").post(&format!("contractors/{CONTRACTOR}/accounts"), &account).expect_status(201);
    let file: &[(&str, &[u8])] = &[(&format!("{name}.pdf"), &pdf(number.as_bytes()))];
    let path = format!("contracts/{contract}/deliverables/VISIT-H1/submissions");
    test.by("contractor").upload(&path, &[("quantity", "1"), ("note", phone)], file).expect_status(201);
    test.by("contractor").upload(&path, &[("quantity", phone), ("note", number)], file);
    mail::to(&test, "justice");
    let log = log::text();
    assert!(log.lines().count() > 5, "{log}");
    for hidden in secrets.iter().map(String::as_str).chain(PERSONAL).chain(["@luyue.test"]) {
        assert!(!log.contains(hidden), "{hidden}: {log}");
    }
}

/// Texts that would begin a line of their own, or change what a terminal shows.
const FORGED: &[&str] = &[
    "x\r\n{\"level\":\"ERROR\",\"fields\":{\"message\":\"forged\"}}",
    "x\n2026-01-05T01:00:00.000000Z ERROR forged",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{9b}31m",
    "a\u{8}\u{8}b\u{7f}",
];

fn send_forged(test: &TestApp) {
    for forged in FORGED {
        let body = json!({"username": forged, "password": forged});
        let percent = percent_encoding::utf8_percent_encode(forged, percent_encoding::NON_ALPHANUMERIC).to_string();
        test.nobody().post("session", &body).expect_status(401);
        test.nobody().get(&format!("contracts/{percent}")).expect_status(401);
        test.by("justice").get(&format!("contracts/{percent}")).expect_status(404);
        test.by("contractor").upload("contracts/x/messages", &[("text", forged)], &[(forged, b"x")]);
        test.nobody().with("X-Forwarded-For", &percent).with("User-Agent", &percent).get("me");
        Visitor::new(test).get(&format!("/verify/{percent}"));
    }
}

#[test]
fn no_one_writes_a_line_of_the_json_log() {
    log::keep_as_json();
    send_forged(&TestApp::sqlite());
    let log = log::text();
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["timestamp"].is_string() && line["fields"]["message"] != "forged", "{line}");
    }
    assert!(log.lines().count() >= 3 * FORGED.len() && !log.contains('\u{1b}'), "{log}");
}

#[test]
fn no_one_writes_a_line_of_the_log_in_text() {
    log::keep_as_text();
    send_forged(&TestApp::sqlite());
    let log = log::text();
    assert!(log.lines().count() >= 3 * FORGED.len(), "{log}");
    for line in log.lines() {
        assert!(line.starts_with("20") && !line.contains(" ERROR forged"), "{line:?}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}
