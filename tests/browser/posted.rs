//! Pages that only a form submission produces. Every form of every page is submitted with invalid and with valid input,
//! and the resulting page gets the same checks as all others. A form without a case here fails a test.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diesel::prelude::*;
use luyue::domain::codes::ContractState;
use luyue::schema::emails;
use luyue::storage::identity::people;
use luyue::storage::write::{Context, write};
use luyue::web::limits::ACCOUNT_TRIES;
use luyue::web::page_routes::PAGES;
use luyue::web::pages::actions;
use serde_json::json;

use crate::browser::VISITORS;
use crate::browser::cases::Expected::{Done, Refused};
use crate::browser::cases::{CASES, CODE, Case, LEDGER, TRIED_OFTEN};
use crate::browser::look::{self, Checked};
use crate::browser::rows::{Found, Place};
use crate::imports::setup::drafted;
use crate::matrix::rows::approval_chain;
use crate::payments::setup::{id_of, through};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::mail::sign_changed;
use crate::support::visitor::{Page, Visitor, give_password};

/// The visitors who act on a payment, each with the number of steps after which it waits for them.
const WAITS_FOR: &[(&str, usize)] = &[("finance-review", 1), ("finance-approve", 2), ("finance-pay", 3)];
/// Actions whose form appears only after everything is paid, or while a payment of an earlier day waits; `tests/flows` and
/// `tests/payments` cover them.
const ELSEWHERE: &[&str] = &["complete", "close", "allow", "disallow"];
/// The form for the code after the provider, which only the provider leads to; `tests/identity/provider.rs` covers it.
const AFTER_PROVIDER: &str = "/sign-in/provider/code";

/// Replaces the identifiers in an address by `{}`.
pub fn shape(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    // Identifiers have digits, unlike the names of pages.
    let is_id = |part: &str| part.len() > 15 && part.contains(|c: char| c.is_ascii_digit());
    path.split('/').map(|part| if is_id(part) { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

/// Prepares rows so that every action on them is offered: a letter whose delivery was given up, a user with one-time
/// codes, the payment in the state that waits for the visitor, a suspended contract for the officer, and one that waits
/// for the leader in charge.
pub fn prepare(test: &TestApp, place: &Place, who: &str) {
    let approved = |by: &str, path: &str| {
        test.by(by).post(&format!("{path}/actions/approve"), &json!({})).expect_status(200);
    };
    if who == "justice" {
        let suspensions = test.by("justice-leader").get("suspensions").expect_status(200);
        approved("justice-leader", &format!("suspensions/{}", id_of(&suspensions["items"][0])));
    }
    if who == "justice-leader" {
        let mut chain = approval_chain(&[("lead", "leader")], "2026-07-21");
        chain["subject"] = "contract".into();
        let chain = id_of(&test.by("finance-review").post("approval-chains", &chain).expect_status(201));
        approved("finance-approve", &format!("approval-chains/{chain}"));
        test.at("2026-07-21", 9);
        let submit = format!("contracts/{}/actions/submit", place.contract(ContractState::Draft));
        test.by("justice").post(&submit, &json!({})).expect_status(200);
    }
    if let Some((_, steps)) = WAITS_FOR.iter().find(|(of, _)| *of == who) {
        through(test, place.payment(), *steps);
    }
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let spare = people::by_username(tx.connection, "spare")?.expect("they are there");
        people::set_totp(tx.connection, spare.id, Some("drawn"))?;
        let given_up = diesel::update(emails::table.filter(emails::person_id.eq(spare.id.0)));
        given_up.set(emails::state.eq("dead")).execute(tx.connection)?;
        Ok(())
    })
    .expect("it is written");
    sign_changed(test);
}

/// Returns the address of the page with the form of a case, or an empty text if the current page has it.
pub fn found(test: &TestApp, place: &Place, case: &Case) -> String {
    let parts: Vec<&str> = case.form.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["sign-in", ..] => case.form.to_owned(),
        ["sign-out"] | ["kept-forms", ..] => "/work".to_owned(),
        ["forgotten-password"] | ["change-password"] | ["opinion"] => case.form.to_owned(),
        ["password", _] => place.fill("/password/{token}"),
        ["sessions" | "calendar-feed", ..] => "/sessions".to_owned(),
        ["mail-templates", _] => case.form.to_owned(),
        ["notices", "choices"] => case.form.to_owned(),
        ["notices", ..] => "/notices".to_owned(),
        ["saved-views", "work"] => "/saved-views/work?topic=payments".to_owned(),
        ["saved-views", ..] => place.fill("/saved-views/{list}/{id}"),
        ["one-time-codes", "begin" | "recovery"] => "/one-time-codes".to_owned(),
        ["one-time-codes", ..] => String::new(),
        ["calendar", "files"] => "/calendar".to_owned(),
        ["calendar"] | ["import-ledger"] => String::new(),
        ["import-ledger", "files"] => "/import-ledger".to_owned(),
        ["registers", name, ..] => format!("/registers/{name}"),
        ["contracts", _, "draft" | "amend"] => format!("/contracts/{}", place.contract(case.state)),
        ["contracts", _, "decisions" | "records" | "opinions", ..] => {
            case.form.replace("{}", place.contract(case.state))
        }
        // The sender recalls the interest that they requested.
        ["contracts", _, "act", "payment-recall"] => {
            let contract = format!("contracts/{}", place.contract(case.state));
            let payments = test.by(case.who).get(&format!("{contract}/payments")).expect_status(200);
            let own = payments["items"].as_array().expect("items").iter().find(|payment| payment["kind"] == "interest");
            format!("/{contract}/act/payment-recall?subject={}", id_of(own.expect("a request for interest")))
        }
        ["contracts", _, "act", act, ..] => {
            format!("/contracts/{}/act/{act}?{}", place.contract(case.state), place.about(act))
        }
        ["payments", "vouchers"] => case.form.to_owned(),
        ["payments", "decide"] => {
            let step = if case.who == "finance-pay" { "pay" } else { "review" };
            format!("/payments/check?do={step}&line={}", place.payment())
        }
        ["drafts"] => "/drafts".to_owned(),
        ["drafts", "copy"] => format!("/drafts/copy?contract={}", place.contract(case.state)),
        ["templates"] => format!("/templates/new?contract={}", place.contract(case.state)),
        ["templates", "{}"] => {
            // The first one is built in and cannot be changed.
            let templates = test.by(case.who).get("contract-templates").expect_status(200);
            let own = templates["items"].as_array().and_then(|items| items.get(1).cloned()).unwrap_or_else(|| {
                let template = json!({"name": "全年服务", "contract": place.contract(case.state)});
                test.by(case.who).post("contract-templates", &template).expect_status(201)
            });
            format!("/templates/{}", id_of(&own))
        }
        ["templates", id, _] => format!("/templates/{id}"),
        ["drafts", _, "discard"] => format!("/drafts/{}", place.draft(case.state)),
        ["drafts", _, step] => format!("/drafts/{}/{step}", place.draft(case.state)),
        _ => panic!("where is {} found? (tests/browser/posted.rs)", case.form),
    }
}

/// A script that fills in the form with the given address and submits it by a button. It can also enter values that the
/// page's own fields would not allow.
const SEND: &str = "const [shape, typed, button] = ASKED;
const named = path => path.split('/').map(part => part.length > 15 && /[0-9]/.test(part) ? '{}' : part).join('/');
const form = [...document.forms].find(form => form.getAttribute('method') === 'post' && named(new URL(form.action).pathname) === shape);
if (!form) return 'no form to ' + shape + ' among ' + [...document.forms].map(form => form.action);
for (const [name, value] of typed) {
  const field = form.elements[name];
  if (!field) return 'no field ' + name;
  if (field.type === 'file') {
    const files = new DataTransfer();
    const [, coded] = value.match(/^base64:(.*)$/) ?? [];
    files.items.add(coded ? new File([Uint8Array.from(atob(coded), one => one.charCodeAt(0))], 'ledger.xlsx')
      : new File([value], name));
    field.files = files.files;
    continue;
  }
  if (['date', 'month'].includes(field.type)) field.type = 'text';
  if (field.type === 'checkbox') field.checked = true;
  field.value = value;
  if (field.value !== value) return name + ' does not take ' + value;
}
const does = button ? [...form.elements].filter(one => one.name === 'do' && one.value === button)
  : form.querySelectorAll('button[type=submit]');
if (!does.length) return 'no button ' + button;
for (const marked of [document.querySelector('main'), document.documentElement]) marked.setAttribute('data-sent', '');
does[0].click();
return null;";

/// A script that describes the answer to a form: its status, the number of its error summaries, whether the form was
/// sent by the page's script, and the entries of the summary that link nowhere on the page, that link to a field
/// without its label, or that mention internal names and types instead of the form's labels. A file that is sent here
/// is named after its field.
const ANSWERED: &str = "const nameOf = id => {
  const field = document.getElementById(id);
  const label = document.querySelector(`label[for=\"${CSS.escape(id)}\"]`) ?? field?.querySelector('legend');
  return (label?.textContent ?? '').split(/[(（]/)[0].trim().toLowerCase();
};
const lame = [...document.querySelectorAll('.govuk-error-summary li')].filter(line => {
  const link = line.querySelector('a');
  const nowhere = link && link.pathname === location.pathname && !document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const isNameless = link && link.pathname === location.pathname && link.hash && !line.textContent.toLowerCase().includes(nameOf(decodeURIComponent(link.hash.slice(1))));
  return nowhere || isNameless || /字符串|缺少“|JSON|(?<!文件|File )“[a-z_.]{2,}”|string|missing|expected|invalid|annot be read/.test(line.textContent);
}).map(line => line.innerHTML);
return {
  status: performance.getEntriesByType('navigation')[0].responseStatus,
  summaries: document.querySelectorAll('.govuk-error-summary, .draft-warning[role=alert]').length,
  byScript: document.documentElement.hasAttribute('data-sent'),
  lame,
};";

/// Submits a form and waits for the answer.
fn send(browser: &Browser, case: &Case, typed: &[(String, String)]) -> Result<(), String> {
    let asked = json!([case.form, typed, case.button]).to_string();
    let said = browser.run(&SEND.replace("ASKED", &asked));
    match said.as_str() {
        None => {
            browser.see("main:not([data-sent])");
            Ok(())
        }
        Some(what) => Err(what.to_owned()),
    }
}

/// Returns the faults in the answer to a form.
fn answered(browser: &Browser, case: &Case, name: &str, checked: &mut Checked) -> Vec<String> {
    let answer = browser.run(ANSWERED);
    let status = u16::try_from(answer["status"].as_u64().unwrap_or(0)).unwrap_or(0);
    let mut faults = Vec::new();
    // A step of a draft that was saved elsewhere meanwhile has no fault to list; its notice is an alert as well.
    if (answer["summaries"] == 1) != (case.expected == Refused) {
        faults.push(format!("{status}: {:?} was expected: {}", case.expected, browser.text()));
    }
    if answer["lame"] != json!([]) {
        faults.push(format!("what is wrong is said in vain: {}", answer["lame"]));
    }
    // A form sent by the page's script leaves the page as it is, and the browser logs the refusal to the console.
    let by_script = answer["byScript"] == true;
    let told = look::faults(browser, name, if by_script { 422 } else { status }, checked);
    let known = |fault: &String| {
        by_script && (fault.starts_with("answered with 200") || fault.contains("responded with a status of 4"))
    };
    faults.extend(told.into_iter().filter(|fault| !known(fault)));
    if !by_script && case.expected == Done && status != 200 {
        faults.push(format!("answered with {status}"));
    }
    faults
}

fn sweep(who: &str, language: &str) {
    let test = TestApp::sqlite();
    let place = Place::new(&test);
    prepare(&test, &place, who);
    let browser = look::watching(&test.url);
    browser.open(&format!("/language/{language}?next=%2Fsign-in"));
    if who == "nobody" {
        let guesser = Visitor::new(&test);
        for _ in 0..ACCOUNT_TRIES.0.get() {
            guesser
                .post_from("/sign-in", "/sign-in", &[("username", TRIED_OFTEN), ("password", "not the one")])
                .expect_status(401);
        }
    } else {
        give_password(&test, who);
        browser.sign_in(who);
    }
    let (mut checked, mut wrong) = (Checked::in_language(language), Vec::new());
    let cases = CASES.iter().filter(|case| case.who == who);
    for (n, case) in cases.enumerate() {
        let path = found(&test, &place, case);
        browser.width(1280);
        if !path.is_empty() {
            browser.open(&path);
            // Discards messages of the page itself, which the sweep of all pages checks.
            browser.console();
        }
        let typed = case.typed.iter().map(|(name, value)| {
            let value = match *value {
                CODE => code(&test, &browser),
                LEDGER => format!("base64:{}", STANDARD.encode(drafted())),
                value => value.to_owned(),
            };
            ((*name).to_owned(), value)
        });
        let typed: Vec<(String, String)> = typed.collect();
        if let Err(what) = send(&browser, case, &typed) {
            wrong.push(format!("{} on {path}: {what}", case.form));
            continue;
        }
        // A form whose effects were not shown yet is shown once more with them, and sent again.
        let asks =
            "return document.querySelector('.govuk-error-summary') && document.getElementsByName('seen').length > 0";
        let is_shown_again = case.expected == Done && browser.run(asks) == true;
        if is_shown_again {
            browser.console();
            if send(&browser, case, &typed).is_err() {
                wrong.push(format!("{} on {path}: not shown again with its effects", case.form));
            }
        }
        let shape = case.form.trim_matches('/').replace(['/', '{', '}'], "_");
        let name = format!("posted-{shape}-{n}-{who}-{language}");
        wrong.extend(
            answered(&browser, case, &name, &mut checked).into_iter().map(|what| format!("{}: {what}", case.form)),
        );
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

/// Returns the current one-time code of the secret that the page shows.
fn code(test: &TestApp, browser: &Browser) -> String {
    let secret = browser.run("return document.querySelector('input[name=secret]').value");
    crate::identity::totp::code(test, secret.as_str().expect("the secret"))
}

/// Returns the addresses to which the forms of a page are sent.
fn forms(page: &Page) -> impl Iterator<Item = String> {
    page.attrs("form[method=post]", "action").into_iter().map(|action| shape(&action))
}

#[test]
fn every_form_has_a_row() {
    let test = TestApp::sqlite();
    let place = Place::new(&test);
    prepare(&test, &place, "nobody");
    let known: BTreeSet<&str> = CASES.iter().map(|case| case.form).collect();
    let mut seen = BTreeSet::new();
    for who in VISITORS {
        let visitor = if *who == "nobody" { Visitor::new(&test) } else { Visitor::signed_in(&test, who) };
        for address in place.all().iter().filter(|address| address.found == Found::Page) {
            if address.status(who) == Some(200) {
                seen.extend(forms(&visitor.get(&address.path)));
            }
        }
    }
    assert!(seen.len() > 40, "hardly a form was found: {seen:?}");
    let missing: Vec<&String> = seen.iter().filter(|form| !known.contains(form.as_str())).collect();
    assert!(missing.is_empty(), "forms without a row in tests/browser/cases.rs: {missing:?}");
    let acts = actions::rights().map(|(act, _)| act).filter(|act| !ELSEWHERE.contains(act));
    let of_act = |act: &str| [format!("/contracts/{{}}/act/{act}"), format!("/contracts/{{}}/act/{act}/files")];
    let unsent: Vec<&str> = acts.filter(|act| !of_act(act).iter().any(|form| known.contains(form.as_str()))).collect();
    assert!(unsent.is_empty(), "acts that nobody takes: {unsent:?} (tests/browser/cases.rs)");
    // Every route that accepts a form also has a case.
    let fits = |pattern: &str, form: &str| {
        let (pattern, form): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), form.split('/').collect());
        pattern.len() == form.len() && pattern.iter().zip(&form).all(|(part, of)| part == of || part.starts_with('{'))
    };
    let posted = PAGES.iter().filter(|(method, ..)| *method == "post").map(|(_, page, _)| *page);
    let posted = posted.filter(|page| *page != AFTER_PROVIDER);
    let unsent: Vec<&str> = posted.filter(|page| !known.iter().any(|form| fits(page, form))).collect();
    assert!(unsent.is_empty(), "nothing is sent to {unsent:?} (tests/browser/cases.rs)");
}

#[test]
fn every_case_has_a_known_sender() {
    for case in CASES {
        assert!(SWEPT.contains(&case.who), "{} by {}", case.form, case.who);
    }
}

in_both_languages! {
    stranger "nobody";
    officer "justice";
    leader "justice-leader";
    reviewer "finance-review";
    approver "finance-approve";
    cashier "finance-pay";
    contractor "contractor";
    administrator "admin";
}
