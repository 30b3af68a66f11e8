//! What the tests share: the database engines, the servers that they start, the application under test.
<<<<<<< HEAD
pub mod pdf;
=======

pub mod files;
pub mod postgres;
>>>>>>> 99667bf (Gates: the clock's types may be handed down; formatting at 120 columns)
