//! What is measured, and on what: the library, the same job by hand, and what nobody does without.
#![allow(dead_code, reason = "no bench uses all of it")]
#![allow(
    unreachable_pub,
    reason = "the handler by hand is part of a library as well"
)]

pub(crate) mod bodies;
// What whole servers by hand run as well.
#[path = "../../../examples/load/by_hand.rs"]
pub(crate) mod by_hand;
pub(crate) mod floor;
pub(crate) mod ours;
pub(crate) mod many;
#[path = "../../../examples/load/wire.rs"]
mod wire;
