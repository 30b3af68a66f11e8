//! Work stations of villages with their funds, and correction groups.

use serde_json::{Value, json};

use crate::on_both_engines;
use crate::payments::setup::id_of;
use crate::records::setup::second_station;
use crate::registry::{column, leads_to_row};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::race::race;
use crate::support::visitor::Visitor;

on_both_engines! {
    a_work_station_is_entered_and_closed_by_its_justice_station
    funds_follow_the_tasks_of_a_work_station
    a_group_has_at_least_three_different_people
    stations_funds_and_groups_are_kept_on_the_pages
}

/// Returns a work station.
pub fn work_station(name: &str) -> Value {
    json!({"name": name, "address": "西林街道东山村 1 号", "keeper": "王建国", "from_on": "2026-01-05"})
}

/// Returns funds of a work station.
pub fn funds(name: &str, amount: &str) -> Value {
    json!({"work_station": name, "year": 2026, "amount": amount, "document_no": "宣财行〔2026〕8号"})
}

/// Returns a group of three people.
pub fn group(subject: &str) -> Value {
    json!({"subject": subject, "members": ["王建国 村委会主任", "李敏 社工", "张强 家属"], "from_on": "2026-01-05"})
}

const NAME: &str = "东山村社区矫正工作站";

fn post(test: &TestApp, who: &str, register: &str, body: &Value) -> Reply {
    test.by(who).post(register, body)
}

fn seen(test: &TestApp, who: &str, register: &str, field: &str) -> Vec<String> {
    column(&test.by(who).get(register).expect_status(200), field)
}

fn a_work_station_is_entered_and_closed_by_its_justice_station(test: &TestApp) {
    second_station(test);
    let id = id_of(&post(test, "station", "work-stations", &work_station(NAME)).expect_status(201));
    let spelt = work_station("东山村 社区矫正工作站");
    let again = post(test, "station", "work-stations", &spelt).expect_status(409);
    leads_to_row(test, &again, ("station", "work-stations", &id));
    post(test, "station-2", "work-stations", &work_station(NAME)).expect_status(201);
    for (who, number) in [("station", 1), ("station-2", 1), ("justice", 2), ("audit", 2), ("other-justice", 0)] {
        assert_eq!(seen(test, who, "work-stations", "name").len(), number, "{who}");
    }
    let close = |who: &str, reason: &str| {
        test.by(who).post(&format!("work-stations/{id}/actions/close"), &json!({ "reason": reason }))
    };
    for (who, status) in [("station-2", 404), ("justice", 404), ("finance-review", 403), ("contractor", 403)] {
        assert_eq!(close(who, "并入").status, status, "{who}");
    }
    assert_eq!(close("station", " ").expect_status(422)["rule"], "reason");
    close("station", "并入西林街道").expect_status(200);
    leads_to_row(test, &close("station", "并入").expect_status(409), ("station", "work-stations", &id));
    assert_eq!(test.by("station").get("work-stations").expect_status(200)["items"][0]["until_on"], "2026-01-05");
    post(test, "station", "work-stations", &work_station(NAME)).expect_status(201);
    for (field, value, path) in
        [("name", " ", "name"), ("keeper", "13812345678", "keeper"), ("from_on", "2026-01-06", "from_on")]
    {
        let mut body = work_station("南山村社区矫正工作站");
        body[field] = value.into();
        let refused = post(test, "station", "work-stations", &body).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path, "{refused}");
    }
    let answers = race(3, |_| post(test, "station", "work-stations", &work_station("北山村工作站")).status);
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert_eq!(differences(test), []);
}

fn funds_follow_the_tasks_of_a_work_station(test: &TestApp) {
    second_station(test);
    post(test, "station", "work-stations", &work_station(NAME)).expect_status(201);
    let id = id_of(&post(test, "justice", "station-funds", &funds(NAME, "2400.00")).expect_status(201));
    let again = post(test, "justice", "station-funds", &funds(NAME, "2400.00")).expect_status(409);
    leads_to_row(test, &again, ("justice", "station-funds", &id));
    let mut other = funds(NAME, "100.50");
    other["document_no"] = "宣财行〔2026〕9号".into();
    post(test, "justice", "station-funds", &other).expect_status(201);
    other["year"] = 2025.into();
    post(test, "justice", "station-funds", &other).expect_status(201);
    assert_eq!(seen(test, "station", "work-stations", "funds"), ["2500.50"], "those of the year");
    assert_eq!(seen(test, "finance-review", "station-funds", "amount"), ["2400.00", "100.50", "100.50"]);
    assert_eq!(seen(test, "station-2", "station-funds", "amount"), [] as [String; 0]);
    for (who, status) in [("station", 403), ("finance-review", 403), ("other-justice", 422)] {
        assert_eq!(post(test, who, "station-funds", &funds(NAME, "1.00")).status, status, "{who}");
    }
    for (field, value, path) in [
        ("work_station", json!("没有"), "work_station"),
        ("year", json!(1926), "year"),
        ("amount", json!("0.00"), "amount"),
        ("document_no", json!(" "), "document_no"),
    ] {
        let mut body = funds(NAME, "1.00");
        body[field] = value;
        let refused = post(test, "justice", "station-funds", &body).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path, "{refused}");
    }
    // A name that two work stations have stands for neither.
    post(test, "station-2", "work-stations", &work_station(NAME)).expect_status(201);
    let refused = post(test, "justice", "station-funds", &funds(NAME, "3.00")).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "work_station", "{refused}");
    assert_eq!(differences(test), []);
}

fn a_group_has_at_least_three_different_people(test: &TestApp) {
    second_station(test);
    for (field, value, path) in [
        ("members", json!(["王建国", "李敏"]), "members"),
        ("members", json!(["王建国", "王 建国", "李敏", " "]), "members"),
        ("members", json!(["王建国 13812345678", "李敏", "张强"]), "members"),
        ("subject", json!("王某"), "subject"),
        ("from_on", json!("2026-01-06"), "from_on"),
    ] {
        let mut body = group("XZ-017");
        body[field] = value;
        let refused = post(test, "station", "correction-groups", &body).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path, "{refused}");
    }
    let id = id_of(&post(test, "station", "correction-groups", &group("XZ-017")).expect_status(201));
    let again = post(test, "station", "correction-groups", &group("xz－017")).expect_status(409);
    leads_to_row(test, &again, ("station", "correction-groups", &id));
    for (who, number) in [("station", 1), ("station-2", 0), ("justice", 1), ("audit", 1), ("other-justice", 0)] {
        assert_eq!(seen(test, who, "correction-groups", "subject").len(), number, "{who}");
    }
    let events = test.by("admin").get("events?limit=50").expect_status(200).to_string();
    assert!(events.contains("correction_groups.keep") && !events.contains("李敏"), "the log names no member");
    let dissolve = |who: &str, reason: &str| {
        test.by(who).post(&format!("correction-groups/{id}/actions/dissolve"), &json!({ "reason": reason }))
    };
    assert_eq!(dissolve("station-2", "变动").status, 404);
    assert_eq!(dissolve("station", "").status, 422);
    dissolve("station", "成员变动").expect_status(200);
    assert_eq!(dissolve("station", "再次").status, 409);
    post(test, "station", "correction-groups", &group("XZ-017")).expect_status(201);
    assert_eq!(differences(test), []);
}

fn stations_funds_and_groups_are_kept_on_the_pages(test: &TestApp) {
    let station = Visitor::signed_in(test, "station");
    let sends = |visitor: &Visitor<'_>, register: &str, typed: &[(&str, &str)]| {
        let path = format!("/registers/{register}");
        visitor.post_from(&path, &path, typed)
    };
    let empty = sends(&station, "work-stations", &[("name", ""), ("address", ""), ("keeper", ""), ("from_on", "")]);
    assert_eq!(empty.expect_status(400).texts(".govuk-error-summary li").len(), 4);
    let typed = [("name", NAME), ("address", "东山村 1 号"), ("keeper", "王建国"), ("from_on", "2026年1月5日")];
    sends(&station, "work-stations", &typed).expect_status(303);
    let officer = Visitor::signed_in(test, "justice");
    let typed =
        [("work_station", NAME), ("year", "2026"), ("amount", "0.24万元"), ("document_no", "宣财行〔2026〕8号")];
    sends(&officer, "station-funds", &typed).expect_status(303);
    let page = station.get("/registers/work-stations").expect_status(200);
    assert!(page.text.contains("2,400.00"), "{}", page.text);
    let few = sends(
        &station,
        "correction-groups",
        &[("subject", "XZ-017"), ("members", "王建国\n李敏"), ("from_on", "2026-01-05")],
    );
    assert!(few.text.contains("3 至 20 人") && few.text.contains("李敏"), "{}", few.text);
    let typed =
        [("subject", "XZ-017"), ("members", "王建国 村委会主任\n李敏 社工\n张强 家属"), ("from_on", "2026-01-05")];
    sends(&station, "correction-groups", &typed).expect_status(303);
    let page = station.get("/registers/correction-groups").expect_status(200);
    assert!(page.text.contains("王建国 村委会主任、李敏 社工、张强 家属"), "{}", page.text);
    let done = page.form_ending("/dissolve").with(&[("reason", "成员变动")]).send(&station, "");
    assert!(station.get(&done.location).expect_status(200).text.contains("已解散小组"));
}
