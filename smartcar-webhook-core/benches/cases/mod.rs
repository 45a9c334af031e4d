//! What is measured, and on what: the library, the same job by hand, and what nobody does without.
#![allow(dead_code, reason = "no bench uses all of it")]

pub(crate) mod bodies;
pub(crate) mod by_hand;
pub(crate) mod floor;
pub(crate) mod ours;
pub(crate) mod many;
mod wire;
