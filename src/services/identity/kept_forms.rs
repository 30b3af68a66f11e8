//! Kept forms: a form sent after its session had ended is kept for the person who filled it in, and is shown again only
//! to that person, after signing in. The form has no effect until it is sent again.
//!
//! Every form names the person to whom its page was shown by a signed mark, so that it can be kept without a session.
//! The mark is bound to the browser, so that it is useless elsewhere. Passwords and one-time codes are never kept. A
//! form is kept for a day, and a person has at most five. A kept form is deleted in the transaction that carries it out
//! (`storage::write`), or when its owner discards it.
//!
//! A browser that has lost its cookies cannot show that the mark is its own. Its form is kept too, but only for the
//! browser that sent it: no list has it, and its owner sees it only there, by the unguessable identifier. So a stolen
//! mark puts nothing before a person's eyes.
//!
//! A page that answers a form, such as the check of an uploaded file, is kept in the same way, so that it has an
//! address and can be read again, also in another language. Such pages are not listed, because nothing in them waits to
//! be sent.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::record::stored;
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::identity::kept_forms::{self as rows, NewKeptForm};
use crate::storage::identity::people;
use crate::storage::ids::PersonId;
use crate::storage::locks::Scope;
use crate::storage::write::{Context, has_answer, write_in};

/// Time for which a form is kept.
const LIFETIME: TimeDelta = TimeDelta::days(1);
/// Time for which a page's mark is accepted; enough for a page left open over a long weekend.
const MARK_LIFETIME: TimeDelta = TimeDelta::days(7);
/// Maximum number of forms kept for one person.
const MAX_FORMS: i64 = 5;
/// Maximum number of pages kept for one person.
const MAX_PAGES: i64 = 20;
/// Fields that are never kept.
const SECRETS: &[&str] = &["password", "again", "secret", "current_password", "current_code"];

/// Field of a kept form with the digest of the only browser that may show it.
const BROWSER_FIELD: &str = "kept_for_browser";
/// Maximum length of the names and values of a form that is kept for a browser without cookies.
const MAX_LOOSE_BYTES: usize = 512 * 1024;

/// Field of a form with its idempotency key.
pub const KEY_FIELD: &str = "key";
/// Field of a form shown again, with the identifier of the kept form.
pub const SENT_FORM_FIELD: &str = "kept_form";
/// Field of a kept form with the name of a file that was sent with it and is not kept.
pub const LOST_FILE_FIELD: &str = "lost_file";

/// The names and values of a form's fields, in order.
pub type FormValues = Vec<(String, String)>;

/// The person to whom a page was shown, verified by the mark on the page.
#[derive(Debug, PartialEq, Eq)]
pub struct FormOwner {
    public_id: String,
    /// False if the browser cannot show that the page is its own.
    is_of_browser: bool,
}

impl FormOwner {
    /// Returns whether the caller is the person in the mark.
    pub fn is(&self, caller: &Caller) -> bool {
        self.public_id == caller.public_id
    }

    /// Returns whether the mark is bound to the browser that sent it.
    pub fn is_of_browser(&self) -> bool {
        self.is_of_browser
    }
}

/// Creates the mark of the forms on a page shown to the caller in the browser with a token: the person, the time, and
/// two signatures, of which the first is bound to the browser.
pub fn owner_mark(app: &App, caller: &Caller, browser: &str) -> String {
    let stated = format!("{}.{}", caller.public_id, caller.now.and_utc().timestamp());
    let bound = app.secret.derive("form-owner").sign(format!("{stated}.{browser}").as_bytes());
    let loose = app.secret.derive("form-page").sign(stated.as_bytes());
    format!("{stated}.{bound}.{loose}")
}

/// Verifies the mark of a form sent by the browser with a token. `None` for a mark that is forged or older than a week,
/// and for one of another browser or of cookies that this one has lost, unless the form comes from a page of this site.
pub fn verify_mark(app: &App, browser: Option<&str>, is_own_page: bool, mark: &str) -> Option<FormOwner> {
    let mut parts = mark.split('.');
    let (person, shown_at, bound, loose) = (parts.next()?, parts.next()?, parts.next()?, parts.next());
    let stated = format!("{person}.{shown_at}");
    let signed = |place: &str, what: &str, signature: &str| app.secret.derive(place).signed(what.as_bytes(), signature);
    let is_of_browser = browser.is_some_and(|browser| signed("form-owner", &format!("{stated}.{browser}"), bound));
    let is_loose = || is_own_page && loose.is_some_and(|loose| signed("form-page", &stated, loose));
    if !(is_of_browser || is_loose()) {
        return None;
    }
    let shown_at = DateTime::from_timestamp(shown_at.parse().ok()?, 0)?.naive_utc();
    let is_recent = app.clock.now() - shown_at <= MARK_LIFETIME;
    is_recent.then(|| FormOwner { public_id: person.to_owned(), is_of_browser })
}

/// Keeps a form for its owner, who need not be signed in, and returns its identifier. Replaces the kept form that it
/// was shown from, and one that the same page sent before.
///
/// # Errors
/// `NotFound` for a person who no longer exists; database errors.
pub fn keep_form(app: &App, owner: &FormOwner, path: &str, values: &[(String, String)]) -> Result<String, Error> {
    let (sent_again, key) = (value(values, SENT_FORM_FIELD), value(values, KEY_FIELD));
    let person = person_of(app, owner)?;
    let during = during(app.clock.now());
    let (public_id, fields) = (app.ids.uuid(), kept_fields(values)?);
    write_in(&app.pool, Scope::Person(person), &context(app, during.0), |tx| {
        let replaced = replaced(tx.connection, person, path, (sent_again, key))?;
        rows::delete(tx.connection, person, &replaced)?;
        let new = NewKeptForm { public_id: &public_id, person, path, fields: &fields, during, is_unsent: true };
        rows::insert(tx.connection, &new)?;
        rows::delete_older(tx.connection, person, (true, MAX_FORMS))?;
        Ok(())
    })?;
    Ok(public_id)
}

/// Keeps a form for its owner and the browser with a token, which has lost the cookies with which the page of the form
/// was shown, and returns its identifier.
///
/// # Errors
/// `TooLarge`; `NotFound` for a person who no longer exists; database errors.
pub fn keep_loose_form(
    app: &App,
    owner: &FormOwner,
    browser: &str,
    path: &str,
    values: &[(String, String)],
) -> Result<String, Error> {
    if values.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MAX_LOOSE_BYTES {
        return Err(Error::TooLarge(Message::new("kept-too-large").with("most", MAX_LOOSE_BYTES / 1024)));
    }
    let of_browser = (BROWSER_FIELD.to_owned(), browser_digest(app, browser));
    let kept = values.iter().filter(|(name, _)| name != BROWSER_FIELD).cloned().chain([of_browser]);
    insert_page(app, (person_of(app, owner)?, app.clock.now()), path, &kept.collect::<Vec<_>>())
}

/// Keeps the values of a page that answers the caller's form, and returns the identifier of the page.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; database errors.
pub fn keep_page(app: &App, caller: &Caller, path: &str, values: &[(String, String)]) -> Result<String, Error> {
    caller.may(Action::OwnSession)?;
    insert_page(app, (caller.person, caller.now), path, values)
}

fn insert_page(
    app: &App,
    (person, now): (PersonId, NaiveDateTime),
    path: &str,
    values: &[(String, String)],
) -> Result<String, Error> {
    let during = during(now);
    let (public_id, fields) = (app.ids.uuid(), kept_fields(values)?);
    write_in(&app.pool, Scope::Person(person), &context(app, during.0), |tx| {
        let new = NewKeptForm { public_id: &public_id, person, path, fields: &fields, during, is_unsent: false };
        rows::insert(tx.connection, &new)?;
        rows::delete_older(tx.connection, person, (false, MAX_PAGES))?;
        Ok(())
    })?;
    Ok(public_id)
}

fn person_of(app: &App, owner: &FormOwner) -> Result<PersonId, Error> {
    Ok(people::by_public_id(&mut *app.pool.get()?, &owner.public_id)?.ok_or(Error::NotFound)?.id)
}

fn browser_digest(app: &App, browser: &str) -> String {
    app.secret.derive("form-browser").sign(browser.as_bytes())
}

/// Writes the fields to keep as JSON, without secrets.
fn kept_fields(values: &[(String, String)]) -> Result<String, Error> {
    let is_kept = |name: &str| !SECRETS.contains(&name) && name != SENT_FORM_FIELD;
    let values: Vec<_> = values.iter().filter(|(name, _)| is_kept(name)).collect();
    serde_json::to_string(&values).map_err(|error| Error::Internal(error.to_string()))
}

/// Returns the time of keeping and the time of deletion.
fn during(now: NaiveDateTime) -> (NaiveDateTime, NaiveDateTime) {
    (now, now + LIFETIME)
}

/// A form or a page that was kept.
#[derive(Debug)]
pub struct Kept {
    pub values: FormValues,
    /// True for a form that has not been sent.
    pub is_unsent: bool,
}

/// Returns a kept form of the caller that was sent to a path, or the answer to such a form, in the browser with a token.
///
/// # Errors
/// `NotFound`, also for a form of another person; `Forbidden` for a caller without a seat today.
pub fn load_form(app: &App, caller: &Caller, browser: Option<&str>, (id, path): (&str, &str)) -> Result<Kept, Error> {
    caller.may(Action::OwnSession)?;
    let (fields, is_unsent) = app
        .pool
        .read(|connection| rows::fields_of_person(connection, caller.person, (id, path), caller.now))?
        .ok_or(Error::NotFound)?;
    let mut values: FormValues = stored(&fields)?;
    let loose = values.iter().position(|(name, _)| !is_unsent && name == BROWSER_FIELD);
    let Some(loose) = loose.map(|place| values.remove(place)) else { return Ok(Kept { values, is_unsent }) };
    let is_same = browser.is_some_and(|browser| browser_digest(app, browser) == loose.1);
    if is_same { Ok(Kept { values, is_unsent: true }) } else { Err(Error::NotFound) }
}

/// Returns whether a form that was kept for the caller has been sent since; its identifier was the idempotency key.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; database errors.
pub fn was_sent(app: &App, caller: &Caller, id: &str) -> Result<bool, Error> {
    caller.may(Action::OwnSession)?;
    app.pool.read(|connection| has_answer(connection, caller.person, id))
}

/// A kept form in its owner's list.
#[derive(Debug)]
pub struct KeptForm {
    /// Random identifier, used in addresses.
    pub id: String,
    /// Path to which the form was sent.
    pub path: String,
    /// Time of keeping.
    pub kept_at: DateTime<Utc>,
    /// Time after which the form is deleted.
    pub ends_at: DateTime<Utc>,
}

/// Returns the unsent forms kept for the caller, newest first; at most five.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; database errors.
pub fn list(app: &App, caller: &Caller) -> Result<Vec<KeptForm>, Error> {
    caller.may(Action::OwnSession)?;
    let found = app.pool.read(|connection| rows::of_person(connection, caller.person, caller.now))?;
    let form = |row: rows::KeptFormRow| KeptForm {
        id: row.public_id,
        path: row.path,
        kept_at: row.created_at.and_utc(),
        ends_at: row.ends_at.and_utc(),
    };
    Ok(found.into_iter().map(form).collect())
}

/// Discards a form kept for the caller. An unknown form, or one of another person, is ignored.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; database errors.
pub fn discard(app: &App, caller: &Caller, id: &str) -> Result<(), Error> {
    caller.may(Action::OwnSession)?;
    let context = Context { actor: Some(caller.person), ..context(app, caller.now) };
    write_in(&app.pool, Scope::Person(caller.person), &context, |tx| {
        rows::delete(tx.connection, caller.person, &[id.to_owned()])
    })
}

fn value<'a>(values: &'a [(String, String)], name: &str) -> &'a str {
    values.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default()
}

/// Returns the kept forms that a form replaces: the one that it was shown from, and those with its idempotency key.
fn replaced(
    connection: &mut AnyConnection,
    person: PersonId,
    path: &str,
    (sent_again, key): (&str, &str),
) -> Result<Vec<String>, Error> {
    let mut replaced = Vec::new();
    for (id, fields) in rows::of_path(connection, person, path)? {
        let earlier: FormValues = stored(&fields)?;
        if id == sent_again || (!key.is_empty() && value(&earlier, KEY_FIELD) == key) {
            replaced.push(id);
        }
    }
    Ok(replaced)
}

fn context(app: &App, now: NaiveDateTime) -> Context {
    Context::of_program(now, app.ids.clone())
}
