//! Values that no chain holds and that others tell: words of searches, revocations of sessions, times of emails.

use diesel::connection::SimpleConnection;
use luyue::services::identity::bootstrap;
use serde_json::json;

use crate::on_both_engines;
use crate::payments::setup::{NUMBER, advance};
use crate::support::app::{TestApp, unsealed_differences};

on_both_engines! { what_no_chain_holds_is_told_where_others_tell_it }

fn what_no_chain_holds_is_told_where_others_tell_it(test: &TestApp) {
    advance(test);
    let link = bootstrap::issue_link(&test.app, "justice").expect("a link");
    let password = json!({"link": link, "password": "司法社工 2026 走访登记"});
    assert_eq!(test.nobody().post("passwords", &password).status, 204);
    let found = || unsealed_differences(test);
    assert_eq!(found(), []);
    for (statement, back, at, words) in [
        (
            "UPDATE people SET token_version = token_version - 1 WHERE username = 'justice'",
            "UPDATE people SET token_version = token_version + 1 WHERE username = 'justice'",
            "person:",
            "sessions that ended would be open again",
        ),
        (
            "UPDATE emails SET next_try_at = '2036-01-01 00:00:00' WHERE state = 'queued'",
            "UPDATE emails SET next_try_at = created_at",
            "email ",
            "it waits longer",
        ),
        (
            "UPDATE emails SET leased_until = '2036-01-01 00:00:00' WHERE state = 'queued'",
            "UPDATE emails SET leased_until = created_at",
            "email ",
            "it waits longer",
        ),
        ("UPDATE contract_pairs SET pair = pair || '~' WHERE pair LIKE '=%'", "SELECT 1", NUMBER, "2 of the words"),
        ("DELETE FROM contractor_pairs", "SELECT 1", "organisation:", "not those of its name and credit code"),
    ] {
        let change = |statement: &str| {
            test.app.pool.get().expect("a connection").batch_execute(statement).expect("rows are changed");
        };
        change(statement);
        let told = found();
        assert!(told.iter().any(|one| one.at.starts_with(at) && one.what.contains(words)), "{statement}: {told:?}");
        change(back);
    }
}
