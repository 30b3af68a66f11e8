//! Saved views above lists: saved from the filters that are set, opened, renamed and deleted.

use luyue::domain::saved_views::SavedList;

use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};

crate::on_sqlite! {
    filters_are_saved_and_opened_above_their_list
    every_filter_of_a_list_can_be_saved
}

const LINKS: &str = "#saved-views";

/// Returns the address behind a link with these words.
fn link(page: &Page, words: &str) -> String {
    let links = page.links_in(LINKS);
    let found = links.iter().find(|(_, said)| said == words);
    found.unwrap_or_else(|| panic!("no {words}: {links:?}")).0.clone()
}

fn filters_are_saved_and_opened_above_their_list(test: &TestApp) {
    let contract = programme::registered(test, "N-1");
    programme::activate(test, &contract);
    let officer = Visitor::signed_in(test, "justice");
    assert_eq!(officer.get("/contracts").expect_status(200).links_in(LINKS), [], "nothing to save");
    let list = "/contracts?state=active&year=2026";
    let form = link(&officer.get(list).expect_status(200), "存为常用筛选");
    let action = "/saved-views/contracts";
    let refused = officer.get(&form).form(action).with(&[("name", "")]).send(&officer, "").expect_status(422);
    assert!(refused.text_of(".govuk-error-summary").contains("名称须为 1 至 40 个字符"), "{}", refused.text);
    // What was set is saved from the page with the fault as well.
    let saved = refused.form(action).with(&[("name", "本年 <在履行>")]).send(&officer, "").expect_status(303);
    assert_eq!(saved.location, list);
    let page = officer.get(list).expect_status(200);
    assert_eq!(page.text_of(&format!("{LINKS} [aria-current]")), "本年 <在履行>");
    assert!(!page.links_in(LINKS).iter().any(|(_, words)| words == "存为常用筛选"), "it is saved already");
    let page = officer.get("/contracts").expect_status(200);
    assert_eq!(link(&page, "本年 <在履行>"), list);
    assert!(!page.has(&format!("{LINKS} [aria-current]")), "{}", page.text);
    let own = officer.get(&link(&page, "管理常用筛选")).expect_status(200);
    let edit = own.links_in("main li")[1].0.clone();
    // What a board filters by can be saved as well.
    let of_board = officer.get("/contracts?purchaser=XC-JUSTICE&having=breaches").expect_status(200);
    assert!(link(&of_board, "存为常用筛选").contains("purchaser=XC-JUSTICE"), "{}", of_board.text);
    // The page of a view is its owner's alone, and only under its own list.
    assert_eq!(Visitor::signed_in(test, "justice-leader").get(&edit).status, 404);
    assert_eq!(officer.get(&edit.replace("contracts", "work")).status, 404);
    assert_eq!(officer.get("/saved-views/ledger").status, 403);
    assert_eq!(officer.get("/saved-views/drafts").status, 404);
    let renamed = officer.get(&edit).form(&edit).with(&[("name", "在履行")]).send(&officer, "").expect_status(303);
    assert!(officer.get(&renamed.location).text.contains("名称已修改"));
    link(&officer.get("/contracts").expect_status(200), "在履行");
    let deleted = officer.get(&edit).form(&format!("{edit}/delete")).send(&officer, "").expect_status(303);
    assert!(officer.get(&deleted.location).text.contains("还没有常用筛选"));
    assert_eq!(officer.get("/contracts").expect_status(200).links_in(LINKS), []);
}

fn every_filter_of_a_list_can_be_saved(test: &TestApp) {
    let contract = programme::registered(test, "N-1");
    programme::activate(test, &contract);
    let visitor = Visitor::signed_in(test, "finance-review");
    for list in SavedList::ALL {
        let set = match list {
            SavedList::Contracts | SavedList::Work => "q=N",
            SavedList::Payments => "month=2026-09",
            SavedList::Postings => "year=2026",
        };
        let page = visitor.get(&format!("/{list}?{set}")).expect_status(200);
        let fields = page.attrs("#filters :is(input, select)[name]", "name");
        // The last ones have no field.
        assert_eq!(fields, &list.filters()[..fields.len()], "{list}");
        assert!(page.links_in(LINKS).iter().any(|(_, words)| words == "存为常用筛选"), "{list}");
    }
}
