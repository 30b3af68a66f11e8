//! The addresses of every page and the visitors who may see them, derived from the tables of pages, actions, registers
//! and rights. A page without a row here fails a test.

use chrono::TimeDelta;
use diesel::prelude::*;
use luyue::domain::codes::{ContractState, ReportName, Role};
use luyue::domain::policy::{Action, role_may, side_may, state_allows};
use luyue::schema::documents;
use luyue::services::contracts::drafts::{self, steps::STEPS};
use luyue::services::identity::{bootstrap, sessions};
use luyue::services::notifications::calendar_feed;
use luyue::storage::contracts;
use luyue::storage::identity::kept_forms::{self, NewKeptForm};
use luyue::storage::identity::people;
use luyue::storage::write::{Context, write};
use luyue::web::page_routes::{PAGES, PageNeeds};
use luyue::web::pages::{actions, assets, registers};
use serde_json::json;

use crate::browser::plain_pages;
use crate::matrix::prepared::{self, Prepared};
use crate::matrix::rows::Thing;
use crate::matrix::sweep::sides;
use crate::publications::setup::opened;
use crate::recoveries::setup::inserted as recovering;
use crate::support::app::{CONTRACTOR, PEOPLE, TestApp};
use crate::support::programme;

/// A document of a breach.
const BREACH: &str = "breach.pdf?subject=LATE%2FCOUNSEL-H1&lang=both";

/// The verification code of a printed document.
const CODE: &str = "7K3M9QXP2WDT4H6B";

/// The kind of response at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A page that is shown.
    Page,
    /// A redirect to another page.
    Way,
    /// A file or resource that the browser saves or loads.
    Thing,
}

/// A concrete address of a page.
#[derive(Debug, Clone)]
pub struct Address {
    /// The address pattern in the table of pages.
    pub page: &'static str,
    pub path: String,
    pub found: Found,
    /// Rights of which any one opens the page; if the list is empty, no right is needed.
    rights: Vec<Action>,
    /// The state of the contract that the page concerns.
    state: Option<ContractState>,
}

/// The data that the pages show: an active contract with everything that can be attached to it, and one contract in
/// each other state.
pub struct Place {
    prepared: Prepared,
    contracts: Vec<(ContractState, String)>,
    link: String,
    /// Token of the officer's calendar feed.
    feed: String,
    /// Identifier of an email that was given up.
    given_up: String,
    /// Identifier of a write-off of the completed contract that waits for finance.
    write_off: String,
    /// Drafts of a registration: one just begun, and one that belongs to a draft contract.
    drafts: [String; 2],
}

impl Place {
    /// Creates the data on 5 January 2026, with a survey as the active contract's second record, and sets the clock to
    /// July, when the June deliverables are late.
    pub fn new(test: &TestApp) -> Self {
        let prepared = Prepared::new(test);
        let mut all = vec![(ContractState::Active, prepared.id(Thing::Contract).to_owned())];
        for state in ContractState::ALL.iter().filter(|state| **state != ContractState::Active) {
            let number = format!("S-{state}");
            let id = programme::registered(test, &number);
            let context = Context::of_program(test.now(), test.app.ids.clone());
            write(&test.app.pool, &context, |tx| {
                let row = contracts::by_number(tx.connection, &number)?.expect("the contract is there").id;
                contracts::set_state(tx.connection, row, *state)
            })
            .expect("the state is set");
            all.push((*state, id));
        }
        let draft = all.iter().find(|(state, _)| *state == ContractState::Draft).map(|(_, id)| id.as_str());
        changed(test, draft.expect("a contract that is a draft"));
        printed(test);
        let surveys = format!("contracts/{}/surveys", prepared.id(Thing::Contract));
        test.by("justice").post(&surveys, &json!({"score": "90"})).expect_status(201);
        // Of two submissions the purchaser has opened one, and the contractor can withdraw the other.
        test.by("justice").get(&format!("files/{}", prepared.id(Thing::File)));
        let submissions = format!("contracts/{}/deliverables/EDU-H2/submissions", prepared.id(Thing::Contract));
        let fields = [("quantity", "1"), ("note", "另报")];
        test.by("contractor").upload(&submissions, &fields, &[]).expect_status(201);
        test.at("2026-07-20", 9);
        luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
        let link = bootstrap::issue_link(&test.app, "other-justice").expect("a link");
        let officer = sessions::local_caller(&test.app, "justice").expect("the officer");
        calendar_feed::renew(&test.app, &officer).expect("a feed");
        let feed = calendar_feed::load_own(&test.app, &officer).expect("it is read").expect("it was made").address;
        let draft = all.iter().find(|(state, _)| *state == ContractState::Draft).map(|(_, id)| id.as_str());
        let drafts = [
            drafts::create(&test.app, &officer),
            drafts::of_contract(&test.app, &officer, draft.expect("a contract that is a draft")),
        ];
        let drafts = drafts.map(|draft| draft.expect("a draft").id);
        let given_up = prepared::given_up(test);
        opened(test, "S-completed");
        let write_off = recovering(test, "S-completed");
        let act = format!("/contracts/{}/act/incident", prepared.id(Thing::Contract));
        keep_form(test, &[&act, &format!("/drafts/{}/parties", drafts[0])]);
        Self {
            prepared,
            contracts: all,
            drafts,
            given_up,
            write_off,
            feed: feed.rsplit('/').nth(1).unwrap_or_default().to_owned(),
            link: link.rsplit('/').next().unwrap_or_default().to_owned(),
        }
    }

    /// Returns the identifier of the payment request.
    pub fn payment(&self) -> &str {
        self.prepared.id(Thing::Payment)
    }

    /// Returns the identifier of a contract in a state.
    pub fn contract(&self, wanted: ContractState) -> &str {
        let found = self.contracts.iter().find(|(state, _)| *state == wanted);
        found.map(|(_, id)| id.as_str()).expect("one in each state")
    }

    /// Returns the subject of an action as its address names it.
    pub fn about(&self, act: &str) -> String {
        match act {
            "submission" | "extension" | "apply-extension" => "subject=VISIT-H2".to_owned(),
            "decision" => "subject=VISIT-H1&no=1".to_owned(),
            "submission-withdraw" => "subject=EDU-H2&no=1".to_owned(),
            "invoice" | "score" | "request" => "subject=MIDYEAR".to_owned(),
            "interest" | "interest-waiver" => "subject=ADVANCE".to_owned(),
            "confirm" | "review" | "approve" | "pay" | "allow" | "disallow" | "payment-return" | "payment-recall" => {
                format!("subject={}", self.prepared.id(Thing::Payment))
            }
            // Requests about EDU-H1 and the first record are pending, and nothing is requested twice.
            "waiver" | "apply-waiver" => "subject=LATE%2FCOUNSEL-H1".to_owned(),
            "endorse" => format!("subject={}", self.prepared.id(Thing::Application)),
            "reversal" => "subject=2".to_owned(),
            "objection" => "subject=breach%2FLATE%2FCOUNSEL-H1".to_owned(),
            "objection-uphold" | "objection-reject" => format!("subject={}", self.prepared.id(Thing::Objection)),
            "annex-remove" => format!("subject={}", self.prepared.id(Thing::Annex)),
            "publication-grant" | "publication-refuse" | "publication-withdraw" => {
                format!("subject={}", self.prepared.id(Thing::Publication))
            }
            "guarantee-return" | "guarantee-claim" | "guarantee-grant" | "guarantee-refuse" => {
                format!("subject={}", self.prepared.id(Thing::Guarantee))
            }
            "recovery-grant" | "recovery-refuse" => format!("subject={}", self.write_off),
            _ if act.starts_with("evaluation-") => format!("subject={}", self.prepared.id(Thing::Evaluation)),
            "told" => format!("subject={}", self.given_up),
            "grant" | "refuse" => format!("subject={}", self.prepared.id(Thing::Waiver)),
            _ if act.starts_with("amendment-") => format!("subject={}", self.prepared.id(Thing::Amendment)),
            _ => String::new(),
        }
    }

    /// Returns the draft that belongs to the draft contract, or one that was just begun.
    pub fn draft(&self, of: ContractState) -> &str {
        &self.drafts[usize::from(of == ContractState::Draft)]
    }

    fn acts(&self, page: &'static str) -> Vec<Address> {
        let each = actions::rights().flat_map(|(act, rights)| {
            rights.iter().map(move |right| {
                let states = right.right().states;
                let state = if states.contains(&ContractState::Active) { ContractState::Active } else { states[0] };
                (act, rights, state)
            })
        });
        let address = |(act, rights, state): (&str, &[Action], ContractState)| Address {
            page,
            path: format!("/contracts/{}/act/{act}?{}", self.contract(state), self.about(act)),
            found: Found::Page,
            rights: rights.to_vec(),
            state: Some(state),
        };
        each.map(address).collect()
    }

    /// Returns every address of a page that is shown, or nothing if the page has no row here.
    fn addresses(&self, page: &'static str, needs: PageNeeds) -> Vec<Address> {
        use Found::{Page, Thing as Saved, Way};
        let contract = self.contract(ContractState::Active);
        let file = self.prepared.id(Thing::File);
        let (found, about_contract, paths): (Found, bool, Vec<String>) = match page {
            plain if !plain_pages::queries(plain).is_empty() => {
                (Page, false, plain_pages::queries(plain).iter().map(|query| format!("{page}{query}")).collect())
            }
            "/" => (Way, false, vec!["/".to_owned()]),
            "/language/{code}" => (Way, false, vec!["/language/zh?next=%2Fsign-in".to_owned()]),
            "/assets/{version}/{name}" => (Saved, false, vec![format!("{}/luyue.css", *assets::FOLDER)]),
            "/sign-in/provider" | "/sign-in/provider/return" | "/sign-in/provider/code" | "/sign-out/provider" => {
                (Way, false, vec![page.to_owned()])
            }
            "/saved-views/{list}" => {
                (Page, false, ["", "?topic=payments"].map(|q| format!("/saved-views/work{q}")).into())
            }
            // The officer's view, which no one else has.
            "/saved-views/{list}/{id}" => {
                (Page, false, vec![format!("/saved-views/contracts/{}", self.prepared.id(Thing::SavedView))])
            }
            board if board.starts_with("/boards") => (Page, false, vec![page.to_owned()]),
            "/mail-templates/{kind}" => (Page, false, vec![page.replace("{kind}", "breach-found")]),
            "/templates/{id}" => (Page, false, vec![page.replace("{id}", "notice-2017-43")]),
            "/reports/{name}" => {
                // Arrears are of a year that is over.
                let year = |name: &ReportName| if *name == ReportName::Arrears { 2025 } else { 2026 };
                let path = |name: &ReportName| format!("/reports/{name}?year={}", year(name));
                (Page, false, ReportName::ALL.iter().map(path).collect())
            }
            "/payments/check" => (Page, true, vec![format!("{page}?do=confirm&line={}", self.payment())]),
            "/contracts/{id}" => {
                let mut paths: Vec<String> = self.contracts.iter().map(|(_, id)| format!("/contracts/{id}")).collect();
                paths.extend(["?as_of=2026-06-25", "?done=activate"].map(|q| format!("/contracts/{contract}{q}")));
                (Page, true, paths)
            }
            "/contracts/{id}/receipt" => (Page, true, vec![page.replace("{id}", contract) + "?subject=VISIT-H1&no=1"]),
            "/contracts/{id}/files.zip"
            | "/contracts/{id}/dossier.zip"
            | "/contracts/{id}/summary.pdf"
            | "/contracts/{id}/records/template.xlsx" => (Saved, true, vec![page.replace("{id}", contract)]),
            "/contracts/{id}/annexes"
            | "/contracts/{id}/notices"
            | "/contracts/{id}/records/import"
            | "/contracts/{id}/decisions"
            | "/contracts/{id}/ledger"
            | "/contracts/{id}/opinions" => (Page, true, vec![page.replace("{id}", contract)]),
            "/contracts/{id}/messages" => {
                let about = ["", "?about=deliverable%2FVISIT-H2"];
                (Page, true, about.map(|about| format!("/contracts/{contract}/messages{about}")).into())
            }
            "/contracts/{id}/terms" => {
                let changed = self.contract(ContractState::Draft);
                (Page, true, [contract, changed].map(|id| format!("/contracts/{id}/terms")).into())
            }
            "/contracts/{id}/settlement" => {
                let ended = self.contract(ContractState::Terminated);
                (Page, true, [contract, ended].map(|id| format!("/contracts/{id}/settlement")).into())
            }
            "/contracts/{id}/amendments/{amendment}" => {
                (Page, true, vec![format!("/contracts/{contract}/amendments/{}", self.prepared.id(Thing::Amendment))])
            }
            "/contracts/{id}/records" => {
                let queries = ["", "?state=waiting&month=2026-01", "?month=no&done=confirm"];
                (Page, true, queries.map(|q| format!("/contracts/{contract}/records{q}")).into())
            }
            "/calendar-feed/{token}/tasks.ics" => (Saved, false, vec![page.replace("{token}", &self.feed)]),
            "/import-ledger/template.xlsx" => (Saved, false, vec![page.to_owned()]),
            "/ledger-imports/{id}/workbook.xlsx" => {
                (Saved, false, vec![page.replace("{id}", self.prepared.id(Thing::LedgerImport))])
            }
            "/contracts/{id}/act/{name}" => return self.acts(page),
            "/registers/{name}" => {
                let each = registers::rights().map(|(name, right)| Address {
                    page,
                    path: format!("/registers/{name}"),
                    found: Page,
                    rights: vec![right],
                    state: None,
                });
                return each.collect();
            }
            "/drafts/copy" => (Page, false, vec![page.to_owned(), format!("/drafts/copy?contract={contract}")]),
            "/templates/new" => (Page, false, vec![format!("{page}?contract={contract}")]),
            "/drafts/{id}" | "/drafts/{id}/check" | "/drafts/{id}/try" => {
                (Page, false, self.drafts.iter().map(|id| page.replace("{id}", id)).collect())
            }
            "/drafts/{id}/{step}" => {
                let of =
                    |id: &String| STEPS.iter().map(|step| format!("/drafts/{id}/{}", step.name)).collect::<Vec<_>>();
                (Page, false, self.drafts.iter().flat_map(of).collect())
            }
            "/understood/{kind}" => (Saved, false, vec!["/understood/number?amount=5%EF%BC%8C000".to_owned()]),
            "/verify/{code}" => (Page, false, vec![page.replace("{code}", CODE)]),
            "/contractors/{credit_code}/record" => (Page, false, vec![page.replace("{credit_code}", CONTRACTOR)]),
            "/public/{id}" => (Page, false, vec![format!("/public/{}", self.contract(ContractState::Completed))]),
            "/events/{id}" => (Page, false, vec![format!("/events/{}", self.prepared.id(Thing::Event))]),
            "/password/{token}" => (Page, false, vec![format!("/password/{}", self.link)]),
            "/contracts/{id}/documents/{kind}.pdf" => {
                (Saved, true, vec![format!("/contracts/{contract}/documents/{BREACH}")])
            }
            "/reports/arrears.pdf" | "/reports/annual.pdf" | "/reports/annual.docx" => {
                (Saved, false, vec![format!("{page}?year=2025")])
            }
            "/files/{id}" | "/files/{id}/original" => (Saved, true, vec![page.replace("{id}", file)]),
            _ => return Vec::new(),
        };
        let rights = match needs {
            PageNeeds::Allowed(right) => vec![right],
            _ => Vec::new(),
        };
        let state = about_contract.then_some(ContractState::Active);
        let address = |path| Address { page, path, found, rights: rights.clone(), state };
        paths.into_iter().map(address).collect()
    }

    /// Returns the address of a page with existing identifiers in its pattern.
    pub fn fill(&self, page: &str) -> String {
        let (id, name) = match page.split('/').nth(1) {
            Some("drafts") => {
                let path = page.replace("{id}", &self.drafts[0]).replace("{step}", "items");
                assert!(!path.contains('{'), "{page}: what is named there? (tests/browser/rows.rs)");
                return path;
            }
            Some("saved-views") => {
                let id = self.prepared.id(Thing::SavedView);
                return page.replace("{list}", "contracts").replace("{id}", id);
            }
            Some("contracts") if page.ends_with("/draft") => {
                return page.replace("{id}", self.contract(ContractState::Draft));
            }
            Some("contracts") if page.ends_with("/files") => (Thing::Contract, "submission"),
            Some("contracts") => (Thing::Contract, "incident"),
            Some("registers") => (Thing::Person, "people"),
            _ => (Thing::Person, ""),
        };
        let path = page.replace("{id}", self.prepared.id(id)).replace("{name}", name).replace("{token}", &self.link);
        let path = path.replace("{action}", "disable").replace("{kind}", "breach-found");
        assert!(!path.contains('{'), "{page}: what is named there? (tests/browser/rows.rs)");
        path
    }

    /// Returns every address of every page that is shown.
    pub fn all(&self) -> Vec<Address> {
        let shown = PAGES.iter().filter(|(method, ..)| *method == "get");
        let each = shown.flat_map(|(_, page, needs)| {
            let addresses = self.addresses(page, *needs);
            assert!(!addresses.is_empty(), "the page {page} has no row in tests/browser/rows.rs: where is it found?");
            addresses
        });
        each.collect()
    }
}

/// Keeps forms of the officer that were sent to these paths.
fn keep_form(test: &TestApp, paths: &[&str]) {
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let person = people::by_username(tx.connection, "justice")?.expect("they are there").id;
        let during = (tx.context.now, tx.context.now + TimeDelta::days(1));
        paths.iter().try_for_each(|path| {
            let public_id = tx.context.ids.uuid();
            kept_forms::insert(
                tx.connection,
                &NewKeptForm { public_id: &public_id, person, path, fields: "[]", during, is_unsent: true },
            )
        })
    })
    .expect("the forms are kept");
}

/// Adds terms of a second version to a draft.
fn changed(test: &TestApp, id: &str) {
    let path = format!("contracts/{id}");
    let mut input = programme::input(test, "S-draft");
    input["terms"]["cure_days"] = 9.into();
    let etag = test.by("justice").get(&path).header("etag").to_owned();
    test.by("justice").with("If-Match", &etag).put(&path, &input).expect_status(200);
}

/// Stores the verification code of a document as earlier versions of the program did.
fn printed(test: &TestApp) {
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let contract = contracts::by_number(tx.connection, "M-1")?.expect("the contract is there").id;
        let (today, now) = (tx.context.today(), tx.context.now);
        let row = (
            documents::code.eq(CODE),
            documents::contract_id.eq(contract.0),
            documents::kind.eq("summary"),
            documents::as_of.eq(today),
            documents::fingerprint.eq("0a1b2c"),
            documents::made_at.eq(now),
        );
        diesel::insert_into(documents::table).values(row).execute(tx.connection)?;
        Ok(())
    })
    .expect("the code is kept");
}

/// Returns the role and the organisation of a visitor, or `None` for a visitor who is not signed in.
pub fn seat(visitor: &str) -> Option<(Role, &'static str)> {
    PEOPLE.iter().find(|(name, ..)| *name == visitor).map(|(_, role, organisation)| (*role, *organisation))
}

impl Address {
    /// Returns the status that the table of rights gives a visitor, or `None` if they are redirected to sign in.
    pub fn status(&self, visitor: &str) -> Option<u16> {
        let good = if self.found == Found::Way { 303 } else { 200 };
        if self.rights.is_empty() {
            return Some(good);
        }
        let (role, organisation) = seat(visitor)?;
        // A contractor reads its own record alone.
        if self.page == "/contractors/{credit_code}/record" && visitor == "contractor-2" {
            return Some(404);
        }
        let may = |action: &Action| role_may(role, *action);
        if self.page == "/saved-views/{list}/{id}" && visitor != "justice" {
            return Some(if may(&Action::ReadContract) { 404 } else { 403 });
        }
        let Some(state) = self.state else {
            return Some(if self.rights.iter().any(may) { good } else { 403 });
        };
        let sides = sides(organisation);
        let open = |action: &Action| may(action) && side_may(role, sides, *action) && state_allows(state, *action);
        Some(match self.rights.first() {
            _ if !role_may(role, Action::ReadContract) => 403,
            // The role is checked before the file or the contract is looked for.
            Some(
                Action::ReadOriginalFile
                | Action::ReadContractLedger
                | Action::ReadDossier
                | Action::ReadUndelivered
                | Action::ReadOpinions,
            ) if !self.rights.iter().any(may) => 403,
            _ if sides.is_empty() => 404,
            _ if self.rights.iter().any(open) => good,
            Some(first) if !state_allows(state, *first) => 409,
            _ => 403,
        })
    }
}
