//! Pages on which administrators edit the texts of emails: the list of kinds, and a form with a preview.

use actix_web::web::{Bytes, Path};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::notifications::templates::{
    self, TemplateKind, TemplateSamples, TemplateText, TemplateTexts, TemplateView,
};
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, attached, fill};
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;
use actix_web::http::StatusCode;

/// Names of the form's fields. A subject line may choose among several words, each on a line of its own.
const FIELDS: [&str; 4] = ["zh.subject", "zh.body", "en.subject", "en.body"];

/// Query of the form: the change to confirm.
#[derive(Debug, Deserialize)]
pub struct TemplateQuery {
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "mail_templates/list.html")]
struct ListPage {
    page: Shell,
    kinds: Vec<TemplateKind>,
}

/// Lists the kinds of email.
pub async fn list(request: PageRequest) -> PageAnswer {
    request.show(|app, caller, page| Ok(ListPage { kinds: templates::list(app, caller)?, page })).await
}

#[derive(Template)]
#[template(path = "mail_templates/form.html")]
struct FormPage {
    page: Shell,
    view: TemplateView,
    form: Form,
    fields: Vec<Field>,
    samples: Option<TemplateSamples>,
    /// Key of the confirmation, after a change.
    done: Option<&'static str>,
}

impl FormPage {
    fn new(page: Shell, view: TemplateView, form: Form) -> Self {
        let texts = &view.texts;
        let stored = [&texts.zh.subject, &texts.zh.body, &texts.en.subject, &texts.en.body];
        let field = |name: &str, text: &String| {
            Field::new(name, FieldKind::Text, page.word("template", name.replace('.', "-"))).propose(text)
        };
        let mut fields: Vec<Field> = FIELDS.iter().zip(stored).map(|(name, text)| field(name, text)).collect();
        let form = attached(form, &page, &fields);
        // Before anything is typed, the fields show the present texts.
        if !form.values().is_empty() {
            fill(&mut fields, &form);
        }
        Self { page, view, form, fields, samples: None, done: None }
    }
}

/// Shows the form for the texts of a kind.
pub async fn edit(request: PageRequest, kind: Path<String>, query: PageQuery<TemplateQuery>) -> PageAnswer {
    let confirmations = [("saved", "template-saved"), ("restored", "template-restored")];
    let done = confirmations.into_iter().find(|(what, _)| query.done.as_deref() == Some(what)).map(|(_, key)| key);
    request
        .show(move |app, caller, page| {
            let view = templates::show(app, caller, &kind)?;
            Ok(FormPage { done, ..FormPage::new(page, view, Form::default()) })
        })
        .await
}

/// Shows a preview of the texts, saves them, or restores the program's own, by the button that was pressed.
pub async fn submit(request: PageRequest, kind: Path<String>, body: Bytes) -> PageAnswer {
    let kind = kind.into_inner();
    let again = kind.clone();
    let act = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        let input = read_texts(&form);
        let done: Result<Option<TemplateSamples>, Error> = match form.value("do") {
            "save" => templates::save(app, caller, &kind, &input).map(|_| None),
            "restore" => {
                templates::restore(app, caller, &kind)?;
                return Ok(Page::see_other(&format!("/mail-templates/{kind}?done=restored")));
            }
            _ => templates::preview(caller, &kind, &input).map(Some),
        };
        let nonce = page.nonce.clone();
        let view = templates::show(app, caller, &kind)?;
        match done {
            Ok(None) => Ok(Page::see_other(&format!("/mail-templates/{kind}?done=saved"))),
            Ok(samples) => {
                let shown = FormPage { samples, ..FormPage::new(page, view, form) };
                Ok(Page::html(StatusCode::OK, &nonce, &shown))
            }
            Err(error) => {
                let (status, form) = form.refused(error, page.language)?;
                Ok(Page::html(status, &nonce, &FormPage::new(page, view, form)))
            }
        }
    };
    let show = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        let nonce = page.nonce.clone();
        let view = templates::show(app, caller, &again)?;
        Ok(Page::html(StatusCode::OK, &nonce, &FormPage::new(page, view, form)))
    };
    request.take_form(body, act, show).await
}

fn read_texts(form: &Form) -> TemplateTexts {
    let reader = FormReader::new(form);
    let text = |language: &str| TemplateText {
        subject: reader.text(&format!("{language}.subject")),
        body: reader.text(&format!("{language}.body")),
    };
    TemplateTexts { zh: text("zh"), en: text("en") }
}
