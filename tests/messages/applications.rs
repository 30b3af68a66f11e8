//! Extensions and waivers of the contractor through the API: endorsed by the officer, decided by the leader, each by
//! another person.

use luyue::domain::codes::{FactKind, Role};
use serde_json::json;

use crate::messages::{applied, own_tasks, requests_of, step};
use crate::payments::setup::{count, deputed, id_of, letters_of, midyear, milestone, seated};
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use crate::support::race::race;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    one_of_several_endorsements_counts
}

on_sqlite_first! {
    an_extension_goes_from_the_contractor_to_the_leader
    a_waiver_is_endorsed_and_granted
    either_refuses_in_their_turn_alone
    nobody_takes_two_steps
}

fn an_extension_goes_from_the_contractor_to_the_leader(test: &TestApp) {
    let id = midyear(test);
    // Seven days after a Saturday fall on a weekend, so the notice is not a reminder at the same time.
    test.at("2026-07-18", 9);
    let request = applied(test, &id, "EDU-H2");
    assert_eq!((own_tasks(test, "justice"), own_tasks(test, "justice-leader")), (vec!["endorse".to_owned()], vec![]));
    assert_eq!(letters_of(test, "application-waiting"), ["justice-2@luyue.test", "justice@luyue.test"]);
    let again = json!({"deliverable": "EDU-H2", "days": 9, "reason": "另一理由"});
    let path = format!("contracts/{id}/extensions");
    for who in ["contractor", "justice"] {
        let conflict = test.by(who).post(&path, &again).expect_status(409);
        assert_eq!(conflict["conflict"]["address"], format!("/contracts/{id}#change-request-{request}"), "{who}");
    }
    assert_eq!(
        step(test, "justice-leader", &request, "grant").expect_status(409)["type"],
        "/problems/change-request-not-endorsed"
    );
    assert_eq!(step(test, "justice", &request, "endorse").expect_status(200)["state"], "asked");
    assert_eq!((own_tasks(test, "justice"), own_tasks(test, "justice-leader")), (vec![], vec!["decide".to_owned()]));
    assert_eq!(letters_of(test, "application-waiting").len(), 3, "the leader is told at once");
    let shown = requests_of(test, &id)[0].clone();
    let parts = ["state", "requested_by", "endorsed_by", "endorsement"].map(|part| shown[part].as_str());
    assert_eq!(parts, [Some("asked"), Some("contractor"), Some("justice"), Some("情况属实")], "{shown}");
    assert_eq!(count(test, FactKind::Extension), 0, "an endorsement records no fact");
    assert_eq!(letters_of(test, "application-decided"), [] as [&str; 0]);
    assert_eq!(step(test, "justice-leader", &request, "grant").expect_status(200)["state"], "granted");
    assert_eq!(count(test, FactKind::Extension), 1);
    assert_eq!(letters_of(test, "application-decided").len(), 3, "contractor and both officers");
    assert!(letters_of(test, "application-decided").contains(&"contractor@luyue.test".to_owned()));
    for name in ["endorse", "grant", "refuse"] {
        assert_eq!(step(test, "justice-leader", &request, name).status, if name == "endorse" { 403 } else { 409 });
    }
    assert_eq!(unsealed_differences(test), []);
}

fn a_waiver_is_endorsed_and_granted(test: &TestApp) {
    let id = midyear(test);
    let before = milestone(test, &id, "MIDYEAR");
    let waiver = json!({"clause": "LATE", "subject": "COUNSEL-H1", "reason": "场地停电"});
    let made = test.by("contractor").post(&format!("contracts/{id}/waivers"), &waiver).expect_status(201);
    let path = |name: &str| format!("waivers/{}/actions/{name}", id_of(&made));
    assert_eq!(test.by("justice").post(&format!("reversals/{}/actions/endorse", id_of(&made)), &json!({})).status, 404);
    test.by("justice").post(&path("endorse"), &json!({})).expect_status(200);
    assert_eq!(milestone(test, &id, "MIDYEAR"), before);
    test.by("justice-leader").post(&path("grant"), &json!({})).expect_status(200);
    assert_ne!(milestone(test, &id, "MIDYEAR"), before, "the penalty is no longer deducted");
    let again = test.by("contractor").post(&format!("contracts/{id}/waivers"), &waiver).expect_status(409);
    assert!(again["conflict"]["address"].as_str().is_some_and(|at| at.contains("#record-")), "{again}");
}

fn either_refuses_in_their_turn_alone(test: &TestApp) {
    let id = midyear(test);
    let first = applied(test, &id, "EDU-H2");
    assert_eq!(step(test, "justice-leader", &first, "refuse").status, 409, "it waits for the officer");
    let path = format!("extensions/{first}/actions/refuse");
    assert_eq!(test.by("justice").post(&path, &json!({})).expect_status(422)["rule"], "reason");
    assert_eq!(step(test, "justice", &first, "refuse").expect_status(200)["state"], "refused");
    assert_eq!(requests_of(test, &id)[0]["decision"], "情况属实");
    assert_eq!(
        letters_of(test, "application-decided"),
        ["contractor@luyue.test", "justice-2@luyue.test"],
        "not who did"
    );
    let second = applied(test, &id, "EDU-H2");
    step(test, "justice", &second, "endorse").expect_status(200);
    assert_eq!(
        step(test, "justice", &second, "refuse").expect_status(409)["type"],
        "/problems/change-request-endorsed"
    );
    assert_eq!(step(test, "justice-leader", &second, "refuse").expect_status(200)["state"], "refused");
    // The officer's own request waits for the leader from the start, and no one else is told of its outcome.
    let own = json!({"deliverable": "EDU-H2", "days": 7, "reason": "汛期"});
    let own = test.by("justice").post(&format!("contracts/{id}/extensions"), &own).expect_status(201);
    assert_eq!(own["state"], "asked");
    assert_eq!(step(test, "justice-2", &id_of(&own), "endorse").status, 409);
    step(test, "justice-leader", &id_of(&own), "refuse").expect_status(200);
    assert_eq!(letters_of(test, "application-decided").len(), 5);
    for (who, status) in [("contractor", 403), ("station", 403), ("finance-review", 403), ("other-justice", 404)] {
        assert_eq!(step(test, who, &second, "endorse").status, status, "{who}");
    }
    let open = applied(test, &id, "EDU-H2");
    let end = json!({"reason": "停止服务"});
    test.by("justice-leader").post(&format!("contracts/{id}/actions/terminate"), &end).expect_status(200);
    test.by("finance-review").post(&format!("contracts/{id}/actions/consent"), &end).expect_status(200);
    let close = test.by("finance-review").post(&format!("contracts/{id}/actions/close"), &json!({}));
    assert!([409, 422].contains(&close.status), "an open request keeps the contract open");
    assert_eq!(step(test, "justice", &open, "refuse").status, 200, "it is answered while the contract is settled");
}

fn nobody_takes_two_steps(test: &TestApp) {
    let id = midyear(test);
    // The officer is a leader as well, and has a deputy in that role.
    seated(test, "justice", "XC-JUSTICE", Role::Leader);
    deputed(test, "justice-2", "justice", Role::Leader);
    let request = applied(test, &id, "EDU-H2");
    step(test, "justice", &request, "endorse").expect_status(200);
    for who in ["justice", "justice-2"] {
        for name in ["grant", "refuse"] {
            let refused = step(test, who, &request, name).expect_status(403);
            assert_eq!(refused["type"], "/problems/self-approval", "{name} by {who}");
        }
    }
    step(test, "justice-leader", &request, "grant").expect_status(200);
}

fn one_of_several_endorsements_counts(test: &TestApp) {
    let id = midyear(test);
    let request = applied(test, &id, "EDU-H2");
    let people = [("justice", "endorse"), ("justice-2", "refuse"), ("justice-2", "endorse"), ("justice", "refuse")];
    let statuses = race(4, |one| step(test, people[one].0, &request, people[one].1).status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 3, "{statuses:?}");
    assert_eq!(unsealed_differences(test), []);
}
