//! What the programs share.

pub mod readme;
pub mod receiver;
