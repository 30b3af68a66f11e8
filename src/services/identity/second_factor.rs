//! The second factor: a one-time code of an authenticator app, or one of ten recovery codes in its place. A role can
//! require it; a person with such a role and no second factor can only set one up.

use serde::Serialize;
use utoipa::ToSchema;

use crate::adapters::one_time::{fold_recovery_code, recovery_code};
use crate::app::App;
use crate::domain::codes::AlertKind;
use crate::domain::text_input::identifier;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::people::record_event;
use crate::services::identity::totp;
use crate::services::notifications::account_notices;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people::{self, Person};
use crate::storage::identity::recovery_codes as rows;
use crate::storage::write::Tx;

/// Number of recovery codes in a set.
const CODES: usize = 10;

/// A set of recovery codes, shown once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// The codes; each can be used once in place of a one-time code.
    pub recovery_codes: Vec<String>,
}

/// Returns whether a person's codes are required at sign-in.
pub(crate) fn is_set_up(person: &Person) -> bool {
    person.totp_secret.as_deref().is_some_and(totp::is_confirmed)
}

/// Withholds the caller's seats if one of their roles requires a second factor and they have neither codes here nor, by
/// `has_other`, a second factor at the identity provider.
pub(crate) fn withhold_seats(app: &App, caller: Caller, has_other: bool) -> Caller {
    let is_required = caller.seats.iter().any(|seat| app.second_factor_roles.contains(&seat.role));
    if caller.uses_codes || has_other || !is_required {
        return caller;
    }
    Caller { seats: Vec::new(), withheld: caller.seats, ..caller }
}

/// Uses up a typed one-time or recovery code of a person whose sign-in requires one. The use of a recovery code is
/// recorded, and the person is notified by email. Returns false for a wrong or used code.
///
/// # Errors
/// Database errors.
pub(crate) fn use_code(tx: &mut Tx<'_>, app: &App, person: &Person, typed: &str) -> Result<bool, Error> {
    let now = tx.context.now;
    let Some(code) = fold_recovery_code(&identifier(typed)) else {
        let Some(secret) = totp::active_secret(app, person) else { return Ok(false) };
        return match totp::valid_step(&secret, typed, now.and_utc(), person.totp_step) {
            Some(step) => people::use_totp_step(tx.connection, person.id, step),
            None => Ok(false),
        };
    };
    if !rows::mark_used(tx.connection, person.id, &hash_code(app, person, &code), now)? {
        return Ok(false);
    }
    let left = rows::count_unused(tx.connection, person.id)?;
    record_event(tx, &person.public_id, EventAction::RecoveryCodeUse, serde_json::json!({ "left": left }))?;
    let key = tx.context.ids.uuid();
    account_notices::enqueue_with(tx, person, AlertKind::RecoveryCodeUsed, &key, &[("codes", left.to_string())])?;
    Ok(true)
}

/// Generates a set of recovery codes. Called outside the transaction, so that a retry stores the same set.
pub(crate) fn draw_codes(app: &App) -> RecoveryCodes {
    RecoveryCodes { recovery_codes: (0..CODES).map(|_| recovery_code(app.ids.bytes())).collect() }
}

/// Stores the digests of a set, replacing the person's earlier set.
///
/// # Errors
/// Database errors.
pub(crate) fn store_codes(tx: &mut Tx<'_>, app: &App, person: &Person, codes: &RecoveryCodes) -> Result<(), Error> {
    let folded = codes.recovery_codes.iter().filter_map(|code| fold_recovery_code(code));
    let digests: Vec<String> = folded.map(|code| hash_code(app, person, &code)).collect();
    rows::replace(tx.connection, person.id, &digests)?;
    record_event(tx, &person.public_id, EventAction::RecoveryCodesDraw, serde_json::json!({}))
}

fn hash_code(app: &App, person: &Person, code: &str) -> String {
    app.secret.derive("recovery-codes").sign(format!("{} {code}", person.public_id).as_bytes())
}
