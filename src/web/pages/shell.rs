//! What every page has around its content: words in its language, who is signed in, where one can go, the clock's notice.

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::clock::{civil_day, civil_time};
use crate::domain::codes::Language;
use crate::domain::policy::{Action, role_may};
use crate::services::identity::browser_sessions;
use crate::services::identity::caller::Caller;
use crate::services::notifications::tasks::{self, Task};
use crate::text::{self, dates, money};
use crate::web::pages::assets;

/// A place in the bar at the top.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its address.
    pub href: &'static str,
    /// Key of its name.
    pub name: &'static str,
    /// How much waits there.
    pub count: Option<usize>,
}

/// The places, each with the right without which it is not shown.
const PLACES: &[(&str, &str, Action)] = &[
    ("/work", "nav-work", Action::ListTasks),
    ("/contracts", "nav-contracts", Action::ReadContract),
    ("/registers", "nav-registers", Action::OwnSession),
];

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Roles as codes, for `role-…`.
    pub roles: Vec<&'static str>,
}

/// Where a page is shown, and by whom it was asked for.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The page's language.
    pub language: Language,
    /// Lets the page's own scripts run (CSP).
    pub nonce: String,
    /// CSRF token of the page's forms.
    pub csrf_token: String,
    /// A new key for a form that writes: sent twice, it has one effect.
    pub key: String,
    /// The address of the page, with what follows `?`.
    pub here: String,
    /// Who is signed in.
    pub person: Option<Person>,
    /// Where they can go.
    pub places: Vec<Place>,
    /// The program's time, where it is not the machine's.
    pub clock: Option<String>,
    /// Today, at the contracts' place.
    pub today: NaiveDate,
}

impl Shell {
    /// The shell of a page that a browser with this token asks for.
    pub fn new(app: &App, caller: Option<&Caller>, token: &str, language: Language, here: &str) -> Self {
        let now = app.clock.now();
        Self {
            language,
            nonce: app.ids.uuid(),
            csrf_token: browser_sessions::csrf_token(app, token),
            key: app.ids.uuid(),
            here: here.to_owned(),
            person: caller.map(person),
            places: caller.map(|caller| places(app, caller)).unwrap_or_default(),
            clock: (!app.clock.is_real()).then(|| dates::minute(civil_time(now))),
            today: civil_day(now),
        }
    }

    /// A message.
    pub fn say(&self, key: &str) -> String {
        text::message(self.language, key, &[])
    }

    /// A message that begins with `kind-`: the word for a code.
    pub fn word(&self, kind: &str, code: impl std::fmt::Display) -> String {
        text::message(self.language, &format!("{kind}-{code}"), &[])
    }

    /// A message about a code: `kind-CODE-what`.
    pub fn say_of(&self, kind: &str, code: impl std::fmt::Display, what: &str) -> String {
        text::message(self.language, &format!("{kind}-{code}-{what}"), &[])
    }

    /// A message with one value.
    pub fn with(&self, key: &str, name: &'static str, value: impl std::fmt::Display) -> String {
        text::message(self.language, key, &[(name, value.to_string())])
    }

    /// A message with two values.
    pub fn with2(
        &self,
        key: &str,
        name: &'static str,
        value: impl std::fmt::Display,
        other: &'static str,
        another: impl std::fmt::Display,
    ) -> String {
        text::message(self.language, key, &[(name, value.to_string()), (other, another.to_string())])
    }

    /// What is listed, with the language's own sign between: `document-list`, `document-semicolon`.
    pub fn joined<T: AsRef<str>>(&self, sign: &str, items: &[T]) -> String {
        items.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(&self.say(sign))
    }

    /// Something with what is said of it in brackets.
    pub fn noted(&self, name: impl std::fmt::Display, note: impl std::fmt::Display) -> String {
        self.with2("document-with-code", "name", name, "code", note)
    }

    /// Something with what it is after a colon.
    pub fn told(&self, name: impl std::fmt::Display, text: impl std::fmt::Display) -> String {
        self.with2("document-colon", "name", name, "text", text)
    }

    /// An amount with its thousands set off.
    pub fn money(&self, amount: impl std::fmt::Display) -> String {
        money::group_thousands(&amount.to_string())
    }

    /// A day with its weekday: 2026-09-30（周三）.
    pub fn day(&self, day: &NaiveDate) -> String {
        dates::weekday(*day, self.language)
    }

    /// A time at the contracts' place.
    pub fn time(&self, at: &DateTime<Utc>) -> String {
        dates::minute(civil_time(at.naive_utc()))
    }

    /// What is to be done, in words, as a sentence begins.
    pub fn duty(&self, item: &Task) -> String {
        let amount = item.amount.map(|amount| self.money(amount)).unwrap_or_default();
        let ask = item.ask.map(|kind| self.word("mail-ask", kind)).unwrap_or_default();
        let values = [("subject", item.name.clone()), ("amount", amount), ("ask", ask)];
        let words = text::message(self.language, &format!("mail-duty-{}", item.kind), &values);
        let mut letters = words.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters.as_str().chars()).collect()
    }

    /// Where something that waits for the reader is done: the act's own page, or the part of the contract's page that leads
    /// to it.
    pub fn way(&self, item: &Task) -> String {
        let contract = format!("/contracts/{}", item.contract);
        let subject: String = form_urlencoded::byte_serialize(item.subject.as_bytes()).collect();
        match item.kind.as_str() {
            "fund" | "activate" | "publish" | "complete" | "consent" | "close" => {
                format!("{contract}/act/{}", item.kind)
            }
            "confirm_payment" | "review_payment" | "approve_payment" | "pay_payment" | "request_payment" => {
                format!("{contract}/act/{}?subject={subject}", item.kind.trim_end_matches("_payment"))
            }
            "score" | "invoice" => format!("{contract}/act/{}?subject={subject}", item.kind),
            "deliver" => format!("{contract}/act/submission?subject={subject}"),
            "inspect" => format!("{contract}#deliverables"),
            "decide" => format!("{contract}#asks"),
            _ => contract,
        }
    }

    /// The name of a right in the table of rights.
    pub fn right(&self, of: &str, action: impl std::fmt::Display) -> String {
        format!("{of}.{action}")
    }

    /// The first characters of a digest.
    pub fn short(&self, digest: &str) -> String {
        digest.chars().take(12).collect()
    }

    /// How large a file is.
    pub fn bytes(&self, bytes: &i64) -> String {
        match *bytes {
            ..1024 => format!("{bytes} B"),
            1024..1_048_576 => format!("{} KB", bytes / 1024),
            _ => format!("{} MB", bytes / 1_048_576),
        }
    }

    /// How far a day is, in words: overdue by so many days, due today, so many days left.
    pub fn left(&self, day: &NaiveDate) -> String {
        let days = (*day - self.today).num_days();
        let key = if days < 0 { "mail-late" } else { "mail-left" };
        let count = match days.abs() {
            0 => "none",
            1 => "one",
            _ => "other",
        };
        self.with2(key, "count", count, "days", days.abs())
    }

    /// Whether a day has passed.
    pub fn passed(&self, day: &NaiveDate) -> bool {
        *day < self.today
    }

    /// Where an asset is.
    pub fn asset(&self, name: &str) -> String {
        format!("{}/{name}", *assets::FOLDER)
    }

    /// The language as browsers name it.
    pub fn tag(&self) -> &'static str {
        match self.language {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
    }

    /// The link that shows this page in the other language.
    pub fn other_language(&self) -> String {
        let other = match self.language {
            Language::Zh => "en",
            Language::En => "zh",
        };
        let here = percent_encoding::utf8_percent_encode(&self.here, percent_encoding::NON_ALPHANUMERIC);
        format!("/language/{other}?next={here}")
    }

    /// Whether this is the place that the page belongs to.
    pub fn is_here(&self, place: &Place) -> bool {
        let path = self.here.split('?').next().unwrap_or_default();
        path == place.href || path.strip_prefix(place.href).is_some_and(|rest| rest.starts_with('/'))
    }
}

fn person(caller: &Caller) -> Person {
    let mut roles: Vec<&'static str> = caller.seats.iter().map(|seat| seat.role.as_str()).collect();
    roles.dedup();
    Person { name: caller.name.clone(), roles }
}

fn places(app: &App, caller: &Caller) -> Vec<Place> {
    let open = PLACES.iter().filter(|(_, _, action)| caller.seats.iter().any(|seat| role_may(seat.role, *action)));
    open.map(|(href, name, action)| Place {
        href,
        name,
        // A page is shown even where its number cannot be counted.
        count: (*action == Action::ListTasks).then(|| tasks::count(app, caller).ok()).flatten(),
    })
    .collect()
}
