//! Draft registrations: raw input is returned as typed, lost updates are refused, and other bureaus cannot see a draft.

use luyue::domain::codes::Language;
use luyue::error::Error;
use luyue::services::contracts::drafts::fields::Fields;
use luyue::services::contracts::drafts::steps::Step;
use luyue::services::contracts::drafts::{self, Change};
use luyue::services::identity::browser_sessions;
use luyue::services::identity::caller::Caller;
use luyue::services::shared::paging::Page;

use crate::on_sqlite_first;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::{Visitor, give_password};

on_sqlite_first! {
    raw_input_is_returned_unchanged
    saving_over_a_newer_version_is_refused
    a_draft_is_visible_to_its_bureau_only
    every_draft_is_on_one_page_of_the_list
    a_draft_contract_is_rewritten_by_its_draft
}

pub fn caller(test: &TestApp, username: &str) -> Caller {
    give_password(test, username);
    let visitor = Visitor::signed_in(test, username);
    let token = visitor.cookie("__Host-luyue").expect("a session");
    browser_sessions::load_caller(&test.app, &token, Some(Language::Zh)).expect("somebody who is signed in")
}

fn typed(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    pairs.iter().for_each(|(name, value)| fields.set(*name, value));
    fields
}

fn step(name: &str) -> &'static Step {
    Step::find(name).expect("a step")
}

fn raw_input_is_returned_unchanged(test: &TestApp) {
    let officer = caller(test, "justice");
    let draft = drafts::create(&test.app, &officer).expect("a draft");
    let raw = typed(&[
        ("items.0.code", "堃<b>\"'&"),
        ("items.0.quantity", "千把次"),
        ("items.0.unit_price", "-1,5"),
        ("amount", "不详"),
    ]);
    let saved = drafts::save(&test.app, &officer, (&draft.id, 1), step("items"), &raw, &Change::Nothing);
    assert_eq!(saved.expect("it is saved, right or not").version, 2);
    let second = caller(test, "justice-2");
    let view = drafts::show(&test.app, &second, &draft.id).expect("another officer of the bureau goes on");
    for (name, value) in raw.all() {
        assert_eq!(view.fields.value(name), value, "{name}");
    }
    let mut wrong: Vec<&str> = view.faults_of(step("items")).map(|fault| fault.path.as_str()).collect();
    wrong.sort_unstable();
    assert_eq!(wrong, ["amount", "items.0.quantity", "items.0.unit_price"]);
    assert!(view.summary.is_none());
    let refused = drafts::register(&test.app, &officer, &draft.id, 2);
    assert!(matches!(refused, Err(Error::Refused { .. })), "nothing invalid becomes a contract");
    assert!(matches!(drafts::attempt(&test.app, &officer, &draft.id, None), Err(Error::Refused { .. })));
}

fn saving_over_a_newer_version_is_refused(test: &TestApp) {
    let officer = caller(test, "justice");
    let draft = drafts::create(&test.app, &officer).expect("a draft");
    let save = |title: &str, version| {
        let typed = typed(&[("title", title)]);
        drafts::save(&test.app, &officer, (&draft.id, version), step("parties"), &typed, &Change::Nothing)
    };
    save("第一稿", 1).expect("it is saved");
    assert!(matches!(save("第二稿", 1), Err(Error::VersionMismatch)));
    let view = drafts::show(&test.app, &officer, &draft.id).expect("it is there");
    assert_eq!((view.version, view.fields.value("title")), (2, "第一稿"));
    assert!(matches!(drafts::register(&test.app, &officer, &draft.id, 2), Err(Error::Refused { .. })));
    drafts::discard(&test.app, &officer, &draft.id).expect("it is thrown away");
    let Err(Error::Conflict(told)) = save("第三稿", 2) else { panic!("the draft is gone") };
    assert_eq!((told.key, told.args[0].1.as_str()), ("draft-given-up", "justice"));
    assert!(matches!(drafts::show(&test.app, &caller(test, "other-justice"), &draft.id), Err(Error::NotFound)));
}

fn a_draft_is_visible_to_its_bureau_only(test: &TestApp) {
    let officer = caller(test, "justice");
    let draft = drafts::create(&test.app, &officer).expect("a draft");
    let other = caller(test, "other-justice");
    assert!(matches!(drafts::show(&test.app, &other, &draft.id), Err(Error::NotFound)));
    assert!(matches!(drafts::discard(&test.app, &other, &draft.id), Err(Error::NotFound)));
    assert!(matches!(drafts::attempt(&test.app, &other, &draft.id, None), Err(Error::NotFound)));
    assert!(matches!(drafts::register(&test.app, &other, &draft.id, 1), Err(Error::NotFound)));
    let typed = typed(&[("title", "别人的")]);
    let saved = drafts::save(&test.app, &other, (&draft.id, 1), step("parties"), &typed, &Change::Nothing);
    assert!(matches!(saved, Err(Error::NotFound)));
    let listed = |who: &Caller, after: Option<&str>| {
        drafts::list(&test.app, who, &Page { limit: 50, after: after.map(str::to_owned) }).map(|page| page.items)
    };
    assert!(listed(&other, None).expect("a list").is_empty());
    assert_eq!(listed(&officer, None).expect("a list").len(), 1);
    assert!(matches!(listed(&other, Some(&draft.id)), Err(Error::Malformed(_))), "a draft of others is no cursor");
    for who in ["justice-leader", "finance-review", "contractor", "audit", "admin"] {
        let refused = drafts::show(&test.app, &caller(test, who), &draft.id);
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{who}");
    }
}

fn every_draft_is_on_one_page_of_the_list(test: &TestApp) {
    let officer = caller(test, "justice");
    let mut begun: Vec<String> = (0..60).map(|_| drafts::create(&test.app, &officer).expect("a draft").id).collect();
    begun.reverse();
    let visitor = Visitor::signed_in(test, "justice");
    let (mut address, mut seen) = ("/drafts".to_owned(), Vec::new());
    loop {
        let page = visitor.get(&address).expect_status(200);
        seen.extend(page.attrs("tbody a", "href").iter().map(|link| link.replace("/drafts/", "")));
        let Some(next) = page.attrs("a[rel=next]", "href").pop() else { break };
        assert!(seen.len() < begun.len(), "a page after the last draft");
        address = next;
    }
    assert_eq!(seen, begun);
}

fn a_draft_contract_is_rewritten_by_its_draft(test: &TestApp) {
    let id = programme::registered(test, "P-1");
    let before = test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
    let officer = caller(test, "justice");
    let draft = drafts::of_contract(&test.app, &officer, &id).expect("a draft of the contract");
    assert_eq!(drafts::of_contract(&test.app, &officer, &id).expect("the same").id, draft.id);
    let view = drafts::show(&test.app, &officer, &draft.id).expect("it is there");
    assert!(view.rewrites && view.faults.is_empty(), "{:?}", view.faults);
    drafts::register(&test.app, &officer, &draft.id, draft.version).expect("it is saved as it was");
    let after = test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
    assert_eq!(
        (&after["terms"], &after["details"]),
        (&before["terms"], &before["details"]),
        "nothing is lost on the way"
    );
    assert_eq!(after["appropriation"], before["appropriation"]);
    assert!(after["version"].as_i64() > before["version"].as_i64());
    let older = drafts::of_contract(&test.app, &officer, &id).expect("another draft");
    let input = programme::input_from("P-1", after["appropriation"].as_str().expect("an appropriation"));
    test.by("justice")
        .with("If-Match", &format!("\"{}\"", after["version"]))
        .put(&format!("contracts/{id}"), &input)
        .expect_status(200);
    let lost = drafts::register(&test.app, &officer, &older.id, older.version);
    assert!(matches!(lost, Err(Error::VersionMismatch)), "the contract was changed elsewhere");
    let fresh = drafts::of_contract(&test.app, &officer, &id).expect("a draft that begins anew");
    assert_ne!(fresh.id, older.id);
    test.by("justice").post(&format!("contracts/{id}/actions/submit"), &serde_json::json!({})).expect_status(200);
    assert!(matches!(drafts::of_contract(&test.app, &officer, &id), Err(Error::Conflict(_))));
    assert!(matches!(drafts::register(&test.app, &officer, &fresh.id, fresh.version), Err(Error::Conflict(_))));
}
