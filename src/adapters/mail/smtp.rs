//! SMTP transport: always over TLS with a verified certificate, except to this machine. Classifies the server's answers
//! as temporary or permanent failures.

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::response::Response;
use lettre::{SmtpTransport, Transport};
use percent_encoding::percent_decode_str;
use url::{Host, ParseError, Url};

use crate::adapters::mail::email::Email;
use crate::adapters::mail::{MailError, MailOptions, MailSettingError, one_line};

/// Ports of RFC 8314: implicit TLS, and STARTTLS.
const SUBMISSIONS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;

/// Answers that reject our login (RFC 4954): nothing is wrong with the email.
const LOGIN_ANSWERS: [u16; 4] = [530, 534, 535, 538];

/// A connection pool to one mail server.
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
            Security::StartTls => Tls::Required(tls_parameters(&server.host, options)?),
            Security::Wrapped => Tls::Wrapper(tls_parameters(&server.host, options)?),
        };
        // "Dangerous" means without TLS, which is set here.
        let mut builder =
            SmtpTransport::builder_dangerous(&server.host).port(server.port).tls(tls).timeout(Some(options.timeout));
        if let Some((user, password)) = server.login {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self { transport: builder.build(), server: format!("{}:{}", server.host, server.port) })
    }

    pub(super) fn send(&self, email: &Email) -> Result<String, MailError> {
        let message = email.message()?;
        self.transport.send(&message).map(|response| confirmation(&response)).map_err(|error| classify(&error))
    }
}

fn confirmation(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    one_line(&format!("{} {}", response.code(), lines.join(" ")), 300)
}

/// Classifies a failure: faults of the server, the network, a certificate or a password are temporary, all others
/// permanent.
fn classify(error: &lettre::transport::smtp::Error) -> MailError {
    let text = one_line(&error.to_string(), 300);
    let login = error.status().is_some_and(|code| LOGIN_ANSWERS.contains(&u16::from(code)));
    if error.is_permanent() && !login { MailError::Permanent(text) } else { MailError::Temporary(text) }
}

fn tls_parameters(host: &str, options: &MailOptions) -> Result<TlsParameters, MailSettingError> {
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

/// Returns the user and the password, or `None` where the URL has neither.
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

/// Returns the host of a URL that has one and nothing behind it. Schemes that browsers do not know have opaque hosts,
/// so that names and IPv4 addresses are parsed here.
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

/// Writes a host as certificates and resolvers know it: an IPv6 address without brackets.
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
