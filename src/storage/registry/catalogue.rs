//! Rows of the catalogue: services that contracts can buy, each with unit, standard and the document that names it.

use diesel::prelude::*;

use crate::schema::services;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::text_keys::{keys_of_code, search_key};
use crate::storage::unique::{or_again, refuse_if};

/// A service of the catalogue.
#[derive(Debug, Clone, Queryable)]
pub struct ServiceRow {
    /// Primary key.
    pub id: i64,
    /// Public identifier.
    pub public_id: String,
    /// Unique code.
    pub code: String,
    /// Name of the service.
    pub name: String,
    /// Unit of quantity.
    pub unit: String,
    /// Quality standard.
    pub standard: String,
    /// Document that names the service.
    pub basis: String,
}

/// Finds the key of a service by public identifier.
pub fn key_of(connection: &mut AnyConnection, public_id: &str) -> Result<Option<i64>> {
    Ok(services::table.filter(services::public_id.eq(public_id)).select(services::id).first(connection).optional()?)
}

/// Lists the codes of all services.
pub fn codes(connection: &mut AnyConnection) -> Result<Vec<String>> {
    Ok(services::table.order(services::id).select(services::code).load(connection)?)
}

/// Returns the names among `names` that services of the catalogue have.
pub fn known_names(connection: &mut AnyConnection, names: &[&str]) -> Result<Vec<String>> {
    Ok(services::table.filter(services::name.eq_any(names)).select(services::name).load(connection)?)
}

/// Loads the services that have one of these names.
pub fn named(connection: &mut AnyConnection, names: &[&str]) -> Result<Vec<ServiceRow>> {
    Ok(services::table
        .filter(services::name.eq_any(names))
        .select((
            services::id,
            services::public_id,
            services::code,
            services::name,
            services::unit,
            services::standard,
            services::basis,
        ))
        .load(connection)?)
}

/// Lists services by key, after a key; name and code must match all `patterns` of `text_match`.
pub fn list(connection: &mut AnyConnection, patterns: &[String], after: i64, limit: i64) -> Result<Vec<ServiceRow>> {
    let mut query = services::table
        .filter(services::id.gt(after))
        .order(services::id)
        .limit(limit)
        .select((
            services::id,
            services::public_id,
            services::code,
            services::name,
            services::unit,
            services::standard,
            services::basis,
        ))
        .into_boxed();
    for pattern in patterns {
        query = query.filter(services::search_key.like(pattern.clone()).escape('\\'));
    }
    Ok(query.load(connection)?)
}

/// Returns whether a service has a code that differs only in case, width or dashes.
pub fn is_code_taken(connection: &mut AnyConnection, code: &str) -> Result<bool> {
    let keys = keys_of_code(code);
    let found: Option<i64> = services::table
        .filter(services::search_key.ge(keys.start))
        .filter(services::search_key.lt(keys.end))
        .select(services::id)
        .first(connection)
        .optional()?;
    Ok(found.is_some())
}

/// Inserts a service: code, name, unit, standard, basis.
///
/// # Errors
/// `Refused` for a code already taken.
pub fn insert(connection: &mut AnyConnection, public_id: &str, words: [&str; 5]) -> Result<()> {
    let [code, name, unit, standard, basis] = words;
    refuse_if(is_code_taken(connection, code)?, "code", "register-code-taken")?;
    diesel::insert_into(services::table)
        .values((
            services::public_id.eq(public_id),
            services::code.eq(code),
            services::name.eq(name),
            services::unit.eq(unit),
            services::standard.eq(standard),
            services::basis.eq(basis),
            services::search_key.eq(search_key(&[code, name])),
        ))
        .execute(connection)
        .map_err(or_again)?;
    Ok(())
}
