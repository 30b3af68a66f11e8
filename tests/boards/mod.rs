//! Boards: their figures, the lists that they lead to, and who sees them.

mod justice;
mod money;
