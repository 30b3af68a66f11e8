//! The field's rules, pure: no I/O, no clock, no database, no words for people.
