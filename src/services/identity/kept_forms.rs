//! Kept forms: a form sent after its session had ended is kept for the person who filled it in, and is shown again to
//! that person alone after signing in. Nothing that a form asks for is done before it is sent again.
//!
//! Every form names the person to whom its page was shown by a signed mark, so that it can be kept without a session.
//! The mark is bound to the browser, so that a mark that leaked is of no use elsewhere.
//! Passwords and one-time codes are never kept. A form is kept for a day, and at most five of one person.

use chrono::{DateTime, NaiveDateTime, TimeDelta};

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::record::stored;
use crate::services::identity::caller::Caller;
use crate::storage::identity::kept_forms::{self as rows, NewKeptForm};
use crate::storage::identity::people;
use crate::storage::locks::Scope;
use crate::storage::write::{Context, write_in};

/// Time for which a form is kept.
const LIFETIME: TimeDelta = TimeDelta::days(1);
/// Time for which a page's mark is accepted: a page left open over a long weekend.
const MARK_LIFETIME: TimeDelta = TimeDelta::days(7);
/// Maximum number of forms kept of one person.
const MAX_FORMS: i64 = 5;
/// Fields that are never kept.
const SECRETS: &[&str] = &["password", "again", "secret", "current_password", "current_code"];

/// The names and values of a form's fields, in order.
pub type FormValues = Vec<(String, String)>;

/// Public identifier of the person to whom a page was shown, verified by the mark on the page.
#[derive(Debug, PartialEq, Eq)]
pub struct FormOwner(String);

impl FormOwner {
    /// Returns whether the caller is that person.
    pub fn is(&self, caller: &Caller) -> bool {
        self.0 == caller.public_id
    }
}

/// Makes the mark of the forms on a page shown to the caller in the browser with a token.
pub fn owner_mark(app: &App, caller: &Caller, browser: &str) -> String {
    let claim = format!("{}.{}", caller.public_id, caller.now.and_utc().timestamp());
    let signature = app.secret.derive("form-owner").sign(format!("{claim}.{browser}").as_bytes());
    format!("{claim}.{signature}")
}

/// Verifies the mark of a form sent by the browser with a token; `None` for a mark that is not ours, of another browser
/// or older than a week.
pub fn verify_mark(app: &App, browser: &str, mark: &str) -> Option<FormOwner> {
    let (claim, signature) = mark.rsplit_once('.')?;
    let (person, shown_at) = claim.split_once('.')?;
    if !app.secret.derive("form-owner").signed(format!("{claim}.{browser}").as_bytes(), signature) {
        return None;
    }
    let shown_at = DateTime::from_timestamp(shown_at.parse().ok()?, 0)?.naive_utc();
    (app.clock.now() - shown_at <= MARK_LIFETIME).then(|| FormOwner(person.to_owned()))
}

/// Keeps a form for its owner and returns its identifier. The owner need not be signed in.
///
/// # Errors
/// `NotFound` for a person who no longer exists; those of the database.
pub fn keep(app: &App, owner: &FormOwner, path: &str, values: &[(String, String)]) -> Result<String, Error> {
    let public_id = app.ids.uuid();
    let values: Vec<_> = values.iter().filter(|(name, _)| !SECRETS.contains(&name.as_str())).collect();
    let fields = serde_json::to_string(&values).map_err(|error| Error::Internal(error.to_string()))?;
    let now = app.clock.now();
    let person = people::by_public_id(&mut *app.pool.get()?, &owner.0)?.ok_or(Error::NotFound)?.id;
    write_in(&app.pool, Scope::Person(person), &context(app, now), |tx| {
        let during = (now, now + LIFETIME);
        rows::insert(tx.connection, &NewKeptForm { public_id: &public_id, person, path, fields: &fields, during })?;
        rows::delete_older(tx.connection, person, MAX_FORMS)?;
        Ok(())
    })?;
    Ok(public_id)
}

/// Returns the fields of a form of the caller that was sent to a path.
///
/// # Errors
/// `NotFound`, also for a form of another person; `Forbidden` for a caller without a seat today.
pub fn find(app: &App, caller: &Caller, id: &str, path: &str) -> Result<FormValues, Error> {
    caller.may(Action::OwnSession)?;
    let fields = app
        .pool
        .read(|connection| rows::fields_of_person(connection, caller.person, (id, path), caller.now))?
        .ok_or(Error::NotFound)?;
    stored(&fields)
}

fn context(app: &App, now: NaiveDateTime) -> Context {
    Context { actor: None, on_behalf_of: None, now, request: None, ids: app.ids.clone() }
}
