//! Search words by which contracts are found.

use luyue::storage::contracts::search::{SearchTexts, query_pairs};

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
