//! Legal rules: the application shows exactly the rules that the code enforces and docs/rules.md describes.

use luyue::domain::codes::Language;
use luyue::domain::statutes::STATUTES;
use luyue::text;
use luyue::web::routes::document;

use crate::on_sqlite_first;
use crate::support::app::TestApp;
use crate::support::files;

on_sqlite_first! {
    the_rules_are_read_by_everybody_who_is_signed_in
}

#[test]
fn the_rules_that_people_read_are_those_of_the_documentation() {
    let docs = files::text("docs/rules.md");
    let part =
        docs.split("## Statutes").nth(1).and_then(|after| after.split("\n## ").next()).expect("a part on statutes");
    let rows = part.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id "));
    let mut documented: Vec<&str> = rows.map(|line| line[2..].split(' ').next().expect("an id")).collect();
    let mut held: Vec<&str> = STATUTES.iter().map(|statute| statute.id).collect();
    documented.sort_unstable();
    held.sort_unstable();
    assert_eq!(held, documented);
}

#[test]
fn every_rule_has_its_words() {
    for language in Language::ALL {
        for statute in STATUTES {
            for part in ["name", "article", "requires"] {
                let key = format!("statute-{}-{part}", statute.id);
                assert_ne!(text::message(*language, &key, &[]), key, "{language}");
            }
            for key in [
                format!("statute-effect-{}", statute.effect.as_str()),
                format!("statute-scope-{}", statute.scope.as_str()),
            ] {
                assert_ne!(text::message(*language, &key, &[]), key, "{language}");
            }
            for law in statute.laws {
                let key = format!("law-{}", law.code);
                assert_ne!(text::message(*language, &key, &[]), key, "{language}");
            }
        }
    }
}

/// Statutes keep-15y and sme-at-signing.
#[test]
fn what_the_law_keeps_is_not_changed_or_deleted() {
    let document = serde_json::to_value(document()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let with = |method: &str, part: &str| {
        let found = paths.iter().filter(|(path, of)| path.contains(part) && !of[method].is_null());
        found.map(|(path, _)| path.clone()).collect::<Vec<_>>()
    };
    for part in ["/contracts", "/payments", "/files", "/contractors"] {
        assert_eq!(with("delete", part), [""; 0], "{part}");
    }
    assert_eq!(with("put", "/contractors"), [""; 0], "a declaration stays");
    assert_eq!(with("put", "/contracts"), ["/api/v1/contracts/{id}"], "and that is only for drafts");
}

fn the_rules_are_read_by_everybody_who_is_signed_in(test: &TestApp) {
    assert_eq!(test.nobody().get("statutes").status, 401);
    let held = test.by("contractor").get("statutes").expect_status(200);
    let rules = held["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), STATUTES.len());
    let rule = rules.iter().find(|rule| rule["id"] == "pay-30-60").expect("it is there");
    assert_eq!(rule["laws"][0]["since"], "2025-06-01");
    assert!(rule["requires"].as_str().expect("words").contains("60"), "{rule}");
    let rates = held["rates"].as_array().expect("rates");
    assert_eq!((&rates[0]["from"], &rates[0]["percent"]), (&"2025-05-20".into(), &"3.00".into()));
    assert!(rates.windows(2).all(|pair| pair[0]["from"].as_str() > pair[1]["from"].as_str()), "the latest first");
}
