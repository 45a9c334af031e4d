//! The job of the library as a careful engineer would write it for one app: a check in constant time, a look at the type, structs.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use hmac::{Hmac, KeyInit, Mac};
use http::StatusCode;
use serde::Deserialize;
use sha2::Sha256;

use super::wire::{Challenge, Charging, Failures, Head, State, V2, V4, Vehicles};

static HANDLED: AtomicU64 = AtomicU64::new(0);

/// How many events were handled.
pub fn handled() -> String {
    HANDLED.load(Ordering::Relaxed).to_string()
}

fn mac(token: &str, message: &[u8]) -> Result<Hmac<Sha256>, StatusCode> {
    let mac = Hmac::<Sha256>::new_from_slice(token.as_bytes());
    let mac = mac.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(mac.chain_update(message))
}

/// Checks a signature.
///
/// # Errors
///
/// 401, and 500 if the token can be no key.
pub fn verify(token: &str, signature: Option<&[u8]>, body: &[u8]) -> Result<(), StatusCode> {
    let signature = signature.ok_or(StatusCode::UNAUTHORIZED)?;
    let signature = hex::decode(signature).map_err(|_| StatusCode::UNAUTHORIZED)?;
    let verified = mac(token, body)?.verify_slice(&signature);
    verified.map_err(|_| StatusCode::UNAUTHORIZED)
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, StatusCode> {
    serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)
}

/// The handler of every event.
fn count<T>(event: T) {
    black_box(event);
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

/// Handles a request; what is returned is the answer to a challenge.
///
/// # Errors
///
/// The status to refuse the request with.
pub fn handle(
    token: &str,
    signature: Option<&[u8]>,
    body: &[u8],
) -> Result<Option<String>, StatusCode> {
    verify(token, signature, body)?;
    dispatch(token, body)
}

/// Handles a body that is signed; what is returned is the answer to a challenge.
///
/// # Errors
///
/// 400, if it cannot be read.
pub fn dispatch(token: &str, body: &[u8]) -> Result<Option<String>, StatusCode> {
    let head: Head<'_> = read(body)?;
    let challenge = match (head.event_type.as_deref(), head.event_name.as_deref()) {
        (Some("VERIFY"), _) => read::<V4<Challenge>>(body)?.data,
        (_, Some("verify")) => read::<V2<Challenge>>(body)?.payload,
        (event_type, event_name) => {
            match (event_type, event_name) {
                (Some("VEHICLE_STATE"), _) => count(read::<V4<State>>(body)?),
                (Some("VEHICLE_ERROR"), _) => count(read::<V4<Failures>>(body)?),
                (_, Some("dynamic" | "schedule")) => count(read::<V2<Vehicles>>(body)?),
                (_, Some("eventBased")) => count(read::<V2<Charging>>(body)?),
                _ => {}
            }
            return Ok(None);
        }
    };
    let answer = mac(token, challenge.challenge.as_bytes())?;
    Ok(Some(hex::encode(answer.finalize().into_bytes())))
}
