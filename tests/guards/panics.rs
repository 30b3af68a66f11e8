//! Panics while handling a request: the answer is 500, the transaction is rolled back, and the server keeps running.

use actix_web::{App, HttpResponse, test as actix, web};
use diesel::prelude::*;
use luyue::domain::codes::Language;
use luyue::error::Error;
use luyue::schema::hash_chains;
use luyue::storage::audit::event_action::EventAction;
use luyue::storage::locks::Scope;
use luyue::storage::write::{Context, Event, write, write_in};
use luyue::web::failure::Failure;
use luyue::web::request::block;
use luyue::web::server::security_headers;
use serde_json::json;

use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::digest::Dump;

on_both_engines! { a_write_that_panics_leaves_nothing_and_the_next_one_goes_on }

async fn panics() -> Result<HttpResponse, Failure> {
    block(Language::En, || -> Result<(), Error> { panic!("on purpose") }).await?;
    Ok(HttpResponse::Ok().finish())
}

#[test]
fn work_that_panics_is_a_500_and_the_next_request_is_answered() {
    actix_web::rt::System::new().block_on(async {
        let app = App::new()
            .wrap(security_headers())
            .route("/panics", web::get().to(panics))
            .route("/fine", web::get().to(HttpResponse::Ok));
        let app = actix::init_service(app).await;
        // More panics than the server has threads.
        for _ in 0..20 {
            let reply = actix::call_service(&app, actix::TestRequest::get().uri("/panics").to_request()).await;
            assert_eq!(reply.status(), 500);
            assert!(reply.headers().contains_key("content-security-policy"));
            let body = actix::read_body(reply).await;
            assert!(!String::from_utf8_lossy(&body).contains("on purpose"), "nothing of the inside is told");
        }
        let reply = actix::call_service(&app, actix::TestRequest::get().uri("/fine").to_request()).await;
        assert_eq!(reply.status(), 200);
    });
}

fn a_write_that_panics_leaves_nothing_and_the_next_one_goes_on(test: &TestApp) {
    let before = Dump::of(&test.app.pool);
    let context = Context::of_program(test.now(), test.app.ids.clone());
    // More panics than the pool has connections.
    for _ in 0..10 {
        let ended = std::thread::scope(|scope| {
            let work = scope.spawn(|| {
                write(&test.app.pool, &context, |tx| -> Result<(), Error> {
                    tx.event(&Event { stream: "s", action: EventAction::ContractEdit, object: "", body: json!({}) })?;
                    assert_eq!(
                        hash_chains::table.filter(hash_chains::stream.eq("s")).count().get_result(tx.connection),
                        Ok(1_i64)
                    );
                    panic!("on purpose")
                })
            });
            work.join()
        });
        assert!(ended.is_err());
    }
    assert_eq!(before.changes(&Dump::of(&test.app.pool)), Vec::<String>::new());
    let done = write_in(&test.app.pool, Scope::Unshared, &context, |tx| {
        tx.event(&Event { stream: "s", action: EventAction::ContractEdit, object: "", body: json!({}) })
    });
    done.expect("the next writer is let in");
    assert_eq!(before.changes(&Dump::of(&test.app.pool)).len(), 4, "an event, its chain, and the two counts");
}
