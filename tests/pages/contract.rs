//! A contract's page beyond its story: versions of its terms, what was asked for, and the order of its history.

use serde_json::json;

use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    two_versions_of_the_terms_are_compared
    an_early_end_that_was_asked_for_waits_for_finance
    a_request_says_what_it_is_about
    history_begins_with_what_came_last
}

fn two_versions_of_the_terms_are_compared(test: &TestApp) {
    let id = programme::registered(test, "V-1");
    let officer = Visitor::signed_in(test, "justice");
    let once = officer.get(&format!("/contracts/{id}/terms")).ok(200).text;
    assert!(once.contains("本合同条款只登记过一版") && !once.contains("<del>"), "{once}");
    assert!(!officer.get(&format!("/contracts/{id}")).ok(200).text.contains(&format!("/contracts/{id}/terms")));
    let mut other = programme::input(test, "V-1");
    other["terms"]["cure_days"] = 9.into();
    let etag = test.by("justice").get(&format!("contracts/{id}")).header("etag").to_owned();
    test.by("justice").with("If-Match", &etag).put(&format!("contracts/{id}"), &other).ok(200);
    assert!(officer.get(&format!("/contracts/{id}")).ok(200).text.contains(&format!("/contracts/{id}/terms")));
    let page = officer.get(&format!("/contracts/{id}/terms")).ok(200).text;
    for words in ["第 1 版", "第 2 版", "五项条款中有 1 项不同", "<ins>", "<del>"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let marked = |tag: &str| page.split(tag).skip(1).map(|text| text.split('<').next()).collect::<Vec<_>>();
    assert!(marked("<ins>").iter().flatten().any(|text| text.contains('9')), "{:?}", marked("<ins>"));
    assert_eq!(marked("<ins>").len(), marked("<del>").len());
    let same = officer.get(&format!("/contracts/{id}/terms?before=2&after=2")).ok(200).text;
    assert!(same.contains("两版条款一致") && !same.contains("<ins>"), "{same}");
    officer.get(&format!("/contracts/{id}/terms?before=1&after=3")).ok(404);
    Visitor::signed_in(test, "other-justice").get(&format!("/contracts/{id}/terms")).ok(404);
}

fn an_early_end_that_was_asked_for_waits_for_finance(test: &TestApp) {
    let id = programme::registered(test, "V-2");
    programme::activate(test, &id);
    let leader = Visitor::signed_in(test, "justice-leader");
    let offered = format!("/contracts/{id}/act/terminate");
    assert!(leader.get(&format!("/contracts/{id}")).ok(200).text.contains(&offered));
    let fields = [("subject", ""), ("no", ""), ("reason", "承接主体申请终止"), ("on", "2026-01-05")];
    let done = leader.post_from(&offered, &offered, &fields);
    assert_eq!(done.location, format!("/contracts/{id}?done=terminate"), "{}", done.text);
    let page = leader.get(&done.location).ok(200).text;
    assert!(page.contains("下一步：XC-FINANCE · 财政审核——"), "{page}");
    assert!(!page.contains(&offered), "it is offered although it was asked for");
}

fn a_request_says_what_it_is_about(test: &TestApp) {
    let id = programme::registered(test, "V-3");
    programme::activate(test, &id);
    let asked = json!({"deliverable": "VISIT-H1", "days": 12, "reason": "汛期道路中断"});
    test.by("justice").post(&format!("contracts/{id}/extensions"), &asked).ok(201);
    let page = Visitor::signed_in(test, "justice-leader").get(&format!("/contracts/{id}")).ok(200).text;
    let asks = page.split("id=\"asks\"").nth(1).and_then(|text| text.split("</ul>").next()).unwrap_or_default();
    for words in ["VISIT-H1", "延期 12 天", "汛期道路中断"] {
        assert!(asks.contains(words), "{words}: {asks}");
    }
}

/// Of one moment, what an act brought about stands above the act.
fn history_begins_with_what_came_last(test: &TestApp) {
    let id = programme::registered(test, "V-4");
    programme::activate(test, &id);
    test.at("2026-07-20", 9);
    let survey = |score: &str| {
        let body = json!({"score": score, "note": format!("回访{score}")});
        test.by("justice").post(&format!("contracts/{id}/surveys"), &body).ok(201);
    };
    survey("81");
    survey("82");
    let page = Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}")).ok(200).text;
    let history = page.split("id=\"history\"").nth(1).unwrap_or_default();
    let place = |words: &str| history.find(words).unwrap_or_else(|| panic!("{words}: {history}"));
    assert!(place("回访82") < place("回访81"));
    let found = place("违约情形成立");
    assert!(found < place("回访81"), "the breach that the first survey let the program find");
    let row = history[..found].rfind("<tr").map(|begin| &history[begin..]).and_then(|row| row.split("</tr>").next());
    assert!(row.is_some_and(|row| row.contains("系统") && row.contains("VISIT-H1")), "{row:?}");
}
