//! Emails: their wire format, rejected ones, and which failures are worth a retry.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use chrono::DateTime;
use luyue::adapters::mail::{Attachment, Correspondent, Email, MailError, MailOptions, MailSettingError, Mailer};
use mailparse::{MailHeaderMap, ParsedMail, parse_mail};
use proptest::prelude::*;

use crate::support::smtp::{Manner, PASSWORD, Security, SmtpServer};

fn email() -> Email {
    Email {
        holds: Vec::new(),
        message_id: "7d1f.due-2026-06-30@luyue.test".to_owned(),
        from: Correspondent { name: "履约管理".to_owned(), address: "noreply@luyue.test".to_owned() },
        to: Correspondent { name: "王芳".to_owned(), address: "wang@bureau.test".to_owned() },
        subject: "【提醒】合同 XCSF-2026-001 的成果 D1 将于 6 月 30 日到期，请及时提交验收材料".to_owned(),
        text: "王芳：\n成果 D1 将于 6 月 30 日到期。\n.\n.以点开头的行\n".to_owned(),
        html: "<p>成果 D1 将于 6 月 30 日到期。</p>".to_owned(),
        attachments: vec![],
        date: DateTime::from_timestamp(1_782_781_200, 0).expect("an instant"),
        language: "zh-CN".to_owned(),
    }
}

fn options(server: &SmtpServer) -> MailOptions {
    MailOptions { extra_certificates: Some(server.certificate.clone().into_bytes()), ..MailOptions::default() }
}

fn mailer(server: &SmtpServer) -> Mailer {
    Mailer::smtp(&server.url(PASSWORD), &options(server)).expect("a good setting")
}

fn sent(email: &Email) -> Vec<u8> {
    let server = SmtpServer::start(Security::None, Manner::Accept);
    mailer(&server).send(email).expect("sent");
    let mut letters = server.letters();
    assert_eq!(letters.len(), 1);
    letters.remove(0).raw
}

fn header(mail: &ParsedMail, name: &str) -> String {
    let values = mail.headers.get_all_values(name);
    assert_eq!(values.len(), 1, "{name}: {values:?}");
    values.into_iter().next().expect("one")
}

#[test]
fn an_email_arrives_as_it_was_written() {
    let raw = sent(&email());
    assert!(raw.is_ascii(), "every server takes it");
    assert!(raw.split(|b| *b == b'\n').all(|line| line.len() <= 998));
    let mail = parse_mail(&raw).expect("an email");
    assert_eq!(header(&mail, "Subject"), email().subject);
    assert_eq!(header(&mail, "Message-ID"), "<7d1f.due-2026-06-30@luyue.test>");
    assert_eq!(header(&mail, "From"), "履约管理 <noreply@luyue.test>");
    assert_eq!(header(&mail, "To"), "王芳 <wang@bureau.test>");
    assert_eq!(header(&mail, "Date"), "Tue, 30 Jun 2026 01:00:00 +0000");
    assert_eq!(header(&mail, "Content-Language"), "zh-CN");
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    assert_eq!(mail.ctype.mimetype, "multipart/alternative");
    let [text, html] = mail.subparts.as_slice() else {
        panic!("two forms of the words");
    };
    assert_eq!(text.ctype.mimetype, "text/plain");
    assert_eq!(text.get_body().expect("text").replace("\r\n", "\n").trim_end(), email().text.trim_end());
    assert_eq!(html.ctype.mimetype, "text/html");
    assert_eq!(html.get_body().expect("text").trim_end(), email().html);
}

#[test]
fn attachments_arrive_whole_under_their_names() {
    let bytes: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let mut email = email();
    email.attachments = vec![Attachment {
        name: "合同履约情况汇总.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: bytes.clone(),
    }];
    let raw = sent(&email);
    assert!(raw.is_ascii());
    let mail = parse_mail(&raw).expect("an email");
    assert_eq!(mail.ctype.mimetype, "multipart/mixed");
    let [words, file] = mail.subparts.as_slice() else {
        panic!("words and a file");
    };
    assert_eq!(words.subparts.len(), 2);
    assert_eq!(file.ctype.mimetype, "application/pdf");
    assert_eq!(file.get_body_raw().expect("bytes"), bytes);
    let disposition = file.get_content_disposition();
    assert_eq!(disposition.params.get("filename").map(String::as_str), Some("合同履约情况汇总.pdf"));
}

#[test]
fn the_same_email_is_the_same_bytes() {
    assert_eq!(sent(&email()), sent(&email()));
}

#[test]
fn nothing_typed_adds_a_header_or_a_recipient() {
    let evil = "x\r\nBcc: evil@evil.test\r\n\r\nbody\n\tmore\u{2028}";
    let mut bad = email();
    bad.subject = format!("提醒{evil}");
    bad.to.name = format!("王\" <a@evil.test>, {evil}");
    bad.from.name = evil.to_owned();
    bad.attachments = vec![Attachment {
        name: format!("a\"; filename=b.exe{evil}.pdf"),
        media_type: "application/pdf".to_owned(),
        bytes: b"%PDF".to_vec(),
    }];
    let server = SmtpServer::start(Security::None, Manner::Accept);
    mailer(&server).send(&bad).expect("cleaned");
    let letters = server.letters();
    assert_eq!(letters[0].to, ["wang@bureau.test"]);
    assert_eq!(letters[0].from, "noreply@luyue.test");
    let mail = parse_mail(&letters[0].raw).expect("an email");
    let names: Vec<String> = mail.headers.iter().map(|h| h.get_key()).collect();
    assert_eq!(
        names,
        [
            "Message-ID",
            "Date",
            "From",
            "To",
            "Subject",
            "Content-Language",
            "Auto-Submitted",
            "MIME-Version",
            "Content-Type"
        ]
    );
    let to = mailparse::addrparse_header(mail.headers.get_first_header("To").expect("To")).expect("addresses");
    let one = to.extract_single_info().expect("one recipient");
    assert_eq!(one.addr, "wang@bureau.test");
    assert!(!header(&mail, "Subject").contains('\n'));
    let file: Vec<String> = mail.subparts[1].headers.iter().map(|h| h.get_key()).collect();
    assert_eq!(file, ["Content-Disposition", "Content-Type", "Content-Transfer-Encoding"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_is_typed_the_email_is_one_email_to_one_person(
        subject in any::<String>(), name in any::<String>(), file in any::<String>(), text in any::<String>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut odd = email();
        odd.to.name.clone_from(&name);
        odd.from.name = name;
        odd.subject = subject;
        odd.text.clone_from(&text);
        odd.html = text;
        odd.attachments = vec![Attachment { name: file, media_type: "text/csv".to_owned(), bytes: b"a".to_vec() }];
        let sent = Mailer::outbox(folder.path()).send(&odd).expect("written");
        let raw = std::fs::read(folder.path().join(sent)).expect("there");
        let mail = parse_mail(&raw).expect("an email");
        prop_assert_eq!(mail.headers.len(), 9);
        let to = mailparse::addrparse_header(mail.headers.get_first_header("To").expect("To")).expect("addresses");
        prop_assert_eq!(to.extract_single_info().expect("one").addr, "wang@bureau.test");
        prop_assert_eq!(mail.subparts.len(), 2);
        prop_assert_eq!(mail.subparts[1].get_body_raw().expect("bytes"), b"a");
    }
}

#[test]
fn a_domain_of_any_script_goes_out_as_punycode() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut mail = email();
    mail.to.address = "li@司法局.中国".to_owned();
    let sent = Mailer::outbox(folder.path()).send(&mail).expect("written");
    let raw = std::fs::read_to_string(folder.path().join(sent)).expect("there");
    assert!(raw.contains("li@xn--sprq6q3no.xn--fiqs8s"), "{raw}");
    let sender = Correspondent::parse("履约 <noreply＠xcsf。gov.cn>").expect("an address");
    assert_eq!((sender.name.as_str(), sender.address.as_str()), ("履约", "noreply@xcsf.gov.cn"));
    assert!(Correspondent::parse("履约 <noreply@x..cn>").is_err());
}

#[test]
fn emails_that_cannot_be_written_are_rejected_for_good() {
    type Change = fn(&mut Email);
    let changes: [(&str, Change); 13] = [
        ("no address", |l| l.to.address = String::new()),
        ("two addresses", |l| l.to.address = "a@b.test, c@d.test".to_owned()),
        ("a header in an address", |l| l.to.address = "a@b.test\r\nBcc: c@d.test".to_owned()),
        ("a name in an address", |l| l.from.address = "x <a@b.test>".to_owned()),
        ("an id with a line break", |l| l.message_id = "a@b\r\nBcc: c@d".to_owned()),
        ("an id as a path", |l| l.message_id = "../../a@b".to_owned()),
        ("an id without a host", |l| l.message_id = "abc".to_owned()),
        ("an id that begins with a dot", |l| l.message_id = ".a@b".to_owned()),
        ("an id that is too long", |l| l.message_id = format!("{}@b", "a".repeat(200))),
        ("no id", |l| l.message_id = String::new()),
        ("a language with a line break", |l| l.language = "en\r\nX: y".to_owned()),
        ("a date before mail", |l| l.date = DateTime::from_timestamp(-99_999_999_999, 0).expect("an instant")),
        ("a media type that is none", |l| {
            l.attachments = vec![Attachment { name: "a".to_owned(), media_type: "x\r\ny".to_owned(), bytes: vec![] }];
        }),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let outbox = Mailer::outbox(folder.path());
    for (what, change) in changes {
        let mut bad = email();
        change(&mut bad);
        assert!(matches!(outbox.send(&bad), Err(MailError::Permanent(_))), "{what}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 0);
}

#[test]
fn emails_go_over_tls_with_a_login() {
    for security in [Security::Wrapped, Security::StartTls] {
        let server = SmtpServer::start(security, Manner::Accept);
        let answer = mailer(&server).send(&email()).expect("sent");
        assert_eq!(answer, "250 2.0.0 taken as 4711", "{security:?}");
        assert!(server.letters()[0].encrypted);
    }
}

#[test]
fn an_untrusted_certificate_or_a_wrong_name_is_refused() {
    for security in [Security::Wrapped, Security::StartTls] {
        let server = SmtpServer::start(security, Manner::Accept);
        let untrusting = Mailer::smtp(&server.url(PASSWORD), &MailOptions::default()).expect("set");
        assert!(matches!(untrusting.send(&email()), Err(MailError::Temporary(_))), "{security:?}");
        let other = SmtpServer::start_as("mail.elsewhere.test", security, Manner::Accept);
        assert!(matches!(mailer(&other).send(&email()), Err(MailError::Temporary(_))), "{security:?}");
        assert!(server.letters().is_empty() && other.letters().is_empty());
    }
}

#[test]
fn a_server_without_tls_gets_no_password() {
    // The server does not offer STARTTLS, although the setting requires it.
    let server = SmtpServer::start(Security::None, Manner::Accept);
    let url = server.url(PASSWORD).replace("tls=none", "tls=required");
    let mailer = Mailer::smtp(&url, &options(&server)).expect("set");
    assert!(matches!(mailer.send(&email()), Err(MailError::Temporary(_))));
    assert!(server.letters().is_empty());
}

#[test]
fn a_wrong_password_is_an_error_that_does_not_lose_the_email_nor_show_the_password() {
    let server = SmtpServer::start(Security::Wrapped, Manner::Accept);
    let mailer = Mailer::smtp(&server.url("wrong-pass-word"), &options(&server)).expect("set");
    let error = mailer.send(&email()).expect_err("refused");
    assert!(matches!(&error, MailError::Refused(text) if text.contains("535")), "{error}");
    assert!(!format!("{error} {error:?} {mailer:?}").contains("wrong-pass"));
    assert!(!format!("{:?}", email()).contains("成果"));
    assert!(server.letters().is_empty());
}

#[test]
fn the_reply_code_decides_whether_to_retry() {
    use Manner as M;
    let cases = [
        (M::RefuseRecipient(450), true),
        (M::RefuseRecipient(550), false),
        (M::RefuseLetter(451), true),
        (M::RefuseLetter(554), false),
        (M::DropBeforeData, true),
        (M::DropAfterData, true),
        (M::RefuseGreeting(421), true),
        (M::RefuseSender(451), true),
    ];
    for (manner, again) in cases {
        let server = SmtpServer::start(Security::Wrapped, manner);
        let error = mailer(&server).send(&email()).expect_err("not sent");
        let temporary = matches!(error, MailError::Temporary(_));
        assert_eq!(temporary, again, "{manner:?}: {error}");
        assert!(server.letters().is_empty());
    }
}

#[test]
fn a_server_that_refuses_us_does_not_refuse_the_email() {
    for manner in [Manner::RefuseGreeting(554), Manner::RefuseSender(550), Manner::RefuseSender(553)] {
        for security in [Security::Wrapped, Security::None] {
            let server = SmtpServer::start(security, manner);
            let error = mailer(&server).send(&email()).expect_err("not sent");
            assert!(matches!(error, MailError::Refused(_)), "{manner:?} {security:?}: {error}");
        }
    }
}

#[test]
fn a_server_that_answers_too_late_is_tried_again() {
    for (manner, received) in [(Manner::Silent, 0), (Manner::SlowBeforeData, 0), (Manner::SlowAfterData, 1)] {
        let server = SmtpServer::start(Security::None, manner);
        let options = MailOptions { timeout: Duration::from_millis(200), ..options(&server) };
        let mailer = Mailer::smtp(&server.url(PASSWORD), &options).expect("set");
        assert!(matches!(mailer.send(&email()), Err(MailError::Temporary(_))), "{manner:?}");
        assert_eq!(server.letters().len(), received, "{manner:?}");
    }
}

#[test]
fn an_unreachable_server_is_retried() {
    let server = SmtpServer::start(Security::None, Manner::Accept);
    let mailer = mailer(&server);
    drop(server);
    assert!(matches!(mailer.send(&email()), Err(MailError::Temporary(_))));
}

#[test]
fn insecure_or_invalid_settings_are_refused() {
    use MailSettingError as E;
    let cases = [
        ("smtp://u:p@mail.bureau.test?tls=none", E::Tls),
        ("smtp://10.0.0.1?tls=none", E::Tls),
        ("smtp://localhost.evil.test?tls=none", E::Tls),
        ("smtp://u:p@mail.bureau.test?tls=opportunistic", E::Tls),
        ("smtps://u:p@mail.bureau.test?tls=none", E::Tls),
        ("http://mail.bureau.test", E::Scheme),
        ("mail.bureau.test:25", E::Scheme),
        ("smtps://", E::Host),
        ("smtps://u:p@:465", E::Host),
        ("smtps://u:p@mail.test:70000", E::Host),
        ("smtps://u:p@mail.test/path", E::Host),
        ("smtps://user@mail.test", E::Login),
        ("smtps://user:@mail.test", E::Login),
        ("smtps://user:%ff@mail.test", E::Login),
    ];
    for (url, expected) in cases {
        let error = Mailer::smtp(url, &MailOptions::default()).map(|_| ()).expect_err(url);
        assert_eq!(error, expected, "{url}");
    }
    for url in [
        "smtps://u:p@mail.test",
        "smtp://mail.test",
        "smtp://[::1]:2525?tls=none",
        "smtps://u%40x:p%2F@mail.test:4650/",
    ] {
        assert!(Mailer::smtp(url, &MailOptions::default()).is_ok(), "{url}");
    }
    let options = MailOptions {
        extra_certificates: Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec()),
        ..MailOptions::default()
    };
    let error = Mailer::smtp("smtps://mail.test", &options).map(|_| ()).expect_err("no certificate");
    assert!(matches!(error, E::Certificates(_)));
}

fn files(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder)
        .expect("listed")
        .map(|entry| entry.expect("entry").file_name().into_string().expect("a name"))
        .collect()
}

#[test]
fn the_outbox_has_one_whole_file_for_each_email() {
    let folder = tempfile::tempdir().expect("a folder");
    let outbox = Mailer::outbox(&folder.path().join("mail"));
    let answer = outbox.send(&email()).expect("written");
    assert_eq!(answer, "7d1f.due-2026-06-30@luyue.test.eml");
    let path = folder.path().join("mail").join(&answer);
    let first = std::fs::read(&path).expect("there");
    outbox.send(&email()).expect("written again");
    assert_eq!(files(&folder.path().join("mail")), [answer]);
    assert_eq!(std::fs::read(&path).expect("there"), first);
    let mail = parse_mail(&first).expect("an email");
    assert_eq!(header(&mail, "Subject"), email().subject);
    let mut other = email();
    other.message_id = "<other@luyue.test>".to_owned();
    assert_eq!(outbox.send(&other), Ok("other@luyue.test.eml".to_owned()));
    assert_eq!(files(&folder.path().join("mail")).len(), 2);
}

#[test]
fn an_unwritable_outbox_is_retried() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mail");
    std::fs::write(&file, "not a folder").expect("written");
    assert!(matches!(Mailer::outbox(&file).send(&email()), Err(MailError::Temporary(_))));
}

/// A process reads the system's certificates from the environment once. Each case therefore runs this test again in a
/// process of its own, which only sends a letter.
#[test]
fn system_certificates_come_from_the_environment() {
    if let Ok(url) = std::env::var("TEST_SMTP_URL") {
        let mailer = Mailer::smtp(&url, &MailOptions::default()).expect("set");
        mailer.send(&email()).expect("sent");
        return;
    }
    let server = SmtpServer::start(Security::Wrapped, Manner::Accept);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, &server.certificate).expect("written");
    let send = |certificates: Option<&Path>| {
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child
            .args(["--exact", "adapters::mail::system_certificates_come_from_the_environment"])
            .env("TEST_SMTP_URL", server.url(PASSWORD))
            .env_remove("SSL_CERT_DIR")
            .env_remove("SSL_CERT_FILE");
        if let Some(path) = certificates {
            child.env("SSL_CERT_FILE", path);
        }
        child.output().expect("run").status.success()
    };
    assert!(!send(None));
    assert!(server.letters().is_empty());
    assert!(send(Some(&path)));
    assert_eq!(server.letters().len(), 1);
}
