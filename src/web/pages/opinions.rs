//! Opinions of recipients as pages: the codes of a contract with the count of the answers, and the form that anyone with
//! a code fills in.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use crate::app::App;
use crate::domain::opinions::{OpinionTotals, Satisfaction};
use crate::error::{Error, Message};
use crate::services::contracts::view::{self as contract_view, ContractOverview};
use crate::services::identity::caller::Caller;
use crate::services::opinions::answer::{self, OpinionInput};
use crate::services::opinions::{self, OpinionCodesInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_choice, parse_date, parse_whole};
use crate::text;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, attached, fill};
use crate::web::pages::identity::session::SessionQuery;
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::Query;

/// The answers to the question whether the service was received.
const YES_NO: [&str; 2] = ["yes", "no"];

#[derive(Template)]
#[template(path = "contract/opinions.html")]
struct OpinionsPage {
    page: Shell,
    overview: ContractOverview,
    totals: Vec<OpinionTotals>,
    /// Codes that were just issued, which are shown once.
    codes: Vec<String>,
    fields: Vec<Field>,
    form: Form,
    /// Address of the form for recipients.
    address: String,
}

impl OpinionsPage {
    fn load(app: &App, caller: &Caller, page: Shell, contract: &str, typed: Option<Form>) -> Result<Self, Error> {
        let totals = opinions::load_totals(app, caller, contract)?;
        let overview = contract_view::load_overview(app, caller, contract, None)?;
        let mut fields = issue_fields(&page, &overview);
        let mut form = Form::default();
        if let Some(typed) = typed {
            form = attached(typed, &page, &fields);
            fill(&mut fields, &form);
        }
        let address = format!("{}/opinion", app.settings.public_url());
        Ok(Self { overview, totals, codes: Vec::new(), fields, form, address, page })
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

/// Shows the count of a contract's codes and opinions, with the remarks and the form that issues codes.
pub async fn show(request: PageRequest, id: Path<String>) -> PageAnswer {
    request.show(move |app, caller, page| OpinionsPage::load(app, caller, page, &id, None)).await
}

/// Issues codes and shows them once; a refused form is shown again.
pub async fn issue(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    let id = id.into_inner();
    let again = id.clone();
    let act = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        let nonce = page.nonce.clone();
        let issued = read_codes(&form).and_then(|input| opinions::issue(app, caller, &id, &input));
        let (status, shown) = match issued {
            Ok(issued) => {
                let shown = OpinionsPage::load(app, caller, page, &id, None)?;
                (StatusCode::OK, OpinionsPage { codes: issued.codes, ..shown })
            }
            Err(error) => {
                let (status, form) = form.refused(error, page.language)?;
                (status, OpinionsPage::load(app, caller, page, &id, Some(form))?)
            }
        };
        Ok(Page::html(status, &nonce, &shown))
    };
    let show = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        let nonce = page.nonce.clone();
        Ok(Page::html(StatusCode::OK, &nonce, &OpinionsPage::load(app, caller, page, &again, Some(form))?))
    };
    request.take_form(body, act, show).await
}

fn read_codes(form: &Form) -> Result<OpinionCodesInput, Error> {
    let mut reader = FormReader::new(form);
    let deliverable = reader.required_text("deliverable");
    let number = reader.required("number", parse_whole);
    let expires_on = reader.required("expires_on", parse_date);
    let input = number.zip(expires_on).map(|(number, expires_on)| OpinionCodesInput {
        deliverable,
        number: usize::try_from(number.get()).unwrap_or(usize::MAX),
        expires_on,
    });
    reader.finish(input)
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
    fn new(shell: Shell, form: Form, is_given: bool) -> Self {
        let page = &shell;
        let field = |name: &str, kind: FieldKind, label: &str| Field::new(name, kind, page.say(label));
        let choose = |field: Field| field.with_empty_choice(page.say("opinion-choose"));
        let mut fields = vec![
            field("code", FieldKind::Line, "opinion-code").hint(page.say("opinion-code-hint")),
            choose(
                Field::choice(page, "received", "opinion-received", &YES_NO).label(page.say("opinion-received-ask")),
            ),
            choose(
                Field::choice(page, "satisfaction", "opinion-satisfaction", Satisfaction::ALL)
                    .label(page.say("opinion-satisfaction-ask")),
            ),
            field("remark", FieldKind::Text, "opinion-remark").hint(page.say("opinion-remark-hint")),
        ];
        let form = attached(form, page, &fields);
        fill(&mut fields, &form);
        Self { page: shell, fields, form, is_given }
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
