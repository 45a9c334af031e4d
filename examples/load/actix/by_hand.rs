//! The handler written by hand, in actix-web.

use std::error::Error;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::web::{self, Bytes, Data, PayloadConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde_json::json;
use smartcar_webhook_load::{by_hand, environment};

async fn receive(token: Data<String>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let signature = request.headers().get("sc-signature");
    let signature = signature.map(HeaderValue::as_bytes);
    match by_hand::handle(&token, signature, &body) {
        Ok(None) => HttpResponse::Ok().finish(),
        Ok(Some(answer)) => HttpResponse::Ok().json(json!({"challenge": answer})),
        Err(status) => {
            let status = StatusCode::from_u16(status.as_u16());
            HttpResponse::new(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        }
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let token = Data::new(environment::token()?);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(PayloadConfig::new(1 << 20))
            .app_data(Data::clone(&token))
            .route("/webhook", web::post().to(receive))
            .route("/handled", web::get().to(async || by_hand::handled()))
    });
    Ok(server.listen(environment::listener()?)?.run().await?)
}
