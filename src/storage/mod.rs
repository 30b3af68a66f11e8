//! The tables and the queries on them, one file a feature, the same on SQLite and PostgreSQL.
