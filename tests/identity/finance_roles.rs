//! Roles of finance: every rule about money knows each of them, and no other role.

use luyue::config::Settings;
use luyue::domain::codes::{Function, Role};
use luyue::domain::seating::may_hold;
use luyue::services::identity::caller::acting_organisation;
use luyue::storage::contracts;

use crate::on_sqlite_first;
use crate::registry::{added, person};
use crate::support::app::{CONTRACTOR, PEOPLE, TestApp};
use crate::support::programme;

on_sqlite_first! {
    every_rule_about_money_knows_the_roles_of_finance
}

fn every_rule_about_money_knows_the_roles_of_finance(test: &TestApp) {
    programme::registered(test, "F-1");
    added(test, "admin-2", "administrator", "XC-ADMIN");
    let mut connection = test.app.pool.get().expect("a connection");
    let contract = contracts::by_number(&mut connection, "F-1").expect("read").expect("the contract is there");
    drop(connection);
    let with_codes = Settings::default().second_factor_roles(true).expect("roles");
    for role in Role::ALL {
        let money = role.is_finance();
        let (username, _, organisation) =
            PEOPLE.iter().find(|(_, held, _)| held == role).expect("there is a person of every role");
        let bureaus: Vec<_> = Function::ALL.iter().filter(|function| may_hold(**function, *role)).collect();
        assert_eq!(bureaus == [&Function::Finance], money, "{role}: bureaus");
        assert_eq!(acting_organisation(&contract, *role) == contract.funder_id, money, "{role}: acts for the funder");
        let one_time = role.may_release_money() || matches!(role, Role::Leader | Role::Administrator);
        assert_eq!(with_codes.contains(role), one_time, "{role}: one-time codes");
        let new = person(&format!("new-{role}"), role.as_str(), organisation);
        let made = test.by("admin").post("people", &new).expect_status(201);
        let both = role.may_release_money() || *role == Role::Administrator;
        assert_eq!(made["link"] == "asked", both, "{role}: a second administrator");
        if *role != Role::Contractor {
            let seen = test.by(username).get(&format!("contractors/{CONTRACTOR}")).expect_status(200);
            assert_eq!(seen["account"]["number"] == "6222000011112222", money, "{role}: whole account numbers");
        }
    }
}
