//! What actix-web alone takes: a route that reads the body and answers 200.

use std::error::Error;

use actix_web::web::{self, Bytes, PayloadConfig};
use actix_web::{App, HttpResponse, HttpServer};
use smartcar_webhook_load::environment;

async fn receive(_: Bytes) -> HttpResponse {
    HttpResponse::Ok().finish()
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = HttpServer::new(|| {
        App::new()
            .app_data(PayloadConfig::new(1 << 20))
            .route("/webhook", web::post().to(receive))
    });
    Ok(server.listen(environment::listener()?)?.run().await?)
}
