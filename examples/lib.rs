//! What the programs share.

pub mod readme;
pub mod fleet;
pub mod receiver;
pub mod stop;
