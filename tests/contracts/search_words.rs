//! Search words by which contracts are found.

use luyue::services::contracts::list::{self, ContractQuery};
use luyue::services::identity::sessions;
use luyue::storage::contracts::search::{SearchTexts, query_pairs};
use serde_json::json;

use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::programme;

on_both_engines! {
    signs_with_a_meaning_in_lists_of_words_are_found
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
    let texts =
        SearchTexts {
            number: "ＸＣ–1", title: "社区⼯作 %", recorded: vec!["2495 2000"], ..SearchTexts::default()
        };
    let words = texts.words();
    for word in ["社区", "工", "工作", "%", "xc", "c-", "=xc-1", "#24952000"] {
        assert!(words.contains(&word.to_owned()), "{word}: {words:?}");
    }
    assert_eq!(query_pairs("作 XC"), ["xc", "作"]);
    assert_eq!(query_pairs("  "), Vec::<String>::new());
}
