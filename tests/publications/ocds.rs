//! Open contracting data: packages keep the rules of OCDS 1.1 that can be stated by field: what is required, the closed
//! lists, numbers and dates, and references that lead somewhere.

use serde_json::{Value, json};

use luyue::services::publications::ocds;

use crate::on_sqlite_first;
use crate::payments::setup::{midyear, paid};
use crate::publications::setup::{listed, published};
use crate::support::app::TestApp;
use crate::support::programme;

on_sqlite_first! {
    packages_keep_the_rules_of_the_standard
}

/// Closed codelists of the release schema, by the name of the member.
const CLOSED: &[(&str, &[&str])] = &[
    (
        "tag",
        &[
            "planning",
            "tender",
            "award",
            "contract",
            "contractAmendment",
            "implementation",
            "contractTermination",
            "compiled",
        ],
    ),
    ("initiationType", &["tender"]),
    ("currency", &["CNY"]),
];

/// Members that an object under this name must have.
const REQUIRED: &[(&str, &[&str])] = &[
    ("releases", &["ocid", "id", "date", "tag", "initiationType"]),
    ("compiledRelease", &["ocid", "id", "date", "tag", "initiationType"]),
    ("records", &["ocid", "releases"]),
    ("parties", &["id", "name", "roles"]),
    ("tender", &["id"]),
    ("awards", &["id"]),
    ("contracts", &["id", "awardID"]),
    ("items", &["id"]),
    ("documents", &["id"]),
    ("milestones", &["id"]),
    ("transactions", &["id"]),
    ("metrics", &["id"]),
    ("observations", &["id"]),
];

/// Walks a package and collects the faults.
fn walk(name: &str, value: &Value, faults: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(name, item, faults)),
        Value::Object(members) => {
            let required = REQUIRED.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, members)| *members);
            faults.extend(
                required
                    .iter()
                    .filter(|member| !members.contains_key(**member))
                    .map(|member| format!("{name} lacks {member}")),
            );
            members.iter().for_each(|(name, value)| walk(name, value, faults));
        }
        Value::Null => faults.push(format!("{name} is null")),
        Value::String(text) if text.is_empty() => faults.push(format!("{name} is empty")),
        Value::String(text) => {
            if let Some((_, list)) = CLOSED.iter().find(|(known, _)| *known == name)
                && !list.contains(&text.as_str())
            {
                faults.push(format!("{name}: {text}"));
            }
            let is_date = name == "date" || name.ends_with("Date") || name.starts_with("date");
            if is_date && chrono::DateTime::parse_from_rfc3339(text).is_err() {
                faults.push(format!("{name}: {text} is no date-time"));
            }
        }
        Value::Number(_) if ["amount", "quantity"].contains(&name) => {}
        Value::Number(_) | Value::Bool(_) => faults.push(format!("{name}: {value}")),
    }
}

/// Returns the numbers that follow a member's name in the text of a package.
fn numbers<'a>(text: &'a str, member: &str) -> Vec<&'a str> {
    let after = text.split(&format!("\"{member}\":")).skip(1).collect::<Vec<_>>();
    after.into_iter().filter_map(|rest| rest.split([',', '}']).next()).collect()
}

fn check_release(release: &Value, tag: &Value) {
    assert_eq!(&release["tag"], tag);
    assert!(release["ocid"].as_str().is_some_and(|ocid| ocid.starts_with("ocds-luyue-")), "{release}");
    // The standard has no empty lists: what there is none of is left out.
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let ids: Vec<Value> = list(&release["parties"]).iter().map(|party| party["id"].clone()).collect();
    let contract = &release["contracts"][0];
    let transactions = list(&contract["implementation"]["transactions"]);
    let payers = transactions.iter().flat_map(|one| [&one["payer"]["id"], &one["payee"]["id"]]);
    for id in payers.chain([&release["buyer"]["id"], &release["awards"][0]["suppliers"][0]["id"]]) {
        assert!(ids.contains(id), "{id} is no party");
    }
    assert_eq!(contract["awardID"], release["awards"][0]["id"]);
    for milestone in list(&contract["implementation"]["milestones"]) {
        let status = milestone["status"].as_str().unwrap_or_default();
        assert!(["scheduled", "met", "notMet", "partiallyMet"].contains(&status), "{milestone}");
        assert_eq!(milestone["type"], "delivery");
    }
    assert!(["active", "terminated"].contains(&contract["status"].as_str().unwrap_or_default()));
}

fn packages_keep_the_rules_of_the_standard(test: &TestApp) {
    let first = midyear(test);
    paid(test, &first, "ADVANCE");
    let second = programme::registered(test, "GK-2");
    programme::activate(test, &second);
    published(test, &first);
    published(test, &second);
    let anyone = test.nobody();
    let mut everything = Vec::new();
    assert_eq!(ocds::write_all(&test.app, &mut everything).expect("a package"), 2);
    let releases = anyone.get("public/ocds/releases.json").bytes;
    let records = anyone.get("public/ocds/records.json").bytes;
    for (bytes, list) in [(&everything, "releases"), (&releases, "releases"), (&records, "records")] {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let package: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        for member in ["uri", "publishedDate", "publisher", "version", list] {
            assert!(!package[member].is_null(), "{member}");
        }
        assert_eq!((&package["version"], package[list].as_array().map(Vec::len)), (&json!("1.1"), Some(2)));
        assert!(package["publisher"]["name"].is_string());
        let mut faults = Vec::new();
        walk("package", &package[list].as_array().map_or(Value::Null, |items| json!({ list: items })), &mut faults);
        assert_eq!(faults, Vec::<String>::new());
        let amounts = numbers(text, "amount");
        assert!(amounts.len() > 10, "{text}");
        let two_places = |number: &&str| number.split_once('.').is_some_and(|(_, places)| places.len() == 2);
        assert!(amounts.iter().all(two_places), "{amounts:?}");
        for item in package[list].as_array().expect("items") {
            if list == "records" {
                check_release(&item["releases"][0], &json!(["award", "contract", "implementation"]));
                check_release(&item["compiledRelease"], &json!(["compiled"]));
            } else {
                check_release(item, &json!(["award", "contract", "implementation"]));
            }
        }
    }
    // Exact to the fen: the text of each number is that of the list.
    let item = listed(test, &format!("q={}", crate::payments::setup::NUMBER)).remove(0);
    let text = String::from_utf8(releases).expect("UTF-8");
    for amount in [&item["amount"], &item["payments"][0]["amount"], &item["services"][0]["unit_price"]] {
        let amount = amount.as_str().expect("yuan");
        assert!(numbers(&text, "amount").contains(&amount), "{amount}");
    }
    let quantity = item["services"][0]["quantity"].as_str().expect("a quantity");
    assert!(numbers(&text, "quantity").contains(&quantity), "{quantity}");

    let page = anyone.get("public/ocds/releases.json?limit=1").expect_status(200);
    let next = page["links"]["next"].as_str().expect("another page");
    let (_, query) = next.split_once("/api/v1/").expect("an address of the API");
    let rest = anyone.get(query).expect_status(200);
    assert_eq!(rest["releases"].as_array().map(Vec::len), Some(1));
    assert_ne!(rest["releases"][0]["ocid"], page["releases"][0]["ocid"]);
    assert!(rest["links"].is_null() && page["uri"] != rest["uri"]);
    let none = anyone.get("public/ocds/records.json?year=1999").expect_status(200);
    assert_eq!(none["records"], json!([]));
}
