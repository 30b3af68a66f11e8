//! Texts of emails that administrators wrote in place of the program's own. They change with the registers, so that
//! they are read from memory between changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::prelude::*;

use crate::domain::codes::{AlertKind, Language};
use crate::schema::mail_templates;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::registry::version::{Memory, RegisterVersion};

/// A text as stored.
#[derive(Debug, Clone, Queryable)]
pub struct TemplateRow {
    /// Kind of alert.
    #[diesel(deserialize_as = String)]
    pub kind: AlertKind,
    /// Language of the text.
    #[diesel(deserialize_as = String)]
    pub language: Language,
    /// Subject line.
    pub subject: String,
<<<<<<< HEAD
    /// Text of the email.
=======
    /// Text of the body.
>>>>>>> next2
    pub body: String,
}

/// Subject line and body by kind and language.
pub type StoredTexts = Arc<BTreeMap<(AlertKind, Language), (String, String)>>;

/// Loads all texts.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<TemplateRow>> {
    Ok(mail_templates::table
        .order((mail_templates::kind, mail_templates::language))
        .select((mail_templates::kind, mail_templates::language, mail_templates::subject, mail_templates::body))
        .load(connection)?)
}

/// Returns all texts, from memory if the registers have not changed since.
pub fn remembered(connection: &mut AnyConnection, version: &RegisterVersion) -> Result<StoredTexts> {
    static TEXTS: Memory<(), StoredTexts> = Memory::new();
    TEXTS.get_or_load(version, (), || {
        let rows = all(connection)?.into_iter();
        Ok(Arc::new(rows.map(|row| ((row.kind, row.language), (row.subject, row.body))).collect()))
    })
}

/// Saves the text of a kind in a language.
pub fn save(
    connection: &mut AnyConnection,
    (kind, language): (AlertKind, Language),
    (subject, body): (&str, &str),
) -> Result<()> {
    delete(connection, kind, language)?;
    diesel::insert_into(mail_templates::table)
        .values((
            mail_templates::kind.eq(kind.as_str()),
            mail_templates::language.eq(language.as_str()),
            mail_templates::subject.eq(subject),
            mail_templates::body.eq(body),
        ))
        .execute(connection)?;
    Ok(())
}

/// Deletes the text of a kind in a language, so that the program's own is used again.
pub fn delete(connection: &mut AnyConnection, kind: AlertKind, language: Language) -> Result<()> {
    diesel::delete(mail_templates::table.find((kind.as_str(), language.as_str()))).execute(connection)?;
    Ok(())
}
