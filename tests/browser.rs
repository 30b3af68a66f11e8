//! Pages as people see them, in headless Chromium: every page by every role in both languages, and whole stories.

mod forged;
mod headers;
mod hostile;
mod look;
mod posted;
mod rows;
mod showcase;
mod stories;
mod sweep;
