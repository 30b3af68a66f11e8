//! Every register: who reads it, its columns and rows, what adds to it, what is done to a row.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::domain::codes::{ContractorKind, Function, Language, ProposalState, Role};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::{delegations, people};
use crate::services::notifications::email_queue::{self, EmailState};
use crate::services::registry::appropriations::AppropriationFilter;
use crate::services::registry::organisations::OrganisationFilter;
use crate::services::registry::{appropriations, catalogue, contractors, organisations, payee_accounts};
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page, Paged};
use crate::web::pages::actions::fields::{Field, Kind, field};
use crate::web::pages::forms::{Form, read_all};
use crate::web::pages::registers::{Done, Row};
use crate::web::pages::shell::Shell;

/// The rows of a page, and where the list goes on.
type Rows = fn(&App, &Caller, &Shell, &Page) -> Result<(Vec<Row>, Option<String>), Error>;
/// What adding asks for.
type Fields = fn(&App, &Caller, &Shell) -> Result<Vec<Field>, Error>;
/// What adds to a register.
type Add = fn(&App, &Caller, &Form) -> Result<Done, Error>;
/// What is done to a row: its identifier, and the action.
type Act = fn(&App, &Caller, &str, &str, &Form) -> Result<Done, Error>;

/// A register. Its words are `register-NAME`, those of a column `column-COLUMN`.
pub struct Register {
    /// Its name in addresses.
    pub name: &'static str,
    /// The right to read it.
    pub read: Action,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// Which of them names a row.
    pub named: usize,
    /// Its rows.
    pub rows: Rows,
    /// What adds to it, and the right to.
    pub add: Option<(Action, Fields, Add)>,
    /// What is done to a row, and the right to.
    pub act: Option<(Action, Act)>,
}

use Action as A;

/// The registers.
#[rustfmt::skip]
pub const REGISTERS: &[Register] = &[
    Register {
        name: "appropriations", read: A::ListAppropriations, named: 0,
        columns: &["document_no", "year", "bureau", "line", "project", "amount", "committed", "free", "state"],
        rows: appropriations_rows, add: Some((A::ProposeAppropriation, appropriation_fields, propose)), act: Some((A::ApproveAppropriation, decide_appropriation)),
    },
    Register {
        name: "contractors", read: A::ListContractors, named: 1,
        columns: &["credit_code", "name", "kind", "sme", "account"],
        rows: contractors_rows, add: Some((A::ManageOrganisations, contractor_fields, add_contractor)), act: None,
    },
    Register {
        name: "accounts", read: A::ApproveAccount, named: 0,
        columns: &["contractor", "account", "proposed_at", "state"],
        rows: accounts_rows, add: None, act: Some((A::ApproveAccount, decide_account)),
    },
    Register {
        name: "delegations", read: A::Delegate, named: 1,
        columns: &["holder", "deputy", "organisation", "role", "from_on", "until_on"],
        rows: delegations_rows, add: Some((A::Delegate, delegation_fields, delegate)), act: Some((A::Delegate, end_delegation)),
    },
    Register {
        name: "services", read: A::ListServices, named: 1,
        columns: &["code", "name", "unit", "standard", "basis"],
        rows: services_rows, add: Some((A::ManageServices, service_fields, add_service)), act: None,
    },
    Register {
        name: "organisations", read: A::ListOrganisations, named: 1,
        columns: &["code", "name", "function", "region"],
        rows: organisations_rows, add: Some((A::ManageOrganisations, organisation_fields, add_organisation)), act: None,
    },
    Register {
        name: "regions", read: A::ListOrganisations, named: 1,
        columns: &["code", "name", "parent"],
        rows: regions_rows, add: Some((A::ManageOrganisations, region_fields, add_region)), act: None,
    },
    Register {
        name: "people", read: A::ManagePeople, named: 1,
        columns: &["username", "person", "email", "seats", "signs_in"],
        rows: people_rows, add: Some((A::ManagePeople, person_fields, add_person)), act: Some((A::ManagePeople, act_on_person)),
    },
    Register {
        name: "letters", read: A::ManageEmails, named: 3,
        columns: &["created_at", "letter", "contract", "to", "state", "attempts", "answer"],
        rows: letters_rows, add: None, act: Some((A::ManageEmails, requeue_email)),
    },
];

impl Row {
    /// Where the cell of a column leads.
    pub fn way(&self, column: &str) -> Option<&str> {
        self.leads.as_ref().filter(|(of, _)| *of == column).map(|(_, address)| address.as_str())
    }
}

fn rows<T>(found: Paged<T>, row: impl Fn(T) -> Row) -> (Vec<Row>, Option<String>) {
    (found.items.into_iter().map(row).collect(), found.next)
}

fn row(id: impl Into<String>, cells: Vec<String>, actions: &[(&'static str, bool)]) -> Row {
    Row { id: id.into(), cells, leads: None, actions: actions.to_vec() }
}

/// The input of a service, made of the fields; what is empty is left out.
fn input<T: DeserializeOwned>(form: &Form, names: &[&str], more: Map<String, Value>) -> Result<T, Error> {
    checked(form, names, more, |_| Ok(()))
}

/// The same; where something cannot be read, what else the service finds wrong is told with it.
fn checked<T: DeserializeOwned>(
    form: &Form,
    names: &[&str],
    more: Map<String, Value>,
    check: impl Fn(&T) -> Result<(), Error>,
) -> Result<T, Error> {
    let mut object = more;
    for name in names {
        if let Some(text) = form.filled(name) {
            object.insert((*name).to_owned(), text.into());
        }
    }
    read_all(object, check)
}

fn with(name: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), value)])
}

fn lines(names: &[&str]) -> Vec<Field> {
    names.iter().map(|name| field(name, Kind::Line)).collect()
}

/// A choice among codes, each with its word `KIND-CODE`.
fn choice<T: std::fmt::Display>(page: &Shell, name: &str, kind: &str, codes: &[T]) -> Field {
    let options = codes.iter().map(|code| (code.to_string(), page.word(kind, code))).collect();
    field(name, Kind::Choice).choose(options)
}

fn bureaus(app: &App, caller: &Caller) -> Result<Vec<(String, String)>, Error> {
    let every = Page { limit: MAX_PAGE_SIZE, after: None };
    let found = organisations::list(app, caller, &OrganisationFilter::default(), &every)?.items;
    Ok(found.into_iter().map(|bureau| (bureau.code, bureau.name)).collect())
}

fn regions(app: &App, caller: &Caller) -> Result<Vec<(String, String)>, Error> {
    let every = Page { limit: MAX_PAGE_SIZE, after: None };
    let found = organisations::list_regions(app, caller, &every)?.items;
    Ok([(String::new(), "–".to_owned())].into_iter().chain(found.into_iter().map(|r| (r.code, r.name))).collect())
}

fn appropriations_rows(
    app: &App,
    caller: &Caller,
    page: &Shell,
    part: &Page,
) -> Result<(Vec<Row>, Option<String>), Error> {
    Ok(rows(appropriations::list(app, caller, &AppropriationFilter::default(), part)?, |found| {
        let actions: &[_] = match found.state {
            ProposalState::Proposed => &[("approve", false), ("refuse", true)],
            _ => &[],
        };
        let cells = vec![
            // What tells one from another stands first: it is the title of a row's card.
            format!("{} {}", found.document_no, found.source),
            found.year.to_string(),
            found.bureau,
            format!("{} / {}", found.line, found.economic),
            found.project,
            page.money(found.amount),
            page.money(found.committed),
            page.money(found.free),
            page.word("proposal", found.state),
        ];
        row(found.id, cells, actions)
    }))
}

fn appropriation_fields(app: &App, caller: &Caller, page: &Shell) -> Result<Vec<Field>, Error> {
    use chrono::Datelike;
    let mut fields = vec![
        field("year", Kind::Number).propose(page.today.year()),
        field("bureau", Kind::Choice).choose(bureaus(app, caller)?),
    ];
    fields.extend(lines(&["line", "economic", "project", "document_no", "source"]));
    fields.push(Field { hint: "field-appropriation-hint", ..field("amount", Kind::Number) });
    Ok(fields)
}

fn propose(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let names = ["bureau", "line", "economic", "project", "document_no", "source", "amount"];
    // What is no year is said to be none by the service.
    let year = Value::from(form.value("year").parse::<i32>().unwrap_or_default());
    let input = checked(form, &names, with("year", year), appropriations::check)?;
    Ok(Done::listed(appropriations::propose(app, caller, &input)?.id))
}

fn decide_appropriation(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    Ok(Done::listed(appropriations::decide(app, caller, id, action, &input(form, &["reason"], Map::new())?)?.id))
}

fn contractors_rows(
    app: &App,
    caller: &Caller,
    page: &Shell,
    part: &Page,
) -> Result<(Vec<Row>, Option<String>), Error> {
    Ok(rows(contractors::list(app, caller, None, part)?, |found| {
        let account = found.account.map(|account| format!("{} {}", account.bank, account.number)).unwrap_or_default();
        let sme = page.word("yes", found.sme);
        let cells = vec![found.credit_code.clone(), found.name, page.word("contractor-kind", found.kind), sme, account];
        row(found.credit_code, cells, &[])
    }))
}

fn contractor_fields(_: &App, _: &Caller, page: &Shell) -> Result<Vec<Field>, Error> {
    let mut fields = lines(&["credit_code", "name"]);
    fields.push(choice(page, "kind", "contractor-kind", ContractorKind::ALL));
    fields.push(choice(page, "sme", "yes", &[true, false]));
    fields.push(field("qualifications", Kind::Text));
    Ok(fields)
}

fn add_contractor(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let sme = with("sme", (form.value("sme") == "true").into());
    let input = checked(form, &["credit_code", "name", "kind", "qualifications"], sme, contractors::check)?;
    Ok(Done::listed(contractors::add(app, caller, &input)?.credit_code))
}

fn accounts_rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<(Vec<Row>, Option<String>), Error> {
    Ok(rows(payee_accounts::list_waiting(app, caller, part)?, |found| {
        let account = format!("{} {} {}", found.account.name, found.account.bank, found.account.number);
        let cells =
            vec![found.contractor_name, account, page.time(&found.proposed_at), page.word("proposal", found.state)];
        row(found.id, cells, &[("approve", false), ("refuse", true)])
    }))
}

fn decide_account(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    Ok(Done::listed(payee_accounts::decide(app, caller, id, action, &input(form, &["reason"], Map::new())?)?.id))
}

fn delegations_rows(
    app: &App,
    caller: &Caller,
    page: &Shell,
    part: &Page,
) -> Result<(Vec<Row>, Option<String>), Error> {
    Ok(rows(delegations::list(app, caller, part)?, |found| {
        let actions: &[_] = if found.until_on >= page.today { &[("end", false)] } else { &[] };
        let last = last_day(page, &found);
        let cells = vec![
            found.holder.name,
            found.deputy.name,
            found.organisation,
            page.word("role", found.role),
            found.from_on.to_string(),
            last,
        ];
        row(found.id, cells, actions)
    }))
}

/// A delegation's last day; where it was ended before it had one, when.
fn last_day(page: &Shell, found: &delegations::DelegationView) -> String {
    match (found.from_on - found.until_on).num_days() {
        ..=0 => found.until_on.to_string(),
        1 => page.say("delegation-ended-at-once"),
        _ => page.say("delegation-cancelled"),
    }
}

fn delegation_fields(app: &App, caller: &Caller, page: &Shell) -> Result<Vec<Field>, Error> {
    let own = crate::services::identity::profile::show(app, caller)?.seats;
    let mut seats: Vec<(String, String)> = Vec::new();
    for seat in own.into_iter().filter(|seat| seat.on_behalf_of.is_none()) {
        let words = format!("{} · {}", seat.organisation_name, page.word("role", seat.role));
        seats.push((format!("{}/{}", seat.organisation, seat.role), words));
    }
    Ok(vec![
        field("seat", Kind::Choice).choose(seats),
        Field { hint: "field-deputy-hint", ..field("deputy", Kind::Line) },
        field("from_on", Kind::Day).propose(page.today),
        field("until_on", Kind::Day).propose(page.today),
    ])
}

fn delegate(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let (organisation, role) = form.value("seat").rsplit_once('/').unwrap_or_default();
    let mut more = with("organisation", organisation.into());
    more.insert("role".to_owned(), role.into());
    Ok(Done::listed(delegations::add(app, caller, &input(form, &["deputy", "from_on", "until_on"], more)?)?.id))
}

fn end_delegation(app: &App, caller: &Caller, id: &str, action: &str, _: &Form) -> Result<Done, Error> {
    if action != "end" {
        return Err(Error::NotFound);
    }
    Ok(Done::listed(delegations::end(app, caller, id)?.id))
}

fn services_rows(app: &App, caller: &Caller, _: &Shell, part: &Page) -> Result<(Vec<Row>, Option<String>), Error> {
    Ok(rows(catalogue::list(app, caller, None, part)?, |found| {
        row(found.code.clone(), vec![found.code, found.name, found.unit, found.standard, found.basis], &[])
    }))
}

fn service_fields(_: &App, _: &Caller, _: &Shell) -> Result<Vec<Field>, Error> {
    Ok(lines(&["code", "name", "unit", "standard", "basis"]))
}

fn add_service(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let names = ["code", "name", "unit", "standard", "basis"];
    Ok(Done::listed(catalogue::add(app, caller, &checked(form, &names, Map::new(), catalogue::check)?)?.code))
}

fn organisations_rows(
    app: &App,
    caller: &Caller,
    page: &Shell,
    part: &Page,
) -> Result<(Vec<Row>, Option<String>), Error> {
    Ok(rows(organisations::list(app, caller, &OrganisationFilter::default(), part)?, |found| {
        let cells = vec![
            found.code.clone(),
            found.name,
            page.word("function", found.function),
            found.region.unwrap_or_default(),
        ];
        row(found.code, cells, &[])
    }))
}

fn organisation_fields(app: &App, caller: &Caller, page: &Shell) -> Result<Vec<Field>, Error> {
    let mut fields = lines(&["code", "name"]);
    let functions: Vec<Function> = Function::ALL.iter().copied().filter(|f| *f != Function::Contractor).collect();
    fields.push(choice(page, "function", "function", &functions));
    fields.push(field("region", Kind::Choice).choose(regions(app, caller)?));
    Ok(fields)
}

fn add_organisation(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let names = ["code", "name", "function", "region"];
    Ok(Done::listed(organisations::add(app, caller, &checked(form, &names, Map::new(), organisations::check)?)?.code))
}

fn regions_rows(app: &App, caller: &Caller, _: &Shell, part: &Page) -> Result<(Vec<Row>, Option<String>), Error> {
    Ok(rows(organisations::list_regions(app, caller, part)?, |found| {
        row(found.code.clone(), vec![found.code, found.name, found.parent.unwrap_or_default()], &[])
    }))
}

fn region_fields(app: &App, caller: &Caller, _: &Shell) -> Result<Vec<Field>, Error> {
    let mut fields = lines(&["code", "name"]);
    fields.push(field("parent", Kind::Choice).choose(regions(app, caller)?));
    Ok(fields)
}

fn add_region(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let input = checked(form, &["code", "name", "parent"], Map::new(), organisations::check_region)?;
    Ok(Done::listed(organisations::add_region(app, caller, &input)?.code))
}

fn people_rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<(Vec<Row>, Option<String>), Error> {
    Ok(rows(people::list(app, caller, part)?, |found| {
        let seats: Vec<String> = found
            .seats
            .iter()
            .map(|seat| format!("{} · {}", seat.organisation_name, page.word("role", seat.role)))
            .collect();
        let state = match (found.disabled, found.has_password) {
            (true, _) => "disabled",
            (false, true) => "ready",
            (false, false) => "invited",
        };
        let mut actions =
            if found.disabled { vec![("enable", false)] } else { vec![("link", false), ("disable", false)] };
        actions.extend(found.one_time_code.then_some(("reset-codes", true)));
        let cells = vec![
            found.username,
            found.name,
            found.email,
            page.joined("document-semicolon", &seats),
            page.word("person", state),
        ];
        row(found.id, cells, &actions)
    }))
}

fn person_fields(app: &App, caller: &Caller, page: &Shell) -> Result<Vec<Field>, Error> {
    let mut fields = lines(&["username"]);
    fields.push(Field { label: Some(page.say("field-person")), ..field("name", Kind::Line) });
    fields.extend(lines(&["email"]));
    let languages = Language::ALL.iter().map(|language| (language.to_string(), page.word("language", language)));
    fields.push(field("language", Kind::Choice).choose(languages.collect()));
    fields.push(field("organisation", Kind::Choice).choose(bureaus(app, caller)?));
    fields.push(choice(page, "role", "role", Role::ALL));
    Ok(fields)
}

fn add_person(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let seat = json!([{ "organisation": form.value("organisation"), "role": form.value("role") }]);
    let names = ["username", "name", "email", "language"];
    let added = people::add(app, caller, &checked(form, &names, with("seats", seat), people::check)?)?;
    Ok(Done { id: added.id, link: added.link })
}

fn act_on_person(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let done = people::apply_action(app, caller, id, action, &input(form, &["reason"], Map::new())?)?;
    Ok(Done { id: done.id, link: done.link })
}

fn letters_rows(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<(Vec<Row>, Option<String>), Error> {
    Ok(rows(email_queue::list(app, caller, None, part)?, |found| {
        let actions: &[_] = if found.state == EmailState::Dead { &[("retry", false)] } else { &[] };
        let cells = vec![
            page.time(&found.created_at),
            page.word("letter", found.kind),
            found.number.clone().unwrap_or_else(|| "–".to_owned()),
            format!("{} <{}>", found.to, found.address),
            page.word("letter-state", found.state.as_str()),
            found.attempts.to_string(),
            found.answer,
        ];
        // Whoever looks after the mail may see what was done with a contract, not the contract.
        let number = found.number.as_deref().unwrap_or_default();
        let address: String = form_urlencoded::byte_serialize(number.as_bytes()).collect();
        let leads = (!number.is_empty()).then(|| ("contract", format!("/events?contract={address}")));
        Row { leads, ..row(found.id, cells, actions) }
    }))
}

fn requeue_email(app: &App, caller: &Caller, id: &str, action: &str, _: &Form) -> Result<Done, Error> {
    if action != "retry" {
        return Err(Error::NotFound);
    }
    Ok(Done::listed(email_queue::requeue_email(app, caller, id)?.id))
}
