use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpServer, web};
use smartcar_webhook_actix::core::ManagementToken;
use smartcar_webhook_actix::{WebhookEndpoint, WebhookRoutes};

use smartcar_webhook_core::testing::conformance::{TOKEN, cases, over_tcp, webhook};

#[actix_web::test]
async fn actix_answers_every_case() {
    let endpoint = WebhookEndpoint::new(webhook());
    let resource = web::resource("/webhooks/smartcar").to(endpoint);
    let app = init_service(App::new().service(resource)).await;
    for case in cases() {
        let request = case.request();
        let method = Method::from_bytes(request.method().as_str().as_bytes());
        let mut test = TestRequest::default().uri("/webhooks/smartcar");
        test = test.method(method.unwrap());
        for (name, value) in request.headers() {
            test = test.append_header((name.as_str(), value.as_bytes()));
        }
        let response = call_service(&app, test.set_payload(request.into_body()).to_request()).await;

        let mut answered = http::Response::builder().status(response.status().as_u16());
        for (name, value) in response.headers() {
            answered = answered.header(name.as_str(), value.as_bytes());
        }
        let body = read_body(response).await;
        case.check(&answered.body(body).unwrap()).unwrap();
    }
}

/// Two workers share one receiver.
#[actix_web::test]
async fn actix_keeps_the_contract_over_connections() {
    let webhook = webhook();
    let server = HttpServer::new(move || {
        let routes = WebhookRoutes::at("/hook").errors_at("/errors");
        App::new().configure(routes.configure(webhook.clone()))
    });
    let server = server.workers(2).bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    let run = std::thread::spawn(move || {
        let token = ManagementToken::new(TOKEN).unwrap();
        let paths = ["/hook", "/errors"];
        let departures = paths.map(|path| over_tcp(address, path, &token).err());
        let departures = departures.into_iter().flatten().flatten();
        departures.map(|it| it.to_string()).collect::<Vec<_>>()
    });
    let stop = async {
        while !run.is_finished() {
            actix_web::rt::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        handle.stop(false).await;
    };
    let (served, ()) = futures_util::future::join(server, stop).await;
    served.unwrap();
    assert_eq!(run.join().unwrap(), Vec::<String>::new());
}
