//! A receiver to look at webhooks with, in actix-web.
//!
//! ```sh
//! cargo run --bin receiver-actix -- --demo
//! ```

use std::net::TcpListener;
use std::process::ExitCode;

use actix_web::{App, HttpServer};
use smartcar_webhook_actix::WebhookRoutes;
use smartcar_webhook_actix::core::{BoxError, Webhook};
use smartcar_webhook_examples::receiver::{self, PATH};
use smartcar_webhook_examples::stop::drained;

#[actix_web::main]
async fn main() -> ExitCode {
    receiver::run(serve).await
}

async fn serve(listener: TcpListener, webhook: Webhook) -> Result<(), BoxError> {
    let drained = drained(webhook.clone());
    HttpServer::new(move || {
        App::new().configure(WebhookRoutes::at(PATH).configure(webhook.clone()))
    })
    .listen(listener)?
    .shutdown_signal(drained)
    .run()
    .await?;
    Ok(())
}
