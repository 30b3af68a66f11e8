//! Query strings, read by the one rule for typed text. The API parses numbers and dates strictly.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::error::QueryPayloadError;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use crate::domain::codes::Language;
use crate::domain::json;
use crate::domain::text_input::{clean, clean_strictly};
use crate::error::{Error, Message};
use crate::web::failure::Failure;
use crate::web::pages::request::refused;
use crate::web::request::preferred_language;

/// The parameters of a query string.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T> Query<T> {
    /// Returns the parameters.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let is_program = request.path().starts_with("/api/");
        let read = read_query(request.query_string(), is_program).map(Self).map_err(|error| {
            if is_program {
                Failure { error, language: preferred_language(request).unwrap_or(Language::Zh) }.into()
            } else {
                refused(request, error).into()
            }
        });
        ready(read)
    }
}

/// Reads a query string.
///
/// # Errors
/// `Malformed` with the name of the first parameter that cannot be read, is unknown or is given twice.
pub fn read_query<T: DeserializeOwned>(query: &str, is_program: bool) -> Result<T, Error> {
    let cleaned: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| {
            let value = if is_program { clean_strictly(&value) } else { clean(&value) };
            (name.into_owned(), value.into_owned())
        })
        .collect();
    let error = match parse(&cleaned) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let reason = reason_of(&error);
    // Parameters are read in order, so the shortest beginning with the same fault ends in the one that has it.
    let fails = |count: &usize| cleaned.get(..*count).is_some_and(|some| is_fault(parse::<T>(some), &reason));
    let faulty = (1..=cleaned.len()).find(fails).and_then(|count| cleaned.get(count - 1));
    let message = json::known_code(&reason).map(Message::new);
    let message = message.unwrap_or_else(|| Message::new("unreadable").with("reason", reason));
    Err(Error::malformed(faulty.map_or("?", |(name, _)| name.as_str()), message))
}

fn is_fault<T>(read: Result<T, QueryPayloadError>, reason: &str) -> bool {
    read.is_err_and(|error| reason_of(&error) == reason)
}

/// Returns the message of the deserializer, without the text that actix adds.
fn reason_of(error: &QueryPayloadError) -> String {
    match error {
        QueryPayloadError::Deserialize(inner) => inner.to_string(),
        other => other.to_string(),
    }
}

fn parse<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T, QueryPayloadError> {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    actix_web::web::Query::from_query(&query).map(actix_web::web::Query::into_inner)
}
