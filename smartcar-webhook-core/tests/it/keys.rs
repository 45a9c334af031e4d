//! Keys that change while the receiver runs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use smartcar_webhook_core::testing::{Dispatcher, vehicle_state};
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, KeySource, Keyring, ManagementToken, SharedKeyring,
    Unverified, Verifier, Webhook, async_trait,
};

pub(crate) fn token(text: &str) -> ManagementToken {
    ManagementToken::new(text).unwrap()
}

pub(crate) fn webhook(verifier: impl Into<Verifier>, labels: &Arc<Mutex<Vec<String>>>) -> Webhook {
    let labels = Arc::clone(labels);
    let router = EventRouter::new().fallback(move |delivery: Delivery| {
        let label = delivery.verified_by().unwrap_or_default().to_owned();
        labels.lock().unwrap().push(label);
        std::future::ready(Ok::<_, BoxError>(()))
    });
    Webhook::builder(verifier)
        .without_idempotency()
        .build(router)
}

/// The status of a delivery signed with this token.
async fn status(webhook: &Webhook, signer: &str) -> u16 {
    let dispatcher = Dispatcher::new(webhook.clone()).signing_with(token(signer));
    dispatcher.send(&vehicle_state()).await.status()
}

#[tokio::test]
async fn keys_are_replaced_without_a_gap() {
    let labels = Arc::default();
    let keys = SharedKeyring::new(Keyring::new("october", token("old")));
    let webhook = webhook(keys.clone(), &labels);
    assert_eq!(
        (status(&webhook, "old").await, status(&webhook, "new").await),
        (200, 401)
    );
    keys.replace(Keyring::new("november", token("new")).with("october", token("old")));
    assert_eq!(
        (status(&webhook, "old").await, status(&webhook, "new").await),
        (200, 200)
    );
    keys.replace(Keyring::new("november", token("new")));
    assert_eq!(
        (status(&webhook, "old").await, status(&webhook, "new").await),
        (401, 200)
    );
    assert_eq!(
        *labels.lock().unwrap(),
        ["october", "october", "november", "november"]
    );
    assert_eq!(format!("{keys:?}"), r#"SharedKeyring(Keyring["november"])"#);
}

/// While one thread sends and another rotates, nothing is refused.
#[test]
fn a_rotation_under_load_refuses_nothing() {
    use futures_util::FutureExt;

    let labels = Arc::<Mutex<Vec<String>>>::default();
    let keys = SharedKeyring::new(token("key 0"));
    let webhook = webhook(keys.clone(), &labels);
    let signer = AtomicUsize::new(0);
    let in_use = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let (keys, webhook, signer, in_use) = (&keys, &webhook, &signer, &in_use);
    std::thread::scope(|scope| {
        for in_use in in_use {
            scope.spawn(move || {
                while signer.load(Ordering::SeqCst) < 50 {
                    let key = signer.load(Ordering::SeqCst);
                    in_use.store(key, Ordering::SeqCst);
                    let status = status(webhook, &format!("key {key}")).now_or_never();
                    assert_eq!(status, Some(200), "{key}");
                }
                in_use.store(50, Ordering::SeqCst);
            });
        }
        for next in 1..=50 {
            let old = token(&format!("key {}", next - 1));
            let new = token(&format!("key {next}"));
            keys.replace(Keyring::new("new", new).with("old", old));
            signer.store(next, Ordering::SeqCst);
            // The key before may go once nothing that was signed with it is under way.
            while in_use.iter().any(|it| it.load(Ordering::SeqCst) < next) {
                std::thread::yield_now();
            }
        }
    });
    assert!(labels.lock().unwrap().len() >= 50);
}

/// A challenge that is signed is answered with the key that signed it.
#[tokio::test]
async fn the_key_that_signed_a_challenge_answers_it() {
    let labels = Arc::default();
    let keys = Keyring::new("new", token("new")).with("old", token("amt"));
    let webhook = webhook(keys, &labels);
    let body = r#"{"eventType":"VERIFY","data":{"challenge":"challenge"}}"#;
    let by_old = Dispatcher::new(webhook.clone()).signing_with(token("amt"));
    // By `openssl dgst -sha256 -hmac amt`.
    let old_answer = "9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e";
    let answer = by_old.send_raw(body).await;
    assert_eq!(
        answer.body(),
        format!(r#"{{"challenge":"{old_answer}"}}"#).as_str()
    );
    let unsigned = by_old.send_with_signature(body, "").await;
    assert_eq!(unsigned.status(), 200);
    assert!(
        !unsigned
            .body()
            .ends_with(format!("{old_answer}\"}}").as_bytes())
    );
}

struct Tenants;

#[async_trait]
impl KeySource for Tenants {
    async fn keys(&self, request: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, BoxError> {
        let by_webhook = request.webhook_id();
        let tenant = match by_webhook.as_deref() {
            Some("w-acme") => "acme",
            _ => request.path().rsplit('/').next().unwrap_or_default(),
        };
        match tenant {
            "acme" | "globex" => Ok(Some(Arc::new(Keyring::new(tenant, token(tenant))))),
            "broken" => Err("no database".into()),
            _ => Ok(None),
        }
    }
}

#[tokio::test]
async fn keys_are_those_of_the_tenant() {
    let labels = Arc::default();
    let webhook = webhook(Verifier::with_source(Tenants), &labels);
    let send = async |path: &str, signer: &str, body: String| {
        let mut request = smartcar_webhook_core::testing::signed(
            &token(signer),
            &serde_json::from_str::<serde_json::Value>(&body).unwrap(),
        );
        *request.uri_mut() = path.parse().unwrap();
        let reply = Dispatcher::new(webhook.clone()).request(request).await;
        (
            reply.status(),
            String::from_utf8(reply.body().to_vec()).unwrap(),
        )
    };
    let event = || vehicle_state().to_value().to_string();
    let mismatch = (401, r#"{"error":"signature_mismatch"}"#.to_owned());
    assert_eq!(send("/hooks/acme", "acme", event()).await.0, 200);
    assert_eq!(send("/hooks/globex", "globex", event()).await.0, 200);
    assert_eq!(send("/hooks/globex", "acme", event()).await, mismatch);
    assert_eq!(send("/hooks/nobody", "acme", event()).await, mismatch);
    let by_id = vehicle_state()
        .with("/meta/webhookId", "w-acme")
        .to_value()
        .to_string();
    assert_eq!(send("/hooks", "acme", by_id).await.0, 200);
    let broken = send("/hooks/broken", "acme", event()).await;
    assert_eq!(broken, (503, r#"{"error":"keys_unavailable"}"#.to_owned()));
    assert_eq!(*labels.lock().unwrap(), ["acme", "globex", "acme"]);

    // Only the keys of a tenant can answer a challenge.
    let verify = r#"{"eventType":"VERIFY","data":{"challenge":"challenge"}}"#;
    assert_eq!(send("/hooks/acme", "other", verify.to_owned()).await.0, 200);
    assert_eq!(
        send("/hooks/nobody", "other", verify.to_owned()).await,
        mismatch
    );
}

/// Who sends nothing that could be a signature does not have a database asked.
#[tokio::test]
async fn the_source_is_not_asked_for_nothing() {
    let labels = Arc::default();
    let webhook = webhook(Verifier::with_source(Arc::new(Tenants)), &labels);
    for signature in ["", "short"] {
        let dispatcher = Dispatcher::new(webhook.clone());
        let mut request = http::Request::post("/hooks/broken")
            .body("{}".into())
            .unwrap();
        if !signature.is_empty() {
            request
                .headers_mut()
                .insert("sc-signature", signature.parse().unwrap());
        }
        assert_eq!(dispatcher.request(request).await.status(), 401);
    }
}

/// What the source goes by is what the handler sees.
#[tokio::test]
async fn the_webhook_id_is_that_of_the_envelope() {
    struct ById;

    #[async_trait]
    impl KeySource for ById {
        async fn keys(&self, request: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, BoxError> {
            assert!(!format!("{request:?}").contains("eventName"));
            let id = request.webhook_id();
            Ok(id.map(|id| Arc::new(Keyring::new(&id, token(&id)))))
        }
    }

    let labels = Arc::default();
    let webhook = webhook(Verifier::with_source(ById), &labels);
    let body = r#"{"eventName":"schedule","webhookId":"B","meta":{"webhookId":"A"},"payload":{}}"#;
    for (signer, status) in [("A", 401), ("B", 200)] {
        let dispatcher = Dispatcher::new(webhook.clone()).signing_with(token(signer));
        assert_eq!(dispatcher.send_raw(body).await.status(), status);
    }
    assert_eq!(*labels.lock().unwrap(), ["B"]);
}
