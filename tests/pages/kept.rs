//! Forms whose session ends before they are sent: after signing in, the same person finds what was typed, and nothing
//! has been done; no one else sees it.

use chrono::TimeDelta;
use diesel::prelude::*;
use luyue::schema::kept_forms;
use luyue::services::operations::housekeeping;

use crate::on_sqlite_first;
use crate::pages::drafts::begun;
use crate::payments::setup::{advance, asked, step as made, through};
use crate::support::app::TestApp;
use crate::support::dom::ShownForm;
use crate::support::programme;
use crate::support::visitor::{PASSWORD, Page, Visitor, give_password};

on_sqlite_first! {
    every_kind_of_form_is_there_again
    passwords_and_codes_in_a_form_are_not_kept_with_it
    a_form_is_kept_for_a_day_and_five_of_a_person
    a_kept_form_is_gone_once_it_is_sent
    another_person_never_sees_it
    signing_in_elsewhere_does_not_lose_a_form
    secrets_and_forged_forms_are_not_kept
    a_page_left_open_for_six_days_still_keeps_its_form
    files_are_chosen_again_but_words_are_kept
    pasted_tables_and_notices_are_there_again
    somebody_elses_save_is_not_overwritten_unseen
    the_page_of_tasks_lists_kept_forms
    a_form_that_is_sent_again_after_its_session_is_kept_once
    going_back_to_a_form_that_was_sent_says_so
    words_of_a_form_that_can_no_longer_be_taken_are_shown
}

pub const NOTICE: &str = "尚未办理任何事项";

/// Ends the sessions of all users.
pub fn end_sessions(test: &TestApp) {
    test.app.clock.set(test.now() + TimeDelta::minutes(31));
}

/// Signs in on the page to which a visitor was led, and returns the page that follows.
#[track_caller]
pub fn sign_in_at(visitor: &Visitor<'_>, page: &Page, who: &str) -> Page {
    assert!(page.status == 303 && page.location.starts_with("/sign-in?next="), "{} {}", page.status, page.location);
    let form = visitor.get(&page.location).expect_status(200).form("/sign-in");
    let done = form.with(&[("username", who), ("password", PASSWORD)]).send(visitor, "").expect_status(303);
    visitor.get(&done.location)
}

pub fn kept(test: &TestApp) -> i64 {
    let mut connection = test.app.pool.get().expect("a connection");
    kept_forms::table.count().get_result(&mut connection).expect("a number")
}

/// A form of every kind: its page, its address and a field with what is typed into it.
pub fn cases(test: &TestApp) -> Vec<(&'static str, String, String, &'static str, &'static str)> {
    let contract = programme::registered(test, "K-1");
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let act = |name: &str| format!("/contracts/{contract}/act/{name}");
    vec![
        ("justice", format!("{draft}/parties"), format!("{draft}/parties"), "title", "社区矫正 <b>\"&' 服务"),
        ("justice", format!("{draft}/items"), format!("{draft}/items"), "items.0.name", "上门走访"),
        ("justice", format!("{draft}/notes"), format!("{draft}/notes"), "notes", "第一行\n\n第三行"),
        ("justice", act("withdraw"), act("withdraw"), "reason", "数量有误"),
        ("admin", "/registers/regions".to_owned(), "/registers/regions".to_owned(), "name", "宁国市"),
        ("admin", "/registers/services".to_owned(), "/registers/services".to_owned(), "standard", "每月一次"),
    ]
}

fn every_kind_of_form_is_there_again(test: &TestApp) {
    for (who, page, action, field, typed) in cases(test) {
        let visitor = Visitor::signed_in(test, who);
        let form = visitor.get(&page).expect_status(200).form(&action).with(&[(field, typed)]);
        end_sessions(test);
        let sent = form.send(&visitor, "");
        let shown = visitor.get(&sent.location).expect_status(200);
        assert!(shown.text.contains("填写的内容保留一天"), "signing in says that the form is kept: {}", shown.text);
        let shown = sign_in_at(&visitor, &sent, who).expect_status(200);
        assert!(shown.text.contains(NOTICE), "{page}: {}", shown.text);
        assert!(!shown.text.contains("附件需重新选择"), "{page} has no files");
        let again = shown.form(&action);
        assert_eq!(again.value(field).map(|value| value.replace("\r\n", "\n")).as_deref(), Some(typed), "{page}");
        let plain = visitor.get(&page).expect_status(200);
        assert_ne!(plain.form(&action).value(field), Some(typed), "nothing has been done yet");
        assert!(!plain.text.contains(NOTICE));
        let other_language = visitor.get(&shown.dom_link("/language/en")).expect_status(303);
        assert_eq!(
            visitor.get(&other_language.location).expect_status(200).form(&action).value(field),
            again.value(field)
        );
        visitor.get("/language/zh?next=%2Fwork");
        let done = again.send(&visitor, "");
        assert_ne!(done.status, 403, "it can be sent now: {}", done.text);
        assert!(!done.location.contains("sign-in") && !done.location.contains("kept="), "{}", done.location);
    }
}

/// Opens a step of a new draft as an officer and types a title into it.
pub fn typed_form(officer: &Visitor<'_>) -> ShownForm {
    let step = format!("{}/parties", begun(officer));
    officer.get(&step).expect_status(200).form(&step).with(&[("title", "只有本人能看到")])
}

fn another_person_never_sees_it(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    give_password(test, "justice-2");
    let form = typed_form(&officer);
    end_sessions(test);
    let sent = form.send(&officer, "");
    let shown = sign_in_at(&officer, &sent, "justice-2");
    assert_eq!(shown.status, 404, "a colleague of the same bureau: {}", shown.text);
    assert!(!shown.text.contains("只有本人能看到"));
    let owner = Visitor::new(test);
    let shown = sign_in_at(&owner, &sent, "justice").expect_status(200);
    assert_eq!(shown.form(&form.action).value("title"), Some("只有本人能看到"));
}

fn signing_in_elsewhere_does_not_lose_a_form(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let form = typed_form(&officer);
    // In another tab of the browser the person signs out and in again.
    officer.post_from("/work", "/sign-out", &[]).expect_status(303);
    let fields = [("username", "justice"), ("password", PASSWORD)];
    officer.post_from("/sign-in", "/sign-in", &fields).expect_status(303);
    let sent = form.send(&officer, "").expect_status(303);
    assert!(sent.location.starts_with(&format!("{}?kept=", form.action)), "{}", sent.location);
    let shown = officer.get(&sent.location).expect_status(200);
    assert!(shown.text.contains(NOTICE));
    assert_eq!(shown.form(&form.action).value("title"), Some("只有本人能看到"));
    // In another tab someone else signs in.
    give_password(test, "justice-2");
    officer.post_from("/work", "/sign-out", &[]).expect_status(303);
    officer.post_from("/sign-in", "/sign-in", &[("username", "justice-2"), ("password", PASSWORD)]).expect_status(303);
    let refused = form.send(&officer, "").expect_status(403);
    assert!(refused.text.contains("由另一人员填写") && !refused.text.contains("只有本人能看到"), "{}", refused.text);
    let says = refused.text_of("main");
    assert!(!says.contains("kept=") && !says.contains("链接可能已失效"), "the address is a link: {says}");
    let address = &refused.dom_link(&form.action);
    officer.get(address).expect_status(404);
    let owner = Visitor::signed_in(test, "justice");
    assert_eq!(owner.get(address).expect_status(200).form(&form.action).value("title"), Some("只有本人能看到"));
}

fn secrets_and_forged_forms_are_not_kept(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let word = officer.get("/work").expect_status(200).hidden("form");
    let form = typed_form(&officer);
    let stranger = Visitor::signed_in(test, "contractor").get("/work").hidden("form");
    end_sessions(test);
    let secret = [("form", word.as_str()), ("password", PASSWORD), ("code", "123456")];
    officer.post("/one-time-codes/remove", &secret).expect_status(303);
    assert_eq!(kept(test), 0, "a form with secrets");
    let (signature, mark) = word.split_once('.').expect("a signature and a mark");
    let (person, rest) = mark.split_once('.').expect("a person");
    let (_, of_stranger) = stranger.split_once('.').expect("a mark");
    let (other, _) = of_stranger.split_once('.').expect("a person");
    let shifted = format!("{signature}.{person}.9{rest}");
    let elsewhere = Visitor::signed_in(test, "justice").get("/work").hidden("form");
    end_sessions(test);
    for forged in [
        elsewhere,
        signature.to_owned(),
        format!("{signature}.{other}.{rest}"),
        shifted,
        String::new(),
        "..".to_owned(),
    ] {
        let sent = form.clone().with(&[("form", &forged)]).send(&officer, "");
        assert!(!sent.location.contains("kept"), "{forged}: {}", sent.location);
    }
    officer.on_site(Some("cross-site"));
    assert!(!form.send(&officer, "").location.contains("kept"), "from another site");
    officer.on_site(None);
    assert_eq!(kept(test), 0);
    let unknown = format!("{}?kept={}", form.action, "0198c0de-0000-7000-8000-000000000000");
    let shown = sign_in_at(&officer, &officer.get(&unknown), "justice");
    assert_eq!(shown.status, 404);
    test.app.clock.set(test.now() + TimeDelta::days(8));
    assert!(!form.send(&officer, "").location.contains("kept"), "a page older than a week");
}

fn passwords_and_codes_in_a_form_are_not_kept_with_it(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let mut form = typed_form(&officer);
    let secrets = ["password", "again", "secret", "current_password", "current_code"];
    form.fields.extend(secrets.map(|name| (name.to_owned(), format!("hidden-{name}"))));
    end_sessions(test);
    form.send(&officer, "").expect_status(303);
    let mut connection = test.app.pool.get().expect("a connection");
    let fields: String = kept_forms::table.select(kept_forms::fields).get_result(&mut connection).expect("one form");
    assert!(fields.contains("只有本人能看到") && !fields.contains("hidden-"), "{fields}");
}

fn a_page_left_open_for_six_days_still_keeps_its_form(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let form = typed_form(&officer);
    test.app.clock.set(test.now() + TimeDelta::days(6));
    let sent = form.send(&officer, "").expect_status(303);
    test.app.clock.set(test.now() + TimeDelta::hours(23));
    let shown = sign_in_at(&officer, &sent, "justice").expect_status(200);
    assert_eq!(shown.form(&form.action).value("title"), Some("只有本人能看到"), "kept for a whole day");
}

fn a_form_is_kept_for_a_day_and_five_of_a_person(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let form = typed_form(&officer);
    end_sessions(test);
    let sent: Vec<Page> = (0..7)
        .map(|_| {
            test.app.clock.set(test.now() + TimeDelta::seconds(1));
            let key = test.app.ids.uuid();
            form.clone().with(&[("key", &key)]).send(&officer, "")
        })
        .collect();
    assert_eq!(kept(test), 5);
    assert_eq!(sign_in_at(&officer, &sent[1], "justice").status, 404);
    let last = sign_in_at(&Visitor::new(test), &sent[6], "justice").expect_status(200);
    assert_eq!(last.form(&form.action).value("title"), Some("只有本人能看到"));
    assert_eq!(housekeeping::delete_expired_kept_forms(&test.app).expect("it is swept"), 0);
    test.app.clock.set(test.now() + TimeDelta::days(1));
    assert_eq!(sign_in_at(&Visitor::new(test), &sent[6], "justice").status, 404);
    assert_eq!(housekeeping::delete_expired_kept_forms(&test.app).expect("it is swept"), 5);
}

fn files_are_chosen_again_but_words_are_kept(test: &TestApp) {
    let contract = programme::registered(test, "K-2");
    programme::activate(test, &contract);
    test.at("2026-06-15", 9);
    let contractor = Visitor::signed_in(test, "contractor");
    let page = format!("/contracts/{contract}/act/submission?subject=VISIT-H1");
    let form = contractor.get(&page).expect_status(200).form(&format!("/contracts/{contract}/act/"));
    end_sessions(test);
    let held = |name: &str| form.value(name).unwrap_or_default().to_owned();
    let (word, key) = (held("form"), held("key"));
    let fields = [("form", word.as_str()), ("key", key.as_str()), ("note", "六月的走访记录")];
    let body = crate::support::app::form("files", &fields, &[("a.csv", b"a,b\n1,2\n")]);
    let sent = contractor.send_body(&form.action, &body);
    let shown = sign_in_at(&contractor, &sent, "contractor").expect_status(200);
    assert!(shown.text.contains(NOTICE) && shown.text.contains("附件需重新选择"));
    assert!(shown.text.contains("六月的走访记录") && shown.text.contains("subject=VISIT-H1"), "{}", shown.text);
    assert!(!contractor.get(&page).expect_status(200).text.contains("六月的走访记录"), "nothing has been submitted");
}

fn pasted_tables_and_notices_are_there_again(test: &TestApp) {
    let contract = programme::registered(test, "K-3");
    programme::activate(test, &contract);
    test.at("2026-01-13", 9);
    let import = format!("/contracts/{contract}/records/import");
    for (who, page, action, field, typed) in [
        ("contractor", import.as_str(), import.as_str(), "rows", "\t上门走访\t\t西林街道\n"),
        ("finance-pay", "/payments/vouchers", "/payments/vouchers", "rows", "\t\n"),
        ("admin", "/calendar", "/calendar/files", "notice", "国办发明电〔2026〕9号"),
    ] {
        let visitor = Visitor::signed_in(test, who);
        let form = visitor.get(page).expect_status(200).form(action).with(&[(field, typed)]);
        end_sessions(test);
        let sent = form.send(&visitor, "");
        let shown = sign_in_at(&visitor, &sent, who).expect_status(200);
        assert!(shown.text.contains(NOTICE) && shown.text.contains("附件需重新选择"), "{page}: {}", shown.text);
        let held = |page: &Page| page.form(action).value(field).map(|text| text.replace("\r\n", "\n"));
        assert_eq!(held(&shown).as_deref(), Some(typed), "{page}");
        assert_eq!(listed(&visitor).len(), 1, "{page}: it is not sent yet");
        let refused = shown.form(action).send(&visitor, "").expect_status(422);
        assert_eq!(held(&refused).as_deref(), Some(typed), "{page}");
        assert_eq!(refused.hidden("kept_form"), shown.hidden("kept_form"), "{page}: it is still the kept form");
    }
    let contractor = Visitor::signed_in(test, "contractor");
    let kept = contractor.get("/work").dom_link(&import);
    let right = "2026-01-12\t上门走访\t\t西林街道\t林晓东\tXZ-8\t1\t30\t\n";
    let done = contractor.get(&kept).expect_status(200).form(&import).with(&[("rows", right)]).send(&contractor, "");
    assert_eq!((done.status, listed(&contractor).len()), (303, 0), "{}", done.text);
}

fn somebody_elses_save_is_not_overwritten_unseen(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let form = typed_form(&officer);
    end_sessions(test);
    let sent = form.send(&officer, "");
    let colleague = Visitor::signed_in(test, "justice-2");
    let theirs = colleague.get(&form.action).form(&form.action).with(&[("title", "同事的题目")]);
    theirs.send(&colleague, "leave").expect_status(303);
    let shown = sign_in_at(&officer, &sent, "justice").expect_status(200);
    assert_eq!(shown.form(&form.action).value("title"), Some("只有本人能看到"));
    assert!(shown.text.contains(&format!("href=\"{}\" target=\"_blank\"", form.action)), "{}", shown.text);
}

/// Returns the addresses at which the page of tasks opens kept forms.
pub fn listed(visitor: &Visitor<'_>) -> Vec<String> {
    let links = visitor.get("/work").expect_status(200).attrs("a.work__what", "href");
    links.into_iter().filter(|link| link.contains("?kept=")).collect()
}

fn the_page_of_tasks_lists_kept_forms(test: &TestApp) {
    let contract = programme::registered(test, "K-3");
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let act = format!("/contracts/{contract}/act/withdraw");
    for (page, field) in [(act.as_str(), "reason"), (&format!("{draft}/parties"), "title")] {
        let form = officer.get(page).expect_status(200).form(page).with(&[(field, "数量有误")]);
        end_sessions(test);
        sign_in_at(&officer, &form.send(&officer, ""), "justice").expect_status(200);
    }
    let page = officer.get("/work").expect_status(200);
    for words in ["尚未提交的表单", "撤回合同", "合同主体与期限", "K-3", "保留至 2026-01-0"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let addresses = listed(&officer);
    assert_eq!(addresses.len(), 2, "{addresses:?}");
    assert!(addresses[0].starts_with(&draft) && addresses[1].starts_with(&act), "newest first: {addresses:?}");
    assert_eq!(officer.get(&addresses[1]).expect_status(200).form(&act).value("reason"), Some("数量有误"));
    // No one else sees or discards them.
    let colleague = Visitor::signed_in(test, "justice-2");
    assert!(listed(&colleague).is_empty());
    let id = addresses[1].split("kept=").nth(1).expect("an identifier");
    let discard = format!("/kept-forms/{id}/discard");
    colleague.post_from("/work", &discard, &[]).expect_status(303);
    assert_eq!(listed(&officer).len(), 2);
    let done = officer.get("/work").form(&discard).send(&officer, "").expect_status(303);
    assert!(officer.get(&done.location).expect_status(200).text.contains("已放弃该表单"));
    assert_eq!(listed(&officer), addresses[..1]);
    test.app.clock.set(test.now() + TimeDelta::days(1));
    assert!(listed(&Visitor::signed_in(test, "justice")).is_empty(), "kept for a day");
}

fn a_kept_form_is_gone_once_it_is_sent(test: &TestApp) {
    let contract = programme::registered(test, "K-4");
    let officer = Visitor::signed_in(test, "justice");
    let act = format!("/contracts/{contract}/act/withdraw");
    let other = typed_form(&officer);
    let form = officer.get(&act).expect_status(200).form(&act).with(&[("reason", "数量有误")]);
    end_sessions(test);
    other.send(&officer, "");
    let shown = sign_in_at(&officer, &form.send(&officer, ""), "justice").expect_status(200);
    assert_eq!(kept(test), 2);
    let refused = shown.form(&act).with(&[("reason", "")]).send(&officer, "");
    assert_eq!(kept(test), 2, "a refused form stays: {}", refused.status);
    let again = refused.form(&act).with(&[("reason", "数量有误")]);
    again.send(&officer, "").expect_status(303);
    assert_eq!(kept(test), 1, "the form that was sent is gone, the other one stays");
    again.send(&officer, "").expect_status(303);
    assert_eq!(listed(&officer).len(), 1);

    // A form with files.
    let contract = programme::registered(test, "K-5");
    programme::activate(test, &contract);
    test.at("2026-06-15", 9);
    let contractor = Visitor::signed_in(test, "contractor");
    let page = format!("/contracts/{contract}/act/submission?subject=VISIT-H1");
    let form = contractor.get(&page).expect_status(200).form(&format!("/contracts/{contract}/act/"));
    end_sessions(test);
    let held = |name: &str| form.value(name).unwrap_or_default().to_owned();
    let (word, key) = (held("form"), held("key"));
    let fields = [("form", word.as_str()), ("key", key.as_str()), ("quantity", "1"), ("note", "六月的走访记录")];
    let sent = contractor.send_body(&form.action, &crate::support::app::form("files", &fields, &[]));
    let shown = sign_in_at(&contractor, &sent, "contractor").expect_status(200);
    let id = shown.hidden("kept_form");
    let upload = |page: &Page, quantity: &str| {
        let fields = [("kept_form", id.as_str()), ("quantity", quantity), ("note", "六月的走访记录")];
        contractor.upload_on(page, "files", &fields, &[("a.csv", b"a,b\n1,2\n")])
    };
    let refused = upload(&shown, "很多").expect_status(400);
    assert_eq!((refused.hidden("kept_form"), listed(&contractor).len()), (id.clone(), 1));
    upload(&refused, "1").expect_status(303);
    assert!(listed(&contractor).is_empty());
}

fn a_form_that_is_sent_again_after_its_session_is_kept_once(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let form = typed_form(&officer);
    end_sessions(test);
    form.send(&officer, "");
    let sent = form.clone().with(&[("title", "改过的题目")]).send(&officer, "");
    assert_eq!(kept(test), 1, "the same page, sent twice");
    let shown = sign_in_at(&officer, &sent, "justice").expect_status(200);
    assert_eq!(shown.form(&form.action).value("title"), Some("改过的题目"));
    end_sessions(test);
    let sent = shown.form(&form.action).with(&[("title", "又改过的题目")]).send(&officer, "");
    assert_eq!(kept(test), 1, "the kept form, sent after another session");
    let shown = sign_in_at(&officer, &sent, "justice").expect_status(200);
    assert_eq!(shown.form(&form.action).value("title"), Some("又改过的题目"));
}

fn going_back_to_a_form_that_was_sent_says_so(test: &TestApp) {
    let contract = programme::registered(test, "K-6");
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let cases = [
        (format!("/contracts/{contract}/act/withdraw"), "reason", format!("/contracts/{contract}")),
        (format!("{draft}/notes"), "notes", draft.clone()),
    ];
    for (address, field, about) in cases {
        let form = officer.get(&address).expect_status(200).form(&address).with(&[(field, "")]);
        end_sessions(test);
        let sent = form.send(&officer, "");
        let shown = sign_in_at(&officer, &sent, "justice").expect_status(200);
        let kept_at = shown.dom_link("/language/en");
        let kept_at = officer.get(&kept_at).location;
        officer.get("/language/zh?next=%2Fwork");
        if field == "reason" {
            shown.form(&address).send(&officer, "").expect_status(400);
        }
        assert!(officer.get(&kept_at).expect_status(200).text.contains(NOTICE));
        let again = officer.get(&kept_at).form(&address).with(&[(field, "数量有误")]);
        again.send(&officer, "").expect_status(303);
        let back = officer.get(&kept_at).expect_status(200);
        assert!(back.text.contains("本表单已提交") && !back.text.contains(NOTICE), "{}", back.text);
        officer.get(&back.attr("main a.govuk-link", "href")).expect_status(200);
        assert_eq!(back.attr("main a.govuk-link", "href"), about);
        // No one else learns of it, and an unknown form is not there.
        Visitor::signed_in(test, "justice-2").get(&kept_at).expect_status(404);
        officer.get(&format!("{kept_at}0")).expect_status(404);
        // The page that was sent cannot do something else.
        let other = again.with(&[(field, "另有原因")]).send(&officer, "");
        assert!(other.status != 303 && !other.text.contains("Idempotency-Key"), "{}: {}", other.status, other.text);
    }
}

fn words_of_a_form_that_can_no_longer_be_taken_are_shown(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let contract = programme::registered(test, "K-7");
    let act = format!("/contracts/{contract}/act/withdraw");
    let form = officer.get(&act).expect_status(200).form(&act).with(&[("reason", "数量有误，\n须重新登记 <b>")]);
    programme::activate(test, &contract);
    let refused = form.send(&officer, "").expect_status(409);
    assert!(refused.text_of(".govuk-inset-text").contains("须重新登记 <b>"), "{}", refused.text);
    assert!(refused.text.contains("未提交"), "{}", refused.text);
    // A colleague discards a draft while one of its steps is open.
    let draft = begun(&officer);
    let step = format!("{draft}/notes");
    let form = officer.get(&step).expect_status(200).form(&step).with(&[("notes", "写了半页的备注")]);
    let discard = format!("{draft}/discard");
    Visitor::signed_in(test, "justice-2").post_from(&draft, &discard, &[]).expect_status(303);
    let gone = form.send(&officer, "stay").expect_status(409);
    assert!(gone.text.contains("写了半页的备注") && gone.text.contains("已由justice-2于"), "{}", gone.text);
    // A payment that was made in another window meanwhile.
    let contract = advance(test);
    let payment = asked(test, &contract, "ADVANCE", &serde_json::json!({}));
    through(test, &payment, 3);
    let cashier = Visitor::signed_in(test, "finance-pay");
    let act = format!("/contracts/{contract}/act/pay");
    let form = cashier.get(&format!("{act}?subject={payment}")).expect_status(200).form(&act);
    let form = form.with(&[("voucher", "ZF-8")]);
    made(test, "finance-pay", &payment, "pay", &serde_json::json!({"voucher": "ZF-7"})).expect_status(200);
    let late = form.send(&cashier, "");
    assert!(late.status >= 400 && late.text.contains("ZF-8"), "{}: {}", late.status, late.text);
}
