//! Query strings, read by the one rule for typed text. The API parses numbers and dates strictly.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::error::QueryPayloadError;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
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
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let is_program = request.path().starts_with("/api/");
        let (read, request) = (read_query(request.query_string(), is_program), request.clone());
        Box::pin(async move {
            match read {
                Ok(query) => Ok(Self(query)),
                Err(error) if is_program => {
                    Err(Failure { error, language: preferred_language(&request).unwrap_or(Language::Zh) }.into())
                }
                Err(error) => Err(refused(&request, error).await.into()),
            }
        })
    }
}

/// The parameters of a page that can be read. The others are noted, and the page tells them.
#[derive(Debug, Clone, Copy)]
pub struct PageQuery<T>(pub T);

impl<T> PageQuery<T> {
    /// Returns the parameters.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for PageQuery<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for PageQuery<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (mut pairs, unread) = (cleaned_pairs(request.query_string(), false), UnreadParameters::of(request));
        // No database compares with a NUL.
        pairs.retain(|pair| {
            let is_text = !holds_nul(pair);
            if !is_text {
                unread.note(pair.0.replace('\0', ""));
            }
            is_text
        });
        let mut left = MOST_UNREAD;
        let read = loop {
            let error = match parse(&pairs) {
                Ok(value) => break Ok(Self(value)),
                Err(error) => error,
            };
            match faulty_place::<T>(&pairs, &error).filter(|_| left > 0) {
                Some(place) => unread.note(pairs.remove(place).0),
                None => break Err(fault_of(&pairs, faulty_place::<T>(&pairs, &error), &error)),
            }
            left -= 1;
        };
        let request = request.clone();
        Box::pin(async move {
            match read {
                Ok(query) => Ok(query),
                Err(error) => Err(refused(&request, error).await.into()),
            }
        })
    }
}

/// Maximum number of unreadable parameters of a page that is shown nevertheless.
const MOST_UNREAD: usize = 10;

/// The names of the parameters of a request that could not be read, once for each.
#[derive(Debug, Default, Clone)]
pub struct UnreadParameters(Arc<Mutex<Vec<String>>>);

impl UnreadParameters {
    /// Returns the names noted for a request.
    pub fn of(request: &HttpRequest) -> Self {
        let known = request.extensions().get::<Self>().cloned();
        known.unwrap_or_else(|| {
            let fresh = Self::default();
            request.extensions_mut().insert(fresh.clone());
            fresh
        })
    }

    fn note(&self, name: String) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !names.contains(&name) {
            names.push(name);
        }
    }

    /// Returns the names.
    pub fn names(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Reads a query string.
///
/// # Errors
/// `Malformed` with the name of the first parameter that cannot be read, holds a NUL, is unknown or is given twice.
pub fn read_query<T: DeserializeOwned>(query: &str, is_program: bool) -> Result<T, Error> {
    let pairs = cleaned_pairs(query, is_program);
    if let Some((name, _)) = pairs.iter().find(|pair| holds_nul(pair)) {
        return Err(Error::malformed(name.replace('\0', ""), Message::new("malformed-nul")));
    }
    parse(&pairs).map_err(|error| fault_of(&pairs, faulty_place::<T>(&pairs, &error), &error))
}

fn holds_nul((name, value): &(String, String)) -> bool {
    name.contains('\0') || value.contains('\0')
}

fn cleaned_pairs(query: &str, is_program: bool) -> Vec<(String, String)> {
    let clean_value =
        |value: &str| if is_program { clean_strictly(value).into_owned() } else { clean(value).into_owned() };
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.map(|(name, value)| (name.into_owned(), clean_value(&value))).collect()
}

/// Finds the parameter at fault. They are read in order, so the shortest beginning with the same fault ends in it.
fn faulty_place<T: DeserializeOwned>(pairs: &[(String, String)], error: &QueryPayloadError) -> Option<usize> {
    let reason = reason_of(error);
    let fails = |place: &usize| pairs.get(..=*place).is_some_and(|some| is_fault(parse::<T>(some), &reason));
    (0..pairs.len()).find(fails)
}

fn fault_of(pairs: &[(String, String)], faulty: Option<usize>, error: &QueryPayloadError) -> Error {
    let reason = reason_of(error);
    let message = json::known_code(&reason).map(Message::new);
    let message = message.unwrap_or_else(|| Message::new("unreadable").with("reason", reason));
    let name = faulty.and_then(|place| pairs.get(place)).map_or("?", |(name, _)| name.as_str());
    Error::malformed(name, message)
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
