//! Email addresses as people type them: which spellings are accepted, and why a text is refused.
//!
//! Only the mail server of an address knows if it exists. Local parts are ASCII, because servers of many bureaus lack
//! SMTPUTF8 (RFC 6531); domains may be of any script and are sent as punycode (RFC 5891).

use crate::domain::text_input::{clean, half_width, is_hidden};

/// Maximum length of a whole address and of its local part, in bytes (RFC 5321, 4.5.3.1).
const LENGTH: usize = 254;
const LOCAL_LENGTH: usize = 64;
/// Characters of a local part other than letters, digits and dots (RFC 5322, atext).
const LOCAL_SIGNS: &str = "!#$%&'*+-/=?^_`{|}~";

/// An address to which email can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress {
    local: String,
    domain: String,
    ascii_domain: String,
}

/// The reason why a text is not an address, with the part to blame where there is one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {part}")]
pub struct EmailFault {
    /// Key of the message.
    pub code: &'static str,
    /// The character, label or prefix to blame; empty for none.
    pub part: String,
}

fn fault(code: &'static str, part: impl ToString) -> EmailFault {
    EmailFault { code, part: part.to_string() }
}

impl EmailAddress {
    /// Parses an address. Full-width characters and the full stops of input methods are read as their ASCII forms.
    ///
    /// # Errors
    /// The first fault found.
    pub fn parse(typed: &str) -> Result<Self, EmailFault> {
        let text: String = clean(typed).chars().filter(|c| !is_hidden(*c)).map(plain).collect();
        if text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:")) {
            return Err(fault("email-prefix", "mailto:"));
        }
        let (local, domain) = text.split_once('@').ok_or_else(|| fault("email-no-at", ""))?;
        if domain.contains('@') {
            return Err(fault("email-two-ats", "@"));
        }
        check_local(local)?;
        let domain = domain.to_lowercase();
        let ascii_domain = ascii_of(&domain)?;
        if local.len() + 1 + ascii_domain.len() > LENGTH {
            return Err(fault("email-long", ""));
        }
        Ok(Self { local: local.to_owned(), domain, ascii_domain })
    }

    /// Returns the address for a mail server, its domain as punycode.
    pub fn to_ascii(&self) -> String {
        format!("{}@{}", self.local, self.ascii_domain)
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// Returns a full-width character, or a full stop of an input method, as its ASCII form.
fn plain(c: char) -> char {
    match c {
        '\u{3002}' | '\u{FF61}' => '.',
        '\u{FE6B}' => '@',
        _ => half_width(c),
    }
}

/// Checks the part before the `@`.
fn check_local(local: &str) -> Result<(), EmailFault> {
    if local.is_empty() {
        return Err(fault("email-no-local", ""));
    }
    let known = |c: char| c.is_ascii_alphanumeric() || c == '.' || LOCAL_SIGNS.contains(c);
    if let Some(wrong) = local.chars().find(|c| !known(*c)) {
        return Err(character_fault(wrong));
    }
    if local.split('.').any(str::is_empty) {
        return Err(fault("email-dot", "."));
    }
    if local.len() > LOCAL_LENGTH { Err(fault("email-long", "")) } else { Ok(()) }
}

/// Returns a domain as punycode. `localhost` is accepted, since the first user of an installation may be on the server
/// itself.
fn ascii_of(domain: &str) -> Result<String, EmailFault> {
    if domain == "localhost" {
        return Ok(domain.to_owned());
    }
    if domain.starts_with('[') {
        return Err(fault("email-by-number", domain));
    }
    let labels: Vec<&str> = domain.split('.').collect();
    if labels.iter().any(|label| label.is_empty()) {
        return Err(if domain.is_empty() { fault("email-no-domain", "") } else { fault("email-dot", ".") });
    }
    // The rules of IDNA decide on letters of other scripts.
    let is_sign = |c: char| (c.is_ascii() && !c.is_ascii_alphanumeric() && c != '-' && c != '.') || c.is_whitespace();
    if let Some(wrong) = domain.chars().find(|c| is_sign(*c)) {
        return Err(character_fault(wrong));
    }
    if let Some(label) = labels.iter().find(|label| label.starts_with('-') || label.ends_with('-')) {
        return Err(fault("email-hyphen", label));
    }
    let [.., last] = labels.as_slice() else { return Err(fault("email-no-domain", "")) };
    if labels.len() > 1 && last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault("email-by-number", domain));
    }
    if labels.len() < 2 || last.chars().count() < 2 {
        return Err(fault("email-short-domain", domain));
    }
    idna::domain_to_ascii_strict(domain).map_err(|_| fault("email-domain", domain))
}

/// Names a character that no address has, as people can see it: a space in words, another invisible one by its code
/// point.
fn character_fault(character: char) -> EmailFault {
    match character {
        ' ' => fault("email-space", ""),
        _ if character.is_whitespace() => fault("email-character", crate::domain::text_input::code_point(character)),
        _ => fault("email-character", character),
    }
}
