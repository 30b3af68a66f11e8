//! Forms with files. Each begins with its CSRF token and its idempotency key, which are verified before a file is read.

use actix_multipart::Multipart;

use crate::domain::codes::Language;
use crate::error::Error;
use crate::services::identity::caller::{Caller, IdempotencyKey};
use crate::services::identity::kept_forms::KEY_FIELD;
use crate::web::api::multipart;
use crate::web::pages::request::kept::{ENTER_FIELD, SHOW_IN_FIELD};
use crate::web::pages::request::{CSRF_FIELD, PageFailure, PageRequest, check_key};

/// The leading fields of a form with files.
#[derive(Debug, Clone)]
pub struct LeadingFields {
    pub csrf_token: String,
    pub key: String,
    /// Language in which to show the form again instead of carrying it out.
    pub show_in: Option<Language>,
    /// True if Enter was pressed in a field, which must not send half a form.
    pub is_entered: bool,
}

impl PageRequest {
    /// Reads the leading fields of a form with files. A language among them becomes the language of the answer.
    ///
    /// # Errors
    /// `Unsupported` if the body is not a multipart form; `Forbidden` for a form without the leading fields.
    pub async fn read_leading(&mut self, body: &mut Multipart) -> Result<LeadingFields, Error> {
        let buttons = [SHOW_IN_FIELD, ENTER_FIELD];
        let (button, [csrf_token, key]) = multipart::read_leading(body, &buttons, [CSRF_FIELD, KEY_FIELD]).await?;
        let (name, value) = button.unwrap_or_default();
        let show_in = Language::parse(&value).filter(|_| name == SHOW_IN_FIELD);
        self.language = show_in.or(self.language);
        Ok(LeadingFields { csrf_token, key, show_in, is_entered: name == ENTER_FIELD })
    }

    /// Signs the caller in and lets a service permit an upload before its files are read.
    ///
    /// # Errors
    /// Not signed in; the CSRF token is wrong; errors of the service.
    pub async fn admit_leading<T: Send + 'static>(
        &self,
        leading: Result<LeadingFields, Error>,
        service: impl FnOnce(Caller) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, PageFailure> {
        let verified = leading.and_then(|leading| {
            self.verify_csrf(&leading.csrf_token)?;
            check_key(&leading.key)?;
            Ok(leading.key)
        });
        self.run_rate_limited(move |mut caller| {
            let key = verified?;
            caller.idempotency_key = (!key.is_empty()).then(|| IdempotencyKey::new(key, String::new()));
            service(caller)
        })
        .await
    }
}
