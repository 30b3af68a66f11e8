//! Readers of a kept page that answers a form: the person whose form it answers, while they may still see what it
//! shows.

use luyue::domain::codes::Role;
use luyue::storage::identity::people;
use luyue::storage::write::{Context, write};

use crate::on_both_engines;
use crate::pages::drafts::begun;
use crate::payments::setup::{advance, asked, seated, through};
use crate::support::app::{TestApp, day};
use crate::support::visitor::Visitor;

on_both_engines! {
    an_answer_is_its_persons_alone
    an_answer_ends_with_the_right_to_what_it_shows
}

const TABLE: &[u8] =
    "凭证号,金额,收款账号,支付日期,合同编号,摘要\nZF-9,101.00,6222000011112222,2026-01-13,,\n".as_bytes();
const YEAR: &[u8] =
    "2027-01-01,休\n2027-02-05,休\n2027-02-08,休\n2027-02-09,休\n2027-02-10,休\n2027-04-05,休\n2027-05-03,休
2027-06-09,休\n2027-10-01,休\n2027-10-04,休\n2027-02-20,班"
        .as_bytes();

/// Sends each kind of form that is answered by a kept page; returns who sent it and the address of the answer.
fn answered(test: &TestApp) -> Vec<(&'static str, String)> {
    let contract = advance(test);
    let payment = |amount: &str| asked(test, &contract, "ADVANCE", &serde_json::json!({ "amount": amount }));
    let waiting = payment("99.00");
    let officer = Visitor::signed_in(test, "justice");
    let check = officer.get(&format!("/payments/check?do=confirm&line={waiting}")).form("/payments/decide");
    let decided = check.with(&[("lines.0.do", "return"), ("lines.0.reason", "发票有误")]).send(&officer, "");
    through(test, &payment("101.00"), 3);
    let trial = format!("{}/try", begun(&officer));
    let tried = officer.post_from(&trial, &trial, &[]);
    let cashier = Visitor::signed_in(test, "finance-pay");
    let matched = cashier.upload_from("/payments/vouchers", "file", &[], &[("a.csv", TABLE)]);
    let admin = Visitor::signed_in(test, "admin");
    let read = admin.upload_from("/calendar", "file", &[("notice", "某通知")], &[("2027.csv", YEAR)]);
    let sent = [("justice", decided), ("justice", tried), ("finance-pay", matched), ("admin", read)];
    let address = |(who, page): (&'static str, crate::support::visitor::Page)| {
        assert!(page.location.contains("?kept="), "{who}: {} {}", page.status, page.text);
        (who, page.location)
    };
    sent.into_iter().map(address).collect()
}

fn an_answer_is_its_persons_alone(test: &TestApp) {
    seated(test, "justice-2", "XC-FINANCE", Role::Cashier);
    let answers = answered(test);
    for (owner, address) in &answers {
        Visitor::signed_in(test, owner).get(address).expect_status(200);
        for other in ["justice-2", "justice-leader", "contractor", "finance-approve", "audit", "admin", "other-justice"]
        {
            if other != *owner {
                let page = Visitor::signed_in(test, other).get(address);
                assert!([403, 404].contains(&page.status), "{other} at {address}: {}", page.status);
            }
        }
        let page = Visitor::new(test).get(address).expect_status(303);
        assert!(page.location.starts_with("/sign-in?next="), "{address}: {}", page.location);
        // Nor does an answer appear at the address of another form.
        let kept = address.split_once('?').expect("a query").1;
        for path in answers.iter().map(|(_, other)| other.split('?').next().expect("a path")) {
            let page = Visitor::signed_in(test, owner).get(&format!("{path}?{kept}"));
            assert!(address.starts_with(path) || [403, 404].contains(&page.status), "{path}?{kept}: {}", page.status);
        }
    }
}

fn an_answer_ends_with_the_right_to_what_it_shows(test: &TestApp) {
    let answers = answered(test);
    for who in ["justice", "finance-pay", "admin"] {
        let context = Context::of_program(test.now(), test.app.ids.clone());
        write(&test.app.pool, &context, |tx| {
            let person = people::by_username(tx.connection, who)?.expect("a person").id;
            for seat in people::seats_of(tx.connection, &[person], day("2026-01-01"))? {
                people::end_seat(tx.connection, seat.id, day("2026-01-01"))?;
            }
            Ok(())
        })
        .expect("the seats end");
        seated(test, who, "JX-JUSTICE", Role::Officer);
    }
    for (owner, address) in &answers {
        let page = Visitor::signed_in(test, owner).get(address);
        assert!([403, 404].contains(&page.status), "{owner} at {address}: {} {}", page.status, page.text);
    }
}
