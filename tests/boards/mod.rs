//! Boards: their figures, the lists that they lead to, and who sees them.

mod annual;
mod justice;
mod money;
