//! Contractors: search by two characters, credit codes, and the bank account, whose change requires two people.

use luyue::domain::codes::Role;
use serde_json::{Value, json};

use crate::payments::setup::seated;
use crate::registry::{added, column, hands, text};
use crate::support::app::{CONTRACTOR, CONTRACTOR_2, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    contractors_are_found_by_two_characters
    credit_codes_are_checked
    an_account_is_masked
    two_reviewers_race_for_one_account
}

on_sqlite_first! {
    an_account_changes_by_two_people
    an_account_is_decided_on_where_the_contractor_is_paid_or_registered
}

fn contractors_are_found_by_two_characters(test: &TestApp) {
    let new =
        json!({"credit_code": "914403001922038216", "name": "安徽 Hope 心理咨询", "kind": "company", "sme": true});
    let answer = test.by("admin").post("contractors", &new).expect_status(201);
    assert_eq!(answer["account"], Value::Null);
    for (q, expected) in [
        ("心理", vec![CONTRACTOR_2, "914403001922038216"]),
        ("社会工作", vec![CONTRACTOR]),
        ("hope", vec!["914403001922038216"]),
        ("皖", vec![CONTRACTOR_2]),
        ("19220382", vec!["914403001922038216"]),
        (CONTRACTOR, vec![CONTRACTOR]),
        ("无此", vec![]),
        ("理心", vec![]),
        ("%25", vec![]),
        ("", vec![CONTRACTOR, CONTRACTOR_2, "914403001922038216"]),
    ] {
        let q = percent_encoding::utf8_percent_encode(q, percent_encoding::NON_ALPHANUMERIC);
        let found = test.by("justice").get(&format!("contractors?q={q}")).expect_status(200);
        assert_eq!(column(&found, "credit_code"), expected, "{q}");
    }
    let one = test.by("justice").get("contractors?limit=1").expect_status(200);
    let next = test.by("justice").get(&format!("contractors?limit=2&cursor={}", text(&one["next"]))).expect_status(200);
    assert_eq!(column(&next, "credit_code"), [CONTRACTOR_2, "914403001922038216"]);
}

fn credit_codes_are_checked(test: &TestApp) {
    let add = |code: &str| {
        test.by("admin").post(
            "contractors",
            &json!({"credit_code": code, "name": "某社会工作服务中心", "kind": "social_organisation", "sme": false}),
        )
    };
    for (code, words) in [
        ("914403001922038217", "mistyped"),
        ("91440300192203821", "18 characters"),
        ("91440300192203821O", "18 characters"),
        ("", "18 characters"),
    ] {
        let refused = add(code).expect_status(422);
        assert_eq!(refused["rule"], "credit-code", "{code}");
        assert_eq!(refused["errors"][0]["path"], "credit_code");
        assert!(text(&refused["errors"][0]["message"]).contains(words), "{refused}");
    }
    assert_eq!(add("９１４４０３００ 1922038216\u{200B}").expect_status(201)["credit_code"], "914403001922038216");
    let (admin, path) = (Visitor::signed_in(test, "admin"), "/registers/contractors");
    let typed = |code: &str, name: &str| {
        let typed = [("credit_code", code), ("name", name)];
        let mut forms = admin.get(path).expect_status(200).forms().into_iter();
        forms.find(|form| form.action == path).expect("the form below the list").with(&typed).send(&admin, "")
    };
    for code in ["914403001922038216", "９１４４０３００１９２２０３８２１６", "9144 0300 1922 0382 16"]
    {
        assert_eq!(add(code).expect_status(422)["errors"][0]["path"], "credit_code", "{code}");
        let page = typed(code, "另一服务中心").expect_status(422);
        assert!(page.has("[id=credit_code-error]"), "{code}: {}", page.text);
    }
    // What is typed with wide digits and blanks is stored as it is printed.
    typed("９１３４１８００ MA2TK0001N", "某公司").expect_status(303);
    assert_eq!(test.by("finance-pay").get("contractors/91341800MA2TK0001N").expect_status(200)["name"], "某公司");
    assert_eq!(add(CONTRACTOR).expect_status(422)["errors"][0]["path"], "credit_code");
}

fn account(number: &str) -> Value {
    json!({"name": "宣城市阳光社会工作服务中心", "bank": "徽商银行宣城分行", "number": number})
}

fn propose(test: &TestApp, number: &str) -> String {
    text(
        &test.by("contractor").post(&format!("contractors/{CONTRACTOR}/accounts"), &account(number)).expect_status(201)
            ["id"],
    )
}

fn in_force(test: &TestApp) -> String {
    text(&test.by("finance-pay").get(&format!("contractors/{CONTRACTOR}")).expect_status(200)["account"]["number"])
}

fn an_account_changes_by_two_people(test: &TestApp) {
    let id = propose(test, "1000 2000 3000 4000");
    assert_eq!(in_force(test), "6222000011112222", "not before a second person approves");
    let waiting = test.by("finance-review").get("accounts").expect_status(200);
    assert_eq!(column(&waiting, "id"), [id.as_str()]);
    assert_eq!(waiting["items"][0]["account"]["number"], "1000200030004000");
    assert!(
        text(&waiting["items"][0]["current"]["number"]).ends_with("2222"),
        "beside the account in force: {waiting}"
    );
    let page = Visitor::signed_in(test, "finance-review").get("/registers/accounts").expect_status(200);
    assert!(page.text.contains("现收款账户") && page.text.contains("2222"), "{}", page.text);
    let again = test.by("contractor").post(&format!("contractors/{CONTRACTOR}/accounts"), &account("99999999"));
    assert_eq!(again.status, 409, "one waits");
    let act = |who: &str, name: &str, body: &Value| test.by(who).post(&format!("accounts/{id}/actions/{name}"), body);
    assert_eq!(act("contractor", "approve", &json!({})).status, 403);
    assert_eq!(act("finance-approve", "approve", &json!({})).status, 403);
    assert_eq!(act("finance-review", "explode", &json!({})).status, 404);
    assert_eq!(act("finance-review", "refuse", &json!({})).expect_status(422)["errors"][0]["path"], "reason");
    assert_eq!(act("finance-review", "approve", &json!({})).expect_status(200)["state"], "approved");
    assert_eq!(in_force(test), "1000200030004000");
    assert_eq!(act("finance-review", "refuse", &json!({"reason": "迟了"})).status, 409);
    assert_eq!(hands(test, "account.propose", &id).0, "contractor");
    assert_eq!(hands(test, "account.approve", &id), ("finance-review".to_owned(), None));
    let refused = propose(test, "55556666");
    let done = test
        .by("finance-review")
        .post(&format!("accounts/{refused}/actions/refuse"), &json!({"reason": "户名与承接主体不一致"}));
    assert_eq!(done.expect_status(200)["state"], "refused");
    assert_eq!(in_force(test), "1000200030004000");
    assert_eq!(test.by("finance-review").get("accounts").expect_status(200)["items"], json!([]));
    let other = test.by("contractor").post(&format!("contractors/{CONTRACTOR_2}/accounts"), &account("77778888"));
    assert_eq!(other.status, 404, "another's account is out of sight");
    let wrong = test.by("contractor").post(&format!("contractors/{CONTRACTOR}/accounts"), &account("12x"));
    assert_eq!(wrong.expect_status(422)["errors"][0]["path"], "number");
}

fn an_account_is_masked(test: &TestApp) {
    for (who, number) in [
        ("finance-review", "6222000011112222"),
        ("finance-approve", "6222000011112222"),
        ("finance-pay", "6222000011112222"),
        ("contractor", "6222000011112222"),
        ("justice", "************2222"),
        ("justice-leader", "************2222"),
        ("station", "************2222"),
        ("audit", "************2222"),
        ("admin", "************2222"),
    ] {
        let one = test.by(who).get(&format!("contractors/{CONTRACTOR}"));
        assert!(one.header("etag").len() > 2, "{who}");
        assert_eq!(one.expect_status(200)["account"]["number"], number, "{who}");
        if who != "contractor" {
            let list = test.by(who).get("contractors").expect_status(200);
            assert_eq!(
                list["items"][0]["account"]["number"], "************2222",
                "{who}: lists are masked for everyone"
            );
        }
    }
    for _ in 0..2 {
        test.by("finance-pay").get(&format!("contractors/{CONTRACTOR}")).expect_status(200);
    }
    propose(test, "1000200030004000");
    let mut connection = test.app.pool.get().expect("a connection");
    use diesel::prelude::*;
    let shown: Vec<(Option<i64>, String)> = luyue::schema::events::table
        .filter(luyue::schema::events::action.eq("account.show"))
        .select((luyue::schema::events::actor_id, luyue::schema::events::body))
        .load(&mut *connection)
        .expect("the events");
    let readers: std::collections::BTreeSet<_> = shown.iter().map(|(who, _)| who).collect();
    assert!(shown.len() == 3 && readers.len() == 3, "finance alone, each once a day: {shown:?}");
    assert!(shown.iter().all(|(_, body)| body.contains(CONTRACTOR)), "{shown:?}");
    let bodies: Vec<String> = luyue::schema::events::table
        .filter(luyue::schema::events::action.like("account.%"))
        .select(luyue::schema::events::body)
        .load(&mut *connection)
        .expect("the events");
    assert!(!bodies.is_empty() && bodies.iter().all(|body| !body.contains("1000200030004000")), "{bodies:?}");
}

fn two_reviewers_race_for_one_account(test: &TestApp) {
    added(test, "reviewer-2", "reviewer", "XC-FINANCE");
    let id = propose(test, "1000200030004000");
    let act = |who: &str, name: &str| {
        test.by(who).post(&format!("accounts/{id}/actions/{name}"), &json!({"reason": "核对"})).status
    };
    let act = &act;
    let mut statuses = std::thread::scope(|scope| {
        let one = scope.spawn(move || act("finance-review", "approve"));
        let other = scope.spawn(move || act("reviewer-2", "refuse"));
        [one.join().expect("a racer ends"), other.join().expect("a racer ends")]
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

fn an_account_is_decided_on_where_the_contractor_is_paid_or_registered(test: &TestApp) {
    // The contractor is registered in the county and paid by no bureau yet.
    let county = "52341824MJA0000183";
    let new = json!({"credit_code": county, "name": "绩溪县某中心", "kind": "social_organisation", "sme": true});
    test.by("admin").post("contractors", &new).expect_status(201);
    seated(test, "contractor-2", county, Role::Contractor);
    let propose = |number: &str| {
        text(
            &test
                .by("contractor-2")
                .post(&format!("contractors/{county}/accounts"), &account(number))
                .expect_status(201)["id"],
        )
    };
    let sees = |who: &str, id: &str| {
        column(&test.by(who).get("accounts").expect_status(200), "id").iter().any(|known| known == id)
    };
    let decides = |who: &str, id: &str| test.by(who).post(&format!("accounts/{id}/actions/approve"), &json!({})).status;
    let city = text(
        &test
            .by("contractor")
            .post(&format!("contractors/{CONTRACTOR}/accounts"), &account("10002000"))
            .expect_status(201)["id"],
    );
    assert!(sees("finance-review", &city) && !sees("other-finance", &city));
    assert_eq!(decides("other-finance", &city), 404, "registered in the city, outside the county");
    let first = propose("20003000");
    assert!(sees("finance-review", &first) && sees("other-finance", &first), "the county lies in the city");
    assert_eq!(decides("other-finance", &first), 200);
    // A draft contract with the city changes nothing; a funded one does.
    let mut input = programme::input(test, "P-1");
    input["contractor"] = json!(county);
    let contract = text(&test.by("justice").post("contracts", &input).expect_status(201)["id"]);
    let second = propose("30004000");
    assert!(sees("other-finance", &second));
    programme::activate(test, &contract);
    assert!(sees("finance-review", &second) && !sees("other-finance", &second));
    assert_eq!(decides("other-finance", &second), 404, "it pays this contractor nothing");
    assert_eq!(decides("finance-review", &second), 200);
    // Each page is full, although the county's bureau is not shown the city's accounts.
    let third = propose("40005000");
    assert!(!sees("other-finance", &third));
    let one = test.by("finance-review").get("accounts?limit=1").expect_status(200);
    assert_eq!(column(&one, "id"), [city.as_str()]);
    let next =
        test.by("finance-review").get(&format!("accounts?limit=1&cursor={}", text(&one["next"]))).expect_status(200);
    assert_eq!((column(&next, "id"), &next["next"]), (vec![third], &Value::Null));
}
