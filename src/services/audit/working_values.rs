//! Values by which the program works and that no chain holds, as far as others tell what they must be: the words by which
//! a search finds, the number that ends sessions, and the times at which emails are tried again.

use std::collections::BTreeMap;

use crate::app::App;
use crate::error::Error;
use crate::services::audit::check::Difference;
use crate::services::notifications::delivery;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains;
use crate::storage::audit::recorded_rows::{Object, ObjectKind};
use crate::storage::contracts::Contract;
use crate::storage::contracts::search::{self, SearchTexts};
use crate::storage::identity::people;
use crate::storage::registry::{contractors, organisations};

/// Events of a person with each of which their sessions and tokens end.
const ENDINGS: [EventAction; 6] = [
    EventAction::PasswordSet,
    EventAction::PasswordChange,
    EventAction::PersonDisable,
    EventAction::PersonEnable,
    EventAction::IdentityUnbind,
    EventAction::TotpReset,
];

/// Describes what a contract lacks among its search words; words of milestones, invoices and vouchers are not compared.
///
/// # Errors
/// Database errors.
pub(super) fn lacking_words(connection: &mut AnyConnection, contract: &Contract) -> Result<Option<String>, Error> {
    let contractor = organisations::contractor(connection, contract.contractor_id)?;
    let texts = SearchTexts {
        number: &contract.number,
        title: &contract.title,
        contractor: contractor.as_ref().map_or("", |contractor| contractor.name.as_str()),
        credit_code: contractor.as_ref().map_or("", |contractor| contractor.credit_code.as_str()),
        ..SearchTexts::default()
    };
    let lacking = search::count_lacking(connection, contract.id, &texts)?;
    Ok((lacking > 0).then(|| format!("{lacking} of the words by which a search finds it are missing")))
}

/// Describes what is wrong with such values of objects other than contracts, by key.
///
/// # Errors
/// Database errors.
pub(super) fn wrong_values(
    connection: &mut AnyConnection,
    kind: ObjectKind,
    objects: &[Object],
) -> Result<BTreeMap<i64, String>, Error> {
    let ids: Vec<i64> = objects.iter().map(|(id, _)| *id).collect();
    match kind {
        ObjectKind::Organisation => {
            let wrong = contractors::with_other_pairs(connection, &ids)?;
            let what = "the words by which a search finds it are not those of its name and credit code";
            Ok(wrong.into_iter().map(|id| (id, what.to_owned())).collect())
        }
        ObjectKind::Person => {
            let streams: Vec<String> = objects.iter().map(|(_, name)| kind.stream(name)).collect();
            let mut ended: BTreeMap<String, i64> = BTreeMap::new();
            for (stream, _) in hash_chains::bodies_of(connection, &streams, &ENDINGS.map(EventAction::as_str))? {
                *ended.entry(stream).or_default() += 1;
            }
            let versions: BTreeMap<i64, i64> = people::token_versions(connection, &ids)?.into_iter().collect();
            let is_less = |(id, stream): &(&i64, &String)| versions.get(*id) <= ended.get(*stream);
            let revived = ids.iter().zip(&streams).filter(is_less);
            let what = "sessions that ended would be open again: token_version is less than the events say";
            Ok(revived.map(|(id, _)| (*id, what.to_owned())).collect())
        }
        _ => Ok(BTreeMap::new()),
    }
}

/// Finds the queued emails that wait longer than delivery has any email wait.
///
/// # Errors
/// Database errors.
pub(super) fn held_back(app: &App) -> Result<Vec<Difference>, Error> {
    let found = app.pool.read(|connection| delivery::held_back(connection, app.clock.now()))?;
    let differs = |id: String| Difference {
        at: format!("email {id}"),
        what: "it waits longer, or was tried more often, than the program does".to_owned(),
    };
    Ok(found.into_iter().map(differs).collect())
}
