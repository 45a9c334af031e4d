//! The job of the library in sixty lines, as a careful engineer would write them: constant-time check, a look at the kind, typed structs.

use std::hint::black_box;

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, Response, StatusCode};
use serde::Deserialize;
use sha2::Sha256;

use super::wire::{Charging, Head, State, V2, Vehicles, Verify};

fn mac(token: &str, message: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(token.as_bytes())
        .unwrap()
        .chain_update(message)
}

pub(crate) fn is_signed(token: &str, request: &Request<Bytes>) -> bool {
    let Some(signature) = request.headers().get("sc-signature") else {
        return false;
    };
    let Ok(signature) = hex::decode(signature) else {
        return false;
    };
    mac(token, request.body()).verify_slice(&signature).is_ok()
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, StatusCode> {
    serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)
}

pub(crate) fn dispatch(token: &str, body: &[u8]) -> Result<Response<Bytes>, StatusCode> {
    let head: Head<'_> = read(body)?;
    match (head.event_type.as_deref(), head.event_name.as_deref()) {
        (Some("VERIFY"), _) => {
            let challenge = read::<Verify>(body)?.data.challenge;
            let hash = hex::encode(mac(token, challenge.as_bytes()).finalize().into_bytes());
            return Ok(Response::new(format!(r#"{{"challenge":"{hash}"}}"#).into()));
        }
        (Some("VEHICLE_STATE"), _) => {
            let state: State = read(body)?;
            black_box(state.data.signals.len() + state.triggers.len());
        }
        (_, Some("dynamic" | "schedule")) => {
            let vehicles: V2<Vehicles> = read(body)?;
            let data = vehicles.payload.vehicles.iter().map(|it| it.data.len());
            black_box(data.sum::<usize>());
        }
        (_, Some("eventBased")) => {
            let event: V2<Charging> = read(body)?;
            black_box(event.payload.vehicle_id.len());
        }
        _ => {}
    }
    Ok(Response::new(Bytes::new()))
}

pub(crate) fn handle(token: &str, request: &Request<Bytes>) -> Response<Bytes> {
    let result = if is_signed(token, request) {
        dispatch(token, request.body())
    } else {
        Err(StatusCode::UNAUTHORIZED)
    };
    result.unwrap_or_else(|status| {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        response
    })
}
