//! What axum alone takes: a route that reads the body and answers 200.

use std::error::Error;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use smartcar_webhook_load::environment;

async fn receive(_: Bytes) -> StatusCode {
    StatusCode::OK
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = Router::new().route("/webhook", post(receive));
    let listener = tokio::net::TcpListener::from_std(environment::listener()?)?;
    Ok(axum::serve(listener, app).await?)
}
