//! Files of the working calendar: every line is read or named, due days of years without announced holidays are
//! provisional, and a day that an import moves is in the contract's history.

use serde_json::{Value, json};

use crate::registry::calendar::{import, no_differences, year_2026, year_2027};
use crate::support::app::TestApp;
use crate::support::pdf::pages;
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    due_days_of_a_year_not_announced_are_provisional
    a_day_that_moved_says_why_in_the_history
}

on_sqlite_first! {
    the_first_line_is_read_or_named_but_never_dropped
    days_are_read_in_the_spellings_of_spreadsheets
    every_page_and_document_marks_provisional_days
}

/// Uploads a file of 2027 and returns the page that follows.
fn uploaded(admin: &Visitor<'_>, file: &[u8]) -> Page {
    let sent = admin.upload_from("/calendar", "file", &[("notice", "某通知")], &[("2027.csv", file)]);
    if sent.status == 303 { admin.led(&sent) } else { sent }
}

fn the_first_line_is_read_or_named_but_never_dropped(test: &TestApp) {
    let admin = Visitor::signed_in(test, "admin");
    let files: [(&str, &[u8]); 7] = [
        ("bom", include_bytes!("calendar/bom.csv")),
        ("crlf", include_bytes!("calendar/crlf.csv")),
        ("header", include_bytes!("calendar/header.csv")),
        ("header-then-serial", include_bytes!("calendar/header-then-serial.csv")),
        ("line1-0", include_bytes!("calendar/line1-0.csv")),
        ("line1-1", include_bytes!("calendar/line1-1.csv")),
        ("line5-0", include_bytes!("calendar/line5-0.csv")),
    ];
    for (name, file) in files {
        let page = uploaded(&admin, file).expect_status(200).text;
        assert!(page.contains("放假 12 天，调休上班 0 天") && page.contains("2027-02-08"), "{name}: {page}");
    }
    let good = String::from_utf8(files[1].1.to_vec()).expect("text");
    for first in [
        "2027-02-30,休",
        "46426x,休",
        "2027-1-1-1,休",
        "一月一日,休",
        ",休",
        "2027-02-08,",
        "休,2027-02-08",
        "2027-02-08",
        "+2027-2-8,休",
    ] {
        let page = uploaded(&admin, format!("{first}\n{good}").as_bytes()).expect_status(422).text;
        assert!(page.contains("第 1 行无法识别"), "{first}: {page}");
    }
    // A later line is named by its own number, empty lines counted.
    let mut lines: Vec<&str> = good.lines().collect();
    for (place, wrong) in [(4, "2027年2月30日,休"), (2, "46426x,休")] {
        lines.insert(place, wrong);
        let page = uploaded(&admin, lines.join("\n\n").as_bytes()).expect_status(422).text;
        assert!(page.contains(&format!("第 {} 行无法识别", 2 * place + 1)), "{wrong}: {page}");
        lines.remove(place);
    }
    for header in
        ["日期,安排", "日期；说明".replace('；', ";").as_str(), "date,kind", "\u{feff}日期,类型", "日 期\t类 型"]
    {
        uploaded(&admin, format!("{header}\r\n{good}").as_bytes()).expect_status(200);
        let twice = uploaded(&admin, format!("{header}\n{header}\n{good}").as_bytes()).expect_status(422).text;
        assert!(twice.contains("第 2 行无法识别"), "{header}: {twice}");
    }
    let wide: Vec<u8> = std::iter::once(0xfeff).chain(good.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    uploaded(&admin, &wide).expect_status(200);
}

fn days_are_read_in_the_spellings_of_spreadsheets(test: &TestApp) {
    let admin = Visitor::signed_in(test, "admin");
    let others = String::from_utf8(include_bytes!("calendar/crlf.csv").to_vec()).expect("text");
    let others = others.replace("2027-02-08,休", "");
    for day in [
        "2027-02-08",
        "2027/2/8",
        "2027.2.8",
        "2027年2月8日",
        "2027年02月08日",
        "20270208",
        "2027/2/8 0:00",
        "2027-02-08 00:00:00",
        "２０２７－０２－０８",
        "２０２７年２月８日",
        "46426",
        "４６４２６",
        "\"2027/2/8\"",
        " 2027-02-08 ",
    ] {
        let page = uploaded(&admin, format!("{others}{day},休\n").as_bytes()).expect_status(200).text;
        assert!(page.contains("放假 12 天") && page.contains("2027-02-08"), "{day}");
    }
}

/// Registers and activates a contract with a deliverable that is due in a year without announced holidays.
fn into_2027(test: &TestApp) -> String {
    let mut input = programme::input(test, "XCSF-2026-001");
    input["terms"]["ends_on"] = json!("2027-03-31");
    input["terms"]["deliverables"][3]["due_on"] = json!("2027-02-08");
    let id = test.by("justice").post("contracts", &input).expect_status(201)["id"].as_str().expect("an id").to_owned();
    programme::activate(test, &id);
    id
}

/// Returns the due day of the deliverable VISIT-H2, and whether it is provisional.
fn visit_h2(test: &TestApp, id: &str) -> (Value, Value) {
    let list = test.by("contractor").get(&format!("contracts/{id}/deliverables")).expect_status(200);
    let items = list["items"].as_array().expect("items");
    let provisional = items.iter().filter(|item| item["provisional"] == true).count();
    let found = items.iter().find(|item| item["code"] == "VISIT-H2").expect("it is there");
    assert_eq!(provisional, usize::from(found["provisional"] == true), "the others are due in 2026");
    (found["standing"]["due_on"].clone(), found["provisional"].clone())
}

fn every_page_and_document_marks_provisional_days(test: &TestApp) {
    let mut input = programme::input(test, "P-2027");
    input["terms"]["ends_on"] = json!("2027-03-31");
    // Nothing is late before the advance can be requested.
    for deliverable in input["terms"]["deliverables"].as_array_mut().expect("deliverables") {
        deliverable["due_on"] = json!(if deliverable["code"] == "VISIT-H2" { "2027-02-08" } else { "2026-12-31" });
    }
    input["terms"]["milestones"][0]["not_before"] = json!("2026-12-20");
    let id = test.by("justice").post("contracts", &input).expect_status(201)["id"].as_str().expect("an id").to_owned();
    programme::activate(test, &id);
    let mark = "暂定（2027 年放假安排尚未公布）";
    let contractor = Visitor::signed_in(test, "contractor");
    let page = contractor.get(&format!("/contracts/{id}/act/submission?subject=VISIT-H2")).expect_status(200).text;
    assert!(page.contains(mark), "{page}");
    for (lang, word) in [("zh", "标“暂定”的期限"), ("en", "A date marked provisional"), ("both", "暂定")] {
        let printed = test.by("audit").get(&format!("contracts/{id}/documents/summary.pdf?lang={lang}"));
        let text = pages(&printed.bytes).concat().replace(char::is_whitespace, "");
        assert!(text.contains(&word.replace(' ', "")), "{lang}: {text}");
    }
    test.at("2026-12-28", 9);
    test.by("justice").post(&format!("contracts/{id}/milestones/ADVANCE/payments"), &json!({})).expect_status(201);
    let list = test.by("justice").get(&format!("contracts/{id}/payments")).expect_status(200);
    let request = &list["items"][0];
    assert!(request["due_on"].as_str().is_some_and(|day| day.starts_with("2027-01")), "{request}");
    assert_eq!((&request["provisional"], &request["next"]["provisional"]), (&json!(true), &json!(true)));
    let payment = request["id"].as_str().expect("an id");
    let officer = Visitor::signed_in(test, "justice");
    for page in [format!("/contracts/{id}"), format!("/contracts/{id}/act/confirm?subject={payment}")] {
        let page = officer.get(&page).expect_status(200).text;
        assert!(page.contains(mark) && page.contains(request["due_on"].as_str().expect("a day")), "{page}");
    }
}

fn due_days_of_a_year_not_announced_are_provisional(test: &TestApp) {
    let id = into_2027(test);
    assert_eq!(visit_h2(test, &id), (json!("2027-02-08"), json!(true)));
    let tasks = test.by("contractor").get("worklist").expect_status(200);
    let tasks = tasks["items"].as_array().expect("items");
    let marked: Vec<&Value> =
        tasks.iter().filter(|task| task["provisional"] == true).map(|task| &task["subject"]).collect();
    assert_eq!(marked, ["VISIT-H2"]);
    let contractor = Visitor::signed_in(test, "contractor");
    for path in ["/work".to_owned(), format!("/contracts/{id}")] {
        assert!(contractor.get(&path).expect_status(200).text.contains("暂定（2027 年放假安排尚未公布）"), "{path}");
    }
    test.at("2027-02-01", 8);
    let contractor = Visitor::signed_in(test, "contractor");
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    use diesel::prelude::*;
    use luyue::schema::emails;
    let body = |subject: &str| -> Option<String> {
        emails::table
            .filter(emails::subject_key.eq(subject))
            .order(emails::id.desc())
            .select(emails::body)
            .first(&mut *test.app.pool.get().expect("a connection"))
            .optional()
            .expect("read")
    };
    let provisional = |subject: &str| body(subject).is_some_and(|body| body.contains("该期限为暂定：2027 年"));
    assert!(provisional("deliver/VISIT-H2") && body("deliver/VISIT-H1").is_some() && !provisional("deliver/VISIT-H1"));
    let mut input = year_2027();
    input["holidays"].as_array_mut().expect("days").extend([json!("2027-02-15"), json!("2027-02-16")]);
    import(test, &input);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!(visit_h2(test, &id), (json!("2027-02-17"), json!(false)));
    assert!(!contractor.get(&format!("/contracts/{id}")).expect_status(200).text.contains("暂定"));
}

fn a_day_that_moved_says_why_in_the_history(test: &TestApp) {
    let id = into_2027(test);
    let moves = |test: &TestApp| -> i64 {
        use diesel::prelude::*;
        use luyue::schema::events;
        let moved = events::table.filter(events::action.eq("calendar.moved"));
        moved.count().get_result(&mut *test.app.pool.get().expect("a connection")).expect("a count")
    };
    import(test, &year_2027());
    assert_eq!(moves(test), 0, "no contract was refreshed yet");
    // An act on the contract refreshes it before the jobs do; either way each day moves once.
    let publish = format!("contracts/{id}/actions/publish");
    test.by("justice").post(&publish, &json!({})).expect_status(200);
    assert_eq!(moves(test), 1);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!((moves(test), visit_h2(test, &id).0), (1, json!("2027-02-15")));
    let page = Visitor::signed_in(test, "contractor").get(&format!("/contracts/{id}")).expect_status(200).text;
    assert!(page.contains("期限随工作日历调整"), "{page}");
    let why = "由 2027-02-08 调整为 2027-02-15：国务院办公厅关于2027年部分节假日安排的通知";
    assert!(page.contains(why), "{page}");
    let listed = test.by("audit").get("events?limit=200&contract=XCSF-2026-001").expect_status(200);
    let moved = listed["items"].as_array().expect("items").iter().find(|event| event["action"] == "calendar.moved");
    let id_of_event = moved.and_then(|event| event["id"].as_str()).expect("an event");
    let event = test.by("audit").get(&format!("events/{id_of_event}")).expect_status(200).to_string();
    for words in ["2027-02-08", "2027-02-15", "国务院办公厅关于2027年部分节假日安排的通知"] {
        assert!(event.contains(words), "{words}: {event}");
    }
    import(test, &year_2026(&["2026-06-30"], 0));
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!(moves(test), 3, "two deliverables were due on that day");
    no_differences(test);
}
