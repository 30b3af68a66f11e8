//! Saved views of lists through the API: each person has their own, with folded names, a few for each list.

use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::race::race;

on_both_engines! { views_are_saved_renamed_and_deleted_by_their_owner }

/// Returns the input of a view of a list: its name and its filters.
pub fn saved_view((list, name): (&str, &str), filters: Value) -> Value {
    json!({"list": list, "name": name, "filters": filters})
}

/// Saves a view and returns its identifier.
pub fn added(test: &TestApp, who: &str, of: (&str, &str), filters: Value) -> String {
    let view = test.by(who).post("saved-views", &saved_view(of, filters)).expect_status(201);
    view["id"].as_str().expect("an id").to_owned()
}

fn names(test: &TestApp, who: &str, list: &str) -> Vec<Value> {
    let found = test.by(who).get(&format!("saved-views{list}")).expect_status(200);
    found["items"].as_array().expect("items").iter().map(|view| view["name"].clone()).collect()
}

fn views_are_saved_renamed_and_deleted_by_their_owner(test: &TestApp) {
    let year = || json!({"year": "2026", "state": "active"});
    let id = added(test, "justice", ("contracts", " 本年 A "), year());
    added(test, "justice", ("payments", "本年 A"), json!({"sort": "amount"}));
    added(test, "justice-2", ("contracts", "本年 A"), year());
    assert_eq!(names(test, "justice", ""), ["本年 A", "本年 A"], "one for each list, and none of others");
    let found = test.by("justice").get("saved-views?list=contracts").expect_status(200);
    assert_eq!(found["items"], json!([{"id": id, "list": "contracts", "name": "本年 A", "filters": year()}]));
    // Names that people do not tell apart are one name.
    let again = |name: &str| test.by("justice").post("saved-views", &saved_view(("contracts", name), year()));
    let taken = again("本年Ａ").expect_status(422);
    assert_eq!(taken["errors"][0]["path"], "name", "{taken}");
    for (name, filters) in [
        ("", year()),
        (&*"长".repeat(41), year()),
        ("两\n行", year()),
        ("无条件", json!({})),
        ("空条件", json!({"q": " "})),
        ("长条件", json!({"q": "长".repeat(201)})),
    ] {
        let refused = test.by("justice").post("saved-views", &saved_view(("contracts", name), filters));
        assert_eq!(refused.status, 422, "{name}: {refused:?}");
    }
    let unknown = test.by("justice").post("saved-views", &saved_view(("contracts", "别的"), json!({"cursor": "x"})));
    assert_eq!((unknown.status, &unknown.json["errors"][0]["path"]), (400, &json!("filters.cursor")));
    let other = added(test, "justice", ("contracts", "其他"), json!({"q": "走访"}));
    let rename = |who: &str, id: &str, name: &str| {
        test.by(who).post(&format!("saved-views/{id}/actions/rename"), &json!({ "name": name }))
    };
    rename("justice", &other, "本 年 a").expect_status(422);
    rename("justice-2", &other, "我的").expect_status(404);
    rename("justice", &other, "其 他").expect_status(200);
    let delete =
        |who: &str| test.by(who).send("DELETE", &format!("saved-views/{other}"), Some("application/json"), b"{}");
    assert_eq!(delete("justice-2").status, 404);
    delete("justice").expect_status(200);
    assert_eq!(names(test, "justice", "?list=contracts"), ["本年 A"]);
    let events = test.by("admin").get("events?person=justice&limit=200").expect_status(200);
    let events = events["items"].as_array().expect("items");
    for action in ["saved_views.add", "saved_views.rename", "saved_views.delete"] {
        assert!(events.iter().any(|event| event["action"] == action), "{action}: {events:?}");
    }
    // Of several saved at once, no more than the list may have remain.
    let tries = race(24, |number| again(&format!("第 {number} 个")).status);
    assert_eq!(tries.iter().filter(|status| **status == 201).count(), 19, "{tries:?}");
    assert_eq!(names(test, "justice", "?list=contracts").len(), 20);
}
