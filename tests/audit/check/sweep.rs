//! Every column of every table changed in turn, and a row of every table deleted: `luyue check` finds each, or the
//! column is listed in `untold` with the reason why it carries no truth. The columns come from the database itself.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use luyue::app::App;
use luyue::schema::documents;
use luyue::services::audit::{check, seals};
use luyue::services::contracts::drafts;
use luyue::services::notifications::calendar_feed;
use luyue::storage::audit::recorded_rows::ObjectKind;
use luyue::storage::identity::{people, provider_identities, recovery_codes};
use luyue::storage::write::{Context, write};
use luyue::storage::{AnyConnection, Pool};
use serde_json::json;

use crate::adapters::fixtures::pdf;
use crate::amendments::setup::{proposed, terms, with_due_day};
use crate::annexes::signed;
use crate::audit::check::untold::UNTOLD;
use crate::coordination::demand;
use crate::deliverables::support::caller;
use crate::evaluations::setup as evaluations;
use crate::guarantees::setup::{self as guarantees, recorded as guaranteed};
use crate::imports::setup::drafted;
use crate::matrix::rows::{
    BY_ACCOUNTANT, approval_chain, approval_rule, budget_change, loan_rate, purchase_plan, statute_setting, suspension,
    yearly_share,
};
use crate::opinions::{code, opinion};
use crate::payments::setup::{self, NUMBER, id_of};
use crate::publications::setup::{act, published};
use crate::recoveries::setup as recoveries;
use crate::registry::calendar::{import, year_2027};
use crate::registry::person;
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::digest::{columns, lines, tables};
use crate::support::programme;
use crate::work_stations::{funds, group, work_station};
use crate::workers::worker;

/// Writes rows into every table that is checked: a contract at midyear with payments, files, a change request, an
/// amendment, an objection, a message, a service record, a publication, a claim, an evaluation and a document, a
/// delegation, a one-time link, a calendar feed, a proposed account, a service, a draft, a ledger to import, an imported
/// calendar; seals the day.
fn story(test: &TestApp) {
    let contract = setup::midyear(test);
    setup::paid(test, &contract, "ADVANCE");
    setup::asked(test, &contract, "MIDYEAR", &json!({}));
    let fields = [("number", "24342000000012345678"), ("amount", "10.00")];
    let path = format!("contracts/{contract}/milestones/MIDYEAR/invoice");
    let paper: &[(&str, &[u8])] = &[("发票.pdf", &pdf("发票".as_bytes()))];
    test.by("contractor").upload_as("file", &path, &fields, paper).expect_status(201);
    let extension = json!({"deliverable": "EDU-H2", "days": 7, "reason": "场地装修"});
    test.by("justice").post(&format!("contracts/{contract}/extensions"), &extension).expect_status(201);
    let moved = with_due_day(terms(test, &contract, "2026-07-17"), "2026-11-16");
    let amendment =
        json!({"effective_on": "2026-08-03", "terms": moved, "reason": "汛期道路中断", "ground": "schedule"});
    proposed(test, &contract, &amendment);
    let objection = json!({"against": "breach", "subject": "LATE/COUNSEL-H1", "text": "资料已送达"});
    let objection = test.by("contractor").post(&format!("contracts/{contract}/objections"), &objection);
    let answer = format!("objections/{}/actions/uphold", id_of(&objection.expect_status(201)));
    test.by("justice-leader").post(&answer, &json!({"reason": "属实"})).expect_status(200);
    let applied = json!({"deliverable": "VISIT-H2", "days": 5, "reason": "场地装修"});
    let applied = test.by("contractor").post(&format!("contracts/{contract}/extensions"), &applied).expect_status(201);
    let endorse = format!("extensions/{}/actions/endorse", id_of(&applied));
    test.by("justice").post(&endorse, &json!({"reason": "属实"})).expect_status(200);
    let spare = programme::appropriation(test, "1.00");
    let change = budget_change((&programme::appropriation(test, "2.00"), &spare), "1.00");
    test.by("finance-review").post("budget-changes", &change).expect_status(201);
    let rule = approval_rule("200000.00", 2, "2027-01-01");
    test.by("finance-review").post("approval-rules", &rule).expect_status(201);
    let chain = approval_chain(BY_ACCOUNTANT, "2027-01-01");
    test.by("finance-review").post("approval-chains", &chain).expect_status(201);
    let plan = purchase_plan(&spare, ("采购计划〔2026〕9号", "1.00"));
    test.by("justice").post("purchase-plans", &plan).expect_status(201);
    let later = programme::appropriation_named(test, ("宣财指〔2027〕1号", 2027), "187200.00");
    test.by("finance-review").post("yearly-shares", &yearly_share(NUMBER, &later)).expect_status(201);
    test.by("justice").post("suspensions", &suspension(NUMBER, "force_majeure", "2026-07-16")).expect_status(201);
    test.nobody().post("public/opinions", &opinion(&code(test, &contract, "2026-08-14"))).expect_status(201);
    test.by("contractor").post("workers", &worker(NUMBER, "林晓东")).expect_status(201);
    test.by("station").post("work-stations", &work_station("东山村社区矫正工作站")).expect_status(201);
    test.by("justice").post("station-funds", &funds("东山村社区矫正工作站", "2400.00")).expect_status(201);
    test.by("station").post("correction-groups", &group("XZ-017")).expect_status(201);
    let matter = id_of(&test.by("justice").post("matters", &demand("需要心理咨询师")).expect_status(201));
    let answer = json!({"reason": "可以派两名咨询师"});
    test.by("contractor").post(&format!("matters/{matter}/actions/answer"), &answer).expect_status(200);
    test.by("admin").post("loan-rates", &loan_rate("2026-01-20", "0.029")).expect_status(201);
    let setting = statute_setting(("bond-10pct", Some("0.05")), "2027-01-01");
    test.by("admin").post("statute-settings", &setting).expect_status(201);
    let path = format!("contracts/{contract}/annexes");
    let papers: &[(&str, &[u8])] = &[("合同.pdf", &pdf("合同".as_bytes()))];
    let annex = test.by("justice").upload(&path, &[("kind", "signed_text"), ("title", "合同文本")], papers);
    annex.expect_status(201);
    signed::add(test, &contract, &[("code", &signed::printed(test, &contract))]).expect_status(201);
    let message = json!({"about": "deliverable/EDU-H2", "text": "请核对签到表"});
    test.by("contractor").post(&format!("contracts/{contract}/messages"), &message).expect_status(201);
    let records = json!({"rows": [{"on": "2026-07-16", "service": "VISIT", "place": "鳌峰街道", "worker": "林晓东",
        "subject": "XZ-1", "minutes": 45}]});
    let records = test.by("contractor").post(&format!("contracts/{contract}/records"), &records).expect_status(201);
    let record = records["ids"][0].as_str().expect("an id").to_owned();
    test.by("station").post(&format!("records/{record}/actions/confirm"), &json!({})).expect_status(200);
    let publication = published(test, &contract);
    act(test, "justice", &publication, "withdraw", &json!({"reason": "有误"})).expect_status(200);
    let held = guaranteed(test, &contract, &[]);
    let claim = json!({"amount": "1.00", "reason": "未按约定提供服务"});
    guarantees::act(test, "justice", &held, "claim", &claim).expect_status(200);
    guarantees::act(test, "justice-leader", &held, "grant", &json!({})).expect_status(200);
    let evaluation = evaluations::opened(test, &contract);
    evaluations::act(test, "contractor", &evaluation, "assess", &json!({"text": "已完成"})).expect_status(200);
    let deputy =
        json!({"organisation": "XC-JUSTICE", "role": "officer", "deputy": "justice-2", "until_on": "2026-12-31"});
    id_of(&test.by("justice").post("delegations", &deputy).expect_status(201));
    let account = json!({"name": "户名", "bank": "中国银行宣城分行", "number": "6217000011113333"});
    test.by("contractor").post(&format!("contractors/{CONTRACTOR}/accounts"), &account).expect_status(201);
    let service = json!({"code": "SW-1", "name": "走访", "unit": "次"});
    test.by("admin").post("services", &service).expect_status(201);
    import(test, &year_2027());
    drafts::create(&test.app, &caller(test, "justice")).expect("a draft");
    calendar_feed::renew(&test.app, &caller(test, "justice")).expect("a calendar feed");
    let ledger: &[(&str, &[u8])] = &[("台账.xlsx", &drafted())];
    test.by("justice").upload_as("file", "ledger-imports", &[], ledger).expect_status(201);
    // A link for the new person, and an answer to a request that may be repeated.
    let new = person("wang.fang", "officer", "XC-JUSTICE");
    test.by("admin").with("Idempotency-Key", "k-1").post("people", &new).expect_status(201);
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let person = people::by_username(tx.connection, "justice")?.expect("a person").id;
        recovery_codes::replace(tx.connection, person, &["a digest".to_owned()])?;
        let identity = ("https://idp.test", "a subject");
        provider_identities::insert(tx.connection, person, identity, (Some(person), tx.context.now))?;
        tx.touch(ObjectKind::Person, person.0);
        // Earlier versions of the program stored the codes of documents.
        let row = (
            documents::code.eq("7K3M9QXP2WDT4H6B"),
            documents::contract_id.eq(1),
            documents::kind.eq("summary"),
            documents::as_of.eq(tx.context.today()),
            documents::fingerprint.eq("0a1b2c"),
            documents::made_at.eq(tx.context.now),
        );
        diesel::insert_into(documents::table).values(row).execute(tx.connection)?;
        // Nothing is to be recovered while the contract runs.
        let id = tx.context.ids.uuid();
        recoveries::insert(tx, NUMBER, &id)?;
        tx.touch(ObjectKind::Contract, 1);
        Ok(())
    })
    .expect("a recovery code, an identity and a document");
    assert_eq!(seals::seal_day(&test.app).expect("the day is sealed"), 1);
}

fn is_untold(table: &str, column: &str) -> bool {
    UNTOLD.iter().any(|(known, part, _)| *known == table && (*part == "*" || *part == column))
}

/// Returns an expression for another value of a column, by the type of the column in the catalogue.
fn another(column: &str, kind: &str) -> String {
    let other = match kind {
        "BIGINT" | "INTEGER" => format!("\"{column}\" + 1000"),
        "BOOLEAN" => format!("NOT \"{column}\""),
        "DATE" => format!("date(\"{column}\", CASE WHEN \"{column}\" > '9999' THEN '-1 day' ELSE '+1 day' END)"),
        "TIMESTAMP" => format!("datetime(\"{column}\", '-1 day')"),
        "TEXT" => format!("\"{column}\" || 'x'"),
        other => panic!("{column}: no other value of the type {other}"),
    };
    let from_nothing = match kind {
        "TEXT" => "'x'",
        "DATE" => "'2026-01-05'",
        "TIMESTAMP" => "'2026-01-05 01:00:00'",
        _ => "1",
    };
    format!("coalesce({other}, {from_nothing})")
}

/// Returns the statements of the sweep: table, column or "a row", and SQL.
fn statements(connection: &mut AnyConnection) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for table in tables(connection) {
        if is_untold(&table, "*") {
            continue;
        }
        let key = lines(
            connection,
            &format!(
                "SELECT group_concat('\"' || name || '\"', ', ') AS line FROM pragma_table_info('{table}') WHERE pk > 0"
            ),
            "",
        );
        let one = format!("({0}) = (SELECT {0} FROM {table} ORDER BY {0} DESC LIMIT 1)", key[0]);
        if !is_untold(&table, "a row") {
            all.push((table.clone(), "a row".to_owned(), format!("DELETE FROM {table} WHERE {one}")));
        }
        for column in columns(connection, &table) {
            if is_untold(&table, &column) {
                continue;
            }
            let kind = format!("SELECT type AS line FROM pragma_table_info('{table}') WHERE name = '{column}'");
            let value = another(&column, &lines(connection, &kind, "")[0].to_uppercase());
            all.push((table.clone(), column.clone(), format!("UPDATE {table} SET \"{column}\" = {value} WHERE {one}")));
        }
    }
    all
}

/// Opens a program of its own on a copy of the database file.
fn on_copy(test: &TestApp, base: &std::path::Path, number: usize) -> App {
    let path = base.with_file_name(format!("sweep-{number}.db"));
    std::fs::copy(base, &path).expect("a copy");
    let pool = Pool::open(&format!("sqlite://{}", path.display()), 1).expect("the copy opens");
    App { pool, ..test.app.clone() }
}

/// Number of tests that share the sweep, which takes minutes.
const PARTS: usize = 3;

/// Changes every column and deletes every row of a part of the sweep, each on a copy, and checks the copy.
fn compare(part: usize) {
    let test = TestApp::sqlite();
    story(&test);
    assert_eq!(check::check(&test.app, |_| ()).expect("the check runs").differences, []);
    let base = test.app.settings.data.join("base.db");
    let connection = &mut *test.app.pool.get().expect("a connection");
    connection.batch_execute(&format!("VACUUM INTO '{}'", base.display())).expect("a copy");
    let empty: Vec<String> = tables(connection)
        .into_iter()
        .filter(|table| !is_untold(table, "*"))
        .filter(|table| lines(connection, &format!("SELECT count(*) || '' AS line FROM {table}"), "") == ["0"])
        .collect();
    assert_eq!(empty, Vec::<String>::new(), "tables of which the story writes no row");
    let all = statements(connection);
    let mut missed = Vec::new();
    for (number, (table, column, statement)) in all.iter().enumerate().skip(part).step_by(PARTS) {
        let app = on_copy(&test, &base, number);
        let changed = {
            let connection = &mut *app.pool.get().expect("a connection");
            connection.batch_execute("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF").expect("rows may dangle");
            connection.batch_execute(statement).map(|()| lines(connection, "SELECT changes() || '' AS line", ""))
        };
        match changed {
            Ok(changed) if changed == ["1"] => {}
            other => missed.push(format!("{statement}: {other:?}")),
        }
        match check::check(&app, |_| ()) {
            Ok(report) if !report.differences.is_empty() => {}
            Ok(_) => missed.push(format!("{table}.{column} is neither told nor listed: {statement}")),
            Err(error) => missed.push(format!("{statement}: the check gave up: {error}")),
        }
    }
    assert!(missed.is_empty(), "{} of {}:\n{}", missed.len(), all.len(), missed.join("\n"));
    assert!(all.len() > 200, "{}", all.len());
}

mod every_column_and_row_that_carries_truth_is_compared {
    #[test]
    fn first_part() {
        super::compare(0);
    }

    #[test]
    fn second_part() {
        super::compare(1);
    }

    #[test]
    fn third_part() {
        super::compare(2);
    }
}

#[test]
fn every_line_of_the_list_names_a_column_and_a_reason() {
    let test = TestApp::sqlite();
    let connection = &mut *test.app.pool.get().expect("a connection");
    let known: BTreeSet<String> = tables(connection).into_iter().collect();
    for (table, column, reason) in UNTOLD {
        assert!(known.contains(*table), "{table}");
        let is_whole = ["*", "a row"].contains(column);
        assert!(is_whole || columns(connection, table).iter().any(|known| known == column), "{table}.{column}");
        assert!(reason.len() > 10, "{table}.{column}");
    }
    assert!(UNTOLD.is_sorted(), "in order, so that none stands twice");
}

/// Rows of several tables changed on PostgreSQL.
#[test]
fn changed_rows_are_told_on_postgres() {
    let test = TestApp::postgres();
    story(&test);
    assert_eq!(check::check(&test.app, |_| ()).expect("the check runs").differences, []);
    for (statement, at) in [
        ("UPDATE payments SET account = account || ' '", NUMBER),
        ("UPDATE payment_steps SET person_id = person_id + 1 WHERE seq = 1", NUMBER),
        ("UPDATE files SET sha256 = 'x'", NUMBER),
        ("UPDATE seats SET until_on = '2030-01-01'", "person:"),
        ("UPDATE delegations SET until_on = '2030-01-01'", "person:"),
        ("UPDATE contractors SET account_number = '1'", "organisation:"),
        ("UPDATE appropriations SET amount_fen = amount_fen + 1", "appropriation:"),
        ("DELETE FROM change_requests", NUMBER),
        ("UPDATE amendments SET reason = 'x'", NUMBER),
        ("DELETE FROM amendment_steps", NUMBER),
        ("UPDATE objections SET state = 'open'", NUMBER),
        ("UPDATE change_requests SET endorsed_by = NULL", NUMBER),
        ("DELETE FROM unread_messages; DELETE FROM messages", NUMBER),
        ("UPDATE annexes SET title = 'x'", NUMBER),
        ("UPDATE publications SET state = 'published'", NUMBER),
        ("UPDATE guarantees SET amount_fen = amount_fen + 1", NUMBER),
        ("UPDATE guarantee_claims SET purpose = 'recovery'", NUMBER),
        ("UPDATE recoveries SET amount_fen = 0", NUMBER),
        ("UPDATE evaluations SET score = '100'", NUMBER),
        ("DELETE FROM evaluation_steps WHERE seq = 2", NUMBER),
        ("DELETE FROM drafts", "draft:"),
        ("UPDATE emails SET address = 'x@x.test'", "email "),
        ("DELETE FROM emails WHERE contract_id <> 0", "email "),
        ("UPDATE links SET person_id = (SELECT min(id) FROM people)", "one-time link"),
        ("UPDATE idempotency SET answer = '{}'", "answer to request "),
        ("UPDATE row_records SET body = '{}'", "contract:"),
        ("UPDATE row_heads SET seq = seq + 1", "contract:"),
    ] {
        let connection = &mut *test.app.pool.get().expect("a connection");
        connection.batch_execute("BEGIN").expect("a transaction");
        connection.batch_execute(statement).expect("rows are changed");
        connection.batch_execute("COMMIT").expect("they stay");
        let found = check::check(&test.app, |_| ()).expect("the check runs").differences;
        assert!(found.iter().any(|found| found.at.starts_with(at)), "{statement}: {found:?}");
    }
}

/// A step changes the recorded digests of its own tables alone.
fn a_step_adopts_no_row_of_another_table(test: &TestApp) {
    let contract = setup::advance(test);
    let payment = setup::asked(test, &contract, "ADVANCE", &json!({}));
    let changed = "UPDATE commitments SET amount_fen = amount_fen + 1";
    test.app.pool.get().expect("a connection").batch_execute(changed).expect("a row is changed");
    setup::step(test, "justice", &payment, "confirm", &json!({})).expect_status(200);
    let found = check::check(&test.app, |_| ()).expect("the check runs").differences;
    assert!(found.iter().any(|difference| difference.what.contains("the rows in commitments are not")), "{found:?}");
}

crate::on_both_engines! { a_step_adopts_no_row_of_another_table }
