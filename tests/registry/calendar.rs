//! The working calendar: a year is previewed, proposed and put in force by another person. From then on every process
//! computes days by it, and no earlier result changes.

use diesel::connection::SimpleConnection;
use luyue::domain::calendar::Calendar;
use luyue::domain::calendar_year::YearDays;
use luyue::storage::AnyConnection;
use serde_json::{Value, json};

use crate::payments::setup::id_of;
use crate::registry::{column, leads_to_row};
use crate::support::app::{Reply, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    one_of_two_racing_administrators_succeeds
    an_import_that_was_tampered_with_is_found
}

on_sqlite_first! {
    an_imported_year_takes_effect_at_once
    impossible_calendars_are_refused
    past_days_are_not_changed
    a_year_is_in_force_from_its_approval_by_another_person
    a_file_is_previewed_and_imported_on_the_page
    files_are_read_in_both_forms
}

/// Returns the built-in year 2026 with additional weekdays off.
pub fn year_2026(more: &[&str], version: i64) -> Value {
    let YearDays { holidays, workdays, .. } = YearDays::from_calendar(Calendar::prc(), 2026);
    let mut off: Vec<Value> = holidays.iter().map(|day| json!(day)).collect();
    off.extend(more.iter().map(|day| json!(day)));
    json!({"year": 2026, "notice": "国办发明电〔2026〕1号", "holidays": off, "workdays": workdays, "version": version})
}

/// Returns a year that is not built in.
pub fn year_2027() -> Value {
    let off = [
        "01-01", "02-05", "02-08", "02-09", "02-10", "02-11", "02-12", "04-05", "05-03", "05-04", "06-09", "10-01",
        "10-04", "10-05", "10-06", "10-07",
    ];
    let off: Vec<String> = off.iter().map(|day| format!("2027-{day}")).collect();
    json!({"year": 2027, "notice": "国务院办公厅关于2027年部分节假日安排的通知", "holidays": off, "workdays": ["2027-02-20"], "version": 0})
}

fn days_off(input: &Value) -> usize {
    input["holidays"].as_array().map_or(0, Vec::len)
}

fn worked(input: &Value) -> usize {
    input["workdays"].as_array().map_or(0, Vec::len)
}

fn propose(test: &TestApp, who: &str, input: &Value) -> Reply {
    test.by(who).post("calendar-imports", input)
}

fn decide(test: &TestApp, who: &str, id: &str, name: &str) -> Reply {
    let body = if name == "refuse" { json!({"reason": "与通知不符"}) } else { json!({}) };
    test.by(who).post(&format!("calendar-imports/{id}/actions/{name}"), &body)
}

/// Has the administrator propose a year and finance approve it.
pub fn import(test: &TestApp, input: &Value) {
    let id = id_of(&propose(test, "admin", input).expect_status(201));
    decide(test, "finance-approve", &id, "approve").expect_status(200);
}

pub(super) fn no_differences(test: &TestApp) {
    assert_eq!(crate::support::app::differences(test), []);
}

fn due(test: &TestApp, id: &str) -> Value {
    let standing = test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200);
    let deliverables = standing["deliverables"].as_array().expect("deliverables");
    deliverables.iter().find(|deliverable| deliverable["code"] == "VISIT-H1").expect("it is there")["due_on"].clone()
}

/// Returns the day until which the contractor has to submit the deliverable, by the list of tasks.
fn task_due_on(test: &TestApp) -> Value {
    let list = test.by("contractor").get("worklist").expect_status(200);
    let items = list["items"].as_array().expect("items");
    let of = |item: &&Value| item["subject"] == "VISIT-H1" && item["kind"] == "deliver";
    items.iter().find(of).expect("the task")["due_on"].clone()
}

fn an_imported_year_takes_effect_at_once(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &id);
    assert_eq!((due(test, &id), task_due_on(test)), (json!("2026-06-30"), json!("2026-06-30")));
    let input = year_2026(&["2026-06-30", "2026-07-01"], 0);
    for who in ["justice", "finance-approve", "audit", "contractor"] {
        assert_eq!((propose(test, who, &input).status, test.by(who).post("calendar/check", &input).status), (403, 403));
    }
    let looked = test.by("admin").post("calendar/check", &input).expect_status(200);
    let change = json!({"year": 2026, "notice": "国办发明电〔2026〕1号", "version": 0, "off": ["2026-06-30", "2026-07-01"],
        "worked": [], "kept": [], "holidays_read": days_off(&input), "workdays_read": worked(&input)});
    assert_eq!(looked, change);
    assert_eq!(due(test, &id), "2026-06-30", "looking changes nothing");
    let before = test.by("contractor").get("calendar").expect_status(200);
    import(test, &input);
    assert_eq!(due(test, &id), "2026-07-02", "every reckoning from now on");
    no_differences(test);
    let waiting =
        |test: &TestApp| test.by("contractor").get("calendar").expect_status(200)["contracts_waiting"].clone();
    assert_eq!(waiting(test), 1);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!((task_due_on(test), waiting(test)), (json!("2026-07-02"), json!(0)));
    no_differences(test);
    let after = test.by("contractor").get("calendar").expect_status(200);
    let of_2026 = |calendar: &Value| {
        let years = calendar["years"].as_array().expect("years");
        years.iter().find(|year| year["year"] == 2026).expect("it is known").clone()
    };
    assert_eq!((&of_2026(&before)["source"], &of_2026(&after)["source"]), (&json!("program"), &json!("imported")));
    assert_eq!(
        (&of_2026(&after)["version"], &of_2026(&after)["imported_by"]["username"]),
        (&json!(1), &json!("finance-approve"))
    );
    assert!(of_2026(&after)["holidays"].to_string().contains("2026-07-01"));
    assert_eq!(after["first_unknown"], 2027);
    import(test, &year_2027());
    assert_eq!(test.by("justice").get("calendar").expect_status(200)["first_unknown"], 2028);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    no_differences(test);
    // Contracts registered after the import, and those acted on before the jobs run, use the new calendar at once.
    import(test, &year_2026(&["2026-06-30", "2026-07-01", "2026-07-02"], 1));
    let other = programme::registered(test, "XCSF-2026-002");
    programme::activate(test, &other);
    assert_eq!((due(test, &other), due(test, &id)), (json!("2026-07-03"), json!("2026-07-03")));
    no_differences(test);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    no_differences(test);
}

fn impossible_calendars_are_refused(test: &TestApp) {
    let told = |change: &dyn Fn(&mut Value)| {
        let mut input = year_2027();
        change(&mut input);
        let refused = propose(test, "admin", &input).expect_status(422);
        assert_eq!(refused["rule"], "calendar", "{refused}");
        let errors = refused["errors"].as_array().expect("errors");
        errors.iter().map(|error| error["path"].as_str().expect("a path").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told(&|input| input["notice"] = json!(" ")), ["notice"]);
    assert_eq!(told(&|input| input["holidays"] = json!([])), ["holidays", "holidays", "holidays"]);
    assert_eq!(told(&|input| input["workdays"] = json!(["2027-02-22"])), ["workdays[0]"]);
    assert_eq!(told(&|input| input["workdays"] = json!(["2027-02-20", "2027-02-20"])), ["workdays[1]"]);
    assert_eq!(told(&|input| input["workdays"] = json!(["2028-02-20"])), ["workdays[0]"]);
    assert_eq!(told(&|input| input["year"] = json!(1999)), ["year"]);
    let same = propose(test, "admin", &year_2026(&[], 0)).expect_status(422);
    assert_eq!(same["errors"][0]["path"], "holidays", "nothing would change");
    propose(test, "admin", &json!({"year": 2027})).expect_status(400);
    propose(test, "admin", &json!({"year": 2027, "notice": "x", "holidays": ["soon"], "version": 0}))
        .expect_status(400);
    assert_eq!(
        propose(test, "admin", &year_2026(&["2026-06-30"], 3)).expect_status(409)["type"],
        "/problems/calendar-changed"
    );
    assert_eq!(test.by("admin").get("calendar").expect_status(200)["first_unknown"], 2027, "nothing was imported");
}

fn one_of_two_racing_administrators_succeeds(test: &TestApp) {
    let person = json!({"username": "admin-2", "name": "某", "email": "admin-2@luyue.test", "language": "zh",
        "seats": [{"organisation": "XC-ADMIN", "role": "administrator"}]});
    test.by("admin").post("people", &person).expect_status(201);
    let inputs = [year_2026(&["2026-06-30"], 0), year_2026(&["2026-07-01"], 0)];
    let start = std::sync::Barrier::new(2);
    let mut replies: Vec<(usize, Reply)> = std::thread::scope(|scope| {
        let threads: Vec<_> = ["admin", "admin-2"]
            .into_iter()
            .enumerate()
            .map(|(number, who)| {
                let (start, inputs) = (&start, &inputs);
                scope.spawn(move || {
                    start.wait();
                    (number, propose(test, who, &inputs[number]))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a racer ends")).collect()
    });
    replies.sort_by_key(|(_, reply)| reply.status);
    assert_eq!((replies[0].1.status, replies[1].1.status), (201, 409), "{:?}", replies[1].1.json);
    let first = id_of(&replies[0].1.json);
    leads_to_row(test, &replies[1].1.json, ("admin-2", "calendar-imports", &first));
    // Two approvals at once put the year in force once.
    let start = std::sync::Barrier::new(2);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let (start, first) = (&start, &first);
        let approve = || {
            scope.spawn(move || {
                start.wait();
                decide(test, "finance-approve", first, "approve").status
            })
        };
        [approve(), approve()].map(|thread| thread.join().expect("a racer ends")).into()
    });
    assert!(statuses.contains(&200) && statuses.contains(&409), "{statuses:?}");
    let held = test.by("admin").get("calendar").expect_status(200).to_string();
    let days = ["2026-06-30", "2026-07-01"];
    assert!(held.contains(days[replies[0].0]) && !held.contains(days[1 - replies[0].0]), "{held}");
    let late = propose(test, "admin", &inputs[1 - replies[0].0]).expect_status(409);
    assert_eq!(late["type"], "/problems/calendar-changed", "what was put in force was not seen");
    no_differences(test);
}

fn past_days_are_not_changed(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &id);
    test.at("2026-07-02", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let breaches = |test: &TestApp| {
        test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200)["breaches"].clone()
    };
    let before = breaches(test);
    assert!(before.to_string().contains("EDU-H1"), "what was due on 22 June is late: {before}");
    let nothing = propose(test, "admin", &year_2026(&["2026-06-22", "2026-07-01"], 0)).expect_status(422);
    assert_eq!(nothing["rule"], "calendar", "all of it is past");
    let input = year_2026(&["2026-06-22", "2026-07-02", "2026-07-03"], 0);
    let looked = test.by("admin").post("calendar/check", &input).expect_status(200);
    assert_eq!((&looked["kept"], &looked["off"]), (&json!(["2026-06-22", "2026-07-02"]), &json!(["2026-07-03"])));
    import(test, &input);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!((breaches(test), due(test, &id)), (before, json!("2026-06-30")));
    let past = json!({"year": 2025, "notice": "x", "version": 0, "workdays": [],
        "holidays": YearDays::from_calendar(Calendar::prc(), 2024).holidays.iter().map(|day| day.to_string().replace("2024", "2025"))
            .collect::<Vec<_>>()});
    propose(test, "admin", &past).expect_status(422);
    no_differences(test);
}

fn a_year_is_in_force_from_its_approval_by_another_person(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &id);
    let input = year_2026(&["2026-06-29", "2026-06-30"], 0);
    let first = id_of(&propose(test, "admin", &input).expect_status(201));
    for who in ["admin", "finance-review", "justice-leader", "audit"] {
        assert_eq!(decide(test, who, &first, "approve").status, 403, "{who}");
    }
    decide(test, "finance-approve", &first, "refuse").expect_status(200);
    let second = id_of(&propose(test, "admin", &input).expect_status(201));
    assert_eq!(due(test, &id), "2026-06-30", "a proposal changes nothing");
    test.at("2026-06-29", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    decide(test, "finance-approve", &second, "approve").expect_status(200);
    assert_eq!(decide(test, "finance-approve", &second, "refuse").status, 409);
    assert_eq!(due(test, &id), "2026-07-01", "days after the approval are moved");
    let years = test.by("audit").get("calendar").expect_status(200)["years"].clone();
    let year = years.as_array().expect("years").iter().find(|year| year["year"] == 2026).expect("it is known").clone();
    let held = year["holidays"].to_string();
    assert!(!held.contains("2026-06-29") && held.contains("2026-06-30"), "the day of the approval stays: {held}");
    let list = test.by("contractor").get("calendar-imports").expect_status(200);
    assert_eq!(column(&list, "state"), ["refused", "approved"]);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    no_differences(test);
}

fn an_import_that_was_tampered_with_is_found(test: &TestApp) {
    import(test, &year_2027());
    no_differences(test);
    let found = |sql: &str| {
        let mut connection = test.app.pool.get().expect("a connection");
        match &mut *connection {
            AnyConnection::Sqlite(connection) => connection.batch_execute(sql),
            AnyConnection::Postgres(connection) => connection.batch_execute(sql),
        }
        .expect("the database does as it is told");
        drop(connection);
        crate::support::app::differences(test).into_iter().map(|difference| difference.at).collect::<Vec<_>>()
    };
    assert_eq!(found("UPDATE calendars SET notice = 'x'"), ["calendar 1"]);
    assert_eq!(found("UPDATE calendars SET holidays = '[]'"), ["calendar 1"]);
    assert_eq!(found("DELETE FROM calendars"), ["calendar 1"]);
}

fn a_file_is_previewed_and_imported_on_the_page(test: &TestApp) {
    let admin = Visitor::signed_in(test, "admin");
    assert!(admin.get("/registers").expect_status(200).text.contains("href=\"/calendar\""));
    let page = admin.get("/calendar").expect_status(200).text;
    assert!(page.contains("2026 年") && page.contains("2026-10-01") && page.contains("2026-10-10"), "{page}");
    assert!(admin.get("/calendar?year=2031").expect_status(200).text.contains("该年度的放假安排尚未导入"));
    let file = json!({"source": "国办发明电〔2026〕9号", "years": [2027, 2027], "holidays": year_2027()["holidays"],
        "workdays": ["2027-02-20"]});
    let bad = "日期,安排\n2027-01-01,休\n2027-02-30,休\n";
    let page = admin
        .upload_from("/calendar", "file", &[("notice", "某通知")], &[("2027.csv", bad.as_bytes())])
        .expect_status(422);
    assert!(page.text.contains("第 3 行无法识别") && page.text.contains("value=\"某通知\""), "{}", page.text);
    let text = file.to_string();
    let sent = admin.upload_from("/calendar", "file", &[("notice", "")], &[("2027.json", text.as_bytes())]);
    let page = admin.led(&sent);
    assert!(
        page.text.contains("核对 2027 年工作日历的变化") && page.text.contains("国办发明电〔2026〕9号"),
        "{}",
        page.text
    );
    assert!(page.text.contains("2027-10-07") && page.text.contains("2027-02-20"), "{}", page.text);
    assert_eq!(test.by("admin").get("calendar").expect_status(200)["first_unknown"], 2027, "nothing is imported yet");
    let content = page.hidden("content").replace("&#34;", "\"").replace("&quot;", "\"");
    let (form, key) = (page.hidden("form"), page.hidden("key"));
    let fields = [("form", form.as_str()), ("key", key.as_str()), ("content", content.as_str())];
    assert_eq!(admin.post("/calendar", &fields).expect_status(303).location, "/calendar?done=17");
    assert_eq!(
        admin.post("/calendar", &fields).expect_status(303).location,
        "/calendar?done=17",
        "sent twice, done once"
    );
    let page = admin.get("/calendar?done=17").expect_status(200);
    assert!(
        page.text.contains("已提交，共读取 17 天") && page.has("a[href='/registers/calendar-imports']"),
        "{}",
        page.text
    );
    assert_eq!(test.by("admin").get("calendar").expect_status(200)["first_unknown"], 2027, "it is only proposed");
    let register = "/registers/calendar-imports";
    assert!(admin.get(register).expect_status(200).forms().iter().all(|form| !form.action.ends_with("/approve")));
    let approver = Visitor::signed_in(test, "finance-approve");
    let page = approver.get(register).expect_status(200);
    assert!(page.text.contains("国办发明电〔2026〕9号") && page.text.contains("2027-10-07"), "{}", page.text);
    assert_eq!(page.form_ending("/approve").send(&approver, "").status, 303);
    let page = admin.get("/calendar?year=2027").expect_status(200).text;
    assert!(page.contains("国办发明电〔2026〕9号") && page.contains("2027-10-07"), "{page}");
    let again = admin.post_from("/calendar", "/calendar", &[("content", &content)]);
    assert_eq!(again.status, 409, "{}", again.text);
    assert!(again.text.contains("已被他人修改"));
    let contractor = Visitor::signed_in(test, "contractor");
    assert!(!contractor.get("/calendar").expect_status(200).text.contains("type=\"file\""));
    contractor.post_from("/calendar", "/calendar", &[("content", &content)]).expect_status(403);
    no_differences(test);
}

fn files_are_read_in_both_forms(test: &TestApp) {
    let admin = Visitor::signed_in(test, "admin");
    let holidays = year_2027()["holidays"].as_array().expect("days").clone();
    let day = |day: &Value| day.as_str().expect("a day").replace('-', "/").replace("/0", "/");
    let mut table: Vec<u8> = b"\xc8\xd5\xc6\xda,\xb0\xb2\xc5\xc5\r\n".to_vec();
    for holiday in &holidays {
        table.extend_from_slice(format!("{},", day(holiday)).as_bytes());
        table.extend_from_slice(b"\xd0\xdd\r\n");
    }
    table.extend_from_slice(b"2027/2/20,\xb0\xe0\r\n");
    let send =
        |name: &str, file: &[u8]| admin.upload_from("/calendar", "file", &[("notice", "某通知")], &[(name, file)]);
    let page = admin.led(&send("2027.csv", &table));
    assert!(page.text.contains("2027-02-20") && page.text.contains("2027-10-07"), "GB18030, as spreadsheets write it");
    let plain: String = holidays.iter().map(|day| format!("{},off\n", day.as_str().expect("a day"))).collect();
    send("2027.csv", format!("\u{feff}{plain}2027-02-20,work\n").as_bytes()).expect_status(303);
    for (file, words) in [
        ("", "文件中没有日期"),
        ("{\"holidays\": [\"2027-13-01\"]}", "位置：holidays[0]"),
        ("{\"years\": [2027, 2028], \"holidays\": []}", "每次导入一个年度"),
        ("{\"more\": 1}", "位置：more"),
        ("2027-01-01,休\n2028-01-01,休\n", "2028-01-01 不属于 2027 年"),
        ("2027-01-01 off\n", "第 1 行无法识别"),
    ] {
        let page = send("x", file.as_bytes()).expect_status(422);
        assert!(page.text.contains(words), "{file}: {}", page.text);
    }
    assert!(send("x", b"\xff\xff\xff").expect_status(422).text.contains("UTF-8"));
    assert_eq!(send("x", &vec![b' '; 100_000]).status, 413);
}
