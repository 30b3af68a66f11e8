//! The work list as the calendar of a month, and its tasks that are done together on one page.

use serde_json::{Value, json};

use crate::payments::setup::{advance, asked};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::queries;
use crate::support::visitor::Visitor;

crate::on_sqlite! {
    a_month_shows_its_tasks_on_their_days
    tasks_with_the_same_act_lead_to_one_page
}

/// Returns the due days of the tasks of a person in a month.
fn due(test: &TestApp, who: &str, month: &str) -> Vec<String> {
    let list = test.by(who).get("worklist").expect_status(200);
    let days = list["items"].as_array().expect("tasks").iter().map(|task| &task["due_on"]);
    days.filter_map(Value::as_str).filter(|day| day.starts_with(month)).map(str::to_owned).collect()
}

fn a_month_shows_its_tasks_on_their_days(test: &TestApp) {
    queries::listen();
    for number in ["W-1", "W-2"] {
        programme::activate(test, &programme::registered(test, number));
    }
    test.at("2026-06-29", 9);
    let visitor = Visitor::signed_in(test, "contractor");
    let calendar = |query: &str| visitor.get(&format!("/work?view=calendar{query}")).expect_status(200);
    let june = due(test, "contractor", "2026-06");
    assert!(june.len() > 2, "{june:?}");
    let page = calendar("");
    assert_eq!(page.texts(".month__day").len(), 30);
    assert!(page.has(".month__day--1:first-child") && page.has("[aria-current=date] [datetime='2026-06-29']"));
    assert!(page.text_of("#found h2").contains("2026年6月"), "{}", page.text);
    let tasks = |day: &str| {
        let number: usize = day[8..].parse().expect("a day of the month");
        page.texts(&format!(".month__day:nth-child({number}) .month__contract")).len()
    };
    for day in &june {
        assert_eq!(tasks(day), june.iter().filter(|other| *other == day).count(), "{day}: {}", page.text);
    }
    assert_eq!(page.texts(".month__day:not(.month__day--empty)").len(), {
        let mut days = june.clone();
        days.dedup();
        days.len()
    });
    // The file has the month that is shown, and the filters keep it.
    let file = visitor.get(&page.attrs("a[download]", "href")[0]).expect_status(200).text;
    assert_eq!(file.lines().count(), 1 + june.len(), "{file}");
    let form = page.form("/work");
    assert_eq!((form.value("view"), form.value("month")), (Some("calendar"), Some("2026-06")));
    let next = page.attr(".govuk-pagination__next a", "href");
    assert_eq!(next, "/work?view=calendar&month=2026-07");
    let later = visitor.get(&next).expect_status(200);
    assert_eq!(later.attr(".govuk-pagination__prev a", "href"), "/work?view=calendar&month=2026-06");
    assert_eq!(later.texts(".month__day").len(), 31);
    let empty = calendar("&month=2020-02");
    assert!(empty.text.contains("该月没有到期的待办") && empty.texts(".month__day").len() == 29, "{}", empty.text);
    // What cannot be read is told, and the present month is shown.
    assert!(calendar("&month=2026-13").text_of(".govuk-error-summary").contains("month"));
    assert!(visitor.get("/work?view=cards").expect_status(200).text_of(".govuk-error-summary").contains("view"));
    // The view can be saved like the filters; it is then of the month in which it is opened.
    let saved = page.links_in("#saved-views");
    assert_eq!(saved.first().map(|(to, _)| to.as_str()), Some("/saved-views/work?view=calendar"), "{saved:?}");
    // More tasks need no more statements.
    let statements = |query: &str| queries::record_all(|| drop(calendar(query))).len();
    assert_eq!(statements(""), statements("&q=W-1"));
    assert!(calendar("&q=W-1").texts(".month__contract").len() < june.len());
    // What is overdue from earlier months is told beside the month of today.
    test.at("2026-07-02", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let overdue = due(test, "contractor", "2026-0").iter().filter(|day| day.as_str() < "2026-07").count();
    let page = Visitor::signed_in(test, "contractor").get("/work?view=calendar").expect_status(200);
    let told = page.text_of("#found .govuk-inset-text");
    assert!(overdue > 0 && told.contains(&format!("另有 {overdue} 件待办已逾期")), "{told}");
}

fn tasks_with_the_same_act_lead_to_one_page(test: &TestApp) {
    let id = advance(test);
    let officer = Visitor::signed_in(test, "justice");
    let work = || officer.get("/work").expect_status(200);
    let pay = |amount: &str| asked(test, &id, "ADVANCE", &json!({"amount": amount, "another": true}));
    let mut payments = vec![pay("1000.00")];
    assert!(!work().has("input[name=line]"), "one is confirmed on its own page");
    payments.push(pay("2000.00"));
    let page = work();
    let mut offered = page.attrs("#found form[action='/payments/check'] input[name=line]", "value");
    offered.sort();
    payments.sort();
    assert_eq!(offered, payments);
    assert_eq!(page.attrs("button[name=do]", "value"), ["confirm"]);
    let check = format!("/payments/check?do=confirm&line={}&line={}", payments[0], payments[1]);
    officer.get(&check).expect_status(200);
    // Deliverables of a contract are inspected together.
    let decisions = format!("/contracts/{id}/decisions");
    for (code, links) in [("VISIT-H1", 0), ("EDU-H1", 1)] {
        let path = format!("contracts/{id}/deliverables/{code}/submissions");
        let fields = [("quantity", "1"), ("note", "佐证材料另行报送")];
        test.by("contractor").upload(&path, &fields, &[]).expect_status(201);
        let shown = work().links_in("#found");
        assert_eq!(shown.iter().filter(|(to, _)| *to == decisions).count(), links, "{code}: {shown:?}");
    }
    assert!(officer.get(&decisions).expect_status(200).has("form"));
}
