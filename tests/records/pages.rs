//! Records through pages without JavaScript: one row on a phone, a pasted table, the station's list, and the counts
//! beside the claimed quantity.

use crate::payments::setup::advance;
use crate::records::setup::{entered, listed, row};
use crate::support::app::TestApp;
use crate::support::dom::ShownForm;
use crate::support::visitor::{Page, Visitor};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    records_go_from_entry_to_confirmation
}

on_sqlite_first! {
    a_form_sent_again_in_another_session_takes_effect_once
    invisible_characters_of_a_pasted_table_are_removed_or_named
}

fn a_form_sent_again_in_another_session_takes_effect_once(test: &TestApp) {
    let id = advance(test);
    let path = format!("/contracts/{id}/act/record");
    let typed = [("on", "2026-01-12"), ("place", "西林街道"), ("subject", "XZ-4"), ("minutes", "45"), ("key", "typed")];
    let send = |typed: &[(&str, &str)]| {
        let contractor = Visitor::signed_in(test, "contractor");
        contractor.get(&path).form(&path).with(typed).send(&contractor, "")
    };
    let first = send(&typed).expect_status(303);
    assert_eq!(send(&typed).expect_status(303).location, first.location, "its answer was lost");
    assert_eq!(listed(test, &id, "").len(), 1);
    let other = [("minutes", "50")];
    assert_eq!(send(&[&typed[..], &other[..]].concat()).status, 422, "another form under the same key");
    assert_eq!(listed(test, &id, "").len(), 1);
}

fn invisible_characters_of_a_pasted_table_are_removed_or_named(test: &TestApp) {
    let id = advance(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let import = format!("/contracts/{id}/records/import");
    let send = |rows: &str| contractor.upload_on(&contractor.get(&import), "file", &[("rows", rows)], &[]);
    let wrong = "2026-01-12\t上门走访\t\t西林街道\t林\u{200B}晓东\tXZ-8\t1\t30\t\n\
                 2026-01-12\t上门走访\t\t西林街道\t林晓东\tXZ-9\t1\t30\t当面\u{202E}走访\n";
    let refused = send(wrong).expect_status(422);
    let told = refused.texts(".govuk-error-summary li");
    assert!(told[0].contains("第 1 行“服务人员”") && told[0].contains("U+200B"), "{told:?}");
    assert!(told[1].contains("第 2 行“备注”") && told[1].contains("U+202E"), "{told:?}");
    assert_eq!(refused.attrs(".govuk-error-summary li a", "href"), ["#rows", "#rows"], "each leads to its field");
    let kept = refused.form(&import).value("rows").map(|rows| rows.replace("\r\n", "\n"));
    assert_eq!(kept.as_deref(), Some(wrong));
    // Headings of which most are unknown are told as such, not as a row of faults.
    let headed = "日期\t服务项目\t司法所\t对象编号\t数量\t时长（分钟）\n2026-01-12\t上门走访\t西林\tXZ-8\t1\t30\n";
    let told = send(headed).expect_status(422).texts(".govuk-error-summary li");
    assert!(told.len() == 1 && told[0].contains("列名无法识别：司法所、对象编号、数量。"), "{told:?}");
    // A row whose first cell is empty begins with a tab, without which all of its cells would shift.
    let shifted = "\t上门走访\t\t西林街道\t林晓东\tXZ-7\t1\t30\t\n";
    let refused = send(shifted).expect_status(422);
    let told = refused.texts(".govuk-error-summary li");
    assert!(told.len() == 1 && told[0].contains("第 1 行“服务日期”"), "{told:?}");
    let again = refused.form(&import).value("rows").map(|rows| rows.replace("\r\n", "\n"));
    assert_eq!(again.as_deref(), Some(shifted));
    let right = "2026\u{200B}-01-12\t上门走访\t\t西林街道\t林晓东\tXZ\u{200B}-\u{2066}8\t1\t\u{202D}30\u{202C}\t当面\u{200B}走访\u{FEFF}\n";
    assert_eq!(send(right).status, 303);
    let kept = &listed(test, &id, "")[0];
    assert_eq!((&kept["subject"], &kept["note"], &kept["minutes"]), (&"XZ-8".into(), &"当面走访".into(), &30.into()));
}

fn records_go_from_entry_to_confirmation(test: &TestApp) {
    let id = advance(test);
    let contract = format!("/contracts/{id}");
    let contractor = Visitor::signed_in(test, "contractor");
    a_record_is_typed(test, &contractor, (&id, &contract));
    records_are_pasted(test, &contractor, (&id, &contract));
    the_station_decides(test, (&id, &contract));
    let counted = "已确认 2 条，服务 2 人次，共 75 分钟；待确认 0 条";
    assert!(contractor.get(&contract).text.contains(counted), "beside the deliverable");

    entered(test, &id, &[row("XZ-7")]);
    let page = contractor.get(&format!("{contract}/records")).expect_status(200);
    let withdrawn = steps(&page).expect("a form").with(&[("all", "yes")]).send(&contractor, "withdraw");
    assert_eq!(withdrawn.status, 303);
    let submitted = test.by("contractor").upload(
        &format!("contracts/{id}/deliverables/VISIT-H1/submissions"),
        &[("quantity", "2")],
        &[("名册.csv", "编号\nXZ-1\n".as_bytes())],
    );
    submitted.expect_status(201);
    let officer = Visitor::signed_in(test, "justice");
    let decision = officer.get(&format!("{contract}/act/decision?subject=VISIT-H1&no=1")).expect_status(200);
    assert!(decision.text.contains(counted), "beside the claimed quantity");
}

/// Returns the form by which listed records are decided or withdrawn.
fn steps(page: &Page) -> Option<ShownForm> {
    page.forms().into_iter().find(|form| form.value("form").is_some() && form.action.ends_with("/records"))
}

fn a_record_is_typed(test: &TestApp, contractor: &Visitor<'_>, (id, contract): (&str, &str)) {
    let form = contractor.get(contract).dom_link(&format!("{contract}/act/record"));
    let page = contractor.get(&form).expect_status(200);
    let typed = |subject: &'static str| {
        [("on", "1月12日"), ("service", "VISIT"), ("place", "西林街道"), ("subject", subject), ("minutes", "45 分钟")]
    };
    let own = format!("{contract}/act/record");
    let wrong = page.form(&own).with(&typed("13812345678")).send(contractor, "");
    assert!([400, 422].contains(&wrong.status), "{}", wrong.text);
    let right = [("on", "2026-01-12"), ("place", "西林街道"), ("subject", "XZ-1"), ("minutes", "45")];
    let done = page.form(&own).with(&right).send(contractor, "");
    assert_eq!(done.status, 303, "{}", done.text);
    let again = page.form(&own).with(&right).with(&[("key", "again")]).send(contractor, "").expect_status(409);
    let record = listed(test, id, "")[0]["id"].as_str().expect("an id").to_owned();
    let first = format!("{contract}/records?month=2026-01#record-{record}");
    assert!(again.links_in(".govuk-error-summary").iter().any(|(to, _)| *to == first), "{}", again.text);
    assert!(contractor.get(&first).text.contains(&format!("id=\"record-{record}\"")), "the link leads to it");
    let next = contractor.get(&done.location).expect_status(200);
    let links = next.links_in(".govuk-notification-banner");
    assert!(links.contains(&(own.clone(), "登记下一条".to_owned())), "{links:?}");
    assert!(links.contains(&(format!("{contract}/records"), "查看服务记录".to_owned())), "{links:?}");
}

fn records_are_pasted(test: &TestApp, contractor: &Visitor<'_>, (id, contract): (&str, &str)) {
    let import = format!("{contract}/records/import");
    let shown = contractor.get(&import).expect_status(200);
    let pasted =
        "2026-01-12\t上门走访\t\t西林街道\t林晓东\tXZ-2\t1\t30\n2026-01-12\t上门走访\t\t西林街道\t林晓东\tXZ-3\t\tx\n";
    let refused = contractor.upload_on(&shown, "file", &[("rows", pasted)], &[]);
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("第 2 行“时长（分钟）”") && refused.text.contains("XZ-3"), "{}", refused.text);
    assert!(refused.has("form#page-form[data-unsaved]"), "what was pasted goes along to the other language");
    assert_eq!(listed(test, id, "").len(), 1, "nothing of it was entered");
    let pasted = pasted.replace("\tx\n", "\t40\n");
    let shown = contractor.get(&import).expect_status(200);
    let done = contractor.upload_on(&shown, "file", &[("rows", pasted.as_str())], &[]);
    assert_eq!(
        (done.status, done.location.as_str()),
        (303, format!("{contract}/records?done=enter&number=2").as_str())
    );
    assert!(contractor.get(&done.location).text.contains("已登记服务记录 2 条"));
    // Of a file and pasted rows one would be ignored.
    let shown = contractor.get(&import).expect_status(200);
    let table = "日期,服务项目,地点,服务人员,服务对象代码,时长\n2026-01-12,VISIT,西林街道,林晓东,XZ-8,45\n";
    let other = "2026-01-12\t上门走访\t\t西林街道\t林晓东\tXZ-9\t1\t30\n";
    let both = contractor.upload_on(&shown, "file", &[("rows", other)], &[("记录.csv", table.as_bytes())]);
    assert_eq!(both.status, 422, "{}", both.text);
    assert_eq!(both.texts(".govuk-form-group--error .govuk-error-message").len(), 2, "{}", both.text);
    assert!(both.text.contains("请只选择一种") && both.text_of("#rows").contains("XZ-9"), "{}", both.text);
    assert_eq!(listed(test, id, "").len(), 3);
}

fn the_station_decides(test: &TestApp, (id, contract): (&str, &str)) {
    let station = Visitor::signed_in(test, "station");
    let list = station.get("/work").expect_status(200).dom_link(&format!("{contract}/records"));
    let page = station.get(&list).expect_status(200);
    let form = steps(&page).expect("a form");
    let none = form.clone().send(&station, "confirm");
    assert_eq!(none.status, 422, "none was chosen");
    let id_of = |subject: &str| {
        let found = listed(test, id, "").into_iter().find(|record| record["subject"] == subject);
        found.expect("the record")["id"].as_str().expect("an id").to_owned()
    };
    let chosen = format!("record.{}", id_of("XZ-3"));
    let refuse = form.clone().with(&[(chosen.as_str(), "yes")]).send(&station, "refuse");
    assert!([400, 422].contains(&refuse.status), "without a reason: {}", refuse.status);
    assert!(refuse.has(&format!("input[name='{chosen}'][checked]")), "it stays chosen: {}", refuse.text);
    let page = station.get(&format!("{contract}/records?state=waiting&month=2026-01")).expect_status(200);
    let refuse = steps(&page).expect("a form").with(&[("all", "yes")]).send(&station, "refuse");
    assert!(refuse.has("input[name=all][checked]"), "all stay chosen: {}", refuse.text);
    for (name, value) in [("state", "waiting"), ("month", "2026-01")] {
        assert!(refuse.has(&format!("input[type=hidden][name={name}][value='{value}']")), "{name}: {}", refuse.text);
    }
    // The button for another language keeps what was chosen and typed.
    assert!(page.text.contains("共 3 条，最近登记的在前"), "{}", page.text);
    let language = page.attr(".top__person button[name=show_in]", "value");
    let typed = [(chosen.as_str(), "yes"), ("reason", "当日未走访"), ("show_in", language.as_str())];
    let english = steps(&page).expect("a form").with(&typed).send(&station, "refuse").expect_status(200);
    assert!(english.has(&format!("html[lang=en] input[name='{chosen}'][checked]")), "{}", english.text);
    assert_eq!(english.attr("#reason", "value"), "当日未走访");
    station.get("/language/zh?next=%2Fwork");
    assert_eq!(listed(test, id, "state=waiting").len(), 3, "nothing was done");
    let refuse = steps(&page).expect("a form").with(&[(chosen.as_str(), "yes"), ("reason", "当日未走访")]);
    assert_eq!(refuse.send(&station, "refuse").status, 303);
    let page = station.get(&list).expect_status(200);
    let all = steps(&page).expect("a form").with(&[("all", "yes")]).send(&station, "confirm");
    assert_eq!(all.status, 303, "{}", all.text);
    assert_eq!(listed(test, id, "state=confirmed").len(), 2);
    assert!(!station.get("/work").text.contains(&format!("{contract}/records")), "the task is done");
}
