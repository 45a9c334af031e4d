//! The handler written by hand, in axum.

use std::error::Error;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use smartcar_webhook_load::{by_hand, environment};

async fn receive(State(token): State<Arc<str>>, headers: HeaderMap, body: Bytes) -> Response {
    let signature = headers.get("sc-signature").map(HeaderValue::as_bytes);
    match by_hand::handle(&token, signature, &body) {
        Ok(None) => StatusCode::OK.into_response(),
        Ok(Some(answer)) => Json(json!({"challenge": answer})).into_response(),
        Err(status) => status.into_response(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = Router::new()
        .route("/webhook", post(receive))
        .route("/handled", get(async || by_hand::handled()))
        .with_state(environment::token()?.into());
    let listener = tokio::net::TcpListener::from_std(environment::listener()?)?;
    Ok(axum::serve(listener, app).await?)
}
