//! Tickets that a browser keeps during a sign-in at the provider: signed, short-lived, and the source of state, nonce
//! and PKCE verifier. The server therefore stores nothing meanwhile.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::adapters::secrets::Key;

/// Time for which a ticket is valid.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Step that a ticket is for; no ticket is accepted for another step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Signing in a person who is not signed in yet.
    SignIn,
    /// Confirming the identity of the person with this public identifier, who is signed in.
    Prove { person: String },
    /// Entering the one-time code of this person, whom the provider signed in under a subject.
    Code { person: String, subject: String },
}

/// A ticket's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Step that the ticket is for.
    pub purpose: Purpose,
    /// Page to show afterwards.
    pub next: String,
    /// Time of creation in Unix seconds.
    pub made_at: i64,
    /// Random text, so that no two tickets are equal.
    pub nonce: String,
}

/// Values shared by the request to the provider and its answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Handshake {
    /// State in both addresses.
    pub state: String,
    /// Value that the ID token repeats.
    pub nonce: String,
    /// PKCE verifier (RFC 7636), sent only in the token request.
    pub verifier: String,
}

impl std::fmt::Debug for Handshake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handshake(…)")
    }
}

impl Ticket {
    /// Returns the ticket as the text of a cookie: content and signature.
    pub fn sign(&self, key: &Key) -> String {
        // The content holds texts and a number, so it always serialises.
        let content = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        let signature = key.sign(format!("ticket {content}").as_bytes());
        format!("{content}.{signature}")
    }

    /// Reads the text of a cookie; `None` if it is not signed with the key, or has expired.
    pub fn verify(text: &str, key: &Key, now: DateTime<Utc>) -> Option<Self> {
        let (content, signature) = text.split_once('.')?;
        if !key.signed(format!("ticket {content}").as_bytes(), signature) {
            return None;
        }
        let ticket: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(content).ok()?).ok()?;
        let age = now.timestamp() - ticket.made_at;
        (0..=LIFETIME.num_seconds()).contains(&age).then_some(ticket)
    }
}

impl Handshake {
    /// Derives the values that belong to a ticket's text.
    pub fn of(ticket: &str, key: &Key) -> Self {
        let derive = |purpose: &str| key.sign(format!("{purpose} {ticket}").as_bytes());
        Self { state: derive("state"), nonce: derive("nonce"), verifier: derive("verifier") }
    }

    /// Returns the S256 challenge of the verifier.
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }

    /// Returns whether a state that came back belongs to a ticket's text, in constant time.
    pub fn is_state_of(state: &str, ticket: &str, key: &Key) -> bool {
        key.signed(format!("state {ticket}").as_bytes(), state)
    }
}
