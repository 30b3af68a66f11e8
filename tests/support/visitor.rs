//! A client that acts like a browser without JavaScript: it keeps cookies, and submits forms as the page shows them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::support::app::{Reply, TestApp, form};
use crate::support::client;
use chrono::TimeDelta;
use luyue::adapters::one_time::link_token;
use luyue::services::identity::browser_sessions::anonymous_token;
use luyue::storage::audit::recorded_rows::ObjectKind;
use luyue::storage::identity::browser_sessions::{self, NewSession, SignInWay};
use luyue::storage::identity::people;
use luyue::storage::write::{Context, write};
use luyue::web::pages::response::{browser_cookie, session_cookie};

/// The password of every user in the tests.
pub const PASSWORD: &str = "三十七只水獭在河边晒太阳";
/// Its hash, with the parameters of today and the salt `[7; 16]`. Hashing costs as much as a few requests.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$FeGC5TmkGmYbo8awqYeWkEJV5YNyseU2Y0gINJ6iPgg";

/// A browser session, signed in or not.
pub struct Visitor<'a> {
    test: &'a TestApp,
    cookies: RefCell<BTreeMap<String, String>>,
    /// The value of `Sec-Fetch-Site` to send, if any.
    site: RefCell<Option<&'static str>>,
    /// The value of `Origin` to send, if any.
    origin: RefCell<Option<String>>,
}

/// A page received.
pub struct Page {
    pub status: u16,
    /// The target of a redirect; empty if there is none.
    pub location: String,
    /// The text of the page.
    pub text: String,
    /// The complete response.
    pub reply: Reply,
}

impl Page {
    /// Returns the page, and fails unless it has the given status.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Returns the value of a hidden field.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> String {
        self.attr(&format!("input[type=hidden][name='{name}']"), "value")
    }
}

impl<'a> Visitor<'a> {
    /// Returns a visitor who has not signed in.
    pub fn new(test: &'a TestApp) -> Self {
        Self { test, cookies: RefCell::default(), site: RefCell::default(), origin: RefCell::default() }
    }

    /// Opens a session of a user as the sign-in page would, without the cost of a page and of a password's hash.
    pub fn signed_in(test: &'a TestApp, username: &str) -> Self {
        give_password(test, username);
        let token = link_token(test.app.ids.bytes());
        let now = test.now();
        let context = Context::of_program(now, test.app.ids.clone());
        write(&test.app.pool, &context, |tx| {
            let person = people::by_username(tx.connection, username)?.expect("somebody of the city");
            let owner = format!("{} {}", token.digest, person.public_id);
            let session = NewSession {
                token_hash: &token.digest,
                public_id: &test.app.secret.derive("browser-sessions").sign(owner.as_bytes()),
                person: (person.id, person.token_version),
                from: ("", "127.0.0.1"),
                during: (now, now + TimeDelta::hours(12)),
                signed_in_by: SignInWay::Password,
            };
            browser_sessions::insert(tx.connection, &session)
        })
        .expect("the session is opened");
        let visitor = Self::new(test);
        visitor.keep(session_cookie(&test.app), &token.text);
        visitor.keep(browser_cookie(&test.app), &anonymous_token(&test.app));
        visitor
    }

    /// Signs a user in through the sign-in page.
    pub fn signed_in_by_page(test: &'a TestApp, username: &str) -> Self {
        give_password(test, username);
        let visitor = Self::new(test);
        let page = visitor.post_from("/sign-in", "/sign-in", &[("username", username), ("password", PASSWORD)]);
        assert_eq!((page.status, page.location.as_str()), (303, "/work"), "{}", page.text);
        visitor
    }

    /// Returns a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Stores a cookie.
    pub fn keep(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    /// Sets the `Sec-Fetch-Site` header of the following requests.
    pub fn on_site(&self, site: Option<&'static str>) {
        *self.site.borrow_mut() = site;
    }

    /// Sets the `Origin` header of the following requests.
    pub fn come_from_origin(&self, origin: Option<&str>) {
        *self.origin.borrow_mut() = origin.map(str::to_owned);
    }

    /// Submits the form of an act with files as a page of another site could: with this word, and no file.
    pub fn post_files(&self, path: &str, word: &str) -> Page {
        self.send("POST", path, Some(super::app::FORM), &form("files", &[("form", word), ("key", "k")], &[]))
    }

    /// Requests a page.
    pub fn get(&self, path: &str) -> Page {
        self.send("GET", path, None, b"")
    }

    /// Requests the page to which an answer leads. It is read twice, since a page is read again when it is reloaded.
    #[track_caller]
    pub fn led(&self, answer: &Page) -> Page {
        assert_eq!(answer.status, 303, "{}", answer.text);
        let (first, again) = (self.get(&answer.location), self.get(&answer.location).expect_status(200));
        assert_eq!(first.text_of("main"), again.text_of("main"), "{} is read again", answer.location);
        again
    }

    /// Submits a form with exactly these fields.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        self.send("POST", path, Some("application/x-www-form-urlencoded"), body.finish().as_bytes())
    }

    /// Requests a page and submits a form with the hidden fields of that page.
    pub fn post_from(&self, shown: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(shown);
        let word = page.hidden("form");
        let seen = page.has("input[name=seen]").then(|| page.hidden("seen"));
        let mut all = vec![("form", word.as_str())];
        all.extend(seen.as_deref().map(|seen| ("seen", seen)));
        all.extend_from_slice(fields);
        self.post(path, &all)
    }

    /// Requests a page and submits its form with files to the address that the form names.
    pub fn upload_from(&self, shown: &str, field: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Page {
        self.upload_on(&self.get(shown), field, fields, files)
    }

    /// Submits the form with files of a page that was received, to the address that the form names.
    pub fn upload_on(&self, page: &Page, field: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Page {
        let action = page.attr("form[enctype='multipart/form-data']", "action");
        let (word, key) = (page.hidden("form"), page.hidden("key"));
        let fields: Vec<_> =
            [("form", word.as_str()), ("key", &key)].into_iter().chain(fields.iter().copied()).collect();
        self.send("POST", &action, Some(super::app::FORM), &form(field, &fields, files))
    }

    /// Submits a form with files whose body was made by [`form`].
    pub fn send_body(&self, path: &str, body: &[u8]) -> Page {
        self.send("POST", path, Some(super::app::FORM), body)
    }

    fn send(&self, method: &str, path: &str, content_type: Option<&str>, body: &[u8]) -> Page {
        let cookies = self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        let agent = client::config().max_redirects(0).max_redirects_will_error(false);
        let agent: ureq::Agent = agent.build().into();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.test.url));
        request = request.header("Accept", "text/html").header("Accept-Language", "zh-CN");
        if !cookies.is_empty() {
            request = request.header("Cookie", cookies.join("; "));
        }
        if let Some(site) = *self.site.borrow() {
            request = request.header("Sec-Fetch-Site", site);
        }
        if let Some(origin) = self.origin.borrow().as_deref() {
            request = request.header("Origin", origin);
        }
        if let Some(content_type) = content_type {
            request = request.header("Content-Type", content_type);
        }
        let mut answer = agent.run(request.body(body.to_vec()).expect("a request")).expect("the server answers");
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().expect("a text").split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a name and a value");
            self.keep(name, value);
        }
        let bytes = answer.body_mut().read_to_vec().expect("a body");
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
        Page {
            status: answer.status().as_u16(),
            location: location.to_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            reply: Reply {
                status: answer.status().as_u16(),
                json: serde_json::Value::Null,
                headers: answer.headers().clone(),
                bytes,
            },
        }
    }
}

/// Sets a user's password to the one of the tests.
pub fn give_password(test: &TestApp, username: &str) {
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let person = people::by_username(tx.connection, username)?.expect("somebody of the city");
        if person.password_hash.is_empty() {
            people::set_password(tx.connection, person.id, HASH)?;
            tx.touch(ObjectKind::Person, person.id.0);
        }
        Ok(())
    })
    .expect("the password is set");
}
