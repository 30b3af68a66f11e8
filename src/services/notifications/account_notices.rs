//! Notices that are not about a contract: about a person's own account (a password link, a changed password, reset
//! codes), and the seal of a day. They are sent every time.

use crate::domain::codes::AlertKind;
use crate::error::Error;
use crate::services::notifications::templates::OwnTexts;
use crate::storage::identity::people::Person;
use crate::storage::notifications::email_queue::{self, NO_CONTRACT, NewEmail};
use crate::storage::notifications::recipients::Recipient;
use crate::storage::write::Tx;

/// Queues a notice. `key` identifies it among notices of its kind. For a notice with a link, the key is the nonce from
/// which the link is derived when the email is sent.
///
/// # Errors
/// Database errors.
pub(crate) fn enqueue(tx: &mut Tx<'_>, person: &Person, kind: AlertKind, key: &str) -> Result<(), Error> {
    enqueue_with(tx, person, kind, key, &[])
}

/// Queues a notice of its own, however many of its kind there are.
///
/// # Errors
/// Database errors.
pub(crate) fn notify(tx: &mut Tx<'_>, person: &Person, kind: AlertKind) -> Result<(), Error> {
    let key = tx.context.ids.uuid();
    enqueue(tx, person, kind, &key)
}

/// Queues a notice like [`enqueue`], with further values for its text besides the person's name.
///
/// # Errors
/// Database errors.
pub(crate) fn enqueue_with(
    tx: &mut Tx<'_>,
    person: &Person,
    kind: AlertKind,
    key: &str,
    values: &[(&'static str, String)],
) -> Result<(), Error> {
    let to = Recipient {
        person_id: person.id,
        name: person.name.clone(),
        email: person.email.clone(),
        language: person.language,
    };
    enqueue_to(tx, vec![to], kind, key, values)
}

/// Queues a notice to several people, with values for its text besides each recipient's name.
///
/// # Errors
/// Database errors.
pub(crate) fn enqueue_to(
    tx: &mut Tx<'_>,
    people: Vec<Recipient>,
    kind: AlertKind,
    key: &str,
    values: &[(&'static str, String)],
) -> Result<(), Error> {
    let due_on = tx.context.today();
    let texts = OwnTexts::load(tx.connection)?;
    let queued = |to: Recipient| {
        let mut named = vec![("name", to.name.clone())];
        named.extend_from_slice(values);
        let words = texts.compose(to.language, kind, &named);
        let public_id = tx.context.ids.uuid();
        NewEmail {
            message_id: format!("<{public_id}@luyue>"),
            kind,
            contract_id: NO_CONTRACT,
            subject_key: key.to_owned(),
            due_on,
            subject: words.subject,
            body: words.text,
            html: words.html,
            public_id,
            to,
        }
    };
    let new: Vec<NewEmail> = people.into_iter().map(queued).collect();
    email_queue::insert(tx, &new)
}
