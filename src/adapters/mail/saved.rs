//! Text of a file that a person saved from a mail program: an email (`.eml`), a mailbox with several emails, or plain
//! text. Skips parts that cannot be decoded.

use encoding_rs::UTF_8;
use mailparse::{MailHeaderMap, ParsedMail, parse_mail};
use memchr::memmem;

/// Maximum number of levels of emails attached to emails.
const MAX_LEVELS: u8 = 4;
/// Start of the line before each email of a mailbox file.
const MAILBOX_LINE: &[u8] = b"From ";

/// Returns all text in a file: for an email, the decoded text of each part without HTML markup, including attached
/// emails; for a mailbox, the text of every email. Any other file is read as text.
pub fn saved_text(file: &[u8]) -> String {
    let mut text = String::new();
    for email in emails(file) {
        add_text(email, MAX_LEVELS, &mut text);
    }
    text
}

/// Splits a mailbox into its emails, without the separator lines. Any other file is one email.
fn emails(file: &[u8]) -> Vec<&[u8]> {
    if !file.starts_with(MAILBOX_LINE) {
        return vec![file];
    }
    let starts = std::iter::once(0).chain(memmem::find_iter(file, b"\nFrom ").map(|at| at + 1));
    let line_ends = starts.filter_map(|at| Some(at + memchr::memchr(b'\n', file.get(at..)?)? + 1));
    // Each email also holds the line before the next, which does no harm at its end.
    let begins: Vec<usize> = line_ends.collect();
    let ends = begins.iter().skip(1).copied().chain(std::iter::once(file.len()));
    begins.iter().zip(ends).filter_map(|(begin, end)| file.get(*begin..end)).collect()
}

fn add_text(file: &[u8], levels: u8, text: &mut String) {
    let file = file.trim_ascii_start();
    match parse_mail(file) {
        Ok(email) if is_mime(&email) => {
            for part in email.parts() {
                add_part(part, levels, text);
            }
        }
        // The decoder also reads UTF-16, in which Windows saves "Unicode text".
        _ => push(text, &UTF_8.decode(file).0, file.starts_with(b"<")),
    }
}

/// Returns whether the headers of a file declare an encoding of its text.
fn is_mime(email: &ParsedMail<'_>) -> bool {
    ["MIME-Version", "Content-Type"].iter().any(|name| email.headers.get_first_value(name).is_some())
}

fn add_part(part: &ParsedMail<'_>, levels: u8, text: &mut String) {
    let kind = part.ctype.mimetype.as_str();
    if !part.subparts.is_empty() {
        return;
    }
    if kind.starts_with("text/") {
        if let Ok(body) = part.get_body() {
            push(text, &body, kind == "text/html");
        }
    } else if levels > 0
        // Some programs attach a saved email without its type.
        && matches!(kind, "message/rfc822" | "application/octet-stream")
        && let Ok(body) = part.get_body_raw()
    {
        add_text(&body, levels - 1, text);
    }
}

fn push(text: &mut String, part: &str, is_html: bool) {
    text.push('\n');
    if is_html { without_tags(text, part) } else { text.push_str(part) }
}

/// Appends the text of HTML, with a blank for each tag and each non-breaking space.
fn without_tags(text: &mut String, html: &str) {
    for (piece, number) in html.replace("&nbsp;", " ").split('<').zip(0..) {
        let shown = if number == 0 { piece } else { piece.split_once('>').map_or("", |(_, shown)| shown) };
        text.push(' ');
        text.push_str(shown);
    }
}
