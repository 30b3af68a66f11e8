//! The demonstration: created by the services, consistent, with the example's programme as its main contract.

use std::collections::BTreeSet;
use std::process::Command;

use diesel::prelude::*;
use luyue::domain::codes::{
    AlertKind, ChangeRequestKind, ChangeRequestState, ContractState, FactKind, PaymentState, ProposalState,
};
use luyue::domain::facts::DecisionWord;
use luyue::domain::payments::PaymentStep;
use serde_json::Value;

use crate::support::demo::{Demo, log_beside};
use crate::support::programme::example;
use crate::support::visitor::PASSWORD;

/// The program's own copy of the programme equals the example.
#[test]
fn the_programme_equals_the_example() {
    let path = format!("{}/src/synthetic/demo/programme.json", env!("CARGO_MANIFEST_DIR"));
    let own: Value = serde_json::from_slice(&std::fs::read(path).expect("the programme")).expect("JSON");
    let example = example("programme-midyear");
    assert_eq!((&own["terms"], &own["facts"]), (&example["case"]["terms"], &example["case"]["facts"]));
}

/// Starts the demonstration, reads it over HTTP, checks its consistency, and restarts it on the existing data.
#[test]
fn the_demonstration_is_consistent() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let demo = Demo::start(&data);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let auditor = Reader::new(&demo.url, &agent, "audit");
    let get = |path: &str| auditor.get(path);
    let found = get("contracts?q=XCSF-2026-001");
    let id = found["items"][0]["id"].as_str().expect("the main contract");
    let mut live = get(&format!("contracts/{id}/standing?as_of=2026-09-30"));
    crate::flows::programme::without_trails(&mut live);
    assert_eq!(live, example("programme-midyear")["standing"]);
    everything_occurs(&demo.url, &agent);
    drop(demo);
    let log = std::fs::read_to_string(log_beside(&data)).expect("its log");
    let faults: Vec<&str> = log.lines().filter(|line| line.contains("ERROR") || line.contains("WARN")).collect();
    assert!(faults.is_empty(), "{faults:?}");
    assert!(log.lines().all(|line| line.starts_with('{')), "JSON where nobody reads along: {log}");
    let database = format!("sqlite://{}", data.join("luyue.db").display());
    let pool = luyue::storage::Pool::open(&database, 1).expect("the database opens");
    let kinds: Vec<String> = luyue::schema::facts::table
        .select(luyue::schema::facts::kind)
        .distinct()
        .load(&mut *pool.get().expect("a connection"))
        .expect("the kinds of facts");
    has_each("fact", &kinds.into_iter().collect(), FactKind::ALL);
    let check = Command::new(env!("CARGO_BIN_EXE_luyue"))
        .arg("check")
        .env("LUYUE_DATA", &data)
        .env("LUYUE_CLOCK", "2026-09-30T09:30:00+08:00")
        .output()
        .expect("check runs");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    // A restart on existing data is ready at once.
    drop(Demo::start(&data));
}

/// An API client of a user of the demonstration.
struct Reader<'a> {
    url: &'a str,
    agent: &'a ureq::Agent,
    bearer: String,
}

impl<'a> Reader<'a> {
    fn new(url: &'a str, agent: &'a ureq::Agent, username: &str) -> Self {
        let session = serde_json::json!({"username": username, "password": PASSWORD});
        let mut answer = agent.post(format!("{url}/api/v1/session")).send_json(&session).expect("an answer");
        let token: Value = answer.body_mut().read_json().expect("JSON");
        Self { url, agent, bearer: format!("Bearer {}", token["token"].as_str().expect("a token")) }
    }

    fn get(&self, path: &str) -> Value {
        let request = self.agent.get(format!("{}/api/v1/{path}", self.url));
        let mut answer = request.header("Authorization", &self.bearer).call().expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.body_mut().read_json().expect("JSON")
    }

    /// Returns all items of a list.
    fn all(&self, path: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}{}limit=200{cursor}", if path.contains('?') { '&' } else { '?' }));
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }
}

/// Returns the distinct texts at a path in each of the given values.
fn words<'a>(values: impl IntoIterator<Item = &'a Value>, path: &str) -> BTreeSet<String> {
    values.into_iter().filter_map(|value| value.pointer(path)?.as_str()).map(str::to_owned).collect()
}

/// Checks that all expected texts occur.
#[track_caller]
fn has_each<T: std::fmt::Display>(what: &str, found: &BTreeSet<String>, all: &[T]) {
    let missing: Vec<String> = all.iter().map(T::to_string).filter(|one| !found.contains(one)).collect();
    assert!(missing.is_empty(), "no {what} is {missing:?}: {found:?}");
}

/// Checks that every state and every kind of event occurs, so that each page has content, and that each user who can
/// sign in has a task.
fn everything_occurs(url: &str, agent: &ureq::Agent) {
    let auditor = Reader::new(url, agent, "audit");
    let contracts = auditor.all("contracts");
    assert!(contracts.len() >= 40, "{} contracts", contracts.len());
    has_each("contract", &words(&contracts, "/state"), ContractState::ALL);
    let (mut payments, mut asks, mut deliverables) = (Vec::new(), Vec::new(), Vec::new());
    for contract in &contracts {
        let id = contract["id"].as_str().expect("an id");
        payments.extend(auditor.all(&format!("contracts/{id}/payments")));
        asks.extend(auditor.all(&format!("contracts/{id}/change-requests")));
        deliverables
            .extend(auditor.get(&format!("contracts/{id}/deliverables"))["items"].as_array().expect("items").clone());
    }
    // The only chain of the demonstration names one role that approves.
    let states: Vec<PaymentState> =
        PaymentState::ALL.iter().copied().filter(|state| *state != PaymentState::PartlyApproved).collect();
    has_each("payment", &words(&payments, "/state"), &states);
    let steps: Vec<Value> =
        payments.iter().flat_map(|payment| payment["steps"].as_array().expect("steps").clone()).collect();
    // The demonstration is written by the services from its first day on, so it has nothing to import.
    let mut taken: Vec<PaymentStep> = PaymentStep::ALL.to_vec();
    taken.retain(|step| *step != PaymentStep::Import);
    has_each("step of a payment", &words(&steps, "/step"), &taken);
    let late =
        |payment: &&Value| payment["paid_on"].as_str().zip(payment["due_on"].as_str()).map(|(paid, due)| paid > due);
    assert!(payments.iter().any(|payment| late(&payment) == Some(true)), "no payment is late");
    assert!(payments.iter().any(|payment| late(&payment) == Some(false)), "no payment is on time");
    has_each("request", &words(&asks, "/kind"), ChangeRequestKind::ALL);
    has_each("request", &words(&asks, "/state"), ChangeRequestState::ALL);
    for kind in ChangeRequestKind::ALL {
        let of: Vec<&Value> = asks.iter().filter(|ask| ask["kind"] == kind.as_str()).collect();
        has_each(&format!("request for {kind}"), &words(of, "/state"), &["asked", "granted"]);
    }
    let submissions: Vec<Value> =
        deliverables.iter().flat_map(|one| one["submissions"].as_array().expect("submissions").clone()).collect();
    has_each("decision", &words(&submissions, "/decision/decision"), DecisionWord::ALL);
    assert!(submissions.iter().any(|submission| submission["decision"].is_null()), "nothing waits for an inspection");
    let files: Vec<Value> =
        submissions.iter().flat_map(|one| one["files"].as_array().expect("files").clone()).collect();
    let endings = words(&files, "/name").iter().filter_map(|name| Some(name.rsplit_once('.')?.1.to_owned())).collect();
    has_each("file", &endings, &["pdf", "png", "jpg", "xlsx", "csv"]);

    let reviewer = Reader::new(url, agent, "finance-review");
    // An appropriation is not recalled.
    let states = [ProposalState::Proposed, ProposalState::Approved, ProposalState::Refused];
    has_each("appropriation", &words(&reviewer.all("appropriations"), "/state"), &states);
    has_each("account", &words(&reviewer.all("accounts"), "/state"), &[ProposalState::Proposed]);
    let leader = Reader::new(url, agent, "justice-leader");
    let delegations = leader.all("delegations");
    assert!(
        delegations.iter().any(|one| one["until_on"].as_str() > Some("2026-09-30")),
        "nobody is away: {delegations:?}"
    );
    let admin = Reader::new(url, agent, "admin");
    let letters = admin.all("emails");
    has_each("letter", &words(&letters, "/state"), &["sent", "withdrawn"]);
    let lost: Vec<&Value> = letters.iter().filter(|letter| letter["state"] == "dead").collect();
    assert!(lost.is_empty(), "every address of the demonstration is valid: {lost:?}");
    // The demonstration has no identity provider, and everyone in it keeps the one-time codes that they began to use.
    let absent = [
        AlertKind::IdentityBound,
        AlertKind::IdentityUnbound,
        AlertKind::CodesOff,
        AlertKind::ClaimGranted,
        AlertKind::ClaimRefused,
        AlertKind::WriteOffRefused,
        AlertKind::SuspensionApproved,
        AlertKind::SuspensionRefused,
    ];
    let kinds: Vec<AlertKind> = AlertKind::ALL.iter().copied().filter(|kind| !absent.contains(kind)).collect();
    has_each("letter", &words(&letters, "/kind"), &kinds);
    let people = admin.all("people");
    assert!(people.iter().any(|person| person["disabled"] == true), "nobody has left");
    for who in
        ["justice", "justice-leader", "finance-review", "finance-approve", "finance-pay", "contractor", "contractor-2"]
    {
        let own = Reader::new(url, agent, who).get("worklist");
        assert!(
            own["items"].as_array().expect("items").iter().any(|item| item["own"] == true),
            "{who} has nothing to do"
        );
    }
}
