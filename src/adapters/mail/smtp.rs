//! Letters by SMTP: always over TLS with the certificate checked, but to this machine itself, and with what the server
//! answers turned into "later" or "never".

use std::net::IpAddr;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::response::Response;
use lettre::{SmtpTransport, Transport};
use percent_encoding::percent_decode_str;

use crate::adapters::mail::letter::Letter;
use crate::adapters::mail::{MailError, MailOptions, MailSettingError, one_line};

/// Ports of RFC 8314: TLS from the start, and STARTTLS.
const SUBMISSIONS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;

/// Answers by which a server says that it does not know us (RFC 4954): nothing is wrong with the letter.
const LOGIN_ANSWERS: [u16; 4] = [530, 534, 535, 538];

/// A mail server.
pub struct Smtp {
    transport: SmtpTransport,
    server: String,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({})", self.server)
    }
}

impl Smtp {
    pub(super) fn new(url: &str, options: &MailOptions) -> Result<Self, MailSettingError> {
        let server = Server::parse(url)?;
        let tls = match server.security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(parameters(&server.host, options)?),
            Security::Wrapped => Tls::Wrapper(parameters(&server.host, options)?),
        };
        // "Dangerous" is a builder without TLS, which is given to it here.
        let mut builder =
            SmtpTransport::builder_dangerous(&server.host).port(server.port).tls(tls).timeout(Some(options.timeout));
        if let Some((user, password)) = server.login {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self { transport: builder.build(), server: format!("{}:{}", server.host, server.port) })
    }

    pub(super) fn send(&self, letter: &Letter) -> Result<String, MailError> {
        let message = letter.message()?;
        self.transport.send(&message).map(|response| answer(&response)).map_err(|error| judge(&error))
    }
}

fn answer(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    one_line(&format!("{} {}", response.code(), lines.join(" ")), 300)
}

/// What cannot get better by itself is permanent; a server, a network, a certificate or a password can.
fn judge(error: &lettre::transport::smtp::Error) -> MailError {
    let text = one_line(&error.to_string(), 300);
    let login = error.status().is_some_and(|code| LOGIN_ANSWERS.contains(&u16::from(code)));
    if error.is_permanent() && !login { MailError::Permanent(text) } else { MailError::Temporary(text) }
}

fn parameters(host: &str, options: &MailOptions) -> Result<TlsParameters, MailSettingError> {
    let unusable = |e: lettre::transport::smtp::Error| MailSettingError::Certificates(one_line(&e.to_string(), 300));
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = &options.extra_certificates {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(unusable)?);
    }
    builder.build_rustls().map_err(unusable)
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Security {
    None,
    StartTls,
    Wrapped,
}

struct Server {
    host: String,
    port: u16,
    login: Option<(String, String)>,
    security: Security,
}

impl Server {
    fn parse(url: &str) -> Result<Self, MailSettingError> {
        let (scheme, rest) = url.trim().split_once("://").ok_or(MailSettingError::Scheme)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(parse_login(login)?), place),
            None => (None, rest),
        };
        let (host, port) = parse_place(place)?;
        let security = match (scheme, query) {
            ("smtps", "") => Security::Wrapped,
            ("smtp", "" | "tls=required") => Security::StartTls,
            ("smtp", "tls=none") if is_this_machine(host) => Security::None,
            ("smtp" | "smtps", _) => return Err(MailSettingError::Tls),
            _ => return Err(MailSettingError::Scheme),
        };
        let usual = if security == Security::Wrapped { SUBMISSIONS_PORT } else { SUBMISSION_PORT };
        Ok(Self { host: host.to_owned(), port: port.unwrap_or(usual), login, security })
    }
}

fn parse_login(login: &str) -> Result<(String, String), MailSettingError> {
    let (user, password) = login.split_once(':').ok_or(MailSettingError::Login)?;
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().map_err(|_| MailSettingError::Login)?;
        if text.is_empty() { Err(MailSettingError::Login) } else { Ok(text.into_owned()) }
    };
    Ok((decoded(user)?, decoded(password)?))
}

/// `host`, `host:port`, `[::1]:port`.
fn parse_place(place: &str) -> Result<(&str, Option<u16>), MailSettingError> {
    let (host, port) = match place.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, rest)) => (host, Some(rest.strip_prefix(':').ok_or(MailSettingError::Host)?)),
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let known = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    if host.is_empty() || !host.chars().all(known) {
        return Err(MailSettingError::Host);
    }
    let port = port.map(str::parse).transpose().map_err(|_| MailSettingError::Host)?;
    Ok((host, port))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
