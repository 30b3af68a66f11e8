//! An amendment through pages without JavaScript: drafted from the terms in force, proposed, consented to, approved,
//! funded, in force; and one beyond the tenth, which keeps what was typed.

use luyue::services::contracts::drafts::steps::Step;
use luyue::services::contracts::drafts::{self, fields::Fields};
use luyue::services::identity::sessions::local_caller;
use serde_json::json;

use crate::adapters::file_cases::case;
use crate::amendments::setup::{EFFECTIVE_ON, assert_clean, listed, running, terms};
use crate::payments::setup::id_of;
use crate::support::app::TestApp;
use crate::support::visitor::{Page, Visitor};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_supplement_goes_from_its_draft_into_force
    beyond_the_tenth_it_is_refused_and_what_was_typed_is_kept
}

on_sqlite_first! {
    a_draft_of_earlier_terms_starts_over
    a_granted_extension_is_told_where_the_day_is_amended
}

fn typed(test: &TestApp, draft: &str) -> Fields {
    let officer = local_caller(&test.app, "justice").expect("the officer is there");
    let id = draft.trim_start_matches("/drafts/");
    drafts::show(&test.app, &officer, id).expect("the draft is there").fields
}

/// Saves a step with what it shows, changed.
fn save(test: &TestApp, officer: &Visitor<'_>, draft: &str, step: &str, changes: &[(&str, &str)]) -> Page {
    let path = format!("{draft}/{step}");
    let version = officer.get(&path).expect_status(200).hidden("version");
    let owner = Step::find(step).expect("a step");
    let mut fields = typed(test, draft);
    changes.iter().for_each(|(name, value)| fields.set(*name, value));
    let mut all = vec![("do", "save"), ("version", version.as_str())];
    all.extend(fields.all().filter(|(name, _)| owner.owns(name)));
    let page = officer.post_from(&path, &path, &all);
    assert_eq!(page.status, 303, "{step}: {}", page.text);
    page
}

/// Begins the draft of an amendment and enters lessons: of the item, of the second half, and what the last milestone
/// pays.
fn drafted(test: &TestApp, officer: &Visitor<'_>, id: &str, lessons: [&str; 3]) -> String {
    let contract = format!("/contracts/{id}");
    assert!(officer.get(&contract).expect_status(200).text.contains("签订补充协议"));
    let draft = officer.post_from(&contract, &format!("{contract}/amend"), &[]);
    assert_eq!(draft.status, 303, "{}", draft.text);
    let draft = draft.location;
    assert!(officer.get(&draft).expect_status(200).text_of("title").contains("拟订补充协议"));
    let page = officer.get(&format!("{draft}/items")).expect_status(200).text;
    assert!(page.contains("尚可增加 46,800.00 元"), "the room is shown");
    assert_eq!(officer.get(&format!("{draft}/parties")).status, 404, "the parties stay");
    save(test, officer, &draft, "items", &[("items.2.quantity", lessons[0])]);
    save(test, officer, &draft, "deliverables", &[("deliverables.5.quantity", lessons[1])]);
    save(test, officer, &draft, "milestones", &[("milestones.2.amount", lessons[2])]);
    let own = [("ground", "supplement"), ("reason", "服务对象增加"), ("effective_on", EFFECTIVE_ON)];
    save(test, officer, &draft, "amendment", &own);
    draft
}

fn check(officer: &Visitor<'_>, draft: &str, version: &str) -> Page {
    let path = format!("{draft}/check");
    officer.post_from(&path, &path, &[("version", version), ("amends", "yes")])
}

fn version(officer: &Visitor<'_>, draft: &str) -> String {
    officer.get(&format!("{draft}/items")).expect_status(200).hidden("version")
}

fn act(visitor: &Visitor<'_>, id: &str, act: &str, amendment: &str, fields: &[(&str, &str)]) -> Page {
    let path = format!("/contracts/{id}/act/{act}");
    let mut all = vec![("subject", amendment), ("no", "")];
    all.extend_from_slice(fields);
    visitor.post_from(&format!("{path}?subject={amendment}"), &path, &all)
}

fn a_supplement_goes_from_its_draft_into_force(test: &TestApp) {
    let id = running(test);
    let officer = Visitor::signed_in(test, "justice");
    let draft = drafted(test, &officer, &id, ["53", "29", "202200"]);
    let page = officer.get(&format!("{draft}/check")).expect_status(200).text;
    for words in ["变更内容", "<del>", "<ins>", "将带来的变化", "468,000.00", "483,000.00", "117,000.00"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let proposed = check(&officer, &draft, &version(&officer, &draft));
    assert_eq!(proposed.status, 303, "{}", proposed.text);
    assert!(
        proposed.location.starts_with(&format!("/contracts/{id}?done=amendment-proposed")),
        "{}",
        proposed.location
    );
    let page = officer.get(&proposed.location).expect_status(200).text;
    assert!(page.contains("补充协议已提出，等待承接主体同意") && page.contains("下一步："), "{page}");
    let done = officer.get(&draft).expect_status(409);
    assert!(done.text.contains("的补充协议提出") && done.has(&format!("a[href='/contracts/{id}']")), "{}", done.text);
    let amendment = listed(test, &id)[0]["id"].as_str().expect("an id").to_owned();
    let annex = [("kind", "other"), ("title", "增加人次的测算"), ("amendment", amendment.as_str())];
    let files: [(&str, &[u8]); 1] = [("测算.pdf", &case("owner-AES-128.pdf"))];
    test.by("justice").upload(&format!("contracts/{id}/annexes"), &annex, &files).expect_status(201);
    for (who, name) in [
        ("contractor", "amendment-consent"),
        ("justice-leader", "amendment-approve"),
        ("finance-review", "amendment-fund"),
    ] {
        let visitor = Visitor::signed_in(test, who);
        assert!(
            visitor.get("/work").expect_status(200).text.contains(&format!("/act/{name}?subject={amendment}")),
            "{who}"
        );
        let page = visitor.get(&format!("/contracts/{id}/amendments/{amendment}")).expect_status(200).text;
        assert!(page.contains("483,000.00") && page.contains(&format!("/act/{name}?")), "{who}: {page}");
        let shown = visitor.get(&format!("/contracts/{id}/act/{name}?subject={amendment}")).expect_status(200);
        let files = shown.texts("main a[href^='/files/'], main .file-flags");
        assert_eq!(files, ["测算.pdf", "限制编辑"], "{who} sees the annex and its note before deciding");
        let shown = shown.text;
        assert!(shown.contains("117,000.00") && shown.contains("服务对象增加"), "{who}: {shown}");
        let done = act(&visitor, &id, name, &amendment, &[]);
        assert_eq!(done.status, 303, "{who}: {}", done.text);
        visitor.get(&done.location).expect_status(200);
    }
    assert_eq!(listed(test, &id)[0]["state"], "agreed");
    assert_eq!(terms(test, &id, EFFECTIVE_ON)["amount"], "483000.00");
    let page = officer.get(&format!("/contracts/{id}")).expect_status(200).text;
    assert!(page.contains("已达成") && page.contains(&format!("/amendments/{amendment}")));
    assert_clean(test);
}

fn beyond_the_tenth_it_is_refused_and_what_was_typed_is_kept(test: &TestApp) {
    let id = running(test);
    let officer = Visitor::signed_in(test, "justice");
    let draft = drafted(test, &officer, &id, ["64", "40", "235200"]);
    let page = officer.get(&format!("{draft}/check")).expect_status(200).text;
    assert!(page.contains("政府采购法第四十九条") && page.contains("48,000.00"), "{page}");
    let refused = check(&officer, &draft, &version(&officer, &draft));
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("政府采购法第四十九条"));
    let fields = typed(test, &draft);
    assert_eq!((fields.value("items.2.quantity"), fields.value("reason")), ("64", "服务对象增加"));
    assert!(listed(test, &id).is_empty());
    // Corrected, the same draft is proposed.
    save(test, &officer, &draft, "items", &[("items.2.quantity", "63.6")]);
    save(test, &officer, &draft, "deliverables", &[("deliverables.5.quantity", "39.6")]);
    save(test, &officer, &draft, "milestones", &[("milestones.2.amount", "234000")]);
    assert_eq!(check(&officer, &draft, &version(&officer, &draft)).status, 303);
    let amendment = listed(test, &id)[0]["id"].as_str().expect("an id").to_owned();
    let leader = Visitor::signed_in(test, "justice-leader");
    let silent = act(&leader, &id, "amendment-refuse", &amendment, &[("reason", "")]);
    assert_eq!(silent.status, 400, "a refusal says why");
    let done = act(&leader, &id, "amendment-refuse", &amendment, &[("reason", "预算不足")]);
    assert_eq!(done.status, 303, "{}", done.text);
    assert_eq!(listed(test, &id)[0]["state"], "refused");
}

fn a_draft_of_earlier_terms_starts_over(test: &TestApp) {
    use crate::amendments::setup::{body, proposed, through, with_due_day};
    let id = running(test);
    let officer = Visitor::signed_in(test, "justice");
    let draft = drafted(test, &officer, &id, ["53", "29", "202200"]);
    let contract = format!("/contracts/{id}");
    let same = officer.post_from(&contract, &format!("{contract}/amend"), &[]);
    assert_eq!(same.location, draft, "one draft for one contract");
    let other = proposed(test, &id, &body(&with_due_day(terms(test, &id, "2026-01-13"), "2026-11-16"), "schedule"));
    through(test, &other, 2);
    let refused = check(&officer, &draft, &version(&officer, &draft));
    assert!([409, 422].contains(&refused.status), "{}", refused.text);
    let fresh = officer.post_from(&contract, &format!("{contract}/amend"), &[]);
    assert_ne!(fresh.location, draft);
    assert_eq!(typed(test, &fresh.location).value("deliverables.3.due_on"), "2026-11-16");
}

fn a_granted_extension_is_told_where_the_day_is_amended(test: &TestApp) {
    let id = running(test);
    let extension = json!({"deliverable": "EDU-H2", "days": 15, "reason": "汛期"});
    let made = test.by("justice").post(&format!("contracts/{id}/extensions"), &extension).expect_status(201);
    let officer = Visitor::signed_in(test, "justice");
    let amend = || {
        let contract = format!("/contracts/{id}");
        officer.post_from(&contract, &format!("{contract}/amend"), &[]).expect_status(303).location
    };
    let told = |draft: &str, step: &str| {
        let warnings = officer.get(&format!("{draft}/{step}")).expect_status(200).texts(".draft-warning");
        warnings.into_iter().find(|words| words.contains("延期")).unwrap_or_default()
    };
    assert_eq!(told(&amend(), "deliverables"), "", "it is not granted yet");
    let grant = format!("extensions/{}/actions/grant", id_of(&made));
    test.by("justice-leader").post(&grant, &json!({})).expect_status(200);
    let draft = amend();
    for step in ["deliverables", "check"] {
        let words = told(&draft, step);
        assert!(words.contains("下半年教育学习") && words.contains("延期 15 天"), "{step}: {words}");
    }
    // Another day, in an amendment that takes effect no later than the extension was granted, is extended again.
    let own = |effective_on| [("ground", "supplement"), ("reason", "汛期"), ("effective_on", effective_on)];
    save(test, &officer, &draft, "amendment", &own("2026-01-13"));
    save(test, &officer, &draft, "deliverables", &[("deliverables.5.due_on", "2026-12-10")]);
    let words = told(&draft, "check");
    assert!(words.contains("另加") && words.contains("2026-12-25"), "{words}");
    save(test, &officer, &draft, "amendment", &own(EFFECTIVE_ON));
    assert_eq!(told(&draft, "check"), "", "the day is the one that counts");
}
