//! The shell of a page: everything around its content, such as the language, the signed-in person, the navigation bar
//! and the notice of a simulated clock. Also formats codes, days and amounts for templates.

use std::sync::OnceLock;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::app::App;
use crate::clock::{civil_day, civil_time};
use crate::domain::codes::Language;
use crate::domain::policy::{Action, role_may};
use crate::domain::tasks::TaskKind;
use crate::services::deliverables::files::FileView;
use crate::services::identity::browser_sessions;
use crate::services::identity::caller::Caller;
use crate::services::identity::kept_forms;
use crate::services::notifications::links;
use crate::services::notifications::task_words;
use crate::services::notifications::tasks::{self, Task};
use crate::text::{self, dates, money};
use crate::web::pages::assets;

/// An entry of the navigation bar.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Address of the page.
    pub href: &'static str,
    /// Key of its label.
    pub name: &'static str,
    /// Number of open tasks on the page.
    pub count: Option<usize>,
}

/// Entries of the navigation: address, message key of the label, and the right required to see the entry.
const NAV_ITEMS: &[(&str, &str, Action)] = &[
    ("/work", "nav-work", Action::ListTasks),
    ("/contracts", "nav-contracts", Action::ReadContract),
    ("/payments", "nav-payments", Action::ReadContract),
    ("/boards", "nav-boards", Action::ReadBoards),
    ("/reports", "nav-reports", Action::ReadReports),
    ("/registers", "nav-registers", Action::OwnSession),
];

/// Reason for which a form was shown again instead of being carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// The session had ended before the form was sent.
    SessionEnded,
    /// The session had ended before the form was sent, and its files must be chosen again.
    SessionEndedWithFiles,
    /// Enter was pressed in a field of the form.
    EnterPressed,
    /// The reader chose another language for the page.
    LanguageChosen,
}

/// Messages that the page's scripts show.
const SCRIPT_WORDS: &[&str] = &[
    "offline-title",
    "offline-says",
    "offline-files",
    "failed-title",
    "refused-says",
    "stopped-title",
    "stopped-says",
    "ended-title",
    "ended-says",
    "ended-link",
    "files-title",
    "file-too-large",
    "files-too-large",
    "files-too-many",
    "file-empty",
    "file-remove",
    "file-stop",
    "file-retry",
    "outbox-kept",
    "outbox-waiting",
    "outbox-sending",
    "outbox-ended",
    "outbox-refused",
    "outbox-sent",
    "outbox-edit",
    "outbox-delete",
    "outbox-sure",
];

/// Values in the messages that the page's scripts show.
const SCRIPT_VALUES: [&str; 4] = ["file", "limit", "number", "size"];

/// The person signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Random identifier.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Codes of the roles, for `role-CODE`.
    pub roles: Vec<&'static str>,
}

/// The shell of one page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The page's language.
    pub language: Language,
    /// Nonce with which the page's own scripts may run (CSP).
    pub nonce: String,
    /// CSRF token of the page's forms, bound to the browser's session, with the mark of the person signed in.
    pub csrf_token: String,
    /// Fresh idempotency key: a form sent twice takes effect once.
    pub key: String,
    /// Path of the page with its query.
    pub here: String,
    /// The person signed in, if any.
    pub person: Option<Person>,
    /// Number of the person's unread notices.
    pub unread_notices: i64,
    /// Entries of the navigation bar.
    pub nav_items: Vec<NavItem>,
    /// The program's time, if it is not the machine's.
    pub clock: Option<String>,
    /// Today in the civil time of the contracts.
    pub today: NaiveDate,
    /// Reason for which the page shows a form that was not carried out.
    pub notice: Option<Unsent>,
    /// Identifier of the kept form that the page shows, which is deleted once the form is sent.
    pub kept_form: Option<String>,
    /// Names of the files that were sent with the kept form and have to be chosen again.
    pub lost_files: Vec<String>,
    /// Sentences about the parameters of the address that could not be read.
    pub unread: Vec<String>,
    /// Values that were typed into a form that could not be accepted and is not shown again.
    pub typed: Vec<String>,
}

impl Shell {
    /// Builds the shell of a page for the browser with a session token and a token of its own.
    pub fn new(
        app: &App,
        caller: Option<&Caller>,
        (token, browser): (&str, Option<&str>),
        language: Language,
        here: &str,
    ) -> Self {
        let now = app.clock.now();
        Self {
            language,
            nonce: app.ids.uuid(),
            csrf_token: csrf_token(app, token, caller.zip(browser)),
            key: app.ids.uuid(),
            here: here.to_owned(),
            person: caller.map(person),
            unread_notices: caller.map_or(0, |caller| caller.unread_notices),
            nav_items: caller.map(|caller| nav_items(app, caller)).unwrap_or_default(),
            clock: (!app.clock.is_real()).then(|| dates::minute(civil_time(now))),
            today: civil_day(now),
            notice: None,
            kept_form: None,
            lost_files: Vec::new(),
            unread: Vec::new(),
            typed: Vec::new(),
        }
    }

    /// Adds the notice that a parameter of the address could not be read.
    pub fn tell_unread(&mut self, name: &str) {
        self.unread.push(self.with("query-unread", "name", name));
    }

    /// Marks the page as showing a kept form. The form is sent with its identifier as the idempotency key, which later
    /// shows that the form was sent.
    pub fn show_kept_form(&mut self, id: &str) {
        self.kept_form = Some(id.to_owned());
        id.clone_into(&mut self.key);
    }

    /// Returns a message.
    pub fn say(&self, key: &str) -> String {
        text::message(self.language, key, &[])
    }

    /// Returns the text for a code: the message `kind-CODE`.
    pub fn word(&self, kind: &str, code: impl std::fmt::Display) -> String {
        text::message(self.language, &format!("{kind}-{code}"), &[])
    }

    /// Returns a message about a code: `kind-CODE-what`.
    pub fn say_of(&self, kind: &str, code: impl std::fmt::Display, what: &str) -> String {
        text::message(self.language, &format!("{kind}-{code}-{what}"), &[])
    }

    /// Returns a message with one value.
    pub fn with(&self, key: &str, name: &'static str, value: impl std::fmt::Display) -> String {
        text::message(self.language, key, &[(name, value.to_string())])
    }

    /// Returns a message with two values.
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

    /// Joins items with the language's own separator: `document-list` or `document-semicolon`.
    pub fn joined<T: AsRef<str>>(&self, sign: &str, items: &[T]) -> String {
        items.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(&self.say(sign))
    }

    /// Returns a name with a note in brackets.
    pub fn noted(&self, name: impl std::fmt::Display, note: impl std::fmt::Display) -> String {
        self.with2("document-with-code", "name", name, "code", note)
    }

    /// Returns a name, a colon and a text.
    pub fn labelled(&self, name: impl std::fmt::Display, text: impl std::fmt::Display) -> String {
        self.with2("document-colon", "name", name, "text", text)
    }

    /// States the number of rows in a list and their order; `order` is a message key. The number is known on the first
    /// page only, and is a minimum if `has_more` is true.
    pub fn counted(&self, rows: usize, is_first: bool, has_more: bool, order: &str) -> String {
        let order = self.say(order);
        match (is_first, has_more) {
            (true, false) => self.with2("list-count", "count", rows, "order", order),
            (true, true) => self.with2("list-count-more", "count", rows, "order", order),
            (false, _) => order,
        }
    }

    /// Returns an amount or quantity with separated thousands.
    pub fn money(&self, amount: impl std::fmt::Display) -> String {
        money::group_thousands(&amount.to_string())
    }

    /// Returns a day with its weekday: 2026-09-30（周三）.
    pub fn day(&self, day: &NaiveDate) -> String {
        dates::weekday(*day, self.language)
    }

    /// Returns a moment to the minute, in the civil time of the contracts.
    pub fn time(&self, at: &DateTime<Utc>) -> String {
        dates::minute(civil_time(at.naive_utc()))
    }

    /// Returns the article of a statute.
    pub fn statute(&self, rule: &str) -> String {
        self.say(&format!("statute-{rule}-article"))
    }

    /// Returns the title of a task, with a capital letter.
    pub fn task_title(&self, item: &Task) -> String {
        task_words::title(self.language, item)
    }

    /// Returns the address of the form that completes a task; `None` for a task without a form.
    pub fn task_address(&self, item: &Task) -> Option<String> {
        links::form_of_task(&item.contract, TaskKind::parse(&item.kind)?, &item.subject)
    }

    /// Returns the name of a right as in the table of rights: `subject.action`.
    pub fn right_name(&self, of: &str, action: impl std::fmt::Display) -> String {
        format!("{of}.{action}")
    }

    /// Returns the size of a file and the first 12 characters of its digest.
    pub fn size_and_digest(&self, file: &FileView) -> String {
        format!("{} · SHA-256 {}", self.file_size(&file.bytes), file.sha256.chars().take(12).collect::<String>())
    }

    /// Returns the size of a file in B, KB or MB.
    pub fn file_size(&self, bytes: &i64) -> String {
        match *bytes {
            ..1024 => format!("{bytes} B"),
            1024..1_048_576 => format!("{} KB", bytes / 1024),
            _ => format!("{} MB", bytes / 1_048_576),
        }
    }

    /// Returns the notes on a file as text.
    pub fn flags(&self, codes: &[String]) -> String {
        self.joined("document-list", &codes.iter().map(|code| self.say(code)).collect::<Vec<_>>())
    }

    /// Returns the time left until a day as text: overdue, due today, or the number of days left.
    pub fn time_left(&self, day: &NaiveDate) -> String {
        self.left_until(day, None)
    }

    /// Returns the time left until the day of a kind of task as text.
    pub fn time_left_of(&self, task: &str, day: &NaiveDate) -> String {
        self.left_until(day, TaskKind::parse(task))
    }

    fn left_until(&self, day: &NaiveDate, task: Option<TaskKind>) -> String {
        let days = (*day - self.today).num_days();
        let key = if days < 0 { text::mail::late_key(task) } else { "mail-left" };
        let count = match days.abs() {
            0 => "none",
            1 => "one",
            _ => "other",
        };
        self.with2(key, "count", count, "days", days.abs())
    }

    /// Returns the mark of a due day in a year whose holidays have not been announced.
    pub fn provisional(&self, day: &NaiveDate) -> String {
        self.with("due-provisional", "year", day.year())
    }

    /// Returns whether a day is before today.
    pub fn is_past(&self, day: &NaiveDate) -> bool {
        *day < self.today
    }

    /// Returns the address of an asset.
    pub fn asset(&self, name: &str) -> String {
        format!("{}/{name}", *assets::FOLDER)
    }

    /// Returns title, heading and text of the notice about a form that was not carried out.
    pub fn notice_words(&self) -> Option<[String; 3]> {
        let keys = match self.notice? {
            Unsent::SessionEnded => ["kept-title", "kept-heading", "kept-says"],
            Unsent::SessionEndedWithFiles => ["kept-title", "kept-heading", "kept-says-files"],
            Unsent::EnterPressed => ["unsent-title", "unsent-heading", "unsent-says"],
            Unsent::LanguageChosen => return None,
        };
        let mut words = keys.map(|key| self.say(key));
        if self.notice == Some(Unsent::SessionEndedWithFiles) && !self.lost_files.is_empty() {
            words[2] = self.with("kept-says-files-named", "files", self.joined("document-list", &self.lost_files));
        }
        Some(words)
    }

    /// Returns the messages of the page's scripts, each under the name of its data attribute. A placeholder is written
    /// {name}.
    pub fn script_words(&self) -> &'static [(&'static str, String)] {
        static WORDS: [OnceLock<Vec<(&str, String)>>; 2] = [const { OnceLock::new() }; 2];
        let [zh, en] = &WORDS;
        let known = match self.language {
            Language::Zh => zh,
            Language::En => en,
        };
        let values = || SCRIPT_VALUES.map(|name| (name, format!("{{{name}}}")));
        let word = |key: &&'static str| (*key, text::message(self.language, &format!("script-{key}"), &values()));
        known.get_or_init(|| SCRIPT_WORDS.iter().map(word).collect())
    }

    /// Returns the language's BCP 47 tag.
    pub fn language_tag(&self) -> &'static str {
        match self.language {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
    }

    /// Returns the code of the other language.
    pub fn other_language(&self) -> Language {
        match self.language {
            Language::Zh => Language::En,
            Language::En => Language::Zh,
        }
    }

    /// Returns the address that shows this page in the other language.
    pub fn other_language_address(&self) -> String {
        let here = percent_encoding::utf8_percent_encode(&self.here, percent_encoding::NON_ALPHANUMERIC);
        format!("/language/{}?next={here}", self.other_language())
    }

    /// Returns the number of the reader's tasks, as the navigation bar shows it.
    pub fn task_count(&self) -> usize {
        self.nav_items.iter().find_map(|item| item.count).unwrap_or_default()
    }

    /// Returns the text of the search that the page shows; empty on any other page.
    pub fn searched(&self) -> String {
        let query = self.here.strip_prefix("/search?").unwrap_or_default();
        let mut fields = form_urlencoded::parse(query.as_bytes());
        fields.find(|(name, _)| name == "q").map(|(_, typed)| typed.into_owned()).unwrap_or_default()
    }

    /// Returns whether the page is at a path.
    pub fn is_at(&self, path: &str) -> bool {
        self.here.split('?').next() == Some(path)
    }

    /// Returns whether the page belongs to an entry of the navigation bar.
    pub fn is_current(&self, item: &NavItem) -> bool {
        let path = self.here.split('?').next().unwrap_or_default();
        // The ledger is listed among the registers.
        let path = if path == "/ledger" { "/registers" } else { path };
        path == item.href || path.strip_prefix(item.href).is_some_and(|rest| rest.starts_with('/'))
    }
}

fn csrf_token(app: &App, token: &str, owner: Option<(&Caller, &str)>) -> String {
    let token = browser_sessions::csrf_token(app, token);
    match owner {
        Some((caller, browser)) => format!("{token}.{}", kept_forms::owner_mark(app, caller, browser)),
        None => token,
    }
}

fn person(caller: &Caller) -> Person {
    let mut roles: Vec<&'static str> = caller.seats.iter().map(|seat| seat.role.as_str()).collect();
    roles.dedup();
    Person { id: caller.public_id.clone(), name: caller.name.clone(), roles }
}

fn nav_items(app: &App, caller: &Caller) -> Vec<NavItem> {
    let open = NAV_ITEMS.iter().filter(|(_, _, action)| caller.seats.iter().any(|seat| role_may(seat.role, *action)));
    open.map(|(href, name, action)| NavItem {
        href,
        name,
        // A page is shown even if the tasks cannot be counted.
        count: (*action == Action::ListTasks).then(|| tasks::count(app, caller).ok()).flatten(),
    })
    .collect()
}
