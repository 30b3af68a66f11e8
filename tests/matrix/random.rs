//! Random calls of people whom a contract does not concern: none reaches it, whatever identifier, act and body they
//! combine, and in whatever order.
//!
//! `RANDOM_CALLS=20000 RANDOM_SEED=7 cargo test --test all random_call -- --nocapture` goes on longer.

use luyue::clock::Seeded;
use luyue::domain::codes::Role;
use luyue::web::routes::ROUTES;
use serde_json::{Value, json};

use crate::matrix::prepared::Prepared;
use crate::matrix::rows::{self, Body, Row};
use crate::matrix::sweep::{names, sides};
use crate::on_both_engines;
use crate::support::app::{PEOPLE, TestApp};
use crate::support::by_hand::setting;
use crate::support::digest::Dump;

on_both_engines! { no_random_call_reaches_another_tenant }

fn pick<'a, T>(random: &mut Seeded, from: &'a [T]) -> &'a T {
    let place = random.draw() % u64::try_from(from.len()).expect("a small number");
    &from[usize::try_from(place).expect("a small number")]
}

/// Returns an identifier of one of the contract's objects, most often of the kind that the address names.
fn identifier(random: &mut Seeded, row: &Row, place: &Prepared, others: &[String]) -> String {
    match random.draw() % 4 {
        0 => pick(random, others).clone(),
        1 => pick(random, others).to_uppercase(),
        _ => place.id(row.thing).to_owned(),
    }
}

fn no_random_call_reaches_another_tenant(test: &TestApp) {
    let (calls, seed) = (setting("RANDOM_CALLS", 300), setting("RANDOM_SEED", 1));
    let mut random = Seeded::new(seed);
    let place = Prepared::new(test);
    let routes = rows::routes();
    let of_contract: Vec<&Row> = rows::ROWS.iter().filter(|row| row.thing.is_of_contract()).collect();
    let ids: Vec<String> = of_contract.iter().map(|row| place.id(row.thing).to_owned()).collect();
    let acts: Vec<&str> = ROUTES.iter().flat_map(|(_, needs)| names(*needs)).filter(|name| !name.is_empty()).collect();
    let bodies: Vec<Value> = rows::ROWS
        .iter()
        .filter_map(|row| if let Body::Json(body) = row.body { Some(body(&place)) } else { None })
        .chain([json!([]), json!({"contract": place.id(rows::Thing::Contract)})])
        .collect();
    let outsiders: Vec<_> = PEOPLE
        .iter()
        .filter(|(_, role, organisation)| *role != Role::Administrator && sides(organisation).is_empty())
        .map(|(who, ..)| (*who, test.by(who).with("If-Match", "\"1\"")))
        .collect();
    assert_eq!(outsiders.len(), 4);
    let before = Dump::of(&test.app.pool);
    for call in 0..calls {
        let (who, by) = pick(&mut random, &outsiders);
        let row = *pick(&mut random, &of_contract);
        let route = &routes[row.operation];
        let id = identifier(&mut random, row, &place, &ids);
        let act: &str = pick::<&str>(&mut random, &acts);
        let address = row.address_of(route, &id, act);
        let reply = match (row.body, random.draw() % 4) {
            (Body::Empty, _) | (_, 0) => by.send(&route.method, &address, None, b""),
            (Body::Json(body), 1 | 2) => {
                by.send(&route.method, &address, Some("application/json"), body(&place).to_string().as_bytes())
            }
            (Body::Form(field), 1 | 2) => by.upload(&address, &[(field, "1")], &[("a.csv", b"1,2\n")]),
            _ => {
                let body = pick(&mut random, &bodies).to_string();
                by.send(&route.method, &address, Some("application/json"), body.as_bytes())
            }
        };
        let what = format!("RANDOM_SEED={seed}, call {call}: {} {address} by {who}", route.method);
        assert!((400..500).contains(&reply.status), "{what}: {} {}", reply.status, reply.json);
        let text = String::from_utf8_lossy(&reply.bytes);
        assert!(!text.contains("M-1") && !text.contains("社区矫正"), "{what}: {text}");
    }
    assert_eq!(before.changes(&Dump::of(&test.app.pool)), Vec::<String>::new(), "RANDOM_SEED={seed}");
    println!("RANDOM_SEED={seed}: {calls} random calls of {} people, none answered, no row changed", outsiders.len());
}
