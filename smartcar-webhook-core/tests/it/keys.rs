//! Keys that change while the receiver runs.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use smartcar_webhook_core::testing::{Dispatcher, vehicle_state};
use smartcar_webhook_core::{
    BoxError, CachedKeys, Delivery, ErrorKind, EventRouter, KeySource, Keyring, ManagementToken,
    SharedKeyring, Unverified, Verifier, Webhook, async_trait,
};

fn token(text: &str) -> ManagementToken {
    ManagementToken::new(text).unwrap()
}

fn webhook(verifier: impl Into<Verifier>, labels: &Arc<Mutex<Vec<String>>>) -> Webhook {
    let labels = Arc::clone(labels);
    let router = EventRouter::new().fallback(move |delivery: Delivery| {
        let label = delivery.verified_by().unwrap_or_default().to_owned();
        labels.lock().unwrap().push(label);
        std::future::ready(Ok::<_, BoxError>(()))
    });
    Webhook::new(verifier, router)
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

    // An unknown tenant answers a challenge as a known one does, with a key nobody has.
    let verify = r#"{"eventType":"VERIFY","data":{"challenge":"challenge"}}"#;
    let known = send("/hooks/acme", "other", verify.to_owned()).await;
    let unknown = send("/hooks/nobody", "other", verify.to_owned()).await;
    assert_eq!((known.0, unknown.0), (200, 200));
    assert_eq!(known.1.len(), unknown.1.len());
    assert_ne!(known.1, unknown.1);
    assert_eq!(
        unknown,
        send("/hooks/else", "other", verify.to_owned()).await
    );
}

static SECONDS: AtomicU64 = AtomicU64::new(0);
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Keys are kept, changed ones overlap with those of before, and a failure to fetch goes unnoticed while there are any.
#[tokio::test]
async fn fetched_keys_are_kept_for_a_while() {
    let vault: Arc<Mutex<Result<&str, &str>>> = Arc::new(Mutex::new(Err("sealed")));
    let fetches = Arc::new(AtomicUsize::new(0));
    let (held, counted) = (Arc::clone(&vault), Arc::clone(&fetches));
    let keys = CachedKeys::new(Duration::from_secs(300), move || {
        counted.fetch_add(1, Ordering::SeqCst);
        let secret = *held.lock().unwrap();
        async move { Ok(Keyring::new("vault", token(secret?))) }
    });
    let keys = keys.with_clock(|| *START + Duration::from_secs(SECONDS.load(Ordering::SeqCst)));
    assert!(!format!("{keys:?}").contains("vault"));
    let labels = Arc::default();
    let webhook = webhook(Verifier::with_source(keys), &labels);
    let reply = Dispatcher::new(webhook.clone())
        .signing_with(token("one"))
        .send(&vehicle_state())
        .await;
    assert_eq!(
        (reply.status(), reply.error().unwrap().kind()),
        (503, ErrorKind::KeysUnavailable)
    );

    *vault.lock().unwrap() = Ok("one");
    assert_eq!(status(&webhook, "one").await, 200);
    assert_eq!(status(&webhook, "one").await, 200);
    assert_eq!(fetches.load(Ordering::SeqCst), 2);

    *vault.lock().unwrap() = Err("sealed");
    SECONDS.store(301, Ordering::SeqCst);
    assert_eq!(status(&webhook, "one").await, 200);
    assert_eq!(status(&webhook, "one").await, 200);
    assert_eq!(fetches.load(Ordering::SeqCst), 3);

    *vault.lock().unwrap() = Ok("two");
    SECONDS.store(310, Ordering::SeqCst);
    assert_eq!(
        (status(&webhook, "one").await, status(&webhook, "two").await),
        (200, 200)
    );
    SECONDS.store(611, Ordering::SeqCst);
    assert_eq!(
        (status(&webhook, "one").await, status(&webhook, "two").await),
        (401, 200)
    );
    assert_eq!(labels.lock().unwrap().last().unwrap(), "vault");
}
