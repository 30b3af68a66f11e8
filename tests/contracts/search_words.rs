//! Search words by which contracts are found.

use luyue::services::contracts::list::{self, ContractQuery};
use luyue::services::identity::sessions;
use luyue::storage::contracts::search::{SearchTexts, query_deliverables, query_pairs};
use serde_json::{Value, json};

use crate::on_sqlite_first;
use crate::support::app::{TestApp, unsealed_differences};
use crate::support::programme;

on_sqlite_first! {
    a_whole_title_comes_first
    signs_with_a_meaning_in_lists_of_words_are_found
    a_draft_is_found_by_its_new_name
}

/// Returns the numbers of the contracts that a text finds, in their order.
fn found(test: &TestApp, q: &str) -> Vec<String> {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    let list = test.by("justice").get(&format!("contracts?q={q}")).expect_status(200);
    let numbers = list["items"].as_array().expect("a list").iter().map(|item| &item["number"]);
    numbers.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn a_whole_title_comes_first(test: &TestApp) {
    let title = "宣城市社区矫正教育学习服务（2026 年度）";
    for (number, title) in [("T-1", title.to_owned()), ("T-2", format!("{title}续")), ("T-3", format!("绩溪{title}"))]
    {
        let mut input = programme::input(test, number);
        input["title"] = title.into();
        test.by("justice").post("contracts", &input).expect_status(201);
    }
    assert_eq!(found(test, title), ["T-1", "T-3", "T-2"]);
    assert_eq!(
        found(test, "宣城市社区矫正教育学习服务(2026年度)").first().map(String::as_str),
        Some("T-1"),
        "any spelling"
    );
    assert_eq!(found(test, "社区矫正教育"), ["T-3", "T-2", "T-1"], "the newest first");
}

fn a_draft_is_found_by_its_new_name(test: &TestApp) {
    let mut input = programme::input(test, "T-1");
    let made = test.by("justice").post("contracts", &input).expect_status(201);
    let path = format!("contracts/{}", made["id"].as_str().expect("an id"));
    (input["number"], input["title"]) = (json!("R-7"), json!("驿站帮教"));
    let version = test.by("justice").get(&path).header("etag").to_owned();
    test.by("justice").with("If-Match", &version).put(&path, &input).expect_status(200);
    for (q, count) in [("驿站帮教", 1), ("R-7", 1), ("T-1", 0), ("社会工作服务（2026 年度）", 0)] {
        assert_eq!(found(test, q).len(), count, "{q}");
    }
    assert_eq!(unsealed_differences(test), []);
}

fn signs_with_a_meaning_in_lists_of_words_are_found(test: &TestApp) {
    let mut input = programme::input_from("XC-1", &programme::appropriation(test, "1872000.00"));
    input["title"] = json!(r#"社区"帮教"\走访{一,二}'服务'"#);
    test.by("justice").post("contracts", &input).expect_status(201);
    let officer = sessions::local_caller(&test.app, "justice").expect("the officer");
    for (q, number) in [(r#"区"帮"#, 1), (r"\走", 1), ("{一,", 1), ("二}'服", 1), ("\"", 1), ("区帮", 0)] {
        let query = ContractQuery { q: Some(q.to_owned()), ..ContractQuery::default() };
        assert_eq!(list::count(&test.app, &officer, &query).expect("it is counted").number, number, "{q}");
    }
}

#[test]
fn words_are_folded_and_single_characters_count() {
    let texts = SearchTexts {
        number: "ＸＣ–1",
        title: "社区⼯作 %",
        recorded: vec!["2495 2000"],
        deliverables: vec!["VISIT-07", "第7期走访"],
        ..SearchTexts::default()
    };
    let words = texts.words();
    for word in ["社区", "工", "工作", "%", "xc", "c-", "=xc-1", "=社区工作%", "#24952000"] {
        assert!(words.contains(&word.to_owned()), "{word}: {words:?}");
    }
    assert_eq!(query_pairs("作 XC"), ["xc", "作"]);
    let delivered: Vec<&String> = words.iter().filter(|word| word.starts_with('~')).collect();
    assert_eq!(delivered, ["~is", "~it", "~si", "~t-", "~vi", "~期走", "~走访"], "without pairs that only count");
    assert_eq!(query_deliverables("走访 7 07"), ["~走访"]);
    assert_eq!(query_pairs("  "), Vec::<String>::new());
}
