pub(crate) mod bodies;
pub(crate) mod by_hand;
pub(crate) mod floor;
pub(crate) mod ours;
mod wire;
