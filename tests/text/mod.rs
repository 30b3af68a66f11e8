//! Texts and figures as people read them.

mod dates;
mod mail;
mod money;
mod templates;
mod trail;
