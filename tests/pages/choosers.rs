//! Choosing from registers of 300 rows each while a contract is drafted, without JavaScript.

use luyue::domain::codes::{ChangeRequestKind, ChangeRequestState, Function};
use luyue::storage::registry::organisations;
use luyue::storage::write::{Context, Tx, write};
use luyue::storage::{change_requests, contracts, identity::people};
use serde_json::json;

use crate::on_sqlite;
use crate::pages::drafts::{begun, save};
use crate::registry::column;
use crate::registry::search::{credit_code, fill};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};

on_sqlite! {
    a_party_beyond_the_first_page_is_found_and_chosen
    only_the_bureaus_free_appropriations_are_offered
    a_service_is_offered_by_what_was_typed
    registers_take_a_bureau_by_its_name
    registers_take_a_region_by_its_name
    contracts_are_found_by_the_name_of_a_region
    a_change_request_after_two_hundred_others_is_granted
}

/// The values of a choice, and the one that is chosen.
fn choice(page: &Page, name: &str) -> (Vec<String>, String) {
    let of = format!("select[id='{name}'] option");
    (page.attrs(&of, "value"), page.attrs(&format!("{of}[selected]"), "value").pop().unwrap_or_default())
}

/// The values that a field suggests.
fn suggested(page: &Page, name: &str) -> Vec<String> {
    page.attrs(&format!("[id='{name}-list'] option"), "value")
}

/// Shows the page to which a search leads.
fn results(visitor: &Visitor<'_>, search: &Page) -> Page {
    let (address, _) = search.location.split_once('#').expect("an address with its field");
    visitor.get(address).expect_status(200)
}

const PARTIES: &[(&str, &str)] =
    &[("title", "社区矫正"), ("purchaser", "XC-JUSTICE"), ("contractor", CONTRACTOR), ("starts_on", "2026-02-01")];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let replaced = |name: &str| more.iter().any(|(other, _)| *other == name);
    PARTIES.iter().copied().filter(|(name, _)| !replaced(name)).chain(more.iter().copied()).collect()
}

fn a_party_beyond_the_first_page_is_found_and_chosen(test: &TestApp) {
    fill(test);
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let page = officer.get(&format!("{draft}/parties")).expect_status(200);
    let (funders, _) = choice(&page, "funder");
    assert_eq!((funders.len(), funders[1].as_str()), (21, "XC-FINANCE"), "the bureau's own county comes first");
    assert!(page.text.contains("只列出前 20 项"), "{}", page.text);
    let search = save(&officer, &draft, "parties", "find:contractor", &with(&[("find.contractor", "ZX299")]));
    assert_eq!(search.location, format!("{draft}/parties?find.contractor=ZX299#contractor"));
    let page = results(&officer, &search);
    let (contractors, chosen) = choice(&page, "contractor");
    assert_eq!(contractors, [String::new(), CONTRACTOR.to_owned(), credit_code(299)]);
    assert_eq!(chosen, CONTRACTOR, "what was typed is kept, and the choice is shown beside the results");
    assert_eq!(page.attr("input[type=search][name='find.contractor']", "value"), "ZX299");
    assert_eq!(page.attr("[id=title]", "value"), "社区矫正");
    let chosen = credit_code(299);
    let fields = with(&[
        ("contractor", chosen.as_str()),
        ("find.contractor", "ZX299"),
        ("found.contractor", "ZX299"),
        ("funder", "F-299"),
    ]);
    let saved = save(&officer, &draft, "parties", "save", &fields);
    assert_eq!(saved.location, format!("{draft}/parties?done=save"), "a search whose results are shown is over");
    let page = officer.get(&format!("{draft}/parties")).expect_status(200);
    assert_eq!((choice(&page, "contractor").1, choice(&page, "funder").1), (chosen.clone(), "F-299".to_owned()));
    assert!(page.text.contains("承接单位ZX299") && page.text.contains("财政局FB299"));
    let check = officer.get(&format!("{draft}/check")).expect_status(200);
    assert!(check.text.contains("承接单位ZX299") && check.text.contains("财政局FB299"));
    let none = save(&officer, &draft, "parties", "save", &with(&[("find.funder", "没有这个局")]));
    assert!(none.location.contains("?find.funder="), "the enter key searches: {}", none.location);
    let page = results(&officer, &none);
    assert!(page.text.contains("未找到“没有这个局”"), "{}", page.text);
    let linked = officer.get(&format!("{draft}/parties?contractor={}", credit_code(7))).expect_status(200);
    assert_eq!(choice(&linked, "contractor").1, CONTRACTOR, "a link fills in nothing");
}

fn only_the_bureaus_free_appropriations_are_offered(test: &TestApp) {
    fill(test);
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let offered = |query: &str, fields: &[(&str, &str)]| {
        let fields = with(&[&[("find.appropriation", query)], fields].concat());
        let search = save(&officer, &draft, "parties", "find:appropriation", &fields);
        let page = results(&officer, &search);
        choice(&page, "appropriation").0.into_iter().skip(1).collect::<Vec<_>>()
    };
    let newest = offered("", &[]);
    assert_eq!((newest.len(), newest[0].as_str()), (20, "money-299"));
    assert_eq!(offered("money-251", &[]), ["money-251"]);
    for none in ["money-001", "another", "proposed", "of-2025"] {
        assert_eq!(offered(none, &[]), Vec::<String>::new(), "{none}");
    }
    assert_eq!(offered("of-2025", &[("starts_on", "2025-06-01")]), ["money-of-2025"], "the contract's year");
    assert_eq!(offered("money-252", &[("appropriation", "money-299")]), ["money-299", "money-252"]);
}

fn a_service_is_offered_by_what_was_typed(test: &TestApp) {
    fill(test);
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let rows = [("items.0.code", "A"), ("items.0.service", "事项SV299"), ("items.1.code", "B")];
    save(&officer, &draft, "items", "add:items", &rows);
    let page = officer.get(&format!("{draft}/items")).expect_status(200);
    assert_eq!(suggested(&page, "items.0.service"), ["服务事项SV299"]);
    assert_eq!(suggested(&page, "items.1.service").len(), 20);
}

/// Writes rows that no form could write so many of.
fn prepare(test: &TestApp, rows: impl Fn(&mut Tx<'_>) -> Result<(), luyue::error::Error>) {
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| rows(tx)).expect("the rows are written");
}

/// Adds the regions `某县RG000` to `某县RG299`, and two called `同名镇`.
fn add_regions(test: &TestApp) {
    prepare(test, |tx| {
        for n in 0..300 {
            organisations::insert_region(tx.connection, &format!("9{n:05}"), &format!("某县RG{n:03}"), None)?;
        }
        for code in ["990001", "990002"] {
            organisations::insert_region(tx.connection, code, "同名镇", None)?;
        }
        Ok(())
    });
}

fn registers_take_a_bureau_by_its_name(test: &TestApp) {
    fill(test);
    prepare(test, |tx| {
        for code in ["SAME-1", "SAME-2"] {
            let id = tx.context.ids.uuid();
            organisations::insert(tx.connection, &id, code, "同名局", Function::Other, None)?;
        }
        Ok(())
    });
    let (admin, path) = (Visitor::signed_in(test, "admin"), "/registers/people");
    assert_eq!(suggested(&admin.get(path).expect_status(200), "organisation").len(), 40, "bureaus and contractors");
    let narrowed = |typed: &str| suggested(&admin.get(&format!("{path}?organisation={typed}")), "organisation");
    assert_eq!(narrowed("fb299"), ["财政局FB299"]);
    assert_eq!(narrowed("ZX299"), ["承接单位ZX299"]);
    assert_eq!(narrowed("%E5%90%8C%E5%90%8D%E5%B1%80"), ["SAME-1", "SAME-2"], "one name, two bureaus: by their codes");
    let add = |username: &str, organisation: &str, role: &str| {
        let email = format!("{username}@luyue.test");
        let fields = [("username", username), ("name", "某某"), ("email", &email), ("language", "zh")];
        let more = [("organisation", organisation), ("role", role)];
        admin.post_from(path, path, &[&fields[..], &more[..]].concat())
    };
    for (username, named, role, seat) in [
        ("by-name", "财政局FB299", "reviewer", "F-299"),
        ("by-code", " f－299 ", "reviewer", "F-299"),
        ("of-seller", "承接单位ZX299", "contractor", &credit_code(299)),
        ("of-same", "SAME-2", "supervisor", "SAME-2"),
    ] {
        add(username, named, role).expect_status(303);
        let people = test.by("admin").get("people?limit=200").expect_status(200);
        let added = people["items"].as_array().expect("a list").iter().find(|person| person["username"] == username);
        assert_eq!(added.expect("the person")["seats"][0]["organisation"], *seat, "{username}");
    }
    for wrong in ["没有这个局", "同名局"] {
        let page = add("nobody", wrong, "officer").expect_status(400);
        assert!(page.text_of("[id='organisation-error']").contains(wrong), "{}", page.text);
        assert_eq!(page.attr("[id=organisation]", "value"), wrong, "what was typed is kept");
    }
    assert_eq!(suggested(&add("nobody", "同名局", "officer"), "organisation"), ["SAME-1", "SAME-2"]);
    let (reviewer, path) = (Visitor::signed_in(test, "finance-review"), "/registers/appropriations");
    let near = suggested(&reviewer.get(path).expect_status(200), "bureau");
    assert_eq!((near.len(), near[0].starts_with("XC-")), (20, true), "those of the own region come first: {near:?}");
    let words = ["line", "economic", "project", "document_no", "source"].map(|name| (name, "某项"));
    let fields = [&[("year", "2026"), ("bureau", "财政局FB299"), ("amount", "1000")], &words[..]].concat();
    reviewer.post_from(path, path, &fields).expect_status(303);
    let listed = test.by("finance-review").get("appropriations?q=%E6%9F%90%E9%A1%B9").expect_status(200);
    assert_eq!(column(&listed, "bureau"), ["F-299"]);
}

fn registers_take_a_region_by_its_name(test: &TestApp) {
    add_regions(test);
    let admin = Visitor::signed_in(test, "admin");
    let path = "/registers/organisations";
    assert_eq!(suggested(&admin.get(path).expect_status(200), "region").len(), 20);
    assert_eq!(suggested(&admin.get(&format!("{path}?region=rg299")).expect_status(200), "region"), ["某县RG299"]);
    let add = |code: &str, region: &str| {
        let name = format!("{code}局");
        let fields = [("code", code), ("name", name.as_str()), ("function", "justice"), ("region", region)];
        admin.post_from(path, path, &fields)
    };
    add("R-1", "某县RG299").expect_status(303);
    add("R-2", "900298").expect_status(303);
    for (region, code) in [("900299", "R-1"), ("900298", "R-2")] {
        let found = test.by("admin").get(&format!("organisations?region={region}")).expect_status(200);
        assert_eq!(column(&found, "code"), [code]);
    }
    let refused = add("R-3", "同名镇").expect_status(400);
    assert!(refused.text_of("[id='region-error']").contains("同名镇"), "{}", refused.text);
    assert_eq!(suggested(&refused, "region"), ["990001", "990002"]);
    let path = "/registers/regions";
    let fields = [("code", "9002991"), ("name", "某镇"), ("parent", "某县RG299")];
    admin.post_from(path, path, &fields).expect_status(303);
    let found = test.by("admin").get("regions?q=9002991").expect_status(200);
    assert_eq!(column(&found, "parent"), ["900299"]);
}

fn contracts_are_found_by_the_name_of_a_region(test: &TestApp) {
    add_regions(test);
    let id = programme::registered(test, "R-1");
    let officer = Visitor::signed_in(test, "justice");
    let found = |named: &str| {
        let named: String = form_urlencoded::byte_serialize(named.as_bytes()).collect();
        officer.get(&format!("/contracts?region={named}")).expect_status(200)
    };
    for named in ["宣城市", "341800", ""] {
        assert!(found(named).has(&format!("a[href='/contracts/{id}']")), "{named}");
    }
    let elsewhere = found("某县RG299");
    assert!(
        !elsewhere.has(&format!("a[href='/contracts/{id}']")) && elsewhere.text_of("[id='region-error']").is_empty()
    );
    let unknown = found("RG299");
    assert_eq!(suggested(&unknown, "region"), ["某县RG299"]);
    assert!(unknown.text_of("[id='region-error']").contains("RG299"), "{}", unknown.text);
}

fn a_change_request_after_two_hundred_others_is_granted(test: &TestApp) {
    let id = programme::registered(test, "R-1");
    programme::activate(test, &id);
    prepare(test, |tx| {
        let contract = contracts::by_number(tx.connection, "R-1")?.expect("it is there");
        let officer = people::by_username(tx.connection, "justice")?.expect("the officer is there");
        for n in 0..200 {
            let body = json!({"deliverable": "EDU-H1", "days": n + 1}).to_string();
            let words = (body.as_str(), "汛期道路中断");
            let kind = (ChangeRequestKind::Extension, ChangeRequestState::Requested);
            let request = tx.context.ids.uuid();
            change_requests::insert(tx.connection, tx.context, &request, contract.id, kind, words, officer.id)?;
        }
        Ok(())
    });
    let asked = json!({"deliverable": "VISIT-H1", "days": 12, "reason": "汛期道路中断"});
    let asked = test.by("justice").post(&format!("contracts/{id}/extensions"), &asked).expect_status(201);
    let request = asked["id"].as_str().expect("an id");
    let (leader, act) = (Visitor::signed_in(test, "justice-leader"), format!("/contracts/{id}/act/grant"));
    let granted = leader.post_from(&format!("{act}?subject={request}"), &act, &[("subject", request)]);
    assert_eq!((granted.status, granted.location), (303, format!("/contracts/{id}?done=grant&subject={request}")));
}
