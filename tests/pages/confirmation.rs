//! A confirmation page is made from one load of its contract, when it is first shown and when a refused form is shown
//! again.

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::queries::{self, Query};
use crate::support::visitor::Visitor;

/// Returns the number of times that the facts of a contract were loaded, from which its standing is computed.
fn loads(queries: &[Query]) -> usize {
    queries.iter().filter(|query| query.sql.contains("FROM `facts`") || query.sql.contains("FROM \"facts\"")).count()
}

fn loads_its_contract_once(test: &TestApp) {
    let id = programme::registered(test, "L-1");
    programme::activate(test, &id);
    test.at("2026-01-13", 9);
    let path = format!("contracts/{id}/milestones/ADVANCE/payments");
    let requested = test.by("contractor").post(&path, &json!({"amount": "90000.00"})).expect_status(201);
    let payment = requested["id"].as_str().expect("an id").to_owned();
    let officer = Visitor::signed_in(test, "justice");
    for (act, subject) in [
        ("confirm", payment.as_str()),
        ("payment-return", &payment),
        ("terminate", ""),
        ("decision", "VISIT-H1"),
        ("extension", "VISIT-H1"),
    ] {
        let shown = queries::record(|| {
            officer.get(&format!("/contracts/{id}/act/{act}?subject={subject}"));
        });
        assert_eq!(loads(&shown), 1, "{act}: {shown:#?}");
    }
    // A form without its reason is refused before the service is called, and its page shown again.
    let page = format!("/contracts/{id}/act/extension");
    let address = format!("{page}?subject=VISIT-H1");
    let refused = queries::record(|| {
        let shown = officer.post_from(&address, &page, &[("subject", "VISIT-H1"), ("days", "5"), ("reason", "")]);
        assert!(shown.text.contains("请填写“"), "{}", shown.text);
    });
    assert_eq!(loads(&refused), 2, "once for the form, once for the form with its fault: {refused:#?}");
}

mod a_confirmation_page_loads_its_contract_once {
    use crate::support::app::TestApp;
    use crate::support::queries;

    #[test]
    fn sqlite() {
        queries::listen();
        super::loads_its_contract_once(&TestApp::sqlite());
    }

    #[test]
    fn postgres() {
        queries::listen();
        super::loads_its_contract_once(&TestApp::postgres());
    }
}
