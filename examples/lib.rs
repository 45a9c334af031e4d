//! What the programs share.

pub mod readme;
pub mod connection;
pub mod doctor;
pub mod gist;
pub mod fleet;
pub mod receiver;
pub mod stop;
