//! A receiver to look at webhooks with, in axum.
//!
//! ```sh
//! cargo run --bin receiver -- --demo
//! ```

use std::net::TcpListener;
use std::process::ExitCode;

use smartcar_webhook_axum::WebhookRoutes;
use smartcar_webhook_axum::core::{BoxError, Webhook};
use smartcar_webhook_examples::receiver::{self, PATH};
use smartcar_webhook_examples::stop::drained;

#[tokio::main]
async fn main() -> ExitCode {
    receiver::run(serve).await
}

async fn serve(listener: TcpListener, webhook: Webhook) -> Result<(), BoxError> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let app = WebhookRoutes::at(PATH).router(webhook.clone());
    axum::serve(listener, app)
        .with_graceful_shutdown(drained(webhook))
        .await?;
    Ok(())
}
