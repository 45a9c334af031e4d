//! Challenges and attempts, and what is made of their answers.

use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderValue, USER_AGENT};
use http::{Request, Response, Uri};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};
use tower::{Service, ServiceExt};

use super::super::dispatcher::post;
use super::answer::Answer;
use super::challenge::Challenge;
use super::event::{Attempt, Event};
use super::ledger::{Fate, WebhookStatus};
use super::seed::uuid;
use super::setup::Simulator;
use crate::error::BoxError;
use crate::testing::{PATIENCE, SMARTCAR};
use crate::token::ManagementToken;

/// Sends to a target.
pub(super) struct Sender<'a, S> {
    simulator: &'a Simulator,
    target: S,
    started: Instant,
}

/// What is to be sent.
pub(super) enum Work {
    /// An event, first after this time.
    Deliver(Box<Event>, Duration),
    /// A copy of an event, after this time.
    Copy(Box<Event>, Duration),
    /// The challenges of a webhook.
    Verify(usize, Vec<Challenge>),
}

/// What came of a work.
pub(super) enum Done {
    /// The event was acknowledged or given up, or its copy sent.
    Delivered,
    /// The event was given up, and its webhook disabled with it.
    Disabled(usize),
    /// Every challenge was answered rightly.
    Verified(usize),
    /// Not every one was.
    Unverified(usize),
}

impl<'a, S> Sender<'a, S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error: Into<BoxError>> + Clone,
{
    pub(super) fn new(simulator: &'a Simulator, target: S) -> Self {
        Self {
            simulator,
            target,
            started: Instant::now(),
        }
    }

    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// What time it is in the simulation, in ms since the epoch.
    pub(super) fn now_ms(&self) -> i64 {
        let passed = i64::try_from(self.started.elapsed().as_millis());
        self.simulator
            .starts_at_ms
            .saturating_add(passed.unwrap_or(i64::MAX))
    }

    pub(super) async fn work(&self, work: Work) -> Done {
        match work {
            Work::Deliver(event, after) => self.deliver(&event, after).await,
            Work::Copy(event, after) => self.copy(&event, after).await,
            Work::Verify(webhook, challenges) => self.verify(webhook, challenges).await,
        }
    }

    async fn verify(&self, webhook: usize, challenges: Vec<Challenge>) -> Done {
        let mut all_right = true;
        for challenge in challenges {
            all_right &= self.challenge(webhook, challenge).await;
        }
        if all_right {
            Done::Verified(webhook)
        } else {
            Done::Unverified(webhook)
        }
    }

    /// Whether it was answered rightly.
    async fn challenge(&self, webhook: usize, challenge: Challenge) -> bool {
        let sent = self.started.elapsed();
        let token = self.token(true);
        let signature = challenge
            .is_signed
            .then(|| token.sign(&challenge.body).to_hex());
        let request = request(
            challenge.callback,
            challenge.body.clone(),
            signature.as_deref(),
        );
        let (answer, body, problem) = self.send(request, None).await;
        let answered: Value = serde_json::from_slice(&body).unwrap_or_default();
        let expected = token.sign(challenge.text.as_bytes()).to_hex();
        let is_right = answer.acknowledges() && answered["challenge"] == expected;
        self.simulator.ledger.challenged(answer, is_right);
        let problem = match (is_right, answer.acknowledges()) {
            (false, true) => Some("its answer is not the hash of the challenge".to_owned()),
            _ => problem,
        };
        (self.simulator.on_attempt)(&Attempt {
            key: String::new(),
            event_type: "VERIFY",
            webhook: self.simulator.webhooks[webhook].name.clone(),
            vehicle_id: None,
            number: 1,
            body: challenge.body,
            answer,
            sent,
            took: self.started.elapsed().saturating_sub(sent),
            again_after: None,
            problem,
        });
        is_right
    }

    /// Sends an event until it is acknowledged or given up.
    async fn deliver(&self, event: &Event, after: Duration) -> Done {
        let disabled = self.simulator.ledger.times_disabled(event.webhook);
        sleep(after).await;
        self.attempts(event, disabled).await
    }

    /// Sends an event once more, unless it was given up.
    async fn copy(&self, event: &Event, after: Duration) -> Done {
        sleep(after).await;
        if !self.simulator.ledger.is_lost(event) {
            self.attempt(event, 0, None).await;
        }
        Done::Delivered
    }

    /// Of a webhook that was disabled so often when the event came about: if it was since, the event is not kept, even if the webhook is active again.
    async fn attempts(&self, event: &Event, disabled: u64) -> Done {
        let ledger = &self.simulator.ledger;
        let retries = &self.simulator.webhooks[event.webhook].retries;
        let waits = retries.waits.iter().copied().map(Some).chain([None]);
        for (number, wait) in (1..).zip(waits) {
            // Its copy may have been acknowledged.
            if number > 1 && !ledger.is_waiting(event) {
                return Done::Delivered;
            }
            let is_active = ledger.status(event.webhook) == WebhookStatus::Active;
            if !is_active || ledger.times_disabled(event.webhook) != disabled {
                ledger.gave_up(event, Fate::Discarded);
                return Done::Delivered;
            }
            ledger.attempting(event);
            if self.attempt(event, number, wait).await.acknowledges() {
                return Done::Delivered;
            }
            if let Some(wait) = wait {
                sleep(wait).await;
            }
        }
        ledger.gave_up(event, Fate::Dropped);
        if retries.disables && ledger.disable(event.webhook) {
            return Done::Disabled(event.webhook);
        }
        Done::Delivered
    }

    async fn attempt(&self, event: &Event, number: u64, wait: Option<Duration>) -> Answer {
        let mut rng = event.rng(self.simulator.seed, "attempt", number);
        let sent = self.started.elapsed();
        let body = event.body_of_attempt(&uuid(&mut rng), self.now_ms());
        let signature = self.token(!event.is_live).sign(&body).to_hex();
        let request = request(event.callback.clone(), body.clone(), Some(&signature));
        let faults = &self.simulator.faults;
        let (mut answer, _, problem) = self.send(request, faults.cut(&mut rng)).await;
        if matches!(answer, Answer::Status(_)) && faults.loses_answer(&mut rng) {
            answer = Answer::Lost;
        }
        let attempt = Attempt {
            key: event.key.clone(),
            event_type: event.kind,
            webhook: self.simulator.webhooks[event.webhook].name.clone(),
            vehicle_id: event.vehicle_id.clone(),
            number,
            body,
            answer,
            sent,
            took: self.started.elapsed().saturating_sub(sent),
            again_after: wait.filter(|_| !answer.acknowledges()),
            problem,
        };
        self.simulator.ledger.attempted(event, &attempt);
        (self.simulator.on_attempt)(&attempt);
        answer
    }

    /// Sends a request; the connection breaks after some share of the time there is for the answer, if it does.
    async fn send(
        &self,
        request: Request<Bytes>,
        cut: Option<f64>,
    ) -> (Answer, Bytes, Option<String>) {
        let patience = cut.map_or(PATIENCE, |share| PATIENCE.mul_f64(share));
        match timeout(patience, self.target.clone().oneshot(request)).await {
            Ok(Ok(response)) => {
                let answer = Answer::Status(response.status().as_u16());
                (answer, response.into_body(), None)
            }
            Ok(Err(err)) => {
                let problem = root(&*err.into());
                (Answer::Unreachable, Bytes::new(), Some(problem))
            }
            Err(_) if cut.is_some() => (Answer::CutOff, Bytes::new(), None),
            Err(_) => (Answer::TimedOut, Bytes::new(), None),
        }
    }

    /// What Smartcar signs with at this moment: challenges and tests, or live deliveries.
    fn token(&self, is_by_hand: bool) -> &ManagementToken {
        let tokens = &self.simulator.tokens;
        if self.simulator.faults.stale_signer && !is_by_hand {
            return &tokens[0].1;
        }
        let passed = self.started.elapsed();
        let begun = tokens.iter().rev().find(|(after, _)| *after <= passed);
        &begun.unwrap_or(&tokens[0]).1
    }
}

/// What an error is in the end: clients wrap it in words of their own.
fn root(err: &(dyn std::error::Error + 'static)) -> String {
    let chain = std::iter::successors(Some(err), |it| it.source());
    chain.last().map(ToString::to_string).unwrap_or_default()
}

/// A POST as Smartcar makes it, under this signature if there is any.
fn request(callback: Uri, body: Bytes, signature: Option<&str>) -> Request<Bytes> {
    let mut request = post(body, signature.unwrap_or_default());
    *request.uri_mut() = callback;
    let user_agent = HeaderValue::from_static(SMARTCAR);
    request.headers_mut().insert(USER_AGENT, user_agent);
    request
}
