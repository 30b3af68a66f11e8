//! Emails of seals as mail programs save them: `luyue check --seal` finds each seal once, whatever the encoding.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use luyue::schema::people;
use luyue::services::audit::seals;
use luyue::services::notifications::delivery;
use mailparse::parse_mail;

use crate::audit::check::command::luyue_check;
use crate::audit::check::daily_seals::three_days;
use crate::audit::check::tampering::{copy, tamper};
use crate::support::app::TestApp;

/// Returns the emails of three seals as files of the outbox.
fn emails(test: &TestApp) -> Vec<Vec<u8>> {
    while delivery::send_due_emails(&test.app).expect("they are sent") > 0 {}
    let folder = std::fs::read_dir(test.app.settings.data.join("mail")).expect("a folder of mail");
    let mut all: Vec<_> = folder.map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a file")).collect();
    all.retain(|email| body(email, 0).contains("luyue-seal"));
    all
}

/// Returns the text (0) or the HTML (1) of an email.
fn body(email: &[u8], part: usize) -> String {
    parse_mail(email).expect("an email").subparts[part].get_body().expect("a text")
}

/// Builds an email with one body.
fn email(kind: &str, encoding: &str, body: &str) -> Vec<u8> {
    format!(
        "Received: from mail.bureau.test\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\
         Content-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    text.as_bytes().chunks(76).map(|line| format!("{}\r\n", String::from_utf8_lossy(line))).collect()
}

/// Encodes every byte, with a soft line break after each 24.
fn quoted_printable(text: &str) -> String {
    let line = |bytes: &[u8]| bytes.iter().map(|byte| format!("={byte:02X}")).collect::<String>();
    text.as_bytes().chunks(24).map(line).collect::<Vec<_>>().join("=\r\n")
}

/// Wraps an email as an attachment of another.
fn attached(kind: &str, encoding: &str, content: &str) -> Vec<u8> {
    let parts = format!(
        "--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n请核对。\r\n--x\r\nContent-Type: {kind}\r\n\
         Content-Disposition: attachment; filename=seal.eml\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{content}\r\n--x--"
    );
    email("multipart/mixed; boundary=x", "8bit", &parts)
}

/// Returns files that different programs would save, each with the number of seals in it.
fn saved(emails: &[Vec<u8>]) -> Vec<(&'static str, Vec<u8>, usize)> {
    let first = &emails[0];
    let (text, html) = (body(first, 0), body(first, 1));
    let (gb18030, ..) = encoding_rs::GB18030.encode(&text);
    let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let unix = String::from_utf8(first.clone()).expect("ASCII").replace("\r\n", "\n");
    let mailbox: Vec<u8> = emails
        .iter()
        .flat_map(|email| [b"From luyue@localhost Mon Jul 20 09:00:00 2026\r\n", email.as_slice(), b"\r\n"].concat())
        .collect();
    vec![
        ("as it was sent", first.clone(), 1),
        ("with the line ends of Unix", unix.into_bytes(), 1),
        ("after a byte order mark", ["\u{feff}".as_bytes(), text.as_bytes()].concat(), 1),
        ("base64", email("text/plain; charset=utf-8", "base64", &base64(text.as_bytes())), 1),
        ("GB18030", email("text/plain; charset=gb18030", "base64", &base64(&gb18030)), 1),
        ("quoted-printable", email("text/plain; charset=utf-8", "quoted-printable", &quoted_printable(&text)), 1),
        ("HTML only", email("text/html; charset=utf-8", "base64", &base64(html.as_bytes())), 1),
        ("a page", html.clone().into_bytes(), 1),
        ("attached", attached("message/rfc822", "8bit", &String::from_utf8_lossy(first)), 1),
        ("attached without its type", attached("application/octet-stream", "base64", &base64(first)), 1),
        ("a mailbox", mailbox, 3),
        ("copied text", text.clone().into_bytes(), 1),
        ("Unicode text", wide, 1),
        ("quoted text", format!("写道：\n> {}", text.replace('\n', "\n> ")).into_bytes(), 1),
    ]
}

#[test]
fn a_seal_is_found_in_whatever_a_mail_program_saves() {
    let test = TestApp::sqlite();
    three_days(&test);
    let emails = emails(&test);
    assert_eq!(emails.len(), 3);
    let (app, path) = copy(&test, "copy.db");
    tamper(&path, "UPDATE seals SET digest = 'x'");
    for (what, file, count) in saved(&emails) {
        let found = seals::compare(&test.app, &[], &file).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(found, [], "{what}");
        let found = seals::compare(&app, &[], &file).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(found.len(), count, "{what}: {found:?}");
        assert!(found.iter().all(|found| found.what.contains("has another seal")), "{what}: {found:?}");
    }
    for nothing in [email("text/plain", "base64", "&&&"), b"From ".to_vec(), b"From x\r\n\r\n".to_vec(), vec![]] {
        assert!(seals::compare(&test.app, &[], &nothing).is_err(), "{nothing:?}");
    }
}

/// The command on the file of an email, in both languages.
#[test]
fn the_command_reads_the_file_of_a_saved_email() {
    use diesel::prelude::*;
    for language in ["zh", "en"] {
        let test = TestApp::sqlite();
        diesel::update(people::table)
            .set(people::language.eq(language))
            .execute(&mut *test.app.pool.get().expect("a connection"))
            .expect("everyone reads one language");
        three_days(&test);
        let email = emails(&test).swap_remove(0);
        assert_eq!(body(&email, 0).contains("To compare it"), language == "en");
        let file = test.app.settings.data.join("seal.eml");
        std::fs::write(&file, &email).expect("it is saved");
        let file = file.display().to_string();
        let (_, path) = copy(&test, "copy.db");
        // Other lines are about the language, which was changed in the database.
        let told = || {
            let output = luyue_check(&test, &path, &["--seal", &file]);
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{language}");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.lines().filter(|line| line.starts_with("seal ")).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(told(), Vec::<String>::new(), "{language}");
        tamper(&path, "DELETE FROM seals");
        assert!(told().iter().any(|line| line.ends_with(": given, but missing in the database")), "{language}");
    }
}
