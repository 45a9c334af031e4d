//! The adapters, each behind a real socket.

use std::net::SocketAddr;
use std::sync::mpsc;

use actix_web::{App, HttpServer};
use reqwest::Client;
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, ManagementToken, SC_SIGNATURE, Webhook,
};
use tokio::net::TcpListener;

/// Of all receivers here, those of others too.
pub(crate) const PATH: &str = "/webhooks/smartcar";

/// A receiver that serves until the test ends.
pub(crate) struct Receiver {
    pub(crate) adapter: &'static str,
    address: SocketAddr,
    bodies: mpsc::Receiver<Vec<u8>>,
    client: Client,
}

impl Receiver {
    /// One of each adapter, under this token.
    pub(crate) async fn all(token: &str) -> [Self; 2] {
        [
            Self::start("axum", token, axum).await,
            Self::start("actix", token, actix).await,
        ]
    }

    async fn start<S>(adapter: &'static str, token: &str, serve: S) -> Self
    where
        S: AsyncFnOnce(Webhook) -> SocketAddr,
    {
        let (sender, bodies) = mpsc::channel();
        let router = EventRouter::new().fallback(move |delivery: Delivery| {
            let sent = sender.send(delivery.raw().to_vec());
            std::future::ready(sent.map_err(BoxError::from))
        });
        let webhook = Webhook::new(ManagementToken::new(token).unwrap(), router);
        Self {
            adapter,
            address: serve(webhook).await,
            bodies,
            client: Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// The status and the body of the answer, and the body that reached the handler.
    pub(crate) async fn post(
        &self,
        body: &[u8],
        signature: Option<&str>,
    ) -> (u16, String, Option<Vec<u8>>) {
        let mut request = self.client.post(format!("http://{}{PATH}", self.address));
        if let Some(signature) = signature {
            request = request.header(SC_SIGNATURE, signature);
        }
        let response = request.body(body.to_vec()).send().await.unwrap();
        let status = response.status().as_u16();
        let answer = response.text().await.unwrap();
        (status, answer, self.bodies.try_recv().ok())
    }
}

async fn axum(webhook: Webhook) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = smartcar_webhook_axum::WebhookRoutes::at(PATH).router(webhook);
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn actix(webhook: Webhook) -> SocketAddr {
    let server = HttpServer::new(move || {
        let routes = smartcar_webhook_actix::WebhookRoutes::at(PATH);
        App::new().configure(routes.configure(webhook.clone()))
    });
    let server = server.workers(1).disable_signals();
    let server = server.bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    address
}
