//! Requests every route as every user in every state of the contract and compares each answer with the table of rights: allowed, forbidden, not found, wrong state or not signed in.

use diesel::connection::SimpleConnection;
use luyue::domain::approval_chains::PaymentChain;
use luyue::domain::codes::{ContractState, PaymentState, Role};
use luyue::domain::payments::PAYMENT_ACTIONS;
use luyue::domain::policy::{Action, Side, role_may, side_may, state_allows};
use luyue::storage::write::{Context, write};
use luyue::storage::{AnyConnection, contracts};
use luyue::web::routes::{Needs, ROUTES};

use crate::matrix::prepared::Prepared;
use crate::matrix::rows::{self, Row};
use crate::on_sqlite_first;
use crate::openapi::document::DOCUMENT;
use crate::support::app::{CONTRACTOR, PEOPLE, Reply, Somebody, TestApp};

/// The class of answer that the table of rights prescribes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Allowed,
    WrongState,
    NotThere,
    Forbidden,
    NotSignedIn,
}

use Class::{Allowed, Forbidden, NotSignedIn, NotThere, WrongState};

impl Class {
    /// Returns whether an answer belongs to the class.
    fn has(self, reply: &Reply) -> bool {
        let wrong_state = reply.status == 409 && reply.json["type"] == "/problems/wrong-state";
        match self {
            Allowed => !matches!(reply.status, 401 | 403 | 404 | 405 | 500..) && !wrong_state,
            WrongState => wrong_state,
            NotThere => reply.status == 404,
            Forbidden => reply.status == 403,
            NotSignedIn => reply.status == 401,
        }
    }
}

/// Returns the sides of the sweep's contract on which an organisation is; none if it does not see the contract.
pub fn sides(organisation: &str) -> &'static [Side] {
    match organisation {
        "XC-JUSTICE" => &[Side::Sees, Side::Purchaser],
        "XC-FINANCE" => &[Side::Sees, Side::Funder],
        CONTRACTOR => &[Side::Sees, Side::Contractor],
        "XC-STATION" | "XC-AUDIT" => &[Side::Sees],
        _ => &[],
    }
}

fn class(role: Role, organisation: &str, action: Action, contract: Option<ContractState>) -> Class {
    let Some(state) = contract else {
        return if role_may(role, action) { Allowed } else { Forbidden };
    };
    if !role_may(role, action) {
        return Forbidden;
    }
    match sides(organisation) {
        [] => NotThere,
        sides if !side_may(role, sides, action) => Forbidden,
        _ if !state_allows(state, action) => WrongState,
        _ => Allowed,
    }
}

/// Returns the class for several alternative rights: allowed if any of them allows it, else wrong state, else not
/// found, else forbidden.
fn best(classes: impl Iterator<Item = Class>) -> Class {
    let rank = |class: &Class| [Allowed, WrongState, NotThere, Forbidden].iter().position(|c| c == class);
    classes.min_by_key(rank).expect("an action has a right")
}

/// Returns the possible values of the last part of an address.
pub fn names(needs: Needs) -> Vec<&'static str> {
    match needs {
        Needs::ByName(actions) => {
            let mut names: Vec<&str> = actions.iter().map(|(name, _)| *name).collect();
            names.dedup();
            names
        }
        Needs::Nothing | Needs::Right(_) | Needs::AnyOf(_) => vec![""],
    }
}

fn expected(needs: Needs, name: &str, role: Role, organisation: &str, contract: Option<ContractState>) -> Class {
    match needs {
        Needs::Nothing => Allowed,
        Needs::Right(action) => class(role, organisation, action, contract),
        Needs::AnyOf(actions) => best(actions.iter().map(|action| class(role, organisation, *action, contract))),
        // The payment of the sweep waits for confirmation, so those who may confirm it may also return it.
        Needs::ByName(_) if name == "return" && needs == Needs::ByName(PAYMENT_ACTIONS) && contract.is_some() => {
            let confirms = expected(needs, "confirm", role, organisation, contract);
            let returns = class(role, organisation, Action::ReturnPayment, contract);
            if returns != NotThere && confirms == Forbidden { Forbidden } else { returns }
        }
        // Of the roles that a chain can name for a step, the one by default takes it.
        Needs::ByName(actions) if actions == PAYMENT_ACTIONS && contract.is_some() => {
            let action = actions.iter().find(|(known, _)| *known == name).expect("a step").1;
            let by_table = class(role, organisation, action, contract);
            let is_taker =
                PaymentChain::default().role_of(action, PaymentState::Requested).is_none_or(|taker| taker == role);
            if is_taker || by_table == NotThere { by_table } else { Forbidden }
        }
        Needs::ByName(actions) => best(
            actions
                .iter()
                .filter(|(known, _)| *known == name)
                .map(|(_, action)| class(role, organisation, *action, contract)),
        ),
    }
}

/// Returns the expected class where rules beyond the table of rights apply, because the object belongs to no contract.
fn beyond((operation, name): (&str, &str), who: &str, by_table: Class) -> Class {
    match operation {
        // Who submitted recalls: the contract is from another officer, the payment request from someone else.
        "act_on_contract" if (name, who) == ("recall", "justice-2") && by_table == Allowed => Forbidden,
        "act_on_payment" if name == "recall" && by_table == Allowed => Forbidden,
        // Only an officer of the purchasing bureau registers a contract.
        "create_contract" if who == "other-justice" => Forbidden,
        "copy_contract" if who == "other-justice" => NotThere,
        // Those who pay may reverse only payments, and the named fact is not one.
        "request_reversal" if ["finance-pay", "accountant"].contains(&who) && by_table == Allowed => Forbidden,
        // A contractor knows only of itself.
        "show_contractor" | "propose_account" | "show_contractor_record" if who == "contractor-2" => NotThere,
        // The finance bureau that funds the contractor decides on its account.
        "act_on_account" if who == "other-finance" => NotThere,
        // Finance knows the budget changes of its own region.
        "act_on_budget_change" if (name, who) == ("recall", "other-finance") => NotThere,
        // Another officer of the bureau proposed the ledger.
        "act_on_ledger_import" if (name, who) == ("recall", "other-justice") => NotThere,
        "act_on_ledger_import" if name == "recall" && by_table == Allowed => Forbidden,
        // The chain is one of finance, and the leader decides on those of the purchaser.
        "act_on_approval_chain" if ["justice-leader", "other-leader"].contains(&who) => NotThere,
        // A bureau gives up its own purchase plans.
        "act_on_purchase_plan" if who == "other-justice" => NotThere,
        // Anyone answers a demand notice that names no one; its issuer closes it.
        "act_on_matter" if name == "close" && !who.starts_with("justice") && by_table == Allowed => Forbidden,
        // A justice station closes its own work stations and groups.
        "act_on_work_station" | "act_on_correction_group" if who != "station" && by_table == Allowed => NotThere,
        // A delegation is ended by the person who gave it, or by an administrator.
        "end_delegation" if who != "justice" && who != "admin" && by_table == Allowed => NotThere,
        // Everyone has saved views of their own.
        "rename_saved_view" | "delete_saved_view" if who != "justice" => NotThere,
        // What was not delivered concerns the officers of the contract's purchaser.
        "act_on_email" if who == "other-justice" && by_table == Allowed => NotThere,
        _ => by_table,
    }
}

fn set_state(test: &TestApp, number: &str, state: ContractState) {
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let id = contracts::by_number(tx.connection, number)?.expect("the contract is there").id;
        contracts::set_state(tx.connection, id, state)
    })
    .expect("the state is set");
}

/// Reverts the effects of an allowed request on the contract's state, its payment, its change requests, amendments,
/// objections, service records, publications, guarantees, write-offs and evaluations.
fn restore(test: &TestApp, state: ContractState) {
    set_state(test, "M-1", state);
    let undo = "UPDATE payments SET state = 'requested', paid_on = NULL, voucher = '';
             DELETE FROM payment_steps WHERE seq > 1;
             UPDATE amendments SET state = 'proposed';
             DELETE FROM amendment_steps WHERE seq > 1;
             UPDATE objections SET state = 'open', answered_by = NULL, answered_at = NULL, answer = '';
             DELETE FROM service_records WHERE minutes = 9;
             UPDATE service_records SET state = 'waiting', decided_by = NULL, decided_at = NULL, reason = '';
             UPDATE annexes SET removed_by = NULL, removed_for = NULL, removed_at = NULL;
             UPDATE publications SET state = 'proposed', decided_by = NULL, decided_at = NULL, withdrawn_by = NULL;
             UPDATE recoveries SET state = 'proposed', decided_by = NULL, decided_at = NULL;
             DELETE FROM guarantee_claims WHERE amount_fen = 10;
             UPDATE guarantee_claims SET state = 'proposed', decided_by = NULL, decided_at = NULL;
             DELETE FROM guarantees WHERE number = 'HS-2';
             UPDATE guarantees SET state = 'held', returned_on = NULL, returned_by = NULL, returned_at = NULL;
             UPDATE evaluations SET state = 'draft', views = '{}';
             DELETE FROM evaluation_steps WHERE seq > 1;
             UPDATE change_requests SET state = 'asked', decided_by = NULL, decided_at = NULL, decision_note = '';";
    match &mut *test.app.pool.get().expect("a connection") {
        AnyConnection::Sqlite(connection) => connection.batch_execute(undo),
        AnyConnection::Postgres(connection) => connection.batch_execute(undo),
    }
    .expect("the rows are as they were");
}

/// The role and organisation of a user (none if not signed in), their name, and their client.
type Asking<'a> = (Option<(Role, &'static str)>, &'static str, Somebody<'a>);

/// Returns all users, each signed in once, and a client that is not signed in.
fn everybody(test: &TestApp) -> Vec<Asking<'_>> {
    let mut all: Vec<_> = PEOPLE
        .iter()
        .map(|(name, role, organisation)| {
            (Some((*role, *organisation)), *name, test.by(name).with("If-Match", "\"1\""))
        })
        .collect();
    all.push((None, "nobody", test.nobody().with("If-Match", "\"1\"")));
    all
}

fn ask_everybody(test: &TestApp, place: &Prepared, state: ContractState, which: impl Fn(&Row) -> bool) -> usize {
    let routes = rows::routes();
    let everybody = everybody(test);
    let mut wrong = Vec::new();
    let mut asked = 0;
    set_state(test, "M-1", state);
    for (operation, needs) in ROUTES {
        let row = rows::row_of(operation);
        if !which(row) {
            continue;
        }
        let route = &routes[*operation];
        let contract = row.thing.is_of_contract().then_some(state);
        for name in names(*needs) {
            let address = row.address(route, place, name);
            for (seat, who, somebody) in &everybody {
                let expected = match (seat, needs) {
                    (_, Needs::Nothing) => Allowed,
                    (None, _) => NotSignedIn,
                    (Some((role, organisation)), needs) => {
                        beyond((operation, name), who, expected(*needs, name, *role, organisation, contract))
                    }
                };
                let reply = row.send(route, &address, somebody, place);
                asked += 1;
                wrong.extend(DOCUMENT.check_answer(DOCUMENT.operation(operation), &reply).err());
                // A wrong password, an invalid link and an invalid metrics token are refused from any sender.
                let own = ["create_session", "set_password", "read_metrics"].contains(operation);
                if !expected.has(&reply) && !own {
                    let line = format!("{} {address} by {who} in {state}", route.method);
                    wrong.push(format!("{line}: {} {} instead of {expected:?}", reply.status, reply.json["type"]));
                }
                if route.method != "GET" && reply.status < 300 && contract.is_some() {
                    restore(test, state);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    asked
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes = rows::routes();
    let mut named: Vec<&str> = ROUTES.iter().map(|(operation, _)| *operation).collect();
    named.sort_unstable();
    assert_eq!(named, routes.keys().map(String::as_str).collect::<Vec<_>>(), "table and document");
    let mut rows: Vec<&str> = rows::ROWS.iter().map(|row| row.operation).collect();
    rows.sort_unstable();
    assert_eq!(named, rows, "table and rows");
}

on_sqlite_first! { routes_without_a_contract_answer_by_role }

fn routes_without_a_contract_answer_by_role(test: &TestApp) {
    let place = Prepared::new(test);
    let asked = ask_everybody(test, &place, ContractState::Active, |row| !row.thing.is_of_contract());
    assert!(asked >= PEOPLE.len() * 4);
}

/// Defines the sweep of each state on SQLite: those in which most is allowed in the quick loop too. The rights of a state
/// are the program's, not the database's.
macro_rules! in_state {
    ([$($quick:ident $first:ident;)+] [$($whole:ident $later:ident;)+]) => {
        $(
            #[test]
            fn $quick() {
                everybody_asks_in(&TestApp::sqlite(), ContractState::$first);
            }
        )+

        mod whole_run {
            use super::everybody_asks_in;
            use crate::support::app::TestApp;
            use luyue::domain::codes::ContractState;

            $(
                #[test]
                fn $whole() {
                    everybody_asks_in(&TestApp::sqlite(), ContractState::$later);
                }
            )+

            // These states reach most queries.
            #[test]
            fn everybody_asks_on_postgres() {
                everybody_asks_in(&TestApp::postgres(), ContractState::Active);
            }

            #[test]
            fn everybody_asks_after_a_termination_on_postgres() {
                everybody_asks_in(&TestApp::postgres(), ContractState::Terminated);
            }
        }

        #[test]
        fn every_state_is_swept() {
            let swept = [$(ContractState::$first,)+ $(ContractState::$later),+];
            assert!(ContractState::ALL.iter().all(|state| swept.contains(state)), "{swept:?}");
        }
    };
}

in_state! {
    [
        everybody_asks_in_draft Draft;
        everybody_asks_in_active Active;
        everybody_asks_in_terminated Terminated;
    ]
    [
        everybody_asks_in_submitted Submitted;
        everybody_asks_in_funded Funded;
        everybody_asks_in_completed Completed;
        everybody_asks_in_closed Closed;
        everybody_asks_in_withdrawn Withdrawn;
    ]
}

fn everybody_asks_in(test: &TestApp, state: ContractState) {
    let place = Prepared::new(test);
    let routes = rows::routes();
    // Reading depends on the state of few contracts, so three states show it.
    let is_read = matches!(state, ContractState::Draft | ContractState::Active | ContractState::Closed);
    let is_asked = |row: &Row| row.thing.is_of_contract() && (is_read || routes[row.operation].method != "GET");
    let asked = ask_everybody(test, &place, state, is_asked);
    assert!(asked >= PEOPLE.len() * 10);
}
