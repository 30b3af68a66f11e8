//! Texts that would be markup or script: wherever they were entered, pages show them as text and nothing of them runs.

use serde_json::{Value, json};

use super::look;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::give_password;

/// Leaves an attribute, an element, a script, a style, a comment.
const TEXTS: &[&str] = &[
    "\"><svg onload=\"window.ran=1\">",
    "'><img src=x onerror='window.ran=1'>",
    "</title></textarea></script><script>window.ran=1</script>",
    "<a href=\"javascript:window.ran=1\">x</a>{{ran=1}}${ran=1}",
    "--><iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
];

/// Whether anything of a text became part of the page.
const MARKUP: &str = "return [window.ran !== undefined,
  document.querySelectorAll('svg[onload], img[onerror], iframe, a[href^=\"javascript:\"]').length > 0,
  refusedByPolicy.length > 0]";

fn input(test: &TestApp, number: &str, text: &str) -> Value {
    let mut input = programme::input(test, number);
    for field in ["title", "method", "plan_no"] {
        input[field] = json!(text);
    }
    input["details"] = json!({
        "items": {"VISIT": {"name": text, "unit": text, "service": "上门走访", "standard": text}},
        "deliverables": {"VISIT-H1": {"name": text, "place": text, "evidence": text}},
        "milestones": {"MIDYEAR": {"name": text}, "ADVANCE": {"name": text}},
        "clauses": {"LATE": {"name": text, "text": text}},
        "notes": text,
    });
    input
}

#[test]
fn texts_stay_texts() {
    let test = TestApp::sqlite();
    for who in ["justice", "contractor"] {
        give_password(&test, who);
    }
    let mut contracts = Vec::new();
    for (n, text) in TEXTS.iter().enumerate() {
        let created = test.by("justice").post("contracts", &input(&test, &format!("H-{n}"), text)).ok(201);
        let id = created["id"].as_str().expect("an id").to_owned();
        programme::activate(&test, &id);
        let fields = [("quantity", "590"), ("note", *text)];
        let table = "编号,数量\nD1,120\n".as_bytes();
        let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions");
        test.by("contractor").upload(&path, &fields, &[("名册 'x' onload=1.csv", table)]).ok(201);
        let ask = json!({"deliverable": "EDU-H1", "days": 7, "reason": text});
        test.by("justice").post(&format!("contracts/{id}/extensions"), &ask).ok(201);
        let survey = json!({"score": "90", "note": text});
        test.by("justice").post(&format!("contracts/{id}/surveys"), &survey).ok(201);
        contracts.push((id, *text));
    }
    let browser = look::watching(&test.url);
    browser.sign_in("justice");
    let mut paths = vec![("/work".to_owned(), TEXTS), ("/contracts".to_owned(), TEXTS)];
    for (id, text) in &contracts {
        let texts = std::slice::from_ref(text);
        paths.push((format!("/contracts/{id}"), texts));
        for act in ["decision?subject=VISIT-H1&no=1", "request?subject=ADVANCE", "score?subject=MIDYEAR"] {
            paths.push((format!("/contracts/{id}/act/{act}"), texts));
        }
        paths.push((format!("/contracts?q={}", id), &[]));
    }
    for text in TEXTS {
        let text = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
        paths.push((format!("/contracts?q={text}"), &[]));
        paths.push((format!("/sign-in?next={text}"), &[]));
        paths.push((format!("/verify/{text}"), &[]));
        paths.push((format!("/registers/{text}"), &[]));
    }
    for (path, texts) in paths {
        browser.open(&path);
        assert_eq!(browser.run(MARKUP), json!([false, false, false]), "{path}");
        let shown = browser.text();
        for text in texts {
            assert!(shown.contains(text.trim()) || path.contains("/act/"), "{path} does not show {text}: {shown}");
        }
    }
}
