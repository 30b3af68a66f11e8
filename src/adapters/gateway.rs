//! The bureau's gateway for text messages and office automation: posts JSON, signed with HMAC-SHA256 over time and body
//! by a secret that both sides know. Decides neither what is posted nor when it is tried again.

use std::time::Duration;

use crate::adapters::outgoing;
use crate::adapters::secrets::Secret;

/// Time within which the gateway must answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Largest part of an answer that is read, in bytes.
const MAX_ANSWER: u64 = 4096;
/// Largest part of an answer that is kept, in characters.
const MAX_KEPT: usize = 200;

/// A gateway and the secret shared with it.
pub struct Gateway {
    address: String,
    secret: Secret,
    agent: ureq::Agent,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gateway({}, …)", self.address)
    }
}

impl Gateway {
    /// Creates a client of the gateway at an address.
    ///
    /// # Errors
    /// The reason for which requests are not sent to the address.
    pub fn new(address: &str, secret: Secret) -> Result<Self, String> {
        outgoing::check_address(address)?;
        Ok(Self { address: address.to_owned(), secret, agent: outgoing::agent(TIMEOUT) })
    }

    /// Posts a body. `id` is the same at every attempt, so that the gateway recognises a repetition; `at` is the time in
    /// seconds since 1970, by which it recognises a replay. Returns the status and the beginning of the answer.
    ///
    /// # Errors
    /// The answer, if its status is not one of success, or the reason for which there is none.
    pub fn post(&self, id: &str, body: &str, at: i64) -> Result<String, String> {
        let signature = self.secret.sign(format!("{at}.{body}").as_bytes());
        let sent = self
            .agent
            .post(&self.address)
            .header("Content-Type", "application/json")
            .header("X-Luyue-Id", id)
            .header("X-Luyue-Timestamp", at.to_string())
            .header("X-Luyue-Signature", format!("sha256={signature}"))
            .send(body);
        let mut response = sent.map_err(|error| kept(&error.to_string()))?;
        let text = response.body_mut().with_config().limit(MAX_ANSWER).read_to_string().unwrap_or_default();
        let answer = kept(&format!("{} {text}", response.status().as_u16()));
        if response.status().is_success() { Ok(answer) } else { Err(answer) }
    }
}

/// Makes an answer one short line without control characters.
fn kept(answer: &str) -> String {
    let visible: String = answer.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_KEPT).collect()
}
