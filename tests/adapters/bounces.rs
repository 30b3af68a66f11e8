//! Reports on emails that came back, as mail servers write them.

use luyue::adapters::mail::{Bounce, read_bounce};

/// Returns a report as Postfix writes it. `status` has the fields of the recipient, `original` what came back.
pub fn report(status: &str, original: &str) -> Vec<u8> {
    let text = format!(
        "From: MAILER-DAEMON@mail.test\nTo: luyue@luyue.test\nSubject: Undelivered Mail Returned to Sender\n\
         Auto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\n\n\
         --b1\nContent-Type: text/plain; charset=utf-8\n\nThis is the mail system.\n\n\
         --b1\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mail.test\nArrival-Date: Tue, 23 Jun 2026 09:00:00 +0800\n\n{status}\n\n\
         --b1\nContent-Type: message/rfc822\n\n{original}\n\n--b1--\n"
    );
    text.replace('\n', "\r\n").into_bytes()
}

/// Returns the fields of a recipient who could not be reached.
pub fn failed(address: &str) -> String {
    format!(
        "Final-Recipient: rfc822; {address}\nOriginal-Recipient: rfc822;{address}\nAction: failed\nStatus: 5.1.1\n\
         Remote-MTA: dns; mx.test\nDiagnostic-Code: smtp; 550 5.1.1 <{address}>: no such user"
    )
}

/// Returns the headers of an email that came back.
pub fn original(id: &str) -> String {
    format!("Message-ID: <{id}@luyue>\nFrom: luyue@luyue.test\nSubject: x\n\nbody")
}

#[test]
fn a_failure_names_email_address_and_reason() {
    let read = read_bounce(&report(&failed("zhang@a.test"), &original("0b1c-2d")));
    let expected = Bounce {
        ids: vec!["0b1c-2d".to_owned()],
        recipient: "zhang@a.test".to_owned(),
        is_final: true,
        reason: "5.1.1 550 5.1.1 <zhang@a.test>: no such user".to_owned(),
    };
    assert_eq!(read, Some(expected));
}

#[test]
fn a_list_names_the_emails_in_it() {
    let list = format!("X-Luyue-Id: a-1 b-2\n{}", original("f00d.tasks"));
    let read = read_bounce(&report(&failed("zhang@a.test"), &list)).expect("a report");
    assert_eq!(read.ids, ["a-1", "b-2"]);
}

#[test]
fn a_delay_is_not_final() {
    let status = "Final-Recipient: rfc822; zhang@a.test\nAction: delayed\nStatus: 4.4.1";
    let read = read_bounce(&report(status, &original("a"))).expect("a report");
    assert_eq!((read.is_final, read.reason.as_str()), (false, "4.4.1"));
}

#[test]
fn headers_alone_and_other_spellings_are_read() {
    let text = String::from_utf8(report(&failed("zhang@a.test").to_uppercase(), &original("a"))).expect("text");
    let headers = text.replace("Content-Type: message/rfc822", "Content-Type: text/rfc822-headers");
    let read = read_bounce(headers.as_bytes()).expect("a report");
    assert_eq!((read.ids, read.is_final), (vec!["a".to_owned()], true));
}

#[test]
fn other_messages_are_not_reports() {
    let whole = report(&failed("zhang@a.test"), &original("a"));
    for message in [
        b"".to_vec(),
        b"Subject: hello\n\nI am away until Monday.".to_vec(),
        report("", &original("a")),
        report("Action: failed", &original("a")),
        whole[..whole.len() / 2].to_vec(),
        vec![0xff; 4096],
    ] {
        assert_eq!(read_bounce(&message), None, "{}", String::from_utf8_lossy(&message));
    }
}
