//! Redis, for replicas that share a memory. Behind the feature `redis`.

use std::fmt;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, RedisError};
use smartcar_webhook_core::layer::idempotency::{Claim, Claimed, IdempotencyStore};
use smartcar_webhook_core::{BoxError, Outcome, async_trait};

/// What [`Idempotency`](smartcar_webhook_core::layer::Idempotency) remembers, in a Redis that all replicas share.
///
/// For handlers that run inside of the request.
/// Each call is one script, with the time of the server, which also forgets by itself; an event takes some 150 bytes of its memory.
///
/// A Redis may forget what it was told: with its defaults the last second when it dies, and more when another takes its place; and anything, if it is allowed to evict keys.
/// What it forgot is handled again.
///
/// Any version from 6.0 on will do; so does Valkey. A cluster does not.
///
/// ```
/// use smartcar_webhook_core::layer::Idempotency;
/// use smartcar_webhook_inbox::redis::RedisStore;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let layer = Idempotency::new(RedisStore::new("redis://:secret@cache.internal/0")?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: String,
}

/// Gives what is kept of the key, or nothing if it was free.
const CLAIM: &str = "
    local kept = redis.call('GET', KEYS[1])
    if kept then return kept end
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return false";

const RENEW: &str = "
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    return redis.call('PEXPIRE', KEYS[1], ARGV[2])";

const COMPLETE: &str = "
    local kept = redis.call('GET', KEYS[1])
    if kept and kept ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    return 1";

const RELEASE: &str = "
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    return redis.call('DEL', KEYS[1])";

impl RedisStore {
    /// How long a call may take.
    pub const TIMEOUT: Duration = Duration::from_secs(3);

    /// What the names of keys begin with unless told otherwise.
    pub const DEFAULT_PREFIX: &str = "smartcar-webhook:";

    /// The Redis at this URL, `redis://user:password@host:port/database`, to which it connects when it is first asked, and again whenever it has to.
    ///
    /// It takes a tokio runtime.
    ///
    /// # Errors
    ///
    /// When it is no such URL.
    pub fn new(url: &str) -> Result<Self, BoxError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Self::TIMEOUT))
            .set_response_timeout(Some(Self::TIMEOUT))
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(500));
        let client = Client::open(url).map_err(|err| refusal(&err))?;
        let connection = ConnectionManager::new_lazy_with_config(client, config);
        Ok(Self {
            connection: connection.map_err(|err| refusal(&err))?,
            prefix: Self::DEFAULT_PREFIX.to_owned(),
        })
    }

    /// Sets what the names of keys begin with; apps that share a Redis and not their events need one each.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Runs a script with the key of the claim.
    async fn call<T: FromRedisValue>(
        &self,
        script: &str,
        claim: &Claim,
        with: impl FnOnce(&mut Cmd),
    ) -> Result<T, BoxError> {
        let mut cmd = redis::cmd("EVAL");
        let key = format!("{}{}", self.prefix, claim.key());
        cmd.arg(script).arg(1).arg(key);
        with(&mut cmd);
        let mut connection = self.connection.clone();
        let call = cmd.query_async(&mut connection);
        let done = tokio::time::timeout(Self::TIMEOUT, call).await;
        let done = done.map_err(|_| "redis did not answer in time")?;
        done.map_err(|err| refusal(&err))
    }
}

/// What may be logged of an error: no address.
fn refusal(err: &RedisError) -> BoxError {
    let code = err.code().map(|it| format!(": {it}"));
    format!(
        "redis refused: {}{}",
        err.category(),
        code.unwrap_or_default()
    )
    .into()
}

/// What is kept of a claim.
fn in_flight(claim: &Claim) -> String {
    format!("{:016x}:{:016x}", claim.fingerprint(), claim.id())
}

/// What is kept of an event that is done.
fn done(claim: &Claim, outcome: Outcome) -> String {
    format!("{:016x}={}", claim.fingerprint(), outcome.code())
}

fn read(kept: &str) -> Option<Claimed> {
    let (fingerprint, rest) = kept.split_at_checked(16)?;
    let fingerprint = u64::from_str_radix(fingerprint, 16).ok()?;
    let Some(code) = rest.strip_prefix('=') else {
        return Some(Claimed::InFlight { fingerprint });
    };
    // Another release may know outcomes that this one does not.
    let outcome = Outcome::from_code(code).unwrap_or(Outcome::Handled);
    Some(Claimed::Done {
        fingerprint,
        outcome,
    })
}

/// At least one, which is the least that Redis takes, and no more than it can add to its time.
fn millis(time: Duration) -> u64 {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    millis.clamp(1, 1 << 52)
}

#[async_trait]
impl IdempotencyStore for RedisStore {
    async fn claim(&self, claim: &Claim, lease: Duration) -> Result<Claimed, BoxError> {
        let kept: Option<String> = self
            .call(CLAIM, claim, |it| {
                it.arg(in_flight(claim)).arg(millis(lease));
            })
            .await?;
        let Some(kept) = kept else {
            return Ok(Claimed::Granted);
        };
        read(&kept).ok_or_else(|| "what is kept under a key is nothing of this store".into())
    }

    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, BoxError> {
        let call = self.call(RENEW, claim, |it| {
            it.arg(in_flight(claim)).arg(millis(lease));
        });
        call.await
    }

    async fn complete(
        &self,
        claim: &Claim,
        outcome: Outcome,
        time_to_live: Duration,
    ) -> Result<bool, BoxError> {
        let call = self.call(COMPLETE, claim, |it| {
            it.arg(in_flight(claim)).arg(done(claim, outcome));
            it.arg(millis(time_to_live));
        });
        call.await
    }

    async fn release(&self, claim: &Claim) -> Result<(), BoxError> {
        let call = self.call::<i64>(RELEASE, claim, |it| {
            it.arg(in_flight(claim));
        });
        call.await.map(drop)
    }
}

/// Shows nothing of where it is.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
