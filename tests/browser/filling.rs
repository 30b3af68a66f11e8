//! Filling in forms with the page's scripts: ranges pasted from a spreadsheet, Enter, leaving a page, a network that
//! goes down, files that are too large, stopped, or sent after the session has ended, and refused forms.

use serde_json::json;

use crate::browser::look::{self, Checked};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::programme;
use crate::support::visitor::{PASSWORD, Visitor, give_password};

const ENTER: &str = "\u{e007}";

/// Begins a registration as an officer in a browser and opens one of its steps.
pub(super) fn at_step(test: &TestApp, browser: &Browser, language: &str, step: &str) -> String {
    let officer = Visitor::signed_in(test, "justice");
    let draft = crate::pages::drafts::begun(&officer);
    crate::pages::drafts::save(&officer, &draft, "parties", "leave", crate::pages::drafts::PARTIES);
    browser.sign_in("justice");
    browser.open(&format!("/language/{language}?next=%2Fwork"));
    browser.open(&format!("{draft}/{step}"));
    draft
}

/// Pastes a text into a field as the clipboard holds it.
fn paste(browser: &Browser, field: &str, text: &str) {
    let script = format!(
        "const field = document.querySelector(\"[name='{field}']\"), data = new DataTransfer()
         data.setData('text/plain', {})
         field.focus()
         return field.dispatchEvent(new ClipboardEvent('paste', {{clipboardData: data, bubbles: true, cancelable: true}}))",
        json!(text)
    );
    browser.run(&script);
}

fn value(browser: &Browser, name: &str) -> String {
    let value =
        browser.run(&format!("const e = document.getElementsByName('{name}')[0]; return e ? e.value : '(none)'"));
    value.as_str().unwrap_or_default().to_owned()
}

pub(super) fn set_network(browser: &Browser, is_offline: bool, upload: i64) {
    browser.command("Network.enable", &json!({}));
    let conditions = json!({"offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload});
    browser.command("Network.emulateNetworkConditions", &conditions);
}

/// Checks that the page fits a wide and a narrow screen; with `TEST_PICTURES` set, pictures are kept.
fn pictures(browser: &Browser, name: &str) {
    for width in [360, 1280] {
        browser.width(width);
        let wide = browser.run("return document.documentElement.scrollWidth");
        assert!(wide.as_u64() <= Some(width.into()), "{name}: {wide} wide at {width}");
        if std::env::var_os("TEST_PICTURES").is_some() {
            browser.picture(&format!("{name}-{width}"));
        }
    }
}

#[test]
fn a_range_pasted_into_a_row_fills_rows() {
    let test = TestApp::sqlite();
    let browser = look::watching(&test.url);
    at_step(&test, &browser, "zh", "items");
    browser.fill("[name='items.0.code']", "VISIT");
    paste(&browser, "items.0.name", "上门走访\t\t次\t1200\t150\t标准\n");
    assert!(browser.path().contains("/items"), "one line of text is pasted as usual or taken as a range");
    browser.see("#done-title");
    assert_eq!(value(&browser, "items.0.code"), "VISIT");
    paste(&browser, "items.0.quantity", "1200\t150.00\n360\t\"400\"\n");
    browser.see("[name='items.1.quantity'][value='360']");
    assert_eq!(
        (value(&browser, "items.0.quantity"), value(&browser, "items.1.unit_price")),
        ("1200".to_owned(), "400.00".to_owned())
    );
    assert_eq!(value(&browser, "items.1.code"), "S2");
    // Excel on a Mac ends its lines so.
    paste(&browser, "items.0.quantity", "1200\r370\r");
    browser.see("[name='items.1.quantity'][value='370']");
    // The lines of a letter stay in one cell.
    paste(&browser, "items.0.standard", "第一段\n第二段\n第三段");
    assert_eq!(value(&browser, "items.2.standard"), "(none)");
    paste(&browser, "items.0.quantity", "many\t1\n2\t2\n");
    browser.see(".govuk-error-summary");
    assert!(browser.text().contains("第 1 行“数量”列“many”"), "{}", browser.text());
    assert_eq!(value(&browser, "items.0.quantity"), "1200", "nothing was taken");
    let faults = look::faults(&browser, "paste-refused", 422, &mut Checked::default());
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn steps_are_saved_by_leaving_them_and_enter_goes_on() {
    for language in ["zh", "en"] {
        let test = TestApp::sqlite();
        let browser = Browser::start(&test.url);
        let draft = at_step(&test, &browser, language, "items");
        browser.fill("[name='items.0.code']", "VISIT");
        browser.press(ENTER);
        assert_eq!(browser.run("return document.activeElement.name"), "items.0.name", "Enter goes to the next field");
        browser.press("visits");
        pictures(&browser, &format!("step-items-{language}"));
        browser.click("header a[href='/contracts']");
        browser.see("header a[href='/contracts'][aria-current]");
        assert_eq!(browser.path(), "/contracts", "the link is followed");
        browser.open(&format!("{draft}/items"));
        assert_eq!(value(&browser, "items.0.name"), "visits", "and what was typed is saved");
        browser.fill("[name='items.0.standard']", "monthly");
        browser.press(ENTER);
        // Enter adds a row after the last, in which typing goes on.
        browser.see("[name='items.1.code']:focus");
        browser.fill("[name='items.1.code']", "EDU");
        browser.click(".top__person form button");
        browser.see("#username");
        browser.sign_in("justice");
        browser.open(&format!("{draft}/items"));
        assert_eq!(value(&browser, "items.1.code"), "EDU", "signing out saves it as well");
        browser.click("button[value='remove:items.0']");
        browser.see("button[value='restore:0']");
        pictures(&browser, &format!("step-removed-{language}"));
        browser.click("button[value='restore:0']");
        browser.see("#done-title");
        assert_eq!(value(&browser, "items.0.name"), "visits");
        browser.open(&format!("{draft}/milestones"));
        browser.run("document.querySelectorAll('details').forEach(d => { d.open = true })");
        pictures(&browser, &format!("step-milestones-{language}"));
    }
}

#[test]
fn a_search_after_the_session_has_ended_loses_no_choice() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let draft = at_step(&test, &browser, "zh", "parties");
    let chosen = value(&browser, "contractor");
    assert!(!["", "(none)"].contains(&chosen.as_str()), "a contractor is chosen");
    browser.fill("[name='title']", "会话结束前填写的名称");
    test.app.clock.set(test.now() + chrono::TimeDelta::minutes(31));
    browser.run("document.addEventListener('htmx:afterRequest', () => { document.body.dataset.answered = '' })");
    browser.fill("[name='find.contractor']", "社会工作");
    browser.see("body[data-answered]");
    assert_eq!(value(&browser, "contractor"), chosen, "what was chosen stays");
    browser.click("button[value='leave']");
    browser.see("#username");
    browser.fill("#username", "justice");
    browser.fill("#password", PASSWORD);
    browser.click("main form button[type=submit]");
    browser.see("[name='title'][value='会话结束前填写的名称']");
    assert_eq!(value(&browser, "contractor"), chosen);
    assert!(browser.path().starts_with(&format!("{draft}/parties?kept=")), "{}", browser.path());
}

#[test]
fn a_form_that_can_no_longer_be_taken_stays_as_it_was_typed() {
    let test = TestApp::sqlite();
    let contract = programme::registered(&test, "B-4");
    let browser = Browser::start(&test.url);
    give_password(&test, "justice");
    browser.sign_in("justice");
    browser.open("/language/zh?next=%2Fwork");
    browser.open(&format!("/contracts/{contract}/act/withdraw"));
    browser.fill("#reason", "数量有误，须重新登记");
    programme::activate(&test, &contract);
    browser.click("main form[data-form] button[type=submit].govuk-button");
    browser.see(".form-notice a");
    assert_eq!(value(&browser, "reason"), "数量有误，须重新登记", "{}", browser.text());
    let told = browser.text();
    assert!(told.contains("未办理任何事项") && told.contains("查看该合同"), "{told}");
    assert!(asks_to_leave(&browser), "it is only here");
}

#[test]
fn enter_before_an_empty_password_is_no_try_to_sign_in() {
    let test = TestApp::sqlite();
    give_password(&test, "justice");
    let browser = Browser::start(&test.url);
    browser.open("/sign-in");
    browser.fill("#username", "justice");
    browser.press(ENTER);
    assert_eq!(browser.run("return document.activeElement.id"), "password");
    assert_eq!(browser.run("return document.querySelectorAll('.govuk-error-summary').length"), 0);
    browser.fill("#password", PASSWORD);
    browser.press(ENTER);
    browser.see("a[href='/sessions']");
}

#[test]
fn filters_after_the_session_has_ended_lead_to_signing_in() {
    let test = TestApp::sqlite();
    programme::registered(&test, "B-3");
    let browser = Browser::start(&test.url);
    give_password(&test, "justice");
    browser.sign_in("justice");
    browser.open("/contracts");
    // What is wrong with a filter marks it also where the script brings the answer.
    browser.fill("#year", "last");
    browser.click("form.filters button[type=submit]");
    browser.see("#year[aria-invalid='true']");
    browser.fill("#year", "2026");
    browser.click("form.filters button[type=submit]");
    browser.see("#year:not([aria-invalid])");
    test.app.clock.set(test.now() + chrono::TimeDelta::minutes(31));
    // Changing a field and pressing the button are two requests. The page is left once both are answered.
    let left = browser.wait_for(
        "const done = arguments[0], filters = document.querySelector('form.filters'); \
         const { submit } = HTMLFormElement.prototype; let left = 0, answered = 0; \
         HTMLFormElement.prototype.submit = () => { left++ }; \
         document.addEventListener('htmx:beforeSwap', () => { \
           if (++answered === 2) { done(left); setTimeout(() => submit.call(filters)) } }); \
         filters.q.value = 'B-3'; filters.q.dispatchEvent(new Event('change', { bubbles: true })); filters.requestSubmit()",
    );
    assert_eq!(left, 1, "a page that is loaded twice loses what is typed on it in between");
    browser.see("#username");
    browser.fill("#username", "justice");
    browser.fill("#password", PASSWORD);
    browser.click("main form button[type=submit]");
    browser.see("#q[value='B-3']");
}

#[test]
fn a_form_waits_for_the_network() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let draft = at_step(&test, &browser, "zh", "notes");
    browser.fill("[name='notes']", "断网时写的");
    set_network(&browser, true, -1);
    browser.click("button[value='leave']");
    browser.see(".form-notice");
    assert!(browser.text().contains("网络已断开"), "{}", browser.text());
    assert_eq!(value(&browser, "notes"), "断网时写的");
    pictures(&browser, "offline-zh");
    set_network(&browser, false, -1);
    browser.click("button[value='leave']");
    browser.see("#saved-title");
    browser.open(&format!("{draft}/notes"));
    assert_eq!(value(&browser, "notes"), "断网时写的");
}

/// Opens the form of a submission as the contractor, with a file chosen.
pub(super) fn at_submission(
    test: &TestApp,
    browser: &Browser,
    language: &str,
    bytes: usize,
) -> (String, tempfile::TempDir) {
    let contract = programme::registered(test, "B-1");
    programme::activate(test, &contract);
    test.at("2026-06-15", 9);
    give_password(test, "contractor");
    browser.sign_in("contractor");
    browser.open(&format!("/language/{language}?next=%2Fwork"));
    browser.open(&format!("/contracts/{contract}/act/submission?subject=VISIT-H1"));
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("visits.csv");
    std::fs::write(&table, format!("日期,次数\n{}", "2026-06-15,1\n".repeat(bytes / 13))).expect("a file");
    let other = folder.path().join("small.csv");
    std::fs::write(&other, "日期,次数\n2026-06-15,1\n").expect("a file");
    browser.fill("#note", "六月走访");
    browser.fill("input[type=file]", &format!("{}\n{}", table.display(), other.display()));
    (contract, folder)
}

#[test]
fn enter_in_a_form_with_files_goes_on_and_sends_nothing() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let (contract, _folder) = at_submission(&test, &browser, "zh", 1_000);
    browser.fill("#quantity", "12次");
    browser.press(ENTER);
    assert_eq!(browser.run("return document.activeElement.name"), "note", "Enter goes to the next field");
    browser.fill("#quantity", "13次");
    browser.press(ENTER);
    assert_ne!(browser.run("return document.querySelector('#page-form').getAttribute('aria-busy')"), "true");
    assert_eq!((submissions(&test, &contract), browser.path().contains("/act/submission")), (0, true));
}

pub(super) fn submissions(test: &TestApp, contract: &str) -> usize {
    let deliverables = test.by("contractor").get(&format!("contracts/{contract}/deliverables")).expect_status(200);
    deliverables.to_string().matches("\"files\":[{").count()
}

#[test]
fn files_over_the_limit_are_told_before_they_are_sent() {
    for (language, words) in [("zh", "单个附件不得超过 1 MB"), ("en", "a file may have at most 1 MB")] {
        let test = TestApp::sqlite();
        let browser = Browser::start(&test.url);
        let (contract, _folder) = at_submission(&test, &browser, language, 2_000_000);
        browser.run("document.querySelector('input[type=file]').dataset.maxFileBytes = 1024 * 1024");
        browser.click("main form button[type=submit]");
        browser.see(".form-notice");
        assert!(browser.text().contains(words) && browser.text().contains("visits.csv"), "{}", browser.text());
        pictures(&browser, &format!("files-too-large-{language}"));
        assert_eq!((submissions(&test, &contract), value(&browser, "note")), (0, "六月走访".to_owned()));
        // The file that is too large is left out; the other stays chosen.
        browser.click(".sent-files li:first-child button");
        assert_eq!(
            browser.run("return [...document.querySelector('input[type=file]').files].map(f => f.name)"),
            json!(["small.csv"])
        );
        browser.click("main form button[type=submit]");
        browser.see("#done-title");
        assert_eq!(submissions(&test, &contract), 1);
    }
}

#[test]
fn sending_files_is_stopped_and_tried_again() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let (contract, _folder) = at_submission(&test, &browser, "zh", 400_000);
    set_network(&browser, false, 20_000);
    browser.click("main form button[type=submit]");
    browser.click("[data-stop]");
    browser.see(".form-notice");
    assert!(browser.text().contains("已停止发送"), "{}", browser.text());
    assert_eq!(submissions(&test, &contract), 0);
    set_network(&browser, true, -1);
    browser.click("main form button[type=submit]");
    browser.see(".form-notice h2");
    browser.wait_for("const done = arguments[0]; (function look() { document.querySelector('.form-notice h2')?.textContent.includes('网络') ? done() : requestAnimationFrame(look) })()");
    pictures(&browser, "files-offline-zh");
    set_network(&browser, false, -1);
    browser.click("main form button[type=submit]");
    browser.see("#done-title");
    assert_eq!(submissions(&test, &contract), 1);
}

#[test]
fn files_are_kept_when_the_session_ends() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let (contract, _folder) = at_submission(&test, &browser, "zh", 1_000);
    test.app.clock.set(test.now() + chrono::TimeDelta::minutes(31));
    browser.click("main form button[type=submit]");
    browser.see(".form-notice a[href='/sign-in']");
    assert!(browser.text().contains("登录已失效"), "{}", browser.text());
    pictures(&browser, "files-session-ended-zh");
    sign_in_elsewhere(&browser);
    browser.click("main form button[type=submit]");
    browser.see("#done-title");
    assert_eq!(submissions(&test, &contract), 1);
    browser.open("/work");
    assert!(!browser.text().contains("尚未提交的表单"), "what was sent is no unsent form: {}", browser.text());
}

/// Signs the contractor in as another tab of the browser would.
pub(super) fn sign_in_elsewhere(browser: &Browser) {
    let script = format!(
        "const done = arguments[0]
         fetch('/sign-in').then(answer => answer.text()).then(text => {{
           const form = new DOMParser().parseFromString(text, 'text/html').querySelector('main form')
           const body = new URLSearchParams(new FormData(form))
           body.set('username', 'contractor')
           body.set('password', '{PASSWORD}')
           return fetch('/sign-in', {{method: 'POST', body}})
         }}).then(answer => done(answer.url))"
    );
    browser.wait_for(&script);
}

/// Replaces the content of a field as typing does, and leaves it.
fn retype(browser: &Browser, field: &str, text: &str) {
    browser.run(&format!(
        "const e = document.querySelector('{field}'); e.focus(); e.value = {}
         for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, {{bubbles: true}}))",
        json!(text)
    ));
}

/// Returns whether leaving the page would ask first.
fn asks_to_leave(browser: &Browser) -> bool {
    browser.run("return !dispatchEvent(new Event('beforeunload', {cancelable: true}))") == true
}

/// Waits until an element has a text.
fn wait_for_text(browser: &Browser, selector: &str, text: &str) {
    browser.wait_for(&format!(
        "const done = arguments[0]; (function look() {{ document.querySelector(\"{selector}\")?.textContent.includes({}) ? done() : requestAnimationFrame(look) }})()",
        json!(text)
    ));
}

#[test]
fn a_refused_form_with_files_is_a_form_like_before() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let (contract, _folder) = at_submission(&test, &browser, "zh", 1_000);
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("服务报告.pdf");
    std::fs::write(&broken, "%PDF-1.7 and nothing else").expect("a file");
    browser.fill("input[type=file]", &broken.display().to_string());
    retype(&browser, "#quantity", "many");
    assert!(asks_to_leave(&browser));
    browser.click("main form button[type=submit]");
    browser.see(".govuk-error-summary");
    let told = browser.text();
    assert!(told.contains("服务报告.pdf") && told.contains("无法识别字符"), "the field and the file: {told}");
    assert!(asks_to_leave(&browser), "what was typed is only here");
    // What is typed is read as on a fresh page.
    retype(&browser, "#quantity", "1,234.50");
    wait_for_text(&browser, "[id='quantity-read']", "1,234.5");
    retype(&browser, "#quantity", "1");
    // Without a chosen file, files are not mentioned.
    set_network(&browser, true, -1);
    browser.click("main form button[type=submit]");
    browser.see(".form-notice");
    let told = browser.run("return document.querySelector('.form-notice').textContent").to_string();
    assert!(told.contains("网络已断开") && !told.contains("附件"), "{told}");
    set_network(&browser, false, -1);
    browser.click("main form button[type=submit]");
    browser.see("#done-title");
    assert!(!asks_to_leave(&browser));
    assert_eq!(submissions(&test, &contract), 1);
}

#[test]
fn going_back_after_a_refused_form_is_no_error_of_the_browser() {
    let test = TestApp::sqlite();
    let contract = programme::registered(&test, "B-2");
    give_password(&test, "justice");
    let browser = Browser::start(&test.url);
    browser.open("/sign-in");
    browser.fill("#username", "justice");
    browser.fill("#password", "not the one");
    browser.click("main form button[type=submit]");
    browser.see(".govuk-error-summary");
    browser.fill("#password", PASSWORD);
    browser.click("main form button[type=submit]");
    browser.see("a[href='/sessions']");
    browser.open(&format!("/contracts/{contract}"));
    browser.click("a[href*='/act/withdraw']");
    browser.see("form[action*='/act/withdraw']");
    assert!(!asks_to_leave(&browser), "nothing was typed");
    browser.click("main form button[type=submit]");
    browser.see(".govuk-error-summary");
    browser.fill("#reason", "数量有误");
    assert!(asks_to_leave(&browser));
    browser.click("main form button[type=submit]");
    browser.see("#done-title");
    // The form, the contract, the tasks, and the page for signing in, which redirects to the tasks.
    let contract = format!("/contracts/{contract}");
    for page in [format!("{contract}/act/withdraw"), contract, "/work".to_owned(), "/work".to_owned()] {
        browser.run("document.documentElement.dataset.left = ''; history.back()");
        browser.see("html:not([data-left]) a[href='/sessions']");
        assert_eq!(browser.path().split('?').next(), Some(page.as_str()));
    }
}
