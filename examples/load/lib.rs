//! What the servers share that the library is measured beside.

pub mod environment;
mod wire;
pub mod by_hand;
