//! What the programs share.

pub mod readme;
pub mod log;
pub mod printer;
pub mod verdict;
pub mod text;
pub mod token;
pub mod connection;
pub mod doctor;
pub mod gist;
pub mod fleet;
pub mod stop;
pub mod receiver;
pub mod durable;
