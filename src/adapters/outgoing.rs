//! Requests that the program itself sends to other servers: over TLS or to this machine, to addresses of the settings
//! alone. Redirects are not followed, so that no answer can lead a request elsewhere.

use std::time::Duration;

use ureq::tls::{Certificate, RootCerts, TlsConfig};
use url::Url;

/// Creates a client that trusts the certificate authorities of the system and waits so long for an answer.
pub fn agent(timeout: Duration) -> ureq::Agent {
    let roots = rustls_native_certs::load_native_certs().certs;
    let roots = roots.iter().map(|root| Certificate::from_der(root).to_owned());
    let roots: Vec<Certificate<'static>> = roots.collect();
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots)).build();
    let config = ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(timeout))
        .max_redirects(0)
        .http_status_as_error(false)
        .build();
    config.into()
}

/// Checks that an address is `https`, or `http` on this machine, and has no credentials.
///
/// # Errors
/// The address with the reason, for the log.
pub fn check_address(address: &str) -> Result<(), String> {
    let url = Url::parse(address).map_err(|error| format!("{address}: {error}"))?;
    let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_protected = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    if !is_protected || !url.username().is_empty() || url.password().is_some() || url.host_str().is_none() {
        return Err(format!("{address}: expected an https address without credentials"));
    }
    Ok(())
}
