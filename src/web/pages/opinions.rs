//! Opinions of recipients as pages: the codes of a contract with the count of the answers, and the form that anyone with
//! a code fills in.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::domain::opinions::{OpinionTotals, Satisfaction};
use crate::error::{Error, Message};
use crate::services::contracts::view::{self as contract_view, ContractOverview};
use crate::services::identity::caller::Caller;
use crate::services::opinions::answer::{self, OpinionInput};
use crate::services::opinions::{self, OpinionCodesInput, OpinionView};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page as Part, Paged};
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_values::{parse_choice, parse_date, parse_whole};
use crate::text;
use crate::web::api::page::{encode_cursor, parse_page};
use crate::web::pages::exports;
use crate::web::pages::forms::field::{Field, FieldKind, attached, fill};
use crate::web::pages::forms::{Form, part_or_first};
use crate::web::pages::identity::session::SessionQuery;
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::{PageQuery, Query};

/// Codes on a page of the list.
const PAGE_SIZE: i64 = 100;
/// Columns of the list as a file.
const FILE_COLUMNS: &[&str] = &["opinion-code", "opinion-deliverable", "opinion-until", "opinion-used"];

/// The answers to the question whether the service was received.
const YES_NO: [&str; 2] = ["yes", "no"];

/// Query of the list: its cursor, the format of a file, and the number of codes that were just issued.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ListForm {
    cursor: String,
    issued: Option<usize>,
    format: Option<FileFormat>,
}

#[derive(Template)]
#[template(path = "contract/opinions.html")]
struct ListPage {
    page: Shell,
    overview: ContractOverview,
    totals: Vec<OpinionTotals>,
    list: Paged<OpinionView>,
    is_first: bool,
    /// Number of codes that were just issued.
    issued: Option<usize>,
    fields: Vec<Field>,
    form: Form,
    /// Address of the form for recipients.
    address: String,
}

impl ListPage {
    fn load(
        app: &App,
        caller: &Caller,
        mut page: Shell,
        contract: &str,
        (query, typed): (&ListForm, Option<Form>),
    ) -> Result<Self, Error> {
        let cursor = Some(query.cursor.as_str()).filter(|cursor| !cursor.is_empty());
        let mut part = parse_page(Some(PAGE_SIZE), cursor)?;
        let load = |_: &Shell, part: &Part| opinions::list(app, caller, contract, part);
        let list = part_or_first(&mut page, &mut part, load)?;
        let totals = opinions::count(app, caller, contract)?;
        let overview = contract_view::load_overview(app, caller, contract, None)?;
        let mut fields = issue_fields(&page, &overview);
        let mut form = Form::default();
        if let Some(typed) = typed {
            form = attached(typed, &page, &fields);
            fill(&mut fields, &form);
        }
        let address = format!("{}/opinion", app.settings.public_url());
        Ok(Self {
            overview,
            totals,
            list,
            is_first: part.after.is_none(),
            issued: query.issued,
            fields,
            form,
            address,
            page,
        })
    }

    /// Returns the address of the list after an item; an empty item is the beginning.
    fn address_at(&self, after: &str) -> String {
        let cursor = if after.is_empty() { String::new() } else { format!("?cursor={}", encode_cursor(after)) };
        format!("/contracts/{}/opinions{cursor}", self.overview.id)
    }

    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.address_at(""))
    }

    /// States the number of codes, if they fit on one page, and their order.
    fn summary(&self) -> String {
        self.page.counted(self.list.items.len(), self.is_first, self.list.next.is_some(), "opinions-order")
    }

    /// Describes the opinions of a deliverable.
    fn counted(&self, totals: &OpinionTotals) -> String {
        self.page.opinion_totals(totals)
    }

    /// Returns the name of a deliverable.
    fn name(&self, code: &str) -> String {
        self.overview.snapshot.details.deliverable(code).to_owned()
    }
}

impl Shell {
    /// Describes the opinions of a deliverable in words.
    pub fn opinion_totals(&self, totals: &OpinionTotals) -> String {
        let numbers = [
            ("issued", totals.issued),
            ("answered", totals.answered),
            ("missed", totals.not_received),
            ("satisfied", totals.satisfied),
            ("neutral", totals.neutral),
            ("dissatisfied", totals.dissatisfied),
        ];
        let values: Vec<_> = numbers.map(|(name, number)| (name, number.to_string())).into();
        text::message(self.language, "opinion-totals", &values)
    }
}

fn cells(page: &Shell, opinion: OpinionView) -> Vec<Cell> {
    let used = opinion.used.then(|| page.say("opinion-used"));
    vec![opinion.code.into(), opinion.deliverable_name.into(), opinion.expires_on.into(), used.into()]
}

fn issue_fields(page: &Shell, overview: &ContractOverview) -> Vec<Field> {
    if !overview.may("opinions.issue") {
        return Vec::new();
    }
    let input = &overview.snapshot;
    let codes = input.terms.deliverables.iter().map(|agreed| agreed.code.as_str());
    let options = codes.map(|code| (code.to_owned(), input.details.deliverable(code).to_owned())).collect();
    let field = |name: &str, kind: FieldKind, label: &str| Field::new(name, kind, page.say(label));
    vec![
        field("deliverable", FieldKind::Choice, "opinion-deliverable").options(options),
        field("number", FieldKind::Number, "opinion-number").hint(page.say("opinion-number-hint")),
        field("expires_on", FieldKind::Day, "opinion-until").hint(page.say("opinion-until-hint")),
    ]
}

/// Shows the codes of a contract, and the opinions given with them without saying which with which.
pub async fn list(request: PageRequest, id: Path<String>, query: PageQuery<ListForm>) -> PageAnswer {
    let query = query.into_inner();
    if let Some(format) = query.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let load = |part: &Part| opinions::list(app, caller, &id, part);
            exports::list_file(page, ("opinions-title", format), FILE_COLUMNS, load, |opinion| cells(page, opinion))
        };
        return exports::answer(request, work).await;
    }
    request.show(move |app, caller, page| ListPage::load(app, caller, page, &id, (&query, None))).await
}

/// Issues codes; a refused form is shown again.
pub async fn issue(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    let id = id.into_inner();
    let again = id.clone();
    request
        .submit(
            body,
            move |app, caller, form| {
                let mut reader = FormReader::new(form);
                let deliverable = reader.required_text("deliverable");
                let number = reader.required("number", parse_whole);
                let expires_on = reader.required("expires_on", parse_date);
                let input = number.zip(expires_on).map(|(number, expires_on)| OpinionCodesInput {
                    deliverable,
                    number: usize::try_from(number.get()).unwrap_or(usize::MAX),
                    expires_on,
                });
                let issued = opinions::issue(app, caller, &id, &reader.finish(input)?)?.ids.len();
                Ok(format!("/contracts/{id}/opinions?issued={issued}"))
            },
            move |app, caller, page, form| {
                ListPage::load(app, caller, page, &again, (&ListForm::default(), Some(form)))
            },
        )
        .await
}

#[derive(Template)]
#[template(path = "public/opinion.html")]
struct OpinionPage {
    page: Shell,
    fields: Vec<Field>,
    form: Form,
    is_given: bool,
}

impl OpinionPage {
    fn new(page: Shell, form: Form, is_given: bool) -> Self {
        let field = |name: &str, kind: FieldKind, label: &str| Field::new(name, kind, page.say(label));
        let choose = |field: Field| field.with_empty_choice(page.say("opinion-choose"));
        let mut fields = vec![
            field("code", FieldKind::Line, "opinion-code").hint(page.say("opinion-code-hint")),
            choose(
                Field::choice(&page, "received", "opinion-received", &YES_NO).label(page.say("opinion-received-ask")),
            ),
            choose(
                Field::choice(&page, "satisfaction", "opinion-satisfaction", Satisfaction::ALL)
                    .label(page.say("opinion-satisfaction-ask")),
            ),
            field("remark", FieldKind::Text, "opinion-remark").hint(page.say("opinion-remark-hint")),
        ];
        let form = attached(form, &page, &fields);
        fill(&mut fields, &form);
        Self { page, fields, form, is_given }
    }
}

/// Shows the form for an opinion to anyone.
pub async fn form(request: PageRequest, query: Query<SessionQuery>) -> PageAnswer {
    let is_given = query.confirms("given");
    request.show_to_anyone(move |_, page| Ok((StatusCode::OK, OpinionPage::new(page, Form::default(), is_given)))).await
}

/// Takes an opinion from anyone with a code; a refused form is shown again, also in the other language.
pub async fn give(mut request: PageRequest, body: Bytes) -> PageAnswer {
    if let Some(language) = request.choose_language(&body) {
        return request.show_in(language, body, |_, page, form| Ok(OpinionPage::new(page, form, false))).await;
    }
    let (limits, address, _) = request.client();
    request
        .answer_anyone(move |request, page| {
            let form = request.form(&body)?;
            let given = read_opinion(&form)
                .and_then(|input| limits.take_opinion(address, || answer::give(request.app(), &input)));
            let Err(error) = given else { return Ok(Page::see_other("/opinion?done=given")) };
            let (status, form) = form.refused(error, page.language)?;
            let nonce = page.nonce.clone();
            Ok(Page::html(status, &nonce, &OpinionPage::new(page, form, false)))
        })
        .await
}

fn parse_yes(typed: &str) -> Result<bool, Message> {
    let place = YES_NO.iter().position(|answer| *answer == typed).ok_or_else(|| Message::new("draft-choice"))?;
    Ok(place == 0)
}

fn read_opinion(form: &Form) -> Result<OpinionInput, Error> {
    let mut reader = FormReader::new(form);
    let code = reader.required_text("code");
    let received = reader.required("received", parse_yes);
    let satisfaction = reader.required("satisfaction", parse_choice);
    let remark = reader.lines("remark");
    let input = received.zip(satisfaction).map(|(received, satisfaction)| OpinionInput {
        code,
        received,
        satisfaction,
        remark,
    });
    reader.finish(input)
}
