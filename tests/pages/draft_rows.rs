//! Rows of a draft through pages without JavaScript: left and found again, removed and put back, pasted from a
//! spreadsheet, generated after a preview.

use crate::on_sqlite;
use crate::pages::drafts::{ITEMS, PARTIES, begun, save, typed_in};
use crate::support::app::TestApp;
use crate::support::dom::ShownForm;
use crate::support::visitor::{Page, Visitor};

on_sqlite! {
    every_way_out_of_a_step_saves_it
    enter_never_sends_half_a_form
    enter_sends_no_half_of_a_form_with_files
    removed_rows_are_put_back
    a_removed_row_is_the_one_that_was_shown
    what_names_a_removed_row_keeps_naming_it
    rows_are_pasted_from_a_spreadsheet
    a_range_with_problems_is_not_taken
    text_of_the_tools_is_not_lost
    generated_rows_are_seen_before_they_replace_others
    impossible_divisions_are_refused
    rules_between_rows_are_told_when_the_step_is_checked
}

/// Opens a step and returns its form.
#[track_caller]
pub fn step(officer: &Visitor<'_>, draft: &str, name: &str) -> ShownForm {
    let path = format!("{draft}/{name}");
    officer.get(&path).expect_status(200).form(&path)
}

/// Follows a redirect.
#[track_caller]
pub fn follow(officer: &Visitor<'_>, page: Page) -> Page {
    assert_eq!(page.status, 303, "{}", page.text);
    officer.get(page.location.split('#').next().expect("an address")).expect_status(200)
}

/// Returns the values of a field in every row of a list.
pub fn column(form: &ShownForm, list: &str, field: &str) -> Vec<String> {
    (0..).map_while(|row| form.value(&format!("{list}.{row}.{field}")).map(str::to_owned)).collect()
}

fn every_way_out_of_a_step_saves_it(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let ways = [
        ("go:items", format!("{draft}/items?saved=parties")),
        ("go:notes", format!("{draft}/notes?saved=parties")),
        ("go:try", format!("{draft}/try?saved=parties")),
        ("go:check", format!("{draft}/check?saved=parties")),
        ("leave", format!("{draft}?saved=parties")),
    ];
    for (number, (button, leads)) in ways.iter().enumerate() {
        let title = format!("第 {number} 稿");
        let left = step(&officer, &draft, "parties").with(&[("title", &title)]).send(&officer, button);
        assert_eq!((left.status, &left.location), (303, leads), "{}", left.text);
        officer.get(&left.location).expect_status(200);
        assert_eq!(step(&officer, &draft, "parties").value("title"), Some(title.as_str()));
    }
    let shown = officer.get(&format!("{draft}/items?saved=parties")).expect_status(200);
    assert_eq!(shown.texts(".govuk-notification-banner__heading"), ["“合同主体与期限”已保存"]);
    // The script saves before it follows a link of the page; an address elsewhere is not followed.
    let version = step(&officer, &draft, "notes").value("version").expect("a version").to_owned();
    let path = format!("{draft}/notes");
    let fields = [("do", "to:/contracts?q=1#x"), ("version", version.as_str()), ("notes", "写到一半")];
    assert_eq!(officer.post_from(&path, &path, &fields).location, "/contracts?q=1#x");
    assert_eq!(step(&officer, &draft, "notes").value("notes"), Some("写到一半"));
    for outside in ["//evil.test/", "https://evil.test/", "/\\evil.test"] {
        let version = step(&officer, &draft, "notes").value("version").expect("a version").to_owned();
        let button = format!("to:{outside}");
        let fields = [("do", button.as_str()), ("version", version.as_str())];
        assert_eq!(officer.post_from(&path, &path, &fields).location, "/", "{outside}");
    }
}

fn enter_never_sends_half_a_form(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let sent = step(&officer, &draft, "notes").with(&[("notes", "一半")]).enter(&officer);
    assert_eq!(sent.location, format!("{draft}/notes?done=stay"), "the step is saved and stays");
    assert_eq!(follow(&officer, sent).form(&format!("{draft}/notes")).value("notes"), Some("一半"));
    let contract = crate::support::programme::registered(test, "E-1");
    let act = format!("/contracts/{contract}/act/withdraw");
    let shown = officer.get(&act).expect_status(200).form(&act).with(&[("reason", "数量有误")]).enter(&officer);
    let shown = shown.expect_status(200);
    assert!(shown.text.contains("表单尚未提交"), "{}", shown.text);
    assert_eq!(shown.form(&act).value("reason"), Some("数量有误"));
    let state = test.by("justice").get(&format!("contracts/{contract}")).expect_status(200)["state"].clone();
    assert_eq!(state, "draft", "the act was not taken");
    assert_eq!(shown.form(&act).send(&officer, "").status, 303);
    let admin = Visitor::signed_in(test, "admin");
    let register = "/registers/regions";
    let form = admin.get(register).expect_status(200).form(register).with(&[("code", "341881"), ("name", "宁国市")]);
    let shown = form.enter(&admin).expect_status(200);
    assert!(shown.text.contains("表单尚未提交") && !admin.get(register).text.contains("宁国市"));
    assert_eq!(shown.form(register).value("name"), Some("宁国市"));
}

fn enter_sends_no_half_of_a_form_with_files(test: &TestApp) {
    let contract = crate::support::programme::registered(test, "E-2");
    crate::support::programme::activate(test, &contract);
    test.at("2026-06-15", 9);
    let contractor = Visitor::signed_in(test, "contractor");
    let page = contractor.get(&format!("/contracts/{contract}/act/submission?subject=VISIT-H1")).expect_status(200);
    // Enter presses the first button of a form, which is in the header.
    let first = page
        .dom()
        .select(&scraper::Selector::parse("[type=submit][form=page-form]").expect("a selector"))
        .next()
        .and_then(|button| button.attr("name").map(str::to_owned));
    assert_eq!(first.as_deref(), Some("enter"));
    let action = page.form(&format!("/contracts/{contract}/act/submission/files")).action;
    let (word, key) = (page.hidden("form"), page.hidden("key"));
    let fields =
        [("enter", "x"), ("form", word.as_str()), ("key", key.as_str()), ("quantity", "12次"), ("note", "一半")];
    let body = crate::support::app::form("files", &fields, &[("a.csv", b"a,b\n1,2\n")]);
    let shown = contractor.send_body(&action, &body).expect_status(200);
    assert!(shown.text.contains("表单尚未提交") && shown.text.contains("一半"), "{}", shown.text);
    assert_eq!(shown.attr("[id=quantity]", "value"), "12次");
    assert!(shown.text_of("label[for=kept-1]").contains("a.csv"), "{}", shown.text);
    let list =
        || test.by("contractor").get(&format!("contracts/{contract}/deliverables")).expect_status(200).to_string();
    assert!(!list().contains("a.csv"), "nothing has been submitted");
    let kept = shown.attr("input[name=kept]", "value");
    let fields = [("quantity", "12次"), ("note", "完整"), ("listed", kept.as_str()), ("kept", &kept)];
    contractor.upload_on(&shown, "files", &fields, &[]).expect_status(303);
    assert!(list().contains("a.csv"));
}

fn removed_rows_are_put_back(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    save(&officer, &draft, "items", "leave", ITEMS);
    let before = step(&officer, &draft, "items");
    assert!(!officer.get(&format!("{draft}/items")).text.contains("已删除的行"));
    let removed = before.send(&officer, "remove:items.1");
    assert_eq!(removed.location, format!("{draft}/items?done=removed#removed"));
    let shown = follow(&officer, removed);
    assert_eq!(column(&shown.form(&format!("{draft}/items")), "items", "code"), ["VISIT", "EDU"]);
    let details = shown.dom();
    let open = scraper::Selector::parse("#removed, #removed ~ *").expect("a selector");
    assert!(details.select(&open).next().is_some() && shown.text.contains("恢复：COUNSEL"), "{}", shown.text);
    let shown = follow(&officer, step(&officer, &draft, "items").send(&officer, "remove:items.0"));
    assert!(shown.text.contains("恢复：上门走访"));
    // Other steps, another officer and what is typed meanwhile do not lose the removed rows.
    let second = Visitor::signed_in(test, "justice-2");
    let form = step(&second, &draft, "items").with(&[("items.0.name", "讲座")]);
    let back = follow(&second, form.send(&second, "restore:0"));
    assert!(back.text.contains("该行已恢复"), "{}", back.text);
    let form = step(&officer, &draft, "items");
    assert_eq!(column(&form, "items", "code"), ["EDU", "COUNSEL"]);
    let form = follow(&officer, form.send(&officer, "restore:0")).form(&format!("{draft}/items"));
    assert_eq!(column(&form, "items", "code"), ["VISIT", "EDU", "COUNSEL"]);
    assert_eq!(form.value("items.0.unit_price"), Some("150.00"));
    assert_eq!(form.value("items.1.name"), Some("讲座"));
    assert!(!officer.get(&format!("{draft}/items")).text.contains("已删除的行"), "nothing is left to put back");
    let unknown = [("do", "restore:7"), ("version", form.value("version").expect("a version"))];
    let path = format!("{draft}/items");
    assert_eq!(officer.post_from(&path, &path, &unknown).status, 303, "there is no such row");
}

fn what_names_a_removed_row_keeps_naming_it(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    typed_in(&officer, &draft);
    let narrowed = [("clauses.0.deliverables", "VISIT-H1")];
    assert_eq!(step(&officer, &draft, "clauses").with(&narrowed).send(&officer, "leave").status, 303);
    let shown = follow(&officer, step(&officer, &draft, "deliverables").send(&officer, "remove:deliverables.0"));
    assert!(shown.text.contains("仍在使用已删除的"), "{}", shown.text);
    let clauses = format!("{draft}/clauses");
    let named = || step(&officer, &draft, "clauses").value("clauses.0.deliverables").map(str::to_owned);
    let shown = officer.get(&clauses).expect_status(200);
    assert!(shown.text.contains("（已删除）"), "{}", shown.text);
    let fault = shown.text_of("[id='clauses.0.deliverables-error']");
    assert!(fault.contains("已删除，请恢复该行或者改选"), "{fault}");
    // Going on does not turn it into a clause on everything.
    assert_eq!(shown.form(&clauses).send(&officer, "leave").status, 303);
    assert_eq!(named().as_deref(), Some("VISIT-H1"));
    follow(&officer, step(&officer, &draft, "deliverables").send(&officer, "restore:0"));
    assert_eq!(named().as_deref(), Some("VISIT-H1"));
    assert!(!officer.get(&clauses).expect_status(200).text.contains("已删除，请恢复"));
    // The same for what a deliverable names: its service and the milestone that pays for it.
    for (list, row, field, code) in [("milestones", 1, "milestone", "MIDYEAR"), ("items", 0, "item", "VISIT")] {
        let shown = follow(&officer, step(&officer, &draft, list).send(&officer, &format!("remove:{list}.{row}")));
        assert!(shown.text.contains("仍在使用已删除的"), "{list}: {}", shown.text);
        let other = if list == "items" { "deliverables" } else { list };
        assert_eq!(step(&officer, &draft, other).send(&officer, "leave").status, 303);
        follow(&officer, step(&officer, &draft, list).send(&officer, "restore:0"));
        let form = step(&officer, &draft, other);
        assert_eq!(form.value(&format!("deliverables.0.{field}")), Some(code), "{list}");
    }
    let check = officer.get(&format!("{draft}/check")).expect_status(200);
    assert!(!check.text.contains("已删除"), "{}", check.text);
}

fn a_removed_row_is_the_one_that_was_shown(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    save(&officer, &draft, "items", "leave", ITEMS);
    // The first row is emptied on the page before the third is removed.
    let emptied: Vec<(String, String)> =
        step(&officer, &draft, "items").fields.into_iter().filter(|(name, _)| name.starts_with("items.0.")).collect();
    let empty: Vec<(&str, &str)> = emptied.iter().map(|(name, _)| (name.as_str(), "")).collect();
    let shown = follow(&officer, step(&officer, &draft, "items").with(&empty).send(&officer, "remove:items.2"));
    assert_eq!(column(&shown.form(&format!("{draft}/items")), "items", "code"), ["COUNSEL"]);
    assert!(shown.text.contains("恢复：EDU"), "{}", shown.text);
}

fn rows_are_pasted_from_a_spreadsheet(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    save(&officer, &draft, "parties", "leave", PARTIES);
    let range = "服务清单\t\t\t\t\r\n名称\t单位\t数量\t单价（元）\t服务标准\r\n上门走访\t次\t1200\t150\t\"每月\n至少两次\"\r\n\
                 心理辅导\t人次\t360\t400.00\t\r\n\t\t\t\t\r\n";
    let form = step(&officer, &draft, "items").with(&[("paste.items", range), ("items.0.code", "EDU")]);
    let pasted = form.send(&officer, "paste:items");
    assert_eq!(pasted.location, format!("{draft}/items?done=pasted#undo"), "{}", pasted.text);
    let shown = follow(&officer, pasted);
    assert!(shown.text.contains("表格中的各行已添加并保存"));
    let form = shown.form(&format!("{draft}/items"));
    assert_eq!(column(&form, "items", "code"), ["EDU", "S2", "S3"], "after what was typed");
    assert_eq!(column(&form, "items", "unit_price"), ["", "150.00", "400.00"]);
    assert_eq!(form.value("items.1.standard"), Some("每月 至少两次"));
    // A range laid over the rows from a cell.
    let over = [("paste.items", "\t900\n\t910\n"), ("paste.at", "items.1.unit")];
    let shown = follow(&officer, form.with(&over).send(&officer, "paste:items"));
    let form = shown.form(&format!("{draft}/items"));
    assert_eq!(column(&form, "items", "quantity"), ["", "900", "910"]);
    assert_eq!(column(&form, "items", "unit"), ["", "次", "人次"], "an empty cell changes nothing");
    for (name, range, codes) in [
        ("deliverables", "一月走访\t上门走访\t100\t2026-01-31\n二月走访\tS2\t100\t2026-02-28\n", ["D1", "D2"]),
        ("milestones", "P-1\t首付款\t90000\t2026-01-12\t30\nP-2\t尾款\t\t\t\n", ["P-1", "P-2"]),
    ] {
        let range = if name == "deliverables" {
            format!("名称\t服务项目\t数量\t提交期限\n{range}")
        } else {
            range.to_owned()
        };
        let field = format!("paste.{name}");
        let form = step(&officer, &draft, name).with(&[(&field, &range)]);
        let shown = follow(&officer, form.send(&officer, &format!("paste:{name}")));
        assert_eq!(column(&shown.form(&format!("{draft}/{name}")), name, "code"), codes, "{}", shown.text);
    }
    assert_eq!(step(&officer, &draft, "deliverables").value("deliverables.0.item"), Some("S2"), "found by its name");
}

fn a_range_with_problems_is_not_taken(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let range = "\t走访\t\t次\t很多\t150\nVISIT\t走访\t\t次\t1200\t1.005\n";
    let form = step(&officer, &draft, "items").with(&[("paste.items", range), ("items.0.name", "先填的")]);
    let refused = form.send(&officer, "paste:items").expect_status(422);
    let told = refused.texts(".govuk-error-summary__list li").join("\n");
    for part in ["第 1 行“数量”列“很多”", "第 2 行“单价（元）”列“1.005”"] {
        assert!(told.contains(part), "{told}");
    }
    let again = refused.form(&format!("{draft}/items"));
    assert_eq!(again.value("paste.items").map(|text| text.replace("\r\n", "\n")).as_deref(), Some(range), "as it was");
    assert_eq!(again.value("items.0.name"), Some("先填的"), "with everything else on the page");
    assert_eq!(column(&step(&officer, &draft, "items"), "items", "name"), [""], "nothing was taken");
    let english = officer.get("/language/en?next=%2Fwork");
    assert_eq!(english.status, 303);
    let refused = again.with(&[("paste.items", "a\tb\tc\td\te\tf\tg\th\n")]).send(&officer, "paste:items");
    assert!(refused.text.contains("Row 1 has more cells than the list has columns (7)"), "{}", refused.text);
}

/// Buttons that stay on the page show what the tools of a step hold; those that leave it say what was not done.
fn text_of_the_tools_is_not_lost(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    save(&officer, &draft, "parties", "leave", PARTIES);
    save(&officer, &draft, "items", "leave", ITEMS);
    for (name, field, text) in [
        ("items", "paste.items", "EXTRA\t走访\t\t次\t1\t150\n"),
        ("deliverables", "paste.deliverables", "\t一月走访\tVISIT\t1\t2026-01-31\n"),
        ("milestones", "paste.milestones", "P-1\t首付款\t900\n"),
        ("deliverables", "generate.indicator.code", "ON-TIME"),
        ("milestones", "generate.advance", "20"),
    ] {
        let path = format!("{draft}/{name}");
        let code = format!("{name}.0.code");
        let held = |page: &Page| page.form(&path).value(field).map(|text| text.replace("\r\n", "\n"));
        for button in ["save", "leave", "go:notes", "to:/work"] {
            let mut form = step(&officer, &draft, name).with(&[(field, text), (&code, "CHANGED")]);
            form.buttons.push(("do".to_owned(), button.to_owned()));
            let refused = form.send(&officer, button).expect_status(422);
            let said = refused.text_of(&format!("[id='{field}-error']"));
            let words =
                if field.starts_with("paste") { "粘贴的行还没有添加" } else { "还没有用于生成" };
            assert!(said.contains(words), "{field} {button}: {said}");
            let shown = refused.form(&path);
            assert_eq!((held(&refused).as_deref(), shown.value(&code)), (Some(text), Some("CHANGED")), "{button}");
            assert_ne!(step(&officer, &draft, name).value(&code), Some("CHANGED"), "{button}: nothing is saved");
        }
        for button in [format!("add:{name}"), format!("remove:{name}.0"), "stay".to_owned()] {
            let mut form = step(&officer, &draft, name).with(&[(field, text), (&code, "KEPT")]);
            form.buttons.push(("do".to_owned(), button.clone()));
            let shown = officer.led(&form.send(&officer, &button));
            assert_eq!(held(&shown).as_deref(), Some(text), "{field} {button}");
            let saved = step(&officer, &draft, name);
            assert_eq!(shown.form(&path).value("version"), saved.value("version"), "{button}: it can go on");
            let removed = button.starts_with("remove");
            assert_eq!(saved.value(&code) == Some("KEPT"), !removed, "{button}: the step is saved");
        }
        // The script leaves by the same address; without it, the button of the header shows the form again.
        let version = step(&officer, &draft, name).value("version").expect("a version").to_owned();
        let fields = [("do", "to:/language/en?next=x"), ("version", version.as_str()), (field, text)];
        let english = officer.led(&officer.post_from(&path, &path, &fields));
        assert!(english.has("html[lang=en]") && held(&english).as_deref() == Some(text), "{field}: {}", english.text);
        let mut form = english.form(&path);
        form.fields.push(("show_in".to_owned(), "zh".to_owned()));
        let chinese = form.send(&officer, "stay").expect_status(200);
        assert!(chinese.has("html[lang=zh-CN]") && held(&chinese).as_deref() == Some(text), "{field}");
        let emptied = chinese.form(&path).with(&[(field, "")]).send(&officer, "leave");
        assert_eq!(emptied.status, 303, "{field}: {}", emptied.text);
    }
}

fn generated_rows_are_seen_before_they_replace_others(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    save(&officer, &draft, "parties", "leave", PARTIES);
    save(&officer, &draft, "items", "leave", ITEMS);
    let path = format!("{draft}/deliverables");
    let page = officer.get(&path).expect_status(200);
    let options = page.texts("[id='generate.rhythm'] option");
    for words in
        ["按自然月（12 期；首期不足整期）", "起算）（12 期；末期不足整期）", "按自然季度（4 期；首期不足整期）"]
    {
        assert!(options.iter().any(|option| option.contains(words)), "{words}: {options:?}");
    }
    let ask = [("generate.item", "VISIT"), ("generate.rhythm", "contract_quarterly")];
    let typed = page.form(&path).with(&ask).with(&[("deliverables.0.code", "OLD"), ("deliverables.0.item", "VISIT")]);
    let shown = follow(&officer, typed.send(&officer, "plan"));
    let rows = shown.texts(".govuk-table__body .govuk-table__row").join("\n");
    for words in
        ["上门走访（第 1 季度）", "2026-01-05 至 2026-04-04", "2026-10-05 至 2026-12-31（不足整期）", "45,000.00"]
    {
        assert!(rows.contains(words), "{words}: {rows}");
    }
    assert!(shown.text.contains("将生成 4 行，替换现有 1 行"), "{}", shown.text);
    assert_eq!(column(&shown.form(&path), "deliverables", "code"), ["OLD"], "nothing is replaced yet");
    assert_eq!(shown.form(&path).value("generate.rhythm"), Some("contract_quarterly"));
    let done = follow(&officer, shown.form(&path).send(&officer, "generate"));
    assert_eq!(column(&done.form(&path), "deliverables", "code"), ["VISIT-Q1", "VISIT-Q2", "VISIT-Q3", "VISIT-Q4"]);
    assert_eq!(column(&done.form(&path), "deliverables", "due_on").last().map(String::as_str), Some("2026-12-31"));
    let path = format!("{draft}/milestones");
    let ask = [("generate.rhythm", "quarterly"), ("generate.advance", "33.333333")];
    let shown = follow(&officer, officer.get(&path).form(&path).with(&ask).send(&officer, "plan"));
    let done = follow(&officer, shown.form(&path).send(&officer, "generate"));
    let fen = |amount: &String| amount.replace('.', "").parse::<i64>().expect("an amount");
    let amounts = column(&done.form(&path), "milestones", "amount");
    assert_eq!(amounts.iter().map(fen).sum::<i64>(), 18_000_000, "to the fen: {amounts:?}");
}

fn impossible_divisions_are_refused(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    save(&officer, &draft, "parties", "leave", PARTIES);
    let rows = [
        ("items.0.code", "FEW"),
        ("items.0.quantity", "3"),
        ("items.0.unit_price", "100.00"),
        ("items.1.code", "CHEAP"),
        ("items.1.quantity", "0.05"),
        ("items.1.unit_price", "1.00"),
    ];
    save(&officer, &draft, "items", "leave", &rows);
    let path = format!("{draft}/deliverables");
    for (item, rhythm, count, words) in [
        ("FEW", "monthly", "", "最多可分为 3 期"),
        ("FEW", "count", "4", "最多可分为 3 期"),
        ("FEW", "count", "0", "1 至 120"),
        ("FEW", "count", "400", "1 至 120"),
        ("CHEAP", "monthly", "", "金额为 0.00"),
    ] {
        let ask = [("generate.item", item), ("generate.rhythm", rhythm), ("generate.count", count)];
        for button in ["plan", "generate"] {
            let mut form = officer.get(&path).expect_status(200).form(&path).with(&ask);
            form.buttons.push(("do".to_owned(), button.to_owned()));
            let mut answer = form.send(&officer, button);
            if button == "plan" {
                answer = follow(&officer, answer);
            }
            let told = answer.texts(".govuk-error-summary__list li").join("\n");
            assert!(told.contains(words), "{item} {rhythm} {button}: {told} {}", answer.text);
            assert_eq!(answer.form(&path).value("generate.item"), Some(item));
        }
    }
    assert_eq!(column(&step(&officer, &draft, "deliverables"), "deliverables", "code"), [""]);
    let ask = [("generate.item", "FEW"), ("generate.rhythm", "count"), ("generate.count", "3")];
    let form = officer.get(&path).form(&path).with(&ask);
    let shown = follow(&officer, form.send(&officer, "plan"));
    follow(&officer, shown.form(&path).send(&officer, "generate"));
    let path = format!("{draft}/milestones");
    for advance in ["0", "100", "120", "99.99999"] {
        let ask = [("generate.rhythm", "monthly"), ("generate.advance", advance)];
        let shown = follow(&officer, officer.get(&path).form(&path).with(&ask).send(&officer, "plan"));
        assert!(!shown.texts(".govuk-error-summary__list li").is_empty(), "{advance}: {}", shown.text);
    }
}

/// A pasted milestone gets its deliverables only afterwards, so that it is not at fault before.
fn rules_between_rows_are_told_when_the_step_is_checked(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    typed_in(&officer, &draft);
    let range = [("paste.milestones", "代码\t名称\t付款金额（元）\r\nEXTRA\t追加款\t100.00\r\n")];
    let shown = follow(&officer, step(&officer, &draft, "milestones").with(&range).send(&officer, "paste:milestones"));
    assert_eq!(column(&shown.form(&format!("{draft}/milestones")), "milestones", "code").len(), 4, "{}", shown.text);
    assert!(!shown.has(".govuk-error-summary") && !shown.has(".govuk-error-message"), "{}", shown.text);
    let checked = follow(&officer, shown.form(&format!("{draft}/milestones")).send(&officer, "save"));
    assert!(checked.text_of(".govuk-error-summary").contains("须约定最早付款日期"), "{}", checked.text);
    // All errors of one field are reported at once.
    let range = [("paste.milestones", "代码\t名称\t付款金额（元）\r\nMORE\t再追加款\t很多\r\n")];
    let shown = step(&officer, &draft, "milestones").with(&range).send(&officer, "paste:milestones");
    assert!(shown.has(".govuk-error-summary"), "{}", shown.text);
}
