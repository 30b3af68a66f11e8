//! The pages lead from the demand to the last decision.

use crate::recoveries::setup::ended;
use crate::support::app::TestApp;
use crate::support::visitor::{Page, Visitor};

#[test]
fn pages_lead_from_the_demand_to_the_write_off() {
    let test = TestApp::sqlite();
    let id = ended(&test);
    let contract = format!("/contracts/{id}");
    let form_of = |visitor: &Visitor<'_>, act: &str| {
        let link = visitor.get(&contract).expect_status(200).dom_link(&format!("{contract}/act/{act}"));
        visitor.get(&link).expect_status(200).form(&format!("{contract}/act/{act}"))
    };
    let officer = Visitor::signed_in(&test, "justice");
    let demand = form_of(&officer, "recovery");
    assert_eq!(demand.value("amount"), Some("20000.00"), "all that is to be recovered is proposed");
    let refused = demand.with(&[("reason", "违约金未能扣减"), ("due_on", "2026-01-01")]).send(&officer, "");
    assert!(refused.status == 422 && refused.text.contains("2026-01-01"), "{}", refused.text);
    let demand = form_of(&officer, "recovery").with(&[("reason", "违约金未能扣减"), ("due_on", "2026-02-13")]);
    assert_eq!(demand.send(&officer, "").status, 303);
    // From a page that was open before, each step sent again leads to the first.
    let leads_to_first = |again: &Page| {
        assert_eq!(again.status, 409, "{}", again.text);
        let links = again.links_in(".govuk-error-summary");
        assert!(links.iter().any(|(to, _)| to.starts_with(&format!("{contract}#recovery-"))), "{links:?}");
    };
    leads_to_first(&demand.with(&[("key", "again")]).send(&officer, ""));
    let cashier = Visitor::signed_in(&test, "finance-pay");
    let early = [("amount", "1.2万"), ("receipt", "SK-1"), ("on", "2025-12-31")];
    let early = form_of(&cashier, "recovery-receipt").with(&early).send(&cashier, "").expect_status(422);
    assert!(early.has("[id=on-error]"), "before the contract: {}", early.text);
    let received = form_of(&cashier, "recovery-receipt").with(&[("amount", "1.2万"), ("receipt", "SK-1")]);
    assert_eq!(received.send(&cashier, "").status, 303);
    let proposed = form_of(&officer, "recovery-write-off");
    assert_eq!(proposed.value("amount"), Some("8000.00"));
    let proposed = proposed.with(&[("reason", "无财产可供执行")]);
    assert_eq!(proposed.send(&officer, "").status, 303);
    leads_to_first(&proposed.with(&[("key", "once more")]).send(&officer, ""));
    let approver = Visitor::signed_in(&test, "finance-approve");
    let task = approver.get("/work").expect_status(200).dom_link(&format!("{contract}/act/recovery-grant"));
    let shown = approver.get(&task).expect_status(200);
    assert!(shown.text.contains("8,000.00") && shown.text.contains("无财产可供执行"), "{}", shown.text);
    assert_eq!(shown.form(&format!("{contract}/act/recovery-grant")).send(&approver, "").status, 303);
    let page = officer.get(&contract).expect_status(200);
    assert!(page.text.contains("SK-1") && page.text.contains("2026-02-13"), "{}", page.text);
    let to_acts = page.attrs("a", "href").into_iter().filter(|to| to.contains("/act/recovery")).collect::<Vec<_>>();
    assert_eq!(to_acts, Vec::<String>::new(), "nothing is left");
    let sheet = officer.get(&format!("{contract}/settlement")).expect_status(200).text_of("main");
    assert!(sheet.contains("12,000.00") && sheet.contains("8,000.00"), "{sheet}");
}
