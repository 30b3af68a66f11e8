//! Choosing from registers of 300 rows each while a contract is drafted, without JavaScript.

use crate::on_both_engines;
use crate::pages::drafts::{begun, save};
use crate::registry::search::{credit_code, fill};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::visitor::{Page, Visitor};

on_both_engines! {
    a_party_beyond_the_first_page_is_found_and_chosen
    only_the_bureaus_free_appropriations_are_offered
    a_service_is_offered_by_what_was_typed
}

/// The values of a choice, and the one that is chosen.
fn choice(page: &Page, name: &str) -> (Vec<String>, String) {
    let select = page.text.split(&format!("<select class=\"govuk-select\" id=\"{name}\"")).nth(1).expect("the choice");
    let select = select.split("</select>").next().expect("its end");
    let values: Vec<(String, bool)> = select
        .split("<option value=\"")
        .skip(1)
        .map(|option| {
            let (value, rest) = option.split_once('"').expect("the value ends");
            (value.to_owned(), rest.starts_with(" selected"))
        })
        .collect();
    let chosen = values.iter().find(|(_, chosen)| *chosen).map(|(value, _)| value.clone()).unwrap_or_default();
    (values.into_iter().map(|(value, _)| value).collect(), chosen)
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
    let page = officer.get(search.location.split('#').next().expect("an address")).expect_status(200);
    let (contractors, chosen) = choice(&page, "contractor");
    assert_eq!(contractors, [String::new(), CONTRACTOR.to_owned(), credit_code(299)]);
    assert_eq!(chosen, CONTRACTOR, "what was typed is kept, and the choice is shown beside the results");
    assert!(page.text.contains("name=\"find.contractor\" type=\"search\"") && page.text.contains("value=\"ZX299\""));
    assert!(page.text.contains("value=\"社区矫正\""));
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
    let page = officer.get(none.location.split('#').next().expect("an address")).expect_status(200);
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
        let page = officer.get(search.location.split('#').next().expect("an address")).expect_status(200);
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
    let list = |row: usize| {
        let list = page.text.split(&format!("<datalist id=\"items.{row}.service-list\">")).nth(1).expect("a list");
        list.split("</datalist>").next().expect("its end").to_owned()
    };
    assert!(list(0).contains("服务事项SV299") && list(0).matches("<option").count() == 1, "{}", list(0));
    assert_eq!(list(1).matches("<option").count(), 20);
}
