use std::io::{BufWriter, Read, Write};
use std::net::{SocketAddr, TcpStream};

use axum::Router;
use axum::body::{Body, to_bytes};
use smartcar_webhook_axum::core::ManagementToken;
use smartcar_webhook_axum::core::testing::conformance::{self, TOKEN, cases, over_tcp, webhook};
use smartcar_webhook_axum::{WebhookEndpoint, WebhookRoutes};
use tokio::net::TcpListener;
use tower::ServiceExt;

#[tokio::test]
async fn axum_answers_every_case() {
    let endpoint = WebhookEndpoint::new(webhook());
    let app = Router::new().route_service("/webhooks/smartcar", endpoint);
    for case in cases() {
        let request = case.request().map(Body::from);
        let (head, body) = app.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        case.check(&http::Response::from_parts(head, body)).unwrap();
    }
}

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axum_keeps_the_contract_over_connections() {
    let routes = WebhookRoutes::at("/hook").errors_at("/errors");
    let address = serve(routes.router(webhook())).await;
    for path in ["/hook", "/errors"] {
        let token = ManagementToken::new(TOKEN).unwrap();
        let run = tokio::task::spawn_blocking(move || over_tcp(address, path, &token));
        if let Err(departures) = run.await.unwrap() {
            let told: Vec<_> = departures.iter().map(ToString::to_string).collect();
            panic!("{}", told.join("\n"));
        }
    }
}

/// A stream with a layer around it, as of TLS.
struct Buffered(BufWriter<TcpStream>);

impl Read for Buffered {
    fn read(&mut self, piece: &mut [u8]) -> std::io::Result<usize> {
        self.0.get_mut().read(piece)
    }
}

impl Write for Buffered {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.0.write(piece)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axum_keeps_the_contract_over_other_connections() {
    let address = serve(WebhookRoutes::at("/hook").router(webhook())).await;
    let run = move || {
        let token = ManagementToken::new(TOKEN).unwrap();
        let uri = format!("http://{address}/hook?a=b").parse().unwrap();
        let connect = move || Ok(Buffered(BufWriter::new(TcpStream::connect(address)?)));
        let run = conformance::over(&uri, &token, connect);
        let (whole, gentle) = (run.clone(), run.gentle());
        [whole, gentle].map(|run| {
            let results = run.map(|(_, result)| result.map_err(|it| it.to_string()));
            results.collect::<Vec<_>>()
        })
    };
    let [whole, gentle] = tokio::task::spawn_blocking(run).await.unwrap();
    assert_eq!(whole.len(), gentle.len() + 6);
    assert!(gentle.len() > 90);
    for result in whole.into_iter().chain(gentle) {
        assert_eq!(result, Ok(()));
    }
}

#[tokio::test]
async fn axum_keeps_the_contract_over_http_2() {
    let address = serve(WebhookRoutes::at("/webhooks/smartcar").router(webhook())).await;
    let client = reqwest::Client::builder()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    for case in cases() {
        let (head, body) = case.request().into_parts();
        let request = client
            .request(head.method, format!("http://{address}/webhooks/smartcar"))
            .headers(head.headers)
            .body(body);
        let response = request.send().await.unwrap();
        assert_eq!(response.version(), http::Version::HTTP_2);
        let mut answer = http::Response::builder().status(response.status());
        answer
            .headers_mut()
            .unwrap()
            .extend(response.headers().clone());
        let body = response
            .bytes()
            .await
            .unwrap_or_else(|err| panic!("{}: {err}", case.name()));
        case.check(&answer.body(body).unwrap()).unwrap();
    }
}
