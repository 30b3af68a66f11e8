//! Reports on emails that came back (RFC 3464), as mail servers send them to the sender. Reads only what names the
//! email and the reason; anyone can write such a report, so callers must compare it with what they sent.

use mailparse::{MailHeader, MailHeaderMap, ParsedMail, parse_headers, parse_mail};

use crate::adapters::mail::one_line;

/// Maximum number of emails that one report is about.
const MAX_IDS: usize = 20;
/// Maximum length of a reason in characters.
const MAX_REASON: usize = 300;
/// Header that names the emails of a message.
pub(super) const ID_HEADER: &str = "X-Luyue-Id";

/// A report that an email was not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// Identifiers of the emails in the message that came back: random parts of their Message-IDs.
    pub ids: Vec<String>,
    /// Address that did not take it.
    pub recipient: String,
    /// False for a delay, after which the server still tries.
    pub is_final: bool,
    /// Status and diagnosis in one line.
    pub reason: String,
}

/// Reads a report; `None` for any other message.
pub fn read_bounce(message: &[u8]) -> Option<Bounce> {
    let report = parse_mail(message).ok()?;
    if report.ctype.mimetype != "multipart/report" {
        return None;
    }
    let body = |kinds: &[&str]| {
        let part = report.parts().find(|part| kinds.contains(&part.ctype.mimetype.as_str()))?;
        part_bytes(part)
    };
    let status = body(&["message/delivery-status", "message/global-delivery-status"])?;
    let original = body(&["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"])?;
    let (headers, _) = parse_headers(&original).ok()?;
    let (recipient, is_final, reason) = groups(&status).iter().find_map(|group| {
        let (fields, _) = parse_headers(group).ok()?;
        read_recipient(&fields)
    })?;
    Some(Bounce { ids: ids(&headers), recipient, is_final, reason })
}

/// Returns the content of a part. Parts that hold messages are not decoded by the parser where they are plain.
fn part_bytes(part: &ParsedMail<'_>) -> Option<Vec<u8>> {
    part.get_body_raw().ok().filter(|bytes| !bytes.is_empty())
}

/// Splits the fields of a status into groups, which empty lines separate: about the message, then each recipient.
fn groups(status: &[u8]) -> Vec<Vec<u8>> {
    let text: Vec<u8> = status.iter().copied().filter(|byte| *byte != b'\r').collect();
    let mut groups = vec![Vec::new()];
    for line in text.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            groups.push(Vec::new());
        } else if let Some(group) = groups.last_mut() {
            group.extend_from_slice(line);
            group.push(b'\n');
        }
    }
    groups
}

/// Reads the fields of one recipient: the address, whether the failure is final, and the reason.
fn read_recipient(fields: &[MailHeader<'_>]) -> Option<(String, bool, String)> {
    let typed = |name: &str| fields.get_first_value(name);
    let after_type = |value: String| value.split_once(';').map_or(value.clone(), |(_, rest)| rest.trim().to_owned());
    let recipient = typed("Original-Recipient").or_else(|| typed("Final-Recipient")).map(after_type)?;
    let (action, status) = (typed("Action")?, typed("Status").unwrap_or_default());
    let diagnosis = typed("Diagnostic-Code").map(after_type).unwrap_or_default();
    let is_final = action.trim().eq_ignore_ascii_case("failed");
    let recipient = recipient.trim_matches(['<', '>']).to_owned();
    Some((recipient, is_final, one_line(&format!("{status} {diagnosis}"), MAX_REASON)))
}

/// Returns the identifiers of the emails in a message with these headers.
fn ids(headers: &[MailHeader<'_>]) -> Vec<String> {
    let listed = headers.get_first_value(ID_HEADER);
    let own = || headers.get_first_value("Message-ID");
    let text = listed.or_else(own).unwrap_or_default();
    let ids = text.split_whitespace().filter_map(|id| id.trim_matches(['<', '>']).split('@').next());
    ids.take(MAX_IDS).map(str::to_owned).collect()
}
