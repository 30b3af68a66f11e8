//! Rights to reports: finance and supervisors, within what their organisation may see.

use serde_json::json;

use crate::on_both_engines;
use crate::reports::figures::two_contracts;
use crate::support::app::TestApp;
use crate::support::visitor::Visitor;

on_both_engines! { reports_are_for_finance_and_supervisors }

const REPORTS: [&str; 5] = ["execution", "forecast", "ageing", "payment-time", "arrears"];

fn reports_are_for_finance_and_supervisors(test: &TestApp) {
    two_contracts(test);
    for name in REPORTS {
        if name == "arrears" {
            // Those of 2026 are shown once the year is over.
            test.at("2027-01-05", 9);
        }
        for who in ["finance-review", "finance-approve", "finance-pay", "audit"] {
            let found = test.by(who).get(&format!("reports/{name}.json?year=2026")).expect_status(200);
            assert_ne!(found["rows"], json!([]), "{who}: {name}");
        }
        for who in ["justice", "justice-leader", "station", "contractor", "admin"] {
            for format in ["json", "csv", "xlsx"] {
                assert_eq!(test.by(who).get(&format!("reports/{name}.{format}")).status, 403, "{who}: {name}");
            }
        }
        assert_eq!(test.nobody().get(&format!("reports/{name}.json")).status, 401);
        let printed = test.by("audit").get(&format!("reports/{name}.pdf?year=2026")).status;
        assert_eq!(printed, if name == "arrears" { 200 } else { 404 }, "{name}");
        let refused = test.by("audit").get(&format!("reports/{name}.json?year=1899")).expect_status(400);
        assert_eq!(refused["errors"][0]["path"], "year");
        let elsewhere = test.by("other-finance").get(&format!("reports/{name}.json?year=2026")).expect_status(200);
        let total = &elsewhere["total"];
        assert!(["amount", "total", "overdue"].iter().all(|figure| total[figure].is_null() || total[figure] == "0.00"));
    }
    assert_eq!(Visitor::signed_in(test, "justice").get("/reports").status, 403);
    assert_eq!(Visitor::signed_in(test, "justice").get("/reports/ageing?format=csv").status, 403);
    let finance = Visitor::signed_in(test, "finance-pay");
    assert_eq!(finance.get("/reports").expect_status(200).attrs("main li a", "href").len(), REPORTS.len());
    assert_eq!(finance.get("/reports/none").status, 404);
    let shown = finance.get("/reports/ageing?bureau=%E6%97%A0%E6%AD%A4%E5%B1%80").expect_status(200);
    assert!(shown.has("#bureau[aria-invalid=true]"));
}
