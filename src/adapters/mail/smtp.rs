//! SMTP transport: always over TLS with a verified certificate, except to this machine. Classifies the server's answers
//! as failures of the email, of this installation, or of the moment.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::Mail;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use percent_encoding::percent_decode_str;
use url::{Host, ParseError, Url};

use crate::adapters::mail::email::Email;
use crate::adapters::mail::{MailError, MailOptions, MailSettingError, one_line};

/// Ports of RFC 8314: implicit TLS, and STARTTLS.
const SUBMISSIONS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;

/// Access to one mail server, with a connection for each email.
pub struct Smtp {
    server: Server,
    tls: Option<TlsParameters>,
    timeout: Duration,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({}:{})", self.server.host, self.server.port)
    }
}

impl Smtp {
    /// Creates the access to the server of a URL, without connecting.
    pub(super) fn new(url: &str, options: &MailOptions) -> Result<Self, MailSettingError> {
        let server = Server::parse(url)?;
        let tls = match server.security {
            Security::None => None,
            Security::StartTls | Security::Wrapped => Some(tls_parameters(&server.host, options)?),
        };
        Ok(Self { server, tls, timeout: options.timeout })
    }

    /// Sends an email and returns the server's confirmation.
    pub(super) fn send(&self, email: &Email) -> Result<String, MailError> {
        let message = email.message()?;
        let mut connection = self.connect().map_err(|error| of_installation(&error))?;
        let sent = connection.send(message.envelope(), &message.formatted());
        connection.abort();
        match sent {
            Ok(response) => Ok(confirmation(&response)),
            Err(error) if !error.is_permanent() => Err(MailError::Temporary(words(&error))),
            Err(error) => {
                Err(self.sender_refusal(message.envelope()).unwrap_or_else(|| MailError::Permanent(words(&error))))
            }
        }
    }

    /// Connects to the server and signs in.
    fn connect(&self) -> Result<SmtpConnection, Error> {
        let name = ClientId::default();
        let place = (self.server.host.as_str(), self.server.port);
        let wrapped = self.tls.as_ref().filter(|_| self.server.security == Security::Wrapped);
        let mut connection = SmtpConnection::connect(place, Some(self.timeout), &name, wrapped, None)?;
        if let (Security::StartTls, Some(tls)) = (self.server.security, &self.tls) {
            connection.starttls(tls, &name)?;
        }
        if let Some((user, password)) = &self.server.login {
            connection.auth(DEFAULT_MECHANISMS, &Credentials::new(user.clone(), password.clone()))?;
        }
        Ok(connection)
    }

    /// Returns the reason for which the server would have refused every email, after it refused one: lettre does not
    /// report the refused command. `None` if the server accepts connection, login and sender.
    fn sender_refusal(&self, envelope: &Envelope) -> Option<MailError> {
        let tried = self.connect().and_then(|mut connection| {
            let answer = connection.command(Mail::new(envelope.from().cloned(), Vec::new()));
            connection.abort();
            answer
        });
        tried.err().map(|error| of_installation(&error))
    }
}

fn confirmation(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    one_line(&format!("{} {}", response.code(), lines.join(" ")), 300)
}

/// Classifies a failure before the first command about the email.
fn of_installation(error: &Error) -> MailError {
    if error.is_permanent() { MailError::Refused(words(error)) } else { MailError::Temporary(words(error)) }
}

fn words(error: &Error) -> String {
    one_line(&error.to_string(), 300)
}

fn tls_parameters(host: &str, options: &MailOptions) -> Result<TlsParameters, MailSettingError> {
    let unusable = |e: Error| MailSettingError::Certificates(one_line(&e.to_string(), 300));
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

/// Connection settings read from the URL.
struct Server {
    host: String,
    port: u16,
    login: Option<(String, String)>,
    security: Security,
}

impl Server {
    fn parse(text: &str) -> Result<Self, MailSettingError> {
        let url = Url::parse(text).map_err(|error| match error {
            ParseError::RelativeUrlWithoutBase => MailSettingError::Scheme,
            _ => MailSettingError::Host,
        })?;
        if !matches!(url.scheme(), "smtp" | "smtps") {
            return Err(MailSettingError::Scheme);
        }
        let host = parse_host(&url)?;
        let security = match (url.scheme(), url.query()) {
            ("smtps", None) => Security::Wrapped,
            ("smtp", None | Some("tls=required")) => Security::StartTls,
            ("smtp", Some("tls=none")) if is_loopback(&host) => Security::None,
            _ => return Err(MailSettingError::Tls),
        };
        let default_port = if security == Security::Wrapped { SUBMISSIONS_PORT } else { SUBMISSION_PORT };
        Ok(Self {
            host: host_name(&host),
            port: url.port().unwrap_or(default_port),
            login: parse_login(&url)?,
            security,
        })
    }
}

/// Returns the user and the password, or `None` for a URL without them.
fn parse_login(url: &Url) -> Result<Option<(String, String)>, MailSettingError> {
    let decode = |text: &str| match percent_decode_str(text).decode_utf8() {
        Ok(decoded) if !decoded.is_empty() => Ok(decoded.into_owned()),
        _ => Err(MailSettingError::Login),
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, password) => Ok(Some((decode(user)?, decode(password.unwrap_or_default())?))),
    }
}

/// Returns the host of a URL with a host and nothing after it. The `url` crate does not parse the hosts of schemes
/// unknown to browsers, so names and IPv4 addresses are parsed here.
fn parse_host(url: &Url) -> Result<Host, MailSettingError> {
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(MailSettingError::Host);
    }
    match url.host() {
        Some(Host::Domain(name)) => Host::parse(name).map_err(|_| MailSettingError::Host),
        Some(Host::Ipv4(address)) => Ok(Host::Ipv4(address)),
        Some(Host::Ipv6(address)) => Ok(Host::Ipv6(address)),
        None => Err(MailSettingError::Host),
    }
}

/// Formats a host as in certificates and for resolvers: an IPv6 address without brackets.
fn host_name(host: &Host) -> String {
    match host {
        Host::Domain(name) => name.clone(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    }
}

fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}
