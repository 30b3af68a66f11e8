//! Every form of the browser's table of cases, sent after its session has ended: after signing in the same person finds
//! all that was typed, and nothing has been done. On the same pages, days are typed or pasted into text fields with a
//! picker beside each, and the page of an act computes its contract's standing once.

use std::collections::BTreeSet;

use diesel::prelude::*;
use luyue::schema::{drafts, events, sessions};
use luyue::web::pages::actions;
use luyue::web::pages::response::session_cookie;
use scraper::Html;
use serde_json::json;

use crate::browser::cases::{CASES, Case};
use crate::browser::posted::{found, prepare, shape};
use crate::browser::rows::Place;
use crate::payments::setup::step;
use crate::support::app::TestApp;
use crate::support::dom::{ShownForm, attrs_of, forms_of};
use crate::support::log;
use crate::support::visitor::{Page, Visitor, give_password};

/// The senders, in the order in which the payment comes to them; each with the step before, and who takes it.
const SENDERS: &[(&str, Option<(&str, &str)>)] = &[
    // The officer's pages open what the contractor can still take back.
    ("contractor", None),
    ("justice", None),
    ("admin", None),
    ("justice-leader", None),
    ("finance-review", Some(("justice", "confirm"))),
    ("finance-approve", Some(("finance-review", "review"))),
    ("finance-pay", Some(("finance-approve", "approve"))),
];
/// Beginnings of the addresses of forms that hold only a password, a one-time code or nothing.
const NOT_KEPT: &[&str] =
    &["/change-password", "/one-time-codes", "/sign-out", "/sessions", "/kept-forms", "/calendar-feed"];
/// Forms that appear only after another form of the table has been carried out, or before the officer's are prepared.
const AFTER_OTHERS: &[&str] = &[
    "/calendar",
    "/import-ledger",
    "/contracts/{}/act/payment-recall",
    "/contracts/{}/act/recall",
    "/registers/delegations/{}/end",
    "/registers/people/{}/enable",
    "/registers/suspensions/{}/approve",
    "/registers/suspensions/{}/refuse",
    "/registers/correction-groups/{}/dissolve",
    "/registers/work-stations/{}/close",
    "/registers/workers/{}/leave",
];
/// Acts whose pages are open only after forms of the table have been carried out.
const ACTS_AFTER_OTHERS: &[&str] = &["recall", "complete", "close", "allow", "disallow", "payment-recall"];
/// Fields that are not shown again, because they hold secrets.
const NOT_TYPED: &[&str] = &["current_password", "current_code", "password", "again"];
/// Text for a field, with signs that a page or an address could lose.
const WORDS: &str = " 汛期 <b>\"&'+% 路";
/// Forms of one person that are sent at once; no more than five are kept.
const AT_ONCE: usize = 5;

/// A form that was filled in and what it holds.
struct Filled<'a> {
    case: &'a Case,
    form: ShownForm,
    typed: Vec<(String, String)>,
}

/// Returns whether a form has the button of a case.
fn has_button(form: &ShownForm, button: &str) -> bool {
    form.is_posted && (button.is_empty() || form.buttons.iter().any(|(name, value)| name == "do" && value == button))
}

/// Fills in the form of a case, if the page has it.
fn filled<'a>(forms: &[ShownForm], case: &'a Case) -> Option<Filled<'a>> {
    let form = forms.iter().find(|form| shape(&form.action) == case.form && has_button(form, case.button))?;
    let texts: BTreeSet<String> = form.texts.iter().cloned().collect();
    let is_choice = |name: &str| form.choices.iter().any(|choice| choice == name);
    let chosen = case.typed.iter().filter(|(name, value)| is_choice(name) && !value.is_empty());
    let mut typed: Vec<(String, String)> =
        chosen.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    typed.extend(texts.iter().enumerate().map(|(n, name)| (name.clone(), format!("{n}{WORDS}"))));
    typed.retain(|(name, _)| !NOT_TYPED.contains(&name.as_str()));
    let fields: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let form = form.clone().with(&fields);
    Some(Filled { case, form, typed })
}

/// Returns the faults of the fields for days on a page: a native one takes no paste and shows the month first.
fn day_faults(page: &Html, forms: &[ShownForm]) -> Vec<String> {
    let native = "input[type=date][name], input[type=month][name], input[type=datetime-local][name]";
    let mut faults = attrs_of(page, native, "name");
    let picked = attrs_of(page, "[data-picks]", "data-picks");
    let is_day = |name: &&String| {
        let last = name.rsplit('.').next().unwrap_or_default();
        last == "on" || last.ends_with("_on") || last == "as_of"
    };
    let texts = forms.iter().flat_map(|form| &form.texts);
    faults.extend(texts.filter(is_day).filter(|name| !picked.contains(name)).cloned());
    faults
}

/// Returns what can be done by sending a form: the acts in the audit log, and the drafts.
fn done(test: &TestApp) -> (Vec<String>, Vec<(i64, i64, String)>) {
    let mut connection = test.app.pool.get().expect("a connection");
    let actions = events::table.order((events::stream, events::seq)).select(events::action);
    let mut actions: Vec<String> = actions.load(&mut connection).expect("actions");
    // Signing in is recorded, and so is that a page was opened.
    actions.retain(|action| !action.starts_with("session.") && !action.ends_with(".open"));
    let drafts = drafts::table.order(drafts::id).select((drafts::id, drafts::version, drafts::fields));
    (actions, drafts.load(&mut connection).expect("drafts"))
}

fn end_sessions(test: &TestApp) {
    diesel::delete(sessions::table).execute(&mut test.app.pool.get().expect("a connection")).expect("they end");
}

/// Returns the address to which signing in leads.
fn next(page: &Page) -> Option<String> {
    let (path, query) = page.location.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let next = pairs.find(|(name, _)| name == "next").map(|(_, next)| next.into_owned());
    next.filter(|_| page.status == 303 && path == "/sign-in")
}

/// Sends filled forms without a session, signs in, and returns what is not there again.
fn lost(test: &TestApp, visitor: &Visitor<'_>, who: &str, sent: &[Filled<'_>]) -> Vec<String> {
    end_sessions(test);
    let before = done(test);
    let mut faults = Vec::new();
    let answers: Vec<Option<String>> = sent.iter().map(|of| next(&of.form.send(visitor, of.case.button))).collect();
    // In the same browser the person signs in again; a password's hash would cost more than all else.
    let session = session_cookie(&test.app);
    visitor.keep(session, &Visitor::signed_in(test, who).cookie(session).expect("a session"));
    for (of, address) in sent.iter().zip(answers) {
        let name = format!("{} by {who}", of.case.form);
        let Some(address) = address else {
            faults.push(format!("{name}: does not lead to signing in"));
            continue;
        };
        if of.typed.is_empty() {
            continue;
        }
        let page = visitor.get(&address);
        let mut forms = page.forms().into_iter();
        let again = forms.find(|form| form.action == of.form.action && has_button(form, of.case.button));
        let Some(again) = again else {
            faults.push(format!("{name}: {address} answers {} without the form", page.status));
            continue;
        };
        for (field, typed) in &of.typed {
            let held = again.value(field).map(|value| value.replace("\r\n", "\n"));
            if held.as_ref() != Some(typed) {
                faults.push(format!("{name}: {field} holds {held:?} instead of {typed:?}"));
            }
        }
    }
    if done(test) != before {
        faults.push(format!("by {who}: something was done"));
    }
    faults
}

#[test]
fn every_form_is_there_again_with_all_that_was_typed() {
    log::keep_as_json();
    let test = TestApp::sqlite();
    let place = Place::new(&test);
    let (mut faults, mut missing, mut seen) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let mut acts = BTreeSet::new();
    for (who, before) in SENDERS {
        match before {
            None => prepare(&test, &place, who),
            Some((by, name)) => {
                step(&test, by, place.payment(), name, &json!({})).expect_status(200);
            }
        }
        give_password(&test, who);
        let visitor = Visitor::signed_in(&test, who);
        let mut known = BTreeSet::new();
        let is_kept = |case: &&Case| !NOT_KEPT.iter().any(|form| case.form.starts_with(form));
        let is_first = |case: &&Case| known.insert((case.form, case.state.as_str(), case.button));
        let own = CASES.iter().filter(|case| case.who == *who && !AFTER_OTHERS.contains(&case.form));
        let cases: Vec<&Case> = own.filter(is_kept).filter(is_first).collect();
        for some in cases.chunks(AT_ONCE) {
            let mut sent = Vec::new();
            for case in some {
                let address = found(&test, &place, case);
                let mut shown = None;
                let standings = log::standings(|| shown = Some(visitor.get(&address)));
                let page = shown.expect("a page");
                if let Some((_, act)) = address.split_once("/act/") {
                    acts.extend(act.split(['?', '/']).next().map(str::to_owned));
                    let days: BTreeSet<&String> = standings.iter().collect();
                    let is_again = days.len() < standings.len();
                    faults.extend(is_again.then(|| format!("{}: standings {standings:?}", case.form)));
                }
                let dom = page.dom();
                let forms = forms_of(&dom);
                let days = day_faults(&dom, &forms);
                faults.extend(days.into_iter().map(|name| format!("{}: {name} of a day", case.form)));
                missing.insert(case.form);
                sent.extend(filled(&forms, case));
            }
            seen.extend(sent.iter().map(|of| of.case.form));
            faults.extend(lost(&test, &visitor, who, &sent));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    missing.retain(|form| !seen.contains(form));
    assert_eq!(missing, BTreeSet::new(), "forms that no page shows");
    assert!(seen.len() > 90, "hardly a form was sent: {seen:?}");
    let is_unread = |name: &&str| !acts.contains(*name) && !ACTS_AFTER_OTHERS.contains(name);
    let unread: Vec<&str> = actions::rights().map(|(name, _)| name).filter(is_unread).collect();
    assert_eq!(unread, Vec::<&str>::new(), "acts whose pages were not read");
}
