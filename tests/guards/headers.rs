//! Security headers of every answer: of every route, for permitted users and visitors who are not signed in, and of
//! refusals.

use luyue::storage::AnyConnection;
use luyue::web::routes::ROUTES;

use crate::matrix::prepared::Prepared;
use crate::matrix::rows::{self, Body, Thing};
use crate::support::app::{Reply, TestApp};

const HEADERS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    ("cache-control", "no-store"),
];
/// Headers that no answer has: cookies (the API uses bearer tokens only), permission for other origins, and the name of
/// the server software.
const NONE: &[&str] =
    &["set-cookie", "access-control-allow-origin", "access-control-allow-credentials", "server", "x-powered-by"];

fn faults(what: &str, reply: &Reply) -> Vec<String> {
    let mut faults = Vec::new();
    // A file that is given out: it may do nothing at all, and no one on the way keeps it.
    let file = ["download_file", "download_dossier"].iter().any(|operation| what.starts_with(operation));
    let file = file && reply.status == 200;
    if file {
        assert!(reply.header("content-disposition").starts_with("attachment"), "{what}");
        assert!(reply.header("content-security-policy").ends_with("; sandbox"), "{what}");
        assert!(reply.header("cache-control").contains("no-store"), "{what}");
    }
    // What is published is the same for everyone, and may be kept on the way for some minutes.
    let is_public =
        ["list_public_contracts", "export_public", "list_ocds"].iter().any(|operation| what.starts_with(operation));
    if is_public && reply.status == 200 {
        assert_eq!(reply.header("cache-control"), "public, max-age=300", "{what}");
    }
    let own: &[&str] = match (file, is_public && reply.status == 200) {
        (true, _) => &["content-security-policy", "cache-control"],
        (false, true) => &["cache-control"],
        (false, false) => &[],
    };
    for (name, value) in HEADERS.iter().filter(|(name, _)| !own.contains(name)) {
        if reply.header(name) != *value {
            faults.push(format!("{what}: {} {name}: {:?}", reply.status, reply.header(name)));
        }
    }
    faults.extend(
        NONE.iter().filter(|name| reply.headers.contains_key(**name)).map(|name| format!("{what}: has {name}")),
    );
    let kind = reply.header("content-type");
    let known = [
        "application/json",
        "application/problem+json; charset=utf-8",
        "application/pdf",
        "text/plain; charset=utf-8",
        "text/csv; charset=utf-8",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ];
    if !reply.bytes.is_empty() && !file && !known.contains(&kind) {
        faults.push(format!("{what}: content-type {kind:?}"));
    }
    if reply.status >= 400 && reply.status != 503 && kind != "application/problem+json; charset=utf-8" {
        faults.push(format!("{what}: {} is no problem+json", reply.status));
    }
    faults
}

#[test]
fn every_answer_has_its_headers() {
    let test = TestApp::sqlite();
    let place = Prepared::new(&test);
    let routes = rows::routes();
    let mut wrong = Vec::new();
    let mut statuses = std::collections::BTreeSet::new();
    let mut look = |what: String, reply: Reply| {
        statuses.insert(reply.status);
        wrong.extend(faults(&what, &reply));
    };
    for (operation, _) in ROUTES {
        let (row, route) = (rows::row_of(operation), &routes[*operation]);
        let address = row.address(route, &place, "submit");
        for who in ["justice", "contractor-2", "admin"] {
            let somebody = test.by(who).with("Origin", "https://elsewhere.test");
            look(format!("{operation} by {who}"), row.send(route, &address, &somebody, &place));
        }
        look(format!("{operation} by nobody"), row.send(route, &address, &test.nobody(), &place));
        for method in ["TRACE", "PATCH", "OPTIONS", "HEAD"] {
            let reply = test.by("justice").send(method, &address, None, b"");
            assert!(reply.status >= 400 || method == "HEAD", "{method} {address}: {}", reply.status);
            look(format!("{method} {address}"), reply);
        }
        if route.method != "GET" {
            let by = test.by("justice").with("If-Match", "\"1\"");
            look(format!("{operation}, unreadable"), by.send(&route.method, &address, Some("application/json"), b"{"));
            let large = vec![b' '; 2 * 1024 * 1024 + 1];
            let reply = by.send(&route.method, &address, Some("application/json"), &large);
            // A form reports faults in its parts before it reports their total.
            let form = matches!(row.body, Body::Form(_));
            assert!(reply.status == 413 || form, "{operation}: {}", reply.status);
            look(format!("{operation}, too large"), reply);
        }
    }
    look("nowhere".to_owned(), test.nobody().get("/nowhere"));
    look(
        "no day".to_owned(),
        test.by("justice").get(&format!("contracts/{}/standing?as_of=x", place.id(Thing::Contract))),
    );
    // A stored row that no version of this program could have written.
    if let AnyConnection::Sqlite(c) = &mut *test.app.pool.get().expect("a connection") {
        use diesel::connection::SimpleConnection;
        c.batch_execute("UPDATE contract_terms SET terms = '{'").expect("a broken row");
    }
    let broken = test.by("justice").get(&format!("contracts/{}/standing", place.id(Thing::Contract)));
    assert_eq!(broken.status, 500);
    let text = String::from_utf8_lossy(&broken.bytes).into_owned();
    assert!(!text.contains("JSON") && !text.contains("line 1"), "nothing of the inside is told: {text}");
    look("a broken row".to_owned(), broken);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for status in [200, 400, 401, 403, 404, 413, 500] {
        assert!(statuses.contains(&status), "no answer was {status}: {statuses:?}");
    }
}
