//! The outside world behind small types: mail, files, PDF, tokens, passwords. No rule of the field lives here.
