//! Emails as their recipients read them: what waits in the queue is delivered into the outbox first.

use std::path::Path;

use luyue::services::notifications::delivery;
use luyue::storage::signatures::sign_earlier;
use mailparse::{MailHeaderMap, parse_mail};

use crate::support::app::TestApp;

/// Returns subject and text of every email that was sent to a user, oldest first.
pub fn to(test: &TestApp, username: &str) -> Vec<(String, String)> {
    while delivery::send_due_emails(&test.app).expect("the step ends") > 0 {}
    use diesel::prelude::*;
    use luyue::schema::{emails, people};
    let query = emails::table.inner_join(people::table).filter(people::username.eq(username)).order(emails::id);
    let ids: Vec<String> =
        query.select(emails::message_id).load(&mut *test.app.pool.get().expect("a connection")).expect("the emails");
    let folder = test.app.settings.data.join("mail");
    ids.iter().map(|id| read(&folder.join(format!("{}.eml", id.trim_matches(['<', '>']))))).collect()
}

fn read(path: &Path) -> (String, String) {
    let raw = std::fs::read(path).expect("an email");
    let mail = parse_mail(&raw).expect("an email");
    let subject = mail.headers.get_first_value("Subject").expect("a subject");
    (subject, mail.subparts[0].get_body().expect("a text"))
}

/// Returns the newest password link that was sent to a user.
pub fn link_to(test: &TestApp, username: &str) -> String {
    links_to(test, username).pop().expect("a link")
}

/// Returns every password link that was sent to a user, oldest first.
pub fn links_to(test: &TestApp, username: &str) -> Vec<String> {
    let texts = to(test, username).into_iter().map(|(_, text)| text);
    let link = |text: String| text.lines().find(|line| line.contains("/password/")).map(|line| line.trim().to_owned());
    texts.filter_map(link).collect()
}

/// Signs rows that a test changed in the database, as if the program had written them.
pub fn sign_changed(test: &TestApp) {
    use diesel::prelude::*;
    use luyue::schema::emails;
    let connection = &mut *test.app.pool.get().expect("a connection");
    let unsigned = diesel::update(emails::table).set(emails::signature.eq(None::<String>));
    unsigned.execute(connection).expect("the signatures are removed");
    sign_earlier(connection, test.app.pool.key()).expect("all are signed");
}
