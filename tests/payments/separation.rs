//! Separation of duties: four people and the requester. A person who took one step takes no other, even as a deputy.

use luyue::domain::codes::Role;
use serde_json::json;

use crate::on_sqlite_first;
use crate::payments::setup::{
    STEPS, advance, ask, asked, body_of, deputed, id_of, newcomer, seated, shown, step, through,
};
use crate::support::app::TestApp;

on_sqlite_first! {
    nobody_takes_two_steps
    a_deputy_counts_as_both
    the_requester_may_withdraw_the_request
}

/// The roles of the chain with their organisations.
const ROLES: [(&str, Role); 4] = [
    ("XC-JUSTICE", Role::Officer),
    ("XC-FINANCE", Role::Reviewer),
    ("XC-FINANCE", Role::Approver),
    ("XC-FINANCE", Role::Cashier),
];

/// Takes the step at a position of the chain as the user who usually takes it.
fn usual(test: &TestApp, payment: &str, place: usize) {
    let (name, who) = STEPS[place];
    let body = if name == "pay" { json!({"voucher": format!("V-{payment}")}) } else { body_of(name) };
    step(test, who, payment, name, &body).expect_status(200);
}

fn nobody_takes_two_steps(test: &TestApp) {
    let id = advance(test);
    newcomer(test, "everything");
    for (organisation, role) in ROLES {
        seated(test, "everything", organisation, role);
    }
    // Position 0 is the request; position n is the n-th step after it.
    for first in 0..4 {
        for second in first + 1..=4 {
            let asker = if first == 0 { "everything" } else { "contractor" };
            // The same amount again would be the same request.
            let amount = format!("{}.00", 100 + 10 * first + second);
            let payment = id_of(&ask(test, asker, &id, "ADVANCE", &json!({ "amount": amount })).expect_status(201));
            for place in 1..second {
                if place == first {
                    let name = STEPS[place - 1].0;
                    step(test, "everything", &payment, name, &body_of(name)).expect_status(200);
                } else {
                    usual(test, &payment, place - 1);
                }
            }
            let before = shown(test, &payment);
            let name = STEPS[second - 1].0;
            let refused = step(test, "everything", &payment, name, &body_of(name)).expect_status(403);
            assert_eq!(refused["type"], "/problems/self-approval", "{first} and {second}");
            assert_eq!(shown(test, &payment), before, "{first} and {second}");
            usual(test, &payment, second - 1);
        }
    }
}

fn a_deputy_counts_as_both(test: &TestApp) {
    let id = advance(test);
    newcomer(test, "deputy");
    newcomer(test, "second-deputy");
    seated(test, "deputy", "XC-FINANCE", Role::Cashier);
    seated(test, "second-deputy", "XC-FINANCE", Role::Cashier);
    seated(test, "finance-review", "XC-FINANCE", Role::Approver);
    deputed(test, "deputy", "finance-review", Role::Reviewer);
    deputed(test, "second-deputy", "finance-review", Role::Approver);
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    through(test, &payment, 1);
    step(test, "deputy", &payment, "review", &json!({})).expect_status(200);
    let review = shown(test, &payment)["steps"][2].clone();
    assert_eq!((&review["by"], &review["on_behalf_of"]), (&json!("deputy"), &json!("finance-review")));
    let refused = |who: &str, name: &str| {
        let answer = step(test, who, &payment, name, &body_of(name)).expect_status(403);
        assert_eq!(answer["type"], "/problems/self-approval", "{who}");
    };
    // The person on whose behalf the deputy reviewed, and that person's other deputy, count as the reviewer too.
    refused("finance-review", "approve");
    refused("second-deputy", "approve");
    step(test, "finance-approve", &payment, "approve", &json!({})).expect_status(200);
    // A separate seat as cashier does not make the deputy a different person.
    refused("deputy", "pay");
    step(test, "finance-pay", &payment, "pay", &body_of("pay")).expect_status(200);
}

fn the_requester_may_withdraw_the_request(test: &TestApp) {
    let id = advance(test);
    let payment = id_of(&ask(test, "justice", &id, "ADVANCE", &json!({})).expect_status(201));
    assert_eq!(
        step(test, "justice", &payment, "confirm", &json!({})).expect_status(403)["type"],
        "/problems/self-approval"
    );
    step(test, "justice", &payment, "return", &json!({"reason": "金额有误，重新申请"})).expect_status(200);
    let payment = id_of(&ask(test, "justice", &id, "ADVANCE", &json!({})).expect_status(201));
    step(test, "justice-2", &payment, "confirm", &json!({})).expect_status(200);
}
