//! Notices about a person's own account: a password link, a changed password, codes that were reset. They are about no
//! contract and are sent every time.

use crate::domain::codes::AlertKind;
use crate::error::Error;
use crate::storage::identity::people::Person;
use crate::storage::notifications::email_queue::{self, NO_CONTRACT, NewEmail};
use crate::storage::notifications::recipients::Recipient;
use crate::storage::write::Tx;
use crate::text;

/// Queues a notice. `key` tells it from others of its kind; of one with a link it is the link's nonce, from which the
/// link is derived when the email is sent.
///
/// # Errors
/// Those of the database.
pub(crate) fn enqueue(tx: &mut Tx<'_>, person: &Person, kind: AlertKind, key: &str) -> Result<(), Error> {
    enqueue_with(tx, person, kind, key, &[])
}

/// Queues a notice like [`enqueue`], whose text has more values than the person's name.
///
/// # Errors
/// Those of the database.
pub(crate) fn enqueue_with(
    tx: &mut Tx<'_>,
    person: &Person,
    kind: AlertKind,
    key: &str,
    values: &[(&'static str, String)],
) -> Result<(), Error> {
    let values: Vec<_> = [("name", person.name.clone())].into_iter().chain(values.iter().cloned()).collect();
    let words = text::mail::compose_email(person.language, kind, &values);
    let public_id = tx.context.ids.uuid();
    let to = Recipient {
        person_id: person.id,
        name: person.name.clone(),
        email: person.email.clone(),
        language: person.language,
    };
    let new = NewEmail {
        message_id: format!("<{public_id}@luyue>"),
        kind,
        contract_id: NO_CONTRACT,
        subject_key: key.to_owned(),
        due_on: tx.context.today(),
        subject: words.subject,
        body: words.text,
        html: words.html,
        public_id,
        to,
    };
    email_queue::insert(tx.connection, &[new], tx.context.now)
}
