//! The side that answers.

use serde_json::json;
use smartcar_webhook_axum::WebhookRoutes;
use smartcar_webhook_core::inbox::{Inbox, InboxStore};
use smartcar_webhook_core::{BoxError, Delivery, Error, Outcome, Webhook};
use tokio::net::TcpListener;
use tower::{Service, ServiceExt, service_fn};

use super::event_type;
use crate::printer::{Printer, say};
use crate::receiver::PATH;
use crate::stop::{drained, out_of_patience};
use crate::text::plain;
use crate::token::TokenArgs;

/// What a receiver is told.
#[derive(clap::Args, Debug)]
pub struct ReceiveArgs {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,

    #[command(flatten)]
    token: TokenArgs,
}

/// Stores what comes, and answers, until Ctrl-C.
///
/// # Errors
///
/// When there is no token, or nobody can listen there.
pub async fn receive(
    args: &ReceiveArgs,
    store: impl InboxStore,
    printer: &Printer,
) -> Result<(), BoxError> {
    let inbox = printing(Inbox::new(store), printer.clone());
    let webhook = Webhook::new(args.token.read()?, inbox);
    let listen = &args.listen;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|err| format!("cannot listen on {listen}: {err}; --listen takes HOST:PORT"))?;
    say(&format!(
        "listening at http://{}{PATH}",
        listener.local_addr()?
    ));
    let app = WebhookRoutes::at(PATH).router(webhook.clone());
    tokio::select! {
        result = axum::serve(listener, app).with_graceful_shutdown(drained(webhook)) => result?,
        () = out_of_patience() => say("some connections were still open"),
    }
    Ok(())
}

/// The inbox, with a line for each delivery that it keeps.
fn printing(
    inbox: Inbox,
    printer: Printer,
) -> impl Service<Delivery, Response = Outcome, Error = Error, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    service_fn(move |delivery: Delivery| {
        let (inbox, printer) = (inbox.clone(), printer.clone());
        async move {
            let outcome = inbox.oneshot(delivery.clone()).await?;
            if outcome == Outcome::Stored {
                let event_type = event_type(&delivery);
                printer.line(plain(&format!("stored   {event_type}")));
                printer.json(&json!({
                    "type": "stored",
                    "key": delivery.idempotency_key(),
                    "event_type": event_type,
                }));
            }
            Ok(outcome)
        }
    })
}
