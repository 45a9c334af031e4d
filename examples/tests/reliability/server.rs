//! Both frameworks, as an app starts them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use actix_web::{App, HttpServer};
use smartcar_webhook_core::Webhook;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;

use crate::client::PATH;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Framework {
    Axum,
    Actix,
}

impl Framework {
    pub(crate) const ALL: [Self; 2] = [Self::Axum, Self::Actix];

    /// Serves at a free port until `stop`, and is done once the server has stopped.
    pub(crate) fn serve(
        self,
        webhook: Webhook,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> (SocketAddr, JoinHandle<()>) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = socket.local_addr().unwrap();
        // Beyond the backlog, clients would try to connect again after seconds.
        let listener = socket.listen(4096).unwrap().into_std().unwrap();
        let server = match self {
            Self::Axum => tokio::spawn(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                let app = smartcar_webhook_axum::WebhookRoutes::at(PATH).router(webhook);
                let server = axum::serve(listener, app).with_graceful_shutdown(stop);
                server.await.unwrap();
            }),
            Self::Actix => {
                let routes = smartcar_webhook_actix::WebhookRoutes::at(PATH);
                let server = HttpServer::new(move || {
                    App::new().configure(routes.clone().configure(webhook.clone()))
                });
                let server = server
                    .workers(2)
                    // A busy machine is not a slow client.
                    .client_request_timeout(Duration::from_secs(60))
                    .shutdown_signal(stop)
                    .listen(listener)
                    .unwrap()
                    .run();
                tokio::spawn(async { server.await.unwrap() })
            }
        };
        (address, server)
    }
}
