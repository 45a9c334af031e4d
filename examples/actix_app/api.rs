//! The app as it was before.

use std::fmt;
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, Json, Path, ServiceConfig};
use actix_web::{Error, ResponseError};
use smartcar_webhook_examples::fleet::{Database, DatabaseError, Vehicle};

#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) database: Arc<dyn Database>,
    /// Who asks for vehicles has to know it.
    pub(crate) key: Arc<str>,
}

pub(crate) fn configure(config: &mut ServiceConfig, api: Api) {
    let vehicles = web::scope("/vehicles")
        .wrap(from_fn(authorize))
        .route("/{id}", web::get().to(vehicle));
    config
        .app_data(Data::new(api))
        .route("/health", web::get().to(async || "well"))
        .service(vehicles);
}

async fn vehicle(api: Data<Api>, id: Path<String>) -> Result<Json<Vehicle>, ApiError> {
    let vehicle = api.database.vehicle(&id).await?;
    vehicle.map(Json).ok_or(ApiError::NotFound)
}

async fn authorize(
    api: Data<Api>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    match request.headers().get("x-api-key") {
        Some(key) if key == &*api.key => next.call(request).await,
        _ => Err(ApiError::Unauthorized.into()),
    }
}

#[derive(Debug)]
enum ApiError {
    Unauthorized,
    NotFound,
    Database(DatabaseError),
}

impl From<DatabaseError> for ApiError {
    fn from(err: DatabaseError) -> Self {
        tracing::error!("{err}");
        Self::Database(err)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unauthorized => "which key?",
            Self::NotFound => "no such vehicle",
            Self::Database(_) => "try again",
        })
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Database(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
