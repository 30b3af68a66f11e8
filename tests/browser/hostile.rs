//! Markup injection: wherever a user can enter text with markup or script, pages show it as text and execute nothing.

use diesel::prelude::*;
use luyue::domain::credit_code::CreditCode;
use luyue::domain::text_input::identifier;
use luyue::schema::emails;
use luyue::services::contracts::drafts::fields::Fields;
use luyue::services::contracts::drafts::steps::STEPS;
use luyue::services::contracts::drafts::{self, Change};
use luyue::services::identity::sessions;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::adapters::fixtures;
use crate::browser::look;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::programme;
use crate::support::visitor::give_password;

/// Payloads that break out into an attribute, an element, a script, a style and a comment.
const TEXTS: &[&str] = &[
    "\"><svg onload=\"window.ran=1\">",
    "'><img src=x onerror='window.ran=1'>",
    "</title></textarea></script><script>window.ran=1</script>",
    "<a href=\"javascript:window.ran=1\">x</a>{{ran=1}}${ran=1}",
    "--><iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
];

/// A script that reports whether any part of a payload became part of the page.
const MARKUP: &str = "return [window.ran !== undefined,
  document.querySelectorAll('svg[onload], img, iframe, a[href^=\"javascript:\"]').length > 0,
  refusedByPolicy.length > 0]";
/// A script that returns all text of the page, including folded sections, form fields and titles.
const STANDS: &str =
    "return [document.title, document.body.innerText, document.querySelector('main')?.textContent ?? 'NO PAGE OF OURS',
  ...[...document.querySelectorAll('main input, main textarea')].map(field => field.value),
  ...[...document.querySelectorAll('main [title]')].map(one => one.title)].join('\\n')";

/// A visitor, the address of a page, and the names of the fields whose texts it shows.
type Shown = (&'static str, String, Vec<&'static str>);

/// The data entered with one payload. Each text is prefixed with the name of its field, so that the test can identify
/// where it appears.
struct Corpus<'a> {
    test: &'a TestApp,
    n: usize,
    text: &'static str,
    pages: Vec<Shown>,
}

impl Corpus<'_> {
    fn said(&self, field: &str) -> String {
        format!("{field}{}", self.text)
    }

    fn post(&self, who: &str, path: &str, body: &Value) -> Value {
        let reply = self.test.by(who).post(path, body);
        assert!([200, 201].contains(&reply.status), "{path}: {}", reply.json);
        reply.json
    }

    fn shown(&mut self, who: &'static str, path: impl Into<String>, fields: &[&'static str]) {
        self.pages.push((who, path.into(), fields.to_vec()));
    }

    fn on(&self, day: &str) {
        self.test.at(day, 9);
    }

    /// Enters organisations, people, services, appropriations, a deputy and a bank account.
    fn registers(&mut self) {
        let n = self.n;
        let organisation = format!("H-ORG-{n}");
        self.post("admin", "regions", &json!({"code": format!("34189{n}"), "name": self.said("region")}));
        let body =
            json!({"code": organisation, "name": self.said("organisation"), "function": "justice", "region": "341800"});
        self.post("admin", "organisations", &body);
        let code = credit_code(n);
        let body = json!({"credit_code": code, "name": self.said("contractor"), "kind": "company", "sme": true,
            "qualifications": self.said("qualifications")});
        self.post("admin", "contractors", &body);
        let body = json!({"code": format!("H-{n}"), "name": self.said("service"), "unit": self.said("unit"),
            "standard": self.said("standard"), "basis": self.said("basis")});
        self.post("admin", "services", &body);
        let person = |username: String, organisation: &str, role: &str| {
            json!({"username": username, "name": self.said("person"), "email": format!("h{n}@luyue.test"), "language": "zh",
                "seats": [{"organisation": organisation, "role": role}]})
        };
        self.post("admin", "people", &person(format!("h-{n}"), "XC-JUSTICE", "officer"));
        self.post("admin", "people", &person(format!("hc-{n}"), &code, "contractor"));
        let money = json!({"year": 2026, "bureau": "XC-JUSTICE", "line": self.said("line"), "economic": self.said("economic"),
            "project": self.said("project"), "document_no": self.said("document"), "source": self.said("source"), "amount": "1.00"});
        let money = self.post("finance-review", "appropriations", &money);
        let refuse = json!({"reason": self.said("refusal")});
        self.post(
            "finance-approve",
            &format!("appropriations/{}/actions/refuse", money["id"].as_str().expect("an id")),
            &refuse,
        );
        let deputy = json!({"organisation": "XC-JUSTICE", "role": "officer", "deputy": format!("h-{n}"), "until_on": "2026-12-31"});
        self.post("justice", "delegations", &deputy);
        let account = json!({"name": self.said("holder"), "bank": self.said("bank"), "number": "6222000011114444"});
        self.post(&format!("hc-{n}"), &format!("contractors/{code}/accounts"), &account);
        self.shown("admin", "/registers/regions", &["region"]);
        self.shown("admin", "/registers/organisations", &["organisation"]);
        self.shown("admin", "/registers/services", &["service", "unit", "standard", "basis"]);
        self.shown("admin", "/registers/people", &["person"]);
        self.shown("finance-review", "/registers/contractors", &["contractor"]);
        self.shown("finance-review", "/registers/accounts", &["contractor", "holder", "bank"]);
        self.shown(
            "finance-review",
            "/registers/appropriations",
            &["line", "economic", "project", "document", "source"],
        );
        self.shown("justice", "/registers/delegations", &["person"]);
    }

    /// Enters a contract and every text that can be attached to it.
    fn contract(&mut self) {
        let created = self.post("justice", "contracts", &self.input());
        let id = created["id"].as_str().expect("an id").to_owned();
        programme::activate(self.test, &id);
        let of = |path: &str| format!("contracts/{id}/{path}");
        let reason = |field: &str| json!({"reason": self.said(field)});
        let table = "编号,数量\nD1,120\n".as_bytes();
        let files = [("x'><img src=x onerror='window.ran=1'>.csv", table)];
        let fields = [("quantity", "590"), ("note", &*self.said("submission"))];
        self.test.by("contractor").upload(&of("deliverables/VISIT-H1/submissions"), &fields, &files).expect_status(201);
        let waits = [("quantity", "24"), ("note", &*self.said("waiting"))];
        self.test.by("contractor").upload(&of("deliverables/EDU-H1/submissions"), &waits, &files).expect_status(201);
        let decision = json!({"decision": "partial", "quantity": "590", "measured": {"COVERAGE": "96"},
            "note": self.said("decision"), "members": [self.said("member")]});
        self.post("justice", &of("deliverables/VISIT-H1/submissions/1/decision"), &decision);
        let incident = json!({"id": self.text, "clause": "LEAK", "note": self.said("incident")});
        let incident = self.post("justice", &of("incidents"), &incident);
        let incident = incident["id"].as_str().expect("an id").to_owned();
        self.post("justice-leader", &format!("incidents/{incident}/actions/grant"), &reason("granted"));
        let headcount = json!({"month": "2026-01", "clients": 20, "workers": 1, "note": self.said("headcount")});
        self.post("justice", &of("headcounts"), &headcount);
        self.post("justice", &of("surveys"), &json!({"score": "90", "note": self.said("survey")}));
        let ask = json!({"deliverable": "EDU-H2", "days": 7, "reason": self.said("extension")});
        let extension = self.post("justice", &of("extensions"), &ask);
        let extension = extension["id"].as_str().expect("an id").to_owned();
        self.post("justice-leader", &format!("extensions/{extension}/actions/refuse"), &reason("refused"));
        let ask = json!({"clause": "LATE", "subject": "EDU-H1", "reason": self.said("waiver")});
        let waiver = self.post("justice", &of("waivers"), &ask);
        let waiver = waiver["id"].as_str().expect("an id").to_owned();
        let paper = fixtures::pdf("发票".as_bytes());
        let invoice = [("number", &*format!("25342000000{:09}", self.n)), ("amount", "93600.00")];
        let handed = self.test.by("contractor").upload_as(
            "file",
            &of("milestones/ADVANCE/invoice"),
            &invoice,
            &[("x'><b>.pdf", &paper)],
        );
        handed.expect_status(201);
        self.on("2026-01-14");
        let request = || {
            let asked = self.post("contractor", &of("milestones/ADVANCE/payments"), &json!({}));
            asked["id"].as_str().expect("an id").to_owned()
        };
        let sent_back = request();
        self.post("justice", &format!("payments/{sent_back}/actions/return"), &reason("returned"));
        let payment = request();
        for (who, step) in [("justice", "confirm"), ("finance-review", "review"), ("finance-approve", "approve")] {
            self.post(who, &format!("payments/{payment}/actions/{step}"), &json!({}));
        }
        let paid = json!({"voucher": self.said("voucher")});
        self.post("finance-pay", &format!("payments/{payment}/actions/pay"), &paid);
        let history = self.test.by("justice").get(&of("change-requests")).expect_status(200);
        assert!(history["items"].as_array().is_some_and(|asks| asks.len() == 3), "{history}");
        self.post("justice", &of("reversals"), &json!({"seq": 6, "reason": self.said("reversal")}));
        self.post("justice-leader", &of("actions/terminate"), &reason("terminate"));

        let whole = [
            "title",
            "milestone",
            "deliverable",
            "submission",
            "decision",
            "member",
            "survey",
            "headcount",
            "incident",
            "granted",
            "extension",
            "refused",
            "waiver",
            "returned",
            "voucher",
            "reversal",
            "terminate",
            "number",
        ];
        for who in ["justice", "contractor", "audit"] {
            self.shown(who, format!("/contracts/{id}"), &whole);
        }
        let act = |name: &str, about: &str| format!("/contracts/{id}/act/{name}?subject={about}");
        self.shown("justice", "/work", &["title", "number"]);
        self.shown("justice", "/contracts", &["title", "number"]);
        self.shown("justice", act("decision", "EDU-H1&no=1"), &["title", "waiting"]);
        self.shown("justice", act("extension", "EDU-H2"), &["title"]);
        self.shown("justice", act("incident", ""), &["clause"]);
        self.shown("justice", act("reversal", "6"), &["survey"]);
        self.shown("contractor", act("submission", "VISIT-H2"), &["title", "place", "evidence", "norm"]);
        self.shown("contractor", act("request", "MIDYEAR"), &["milestone"]);
        self.shown("justice-leader", act("score", "MIDYEAR"), &["milestone"]);
        self.shown("justice-leader", act("refuse", &waiver), &["waiver", "clause"]);
        self.shown("justice-leader", act("grant", &waiver), &["waiver", "clause"]);
        self.shown("finance-review", act("consent", ""), &["title"]);
        self.shown("audit", format!("/events/chain?contract={}", encoded(&self.said("number"))), &["number"]);
    }

    fn input(&self) -> Value {
        let mut input = programme::input(self.test, &self.said("number"));
        for field in ["title", "method", "plan_no"] {
            input[field] = json!(self.said(field));
        }
        let item =
            json!({"name": self.said("item"), "unit": "次", "service": self.said("of"), "standard": self.said("norm")});
        let deliverable =
            json!({"name": self.said("deliverable"), "place": self.said("place"), "evidence": self.said("evidence")});
        let clause = json!({"name": self.said("clause"), "text": self.said("words")});
        let details = &mut input["details"];
        details["items"]["VISIT"] = item;
        for code in ["VISIT-H1", "VISIT-H2"] {
            details["deliverables"][code] = deliverable.clone();
        }
        for code in ["MIDYEAR", "ADVANCE"] {
            details["milestones"][code] = json!({"name": self.said("milestone")});
        }
        for code in ["LATE", "LEAK"] {
            details["clauses"][code] = clause.clone();
        }
        details["notes"] = json!(self.said("notes"));
        input
    }

    /// Begins a draft registration, whose fields show the entered texts again.
    fn draft(&mut self) {
        let officer = sessions::local_caller(&self.test.app, "justice").expect("the officer");
        let draft = drafts::create(&self.test.app, &officer).expect("a draft");
        let typed: &[(&str, &[(&str, &str)])] = &[
            ("parties", &[("title", "named"), ("number", "numbered"), ("method", "chosen"), ("plan_no", "planned")]),
            (
                "items",
                &[
                    ("items.0.code", ""),
                    ("items.0.name", "thing"),
                    ("items.0.unit", "each"),
                    ("items.0.quantity", "many"),
                ],
            ),
            (
                "deliverables",
                &[("deliverables.0.code", ""), ("deliverables.0.name", "gift"), ("deliverables.0.place", "where")],
            ),
            (
                "milestones",
                &[("milestones.0.code", ""), ("milestones.0.name", "part"), ("milestones.0.amount", "much")],
            ),
            (
                "clauses",
                &[("clauses.0.kind", "late_delivery"), ("clauses.0.name", "rule"), ("clauses.0.text", "wording")],
            ),
            ("scorecard", &[("scorecard.weights.quantity", "weight")]),
            ("notes", &[("notes", "remark")]),
        ];
        let mut version = draft.version;
        for (name, fields) in typed {
            let mut kept = Fields::default();
            for (field, value) in *fields {
                kept.set(*field, if *value == "late_delivery" { (*value).to_owned() } else { self.said(value) });
            }
            let step = STEPS.iter().find(|step| step.name == *name).expect("a step");
            let saved = drafts::save(&self.test.app, &officer, (&draft.id, version), step, &kept, &Change::Nothing);
            version = saved.expect("it is saved").version;
            let shown: Vec<&'static str> =
                fields.iter().map(|(_, value)| *value).filter(|value| *value != "late_delivery").collect();
            self.shown("justice", format!("/drafts/{}/{name}", draft.id), &shown);
        }
        self.shown("justice", "/drafts", &["named", "numbered"]);
        self.shown("justice", format!("/drafts/{}", draft.id), &["named"]);
        self.shown("justice", format!("/drafts/{}/check", draft.id), &["named", "numbered", "chosen", "plan"]);
        self.shown("justice", format!("/drafts/{}/try", draft.id), &["named"]);
    }

    /// Adds texts that appear only in addresses.
    fn addresses(&mut self) {
        let text = encoded(self.text);
        for path in ["/contracts?q=", "/verify/", "/events?contract=", "/events?person=", "/contracts?q="] {
            self.shown("audit", format!("{path}{text}"), &[""]);
        }
        for path in ["/registers/", "/drafts/", "/events/", "/password/", "/contracts/x?as_of="] {
            self.shown("justice", format!("{path}{text}"), &[]);
        }
    }
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Returns a valid credit code: its last character is the checksum of the others.
fn credit_code(n: usize) -> String {
    let body = format!("91341800MA2TK{n}001");
    let mut last = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().map(|last| format!("{body}{last}"));
    last.find(|code| CreditCode::parse(code).is_ok()).expect("one of them fits")
}

/// Checks that the mail server's answer and the HTML part of a letter show payloads as text.
fn letters_are_text(test: &TestApp) {
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let context = Context::of_program(test.now(), test.app.ids.clone());
    let written: Vec<(String, String)> = write(&test.app.pool, &context, |tx| {
        diesel::update(emails::table).set(emails::answer.eq(TEXTS[0])).execute(tx.connection)?;
        Ok(emails::table.select((emails::subject, emails::html)).load(tx.connection)?)
    })
    .expect("the letters");
    assert!(written.iter().any(|(subject, _)| subject.contains("<svg")), "no subject has a text in it");
    for (subject, html) in &written {
        assert!(!subject.contains('\n'), "{subject}");
        for tag in ["<svg", "<img", "<script", "<iframe", "<a href=\"javascript"] {
            assert!(!html.contains(tag), "{subject}: {html}");
        }
    }
}

fn look_at(browser: &Browser, path: &str, texts: &[String], wrong: &mut Vec<String>) {
    browser.open(path);
    let found = browser.run(MARKUP);
    if found != json!([false, false, false]) {
        wrong.push(format!("{path}: [it ran, it is markup, the policy refused] is {found}"));
    }
    let stands = browser.run(STANDS);
    let stands = stands.as_str().unwrap_or_default();
    if stands.contains("NO PAGE OF OURS") {
        wrong.push(format!("{path} is no page of ours: {stands}"));
    }
    wrong.extend(
        texts.iter().filter(|text| !stands.contains(text.trim())).map(|text| format!("{path} does not show {text}")),
    );
}

#[test]
fn hostile_texts_are_shown_as_text() {
    let test = TestApp::sqlite();
    let mut pages: Vec<(&str, String, Vec<String>)> = Vec::new();
    for (n, text) in TEXTS.iter().enumerate() {
        test.at("2026-01-05", 9);
        let mut corpus = Corpus { test: &test, n, text, pages: Vec::new() };
        corpus.registers();
        corpus.contract();
        corpus.draft();
        corpus.addresses();
        // Numbers are stored without blanks.
        let shown = |field: &str| match field {
            "document" | "number" | "voucher" => identifier(&format!("{field}{text}")),
            "plan" => identifier(&format!("planned{text}")),
            _ => format!("{field}{text}"),
        };
        let said = |fields: &[&str]| fields.iter().map(|field| shown(field)).collect();
        pages.extend(corpus.pages.into_iter().map(|(who, path, fields)| (who, path, said(&fields))));
    }
    letters_are_text(&test);
    pages.push(("admin", "/registers/emails".to_owned(), vec![TEXTS[0].to_owned()]));
    pages.push(("audit", "/events".to_owned(), Vec::new()));
    let events = test.by("audit").get("events?limit=60").expect_status(200);
    let events = events["items"].as_array().expect("items").iter().map(|event| event["id"].to_string());
    pages.extend(events.map(|id| ("audit", format!("/events/{}", id.trim_matches('"')), Vec::new())));
    let mut wrong = Vec::new();
    for who in ["justice", "justice-leader", "contractor", "finance-review", "audit", "admin"] {
        give_password(&test, who);
        let browser = look::watching(&test.url);
        // The browser's user agent is shown in the list of the user's own sessions.
        browser.command("Network.setUserAgentOverride", &json!({"userAgent": TEXTS[1]}));
        browser.sign_in(who);
        look_at(&browser, "/sessions", &[TEXTS[1].to_owned()], &mut wrong);
        for (_, path, texts) in pages.iter().filter(|(of, ..)| *of == who) {
            look_at(&browser, path, texts, &mut wrong);
        }
    }
    let nobody = look::watching(&test.url);
    for text in TEXTS {
        look_at(&nobody, &format!("/sign-in?next={}", encoded(text)), &[], &mut wrong);
        look_at(&nobody, &format!("/language/{}?next=%2Fsign-in", encoded(text)), &[], &mut wrong);
    }
    assert!(pages.len() > 150, "{} pages", pages.len());
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}
