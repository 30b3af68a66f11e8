//! Reading changes nothing: every GET of the API leaves every row of every table as it was. Pages: `tests/browser`.

use luyue::web::routes::ROUTES;

use crate::matrix::prepared::Prepared;
use crate::matrix::rows;
use crate::on_sqlite_first;
use crate::support::app::TestApp;
use crate::support::digest::Dump;

on_sqlite_first! { reading_through_the_api_changes_nothing }

fn reading_through_the_api_changes_nothing(test: &TestApp) {
    let place = Prepared::new(test);
    let routes = rows::routes();
    let mut read = 0;
    for who in ["justice", "contractor", "finance-review", "audit", "admin"] {
        let by = test.by(who);
        let mut get_all = || {
            for (operation, _) in ROUTES {
                let (row, route) = (rows::row_of(operation), &routes[*operation]);
                if route.method == "GET" {
                    let reply = row.send(route, &row.address(route, &place, ""), &by, &place);
                    read += usize::from(reply.status == 200);
                }
            }
        };
        // The purchaser's first look at a submission is recorded, once.
        get_all();
        let before = Dump::of(&test.app.pool);
        get_all();
        assert_eq!(before.changes(&Dump::of(&test.app.pool)), Vec::<String>::new(), "by {who}");
    }
    assert!(read > 200, "{read} answers were read");
}
