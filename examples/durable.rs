//! A receiver that stores and a worker that handles, but for the engine between them.

mod receive;
mod work;

use clap::Subcommand;
use smartcar_webhook_core::inbox::{DeadLetters, InboxStore, Queue};
use smartcar_webhook_core::{BoxError, Delivery};

use crate::printer::Printer;

pub use self::receive::{ReceiveArgs, receive};
pub use self::work::{WorkArgs, work};

/// The two programs of an app that is spread over machines; each may be started as often as you like.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum Side {
    /// Receives Smartcar webhooks at /webhooks/smartcar, stores them and answers.
    Receive(ReceiveArgs),
    /// Handles what receivers stored.
    Work(WorkArgs),
}

impl Side {
    /// Runs it until Ctrl-C.
    ///
    /// # Errors
    ///
    /// When it cannot start.
    pub async fn run<E>(&self, engine: E, printer: &Printer) -> Result<(), BoxError>
    where
        E: InboxStore + Queue + DeadLetters + Clone,
    {
        match self {
            Self::Receive(args) => receive(args, engine, printer).await,
            Self::Work(args) => work(args, engine, printer).await,
        }
    }
}

fn event_type(delivery: &Delivery) -> &str {
    let event_type = delivery.envelope().event_type.as_ref();
    event_type.map_or("no type", |it| it.as_str())
}
