use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use smartcar_webhook_core::ManagementToken;
use smartcar_webhook_core::testing::{signed, vehicle_state};
use tower::ServiceExt;

fn token(text: &str) -> ManagementToken {
    ManagementToken::new(text).unwrap()
}

fn app() -> Router {
    let mut tenants = crate::Tenants::default();
    for tenant in ["acme", "globex"] {
        tenants.add(tenant.to_owned(), token(tenant));
    }
    crate::app(crate::webhook(tenants))
}

async fn answer(tenant: &str, request: Request<Body>) -> (u16, String) {
    let (mut head, body) = request.into_parts();
    head.uri = format!("/tenants/{tenant}/smartcar").parse().unwrap();
    let request = Request::from_parts(head, body);
    let response = app().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// What a tenant's path answers a delivery that is signed with this token.
async fn deliver(tenant: &str, by: &str) -> (u16, String) {
    answer(tenant, signed(&token(by), &vehicle_state()).map(Body::from)).await
}

#[tokio::test]
async fn each_tenant_has_a_token_of_its_own() {
    let refused = (401, r#"{"error":"signature_mismatch"}"#.to_owned());
    for (tenant, other) in [("acme", "globex"), ("globex", "acme")] {
        assert_eq!(deliver(tenant, tenant).await, (200, String::new()));
        assert_eq!(deliver(tenant, other).await, refused);
    }
}

#[tokio::test]
async fn no_refusal_tells_who_is_a_tenant() {
    let oversized = "x".repeat(2 * 1024 * 1024);
    for tenant in ["acme", "nobody"] {
        let refused = (401, r#"{"error":"signature_mismatch"}"#.to_owned());
        assert_eq!(deliver(tenant, "guessed").await, refused, "{tenant}");
        for (body, status) in [("{}", 401), (&oversized[..], 413)] {
            let request = Request::post("/").body(body.to_owned().into());
            let (answered, _) = answer(tenant, request.unwrap()).await;
            assert_eq!(answered, status, "{tenant}");
        }
    }
}
