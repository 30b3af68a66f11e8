//! The email queue as an administrator sees it: by state, in pages, and with requeueing of emails that were given up.

use luyue::schema::events;
use luyue::storage::notifications::email_queue::{self, Outcome};
use luyue::storage::notifications::leases;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::notifications::{Row, active, calendar, mail, rows};
use crate::support::app::TestApp;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    what_was_given_up_is_tried_anew
}

on_sqlite_first! {
    letters_are_read_in_pages_by_state
}

/// Queues emails and gives up the first.
fn one_given_up(test: &TestApp) -> Vec<Row> {
    active(test, "N-1");
    test.at("2026-06-23", 8);
    calendar(&test.app);
    let all = rows(test);
    assert!(all.len() > 3);
    let now = test.now();
    let context = Context::of_program(now, test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        leases::lease(tx.connection, now, now, 1)?;
        email_queue::settle(tx, luyue::storage::ids::EmailId(all[0].id), &Outcome::Dead, "550 no such user")
    })
    .expect("it is given up");
    all
}

fn page(test: &TestApp, query: &str) -> Value {
    test.by("admin").get(&format!("emails?{query}")).expect_status(200)
}

fn letters_are_read_in_pages_by_state(test: &TestApp) {
    let all = one_given_up(test);
    let dead = page(test, "state=dead");
    assert_eq!(dead["items"].as_array().map(Vec::len), Some(1));
    let letter = &dead["items"][0];
    let seen = (&letter["state"], &letter["to"], &letter["attempts"], &letter["answer"], &letter["next_try_at"]);
    assert_eq!(seen, (&json!("dead"), &json!(all[0].to), &json!(1), &json!("550 no such user"), &Value::Null));
    assert!(letter.get("body").is_none() && letter.get("subject").is_none(), "what is in it is its recipient's");
    let (mut read, mut cursor) = (0, String::new());
    loop {
        let queued = page(test, &format!("state=queued&limit=2{cursor}"));
        read += queued["items"].as_array().map_or(0, Vec::len);
        let Some(next) = queued["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(read, all.len() - 1);
    assert_eq!(page(test, "limit=200")["items"].as_array().map(Vec::len), Some(all.len()));
    for wrong in ["state=lost", "limit=0", "cursor=bm9ib2R5", "colour=red"] {
        assert_eq!(test.by("admin").get(&format!("emails?{wrong}")).status, 400, "{wrong}");
    }
    assert_eq!(test.by("justice").get("emails").status, 403);
}

fn what_was_given_up_is_tried_anew(test: &TestApp) {
    let all = one_given_up(test);
    let id = page(test, "state=dead")["items"][0]["id"].as_str().expect("an id").to_owned();
    let waiting = page(test, "state=queued")["items"][0]["id"].as_str().expect("an id").to_owned();
    let act = |who: &str, id: &str, name: &str| test.by(who).post(&format!("emails/{id}/actions/{name}"), &json!({}));
    assert_eq!(act("justice", &id, "retry").status, 403);
    assert_eq!(act("admin", &id, "burn").status, 404);
    assert_eq!(act("admin", "no-such-letter", "retry").status, 404);
    assert_eq!(act("admin", &waiting, "retry").expect_status(409)["type"], "/problems/email-not-given-up");
    assert_eq!(mail(&test.app), all.len() - 1, "what was given up is not sent by itself");
    assert_eq!(act("admin", &id, "retry").expect_status(200)["state"], "queued");
    assert_eq!(act("admin", &id, "retry").status, 409, "it waits already");
    assert_eq!(mail(&test.app), 1);
    let sent = &rows(test)[0];
    assert_eq!((sent.state.as_str(), sent.attempts, &sent.message_id), ("sent", 1, &all[0].message_id));
    use diesel::prelude::*;
    let noted: String = events::table
        .filter(events::action.eq("letters.retry"))
        .select(events::object)
        .first(&mut *test.app.pool.get().expect("a connection"))
        .expect("it is noted who asked for it");
    assert_eq!(noted, id);
}
