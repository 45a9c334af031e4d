//! A receiver on AWS Lambda, behind an API Gateway (REST or HTTP), a load balancer or a function URL.
//!
//! ```sh
//! cargo lambda build --release -p smartcar-webhook-examples --bin lambda
//! ```
//!
//! makes what is deployed, with `SMARTCAR_MANAGEMENT_TOKEN` in its environment; `cargo lambda watch --bin lambda` runs it at home, and `cargo lambda invoke lambda --data-file examples/lambda/events/rest.json` sends an event to it.
//!
//! Lambda freezes the process once it has answered: what a handler spawned stops there, until the next delivery or for ever.
//! So a handler does all of its work, or puts it into a queue, before it returns.
//! Set the timeout of the function below the 15 s that Smartcar waits: a delivery cut off is answered 5xx by what stands in front, and sent again.

mod app;

use smartcar_webhook_core::{BoxError, ManagementToken};

use crate::app::app;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    // CloudWatch tells the time of every line.
    tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .init();
    let token = ManagementToken::from_env("SMARTCAR_MANAGEMENT_TOKEN")?;
    lambda_http::run(app(token)).await
}
