//! The app as it was before.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use smartcar_webhook_examples::fleet::{Database, DatabaseError, Vehicle};

#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) database: Arc<dyn Database>,
    /// Who asks for vehicles has to know it.
    pub(crate) key: Arc<str>,
}

pub(crate) fn routes(api: Api) -> Router {
    Router::new()
        .route("/vehicles/{id}", get(vehicle))
        .route_layer(middleware::from_fn_with_state(api.clone(), authorize))
        .route("/health", get("well"))
        .with_state(api)
}

async fn vehicle(
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Result<Json<Vehicle>, ApiError> {
    let vehicle = api.database.vehicle(&id).await?;
    vehicle.map(Json).ok_or(ApiError::NotFound)
}

async fn authorize(
    State(api): State<Api>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    match request.headers().get("x-api-key") {
        Some(key) if key == &*api.key => Ok(next.run(request).await),
        _ => Err(ApiError::Unauthorized),
    }
}

enum ApiError {
    Unauthorized,
    NotFound,
    Database(DatabaseError),
}

impl From<DatabaseError> for ApiError {
    fn from(err: DatabaseError) -> Self {
        Self::Database(err)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "which key?").into_response(),
            Self::NotFound => (StatusCode::NOT_FOUND, "no such vehicle").into_response(),
            Self::Database(err) => {
                tracing::error!("{err}");
                (StatusCode::SERVICE_UNAVAILABLE, "try again").into_response()
            }
        }
    }
}
