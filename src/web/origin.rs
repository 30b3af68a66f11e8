//! The site of the page that sent a form, by `Origin` and `Sec-Fetch-Site`.

use actix_web::HttpRequest;
use actix_web::http::header;
use url::{Host, Origin, Url};

/// The site whose page sent a request, as the browser states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// This site.
    Own,
    /// The browser does not say.
    Unstated,
    /// Another site.
    Other,
}

/// Returns the site whose page sent a request. Browsers send `Origin` with every form, but `Sec-Fetch-Site` over TLS
/// only.
pub fn site_of(request: &HttpRequest, public: Option<&str>) -> Site {
    let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    let own = |origin: &header::HeaderValue| origin.to_str().is_ok_and(|sent| is_own(sent, public, text(header::HOST)));
    let origin = request.headers().get(header::ORIGIN).map(own);
    match (site, origin) {
        (Some("same-origin"), Some(true) | None) | (Some("none") | None, Some(true)) => Site::Own,
        (Some("none") | None, None) => Site::Unstated,
        _ => Site::Other,
    }
}

/// Returns whether an `Origin` is this site's own. If the public address is set, scheme, host and port must match it: a
/// page of the same host that was not loaded over TLS is another site. Otherwise host and port must match `Host`, which
/// a browser sets; behind a proxy the scheme is not known here. `Host` is also accepted, whatever is set, from a
/// browser on the machine itself or at the end of a tunnel, because no other site can have such an address.
pub fn is_own(origin: &str, public: Option<&str>, host: Option<&str>) -> bool {
    let Some(sent) = parse(origin) else { return false };
    if public.is_some_and(|public| Url::parse(public).is_ok_and(|public| public.origin() == sent.origin())) {
        return true;
    }
    let is_at_host = || host.and_then(|host| parse(&format!("{}://{host}", sent.scheme()))).map(|url| url.origin());
    (public.is_none() || is_loopback(&sent)) && is_at_host() == Some(sent.origin())
}

/// Parses a scheme, host and port with nothing before or after them; `None` for any other text, including `null`.
fn parse(origin: &str) -> Option<Url> {
    let (_, place) = origin.split_once("://")?;
    let is_place = !place.contains(['/', '\\', '@', '?', '#']) && !place.contains(char::is_whitespace);
    let url = Url::parse(origin).ok().filter(|_| is_place)?;
    (matches!(url.scheme(), "http" | "https") && matches!(url.origin(), Origin::Tuple(..))).then_some(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
