//! What Smartcar sends: the envelope of every delivery and the payload of every event type.
//!
//! Two generations of payload are in use, and both may arrive at one callback URI: [`v4`] (the signal platform) and [`v2`] (scheduled, dynamic and event-based webhooks).
//!
//! | looking for | see |
//! |---|---|
//! | a signal of 4.0, its unit, its body | [`signal`](crate::signal), with a type for each |
//! | an endpoint of 2.0 | [`endpoint`](crate::endpoint), with a type for each |
//! | state of charge, odometer, position …, whatever the generation | [`snapshot`](crate::snapshot) |
//! | units, and conversions | [`Unit`](crate::Unit) |
//! | errors of 4.0, and whether an account is disconnected | [`v4::ReportedError`] |
//! | errors of endpoints of 2.0 | [`ApiError`] |
//! | what was sent that this library does not know | [`Extra`], [`Delivery::drift`] |
//! | all of a payload in a log | [`Reveal`] |
//!
//! Payloads differ from their documentation and from each other, so the types here take every shape that has been seen:
//!
//! * A field that is absent, null or of another kind than expected is `None` or empty; a value that was there but did not fit is kept in [`Extra`], as are members no field is known for.
//! * Only what makes a payload what it is must fit, or the delivery goes to the fallback: `data` with the id of the vehicle, its list of signals if there is one, its list of errors; `payload` with its vehicles and their ids, or the id of the one vehicle.
//! * Enumerations are open: [`Mode`] and its like are strings with constants. Compare them with `==`, which does not regard case: `mode == Mode::LIVE`.
//! * Ids are opaque [`Text`]. What says something about a person, the id of a user, a VIN, a position, is [`Personal`], which hides itself from `Debug`.
//! * Times are [`Timestamp`]s, bodies whose shape depends on a code or a path are [`RawJson`] until they are asked for.
//! * What was read is written as it was: with serde, every payload gives the same JSON value as the body it came in, unknown members, nulls and odd spellings included, except for fields that were changed.
//!
//! Types implement `Deserialize` for JSON, so that event types of your own can hold them; not below `#[serde(flatten)]` or `#[serde(untagged)]`, which hand over no text.
//! To store a delivery, store [`Delivery::raw`]; to read it again, [`Delivery::assume_verified`] and [`Delivery::read`].
//! To scrub it first, take the payload by [`Delivery::into_parts`], change it, and write it with serde.
//! Payloads are made from JSON alone; for tests, `testing` makes them to order.
//!
//! JSON that no type of Rust holds costs the field it is in: half a surrogate pair, a number beyond `f64` or `i64` is left in [`Extra`] as sent.
//! Of members that repeat, the last one that fits counts, member by member if they are objects, and `meta` as a whole; they are written once.
//! A key with half a surrogate pair is no text; it is kept, and written, with its escape spelled out.
//! Nesting costs nothing: what is not known is skipped without recursion.
//!
//! A delivery of [`Mode::TEST`] comes from the test button of the dashboard and is about a car that exists nowhere.

mod open;
mod api_error;
mod event;
mod rest;
mod unread;
pub mod v4;
pub mod v2;
mod envelope;
mod whole;
mod delivery;
mod key;
mod reveal;

pub use self::api_error::{ApiError, ErrorCode, ErrorType, Resolution, ResolutionType};
pub(crate) use self::delivery::Reads;
pub use self::delivery::{Delivery, Raw};
pub use self::envelope::{Envelope, Generation, VehicleRef};
pub use self::event::{Event, Payload};
pub use self::key::Key;
pub use self::open::{EventType, Mode};
pub use self::reveal::Reveal;
pub use self::unread::Unread;
pub use crate::json::{Drift, DriftKind, Extra, Personal, RawJson, Text};
pub use crate::time::Timestamp;
