//! Texts of emails that an administrator wrote: used for what happens from then on, in both languages, until the
//! program's own are restored.

use diesel::prelude::*;
use luyue::schema::emails;
use serde_json::json;

use crate::notifications::active;
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_text_is_previewed_saved_used_and_restored
}

on_sqlite_first! {
    only_administrators_edit_texts_and_none_that_cannot_be_used
}

/// Returns the subject lines of the emails of a kind, oldest first.
fn subjects(test: &TestApp, kind: &str) -> Vec<String> {
    let query = emails::table.filter(emails::kind.eq(kind)).order(emails::id).select(emails::subject);
    query.load(&mut *test.app.pool.get().expect("a connection")).expect("emails")
}

fn a_text_is_previewed_saved_used_and_restored(test: &TestApp) {
    let admin = Visitor::signed_in(test, "admin");
    let address = "/mail-templates/contract-state";
    let page = admin.get(address).expect_status(200);
    assert!(page.text.contains("合同已生效") && page.text.contains("{ $number }"), "{}", page.text);
    let typed = |button| {
        [
            ("zh.subject", "新标题 { $number }"),
            ("zh.body", "{ $name }：{ $number }"),
            ("en.subject", "New { $number }"),
            ("en.body", "{ $name }: { $number }"),
            ("do", button),
        ]
    };
    let preview = admin.post_from(address, address, &typed("preview")).expect_status(200);
    assert!(preview.text.contains("新标题 XCSF-2026-001") && preview.text.contains("New XCSF-2026-001"));
    active(test, "N-1");
    assert!(
        subjects(test, "contract-state").iter().all(|subject| !subject.contains("新标题")),
        "a preview saves nothing"
    );
    let saved = admin.post_from(address, address, &typed("save")).expect_status(303);
    assert!(admin.get(&saved.location).expect_status(200).text.contains("文本已保存"));
    let before = subjects(test, "contract-state").len();
    active(test, "N-2");
    let after = subjects(test, "contract-state");
    assert!(after.len() > before && after[before..].iter().all(|subject| subject == "新标题 N-2"), "{after:?}");
    let restored = admin.post_from(address, address, &[("do", "restore")]).expect_status(303);
    assert!(admin.get(&restored.location).expect_status(200).text.contains("已恢复系统原文"));
    let before = after.len();
    active(test, "N-3");
    assert!(subjects(test, "contract-state")[before..].iter().all(|subject| subject.contains("合同已生效")));
    let events = test.by("admin").get("events?limit=200").expect_status(200);
    let actions: Vec<_> = events["items"].as_array().expect("events").iter().map(|event| &event["action"]).collect();
    for action in ["mail_templates.save", "mail_templates.restore"] {
        assert!(actions.contains(&&json!(action)), "{actions:?}");
    }
    assert_eq!(unsealed_differences(test), []);
}

fn only_administrators_edit_texts_and_none_that_cannot_be_used(test: &TestApp) {
    let text = json!({"subject": "{ $number }", "body": "{ $number }"});
    let good = json!({"zh": text, "en": text});
    for who in ["justice", "justice-leader", "contractor", "audit"] {
        assert_eq!(test.by(who).get("mail-templates").status, 403, "{who}");
        assert_eq!(test.by(who).post("mail-templates/overdue", &good).status, 403, "{who}");
    }
    let bad = json!({"zh": {"subject": "", "body": "{ $secret }"}, "en": {"subject": "{ $number }", "body": "{"}});
    for path in ["mail-templates/overdue", "mail-templates/overdue/preview"] {
        let refused = test.by("admin").post(path, &bad).expect_status(422);
        let errors = refused["errors"].as_array().expect("errors").iter();
        let paths: Vec<&str> = errors.filter_map(|error| error["path"].as_str()).collect();
        assert_eq!(paths, ["zh.subject", "zh.body", "en.body"], "{path}");
    }
    assert_eq!(test.by("admin").post("mail-templates/no-such-kind", &good).status, 404);
    let shown = test.by("admin").get("mail-templates/overdue").expect_status(200);
    assert_eq!(shown["own"], json!(false), "nothing was saved");
    assert!(shown["values"].as_array().is_some_and(|values| values.contains(&json!("due"))), "{shown}");
}
