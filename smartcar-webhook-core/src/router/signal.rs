//! Inside one VEHICLE_STATE: which handler takes which signal.

use std::fmt;
use std::iter::zip;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

use super::parts::Parts;
use crate::error::BoxError;
use crate::freshness::Freshness;
use crate::handler::Handler;
use crate::payload::Delivery;
use crate::payload::v4::{Signal, Trigger, VehicleState};
use crate::signal::{SignalReading, SignalType};

/// Takes each signal of a [`VehicleState`] to its handler.
///
/// It is itself a handler, for [`EventRouter::on`](crate::EventRouter::on).
/// A handler of a signal takes a `Delivery<SignalReading<S>>`, through which the body, the state and the delivery are at hand.
/// It is called when a reading of its signal was sent that has the shape of its type.
///
/// Handlers are called one after another: that of first deliveries, those of signals in the order they were registered, the fallback; each of them is, even if one before it fails or panics.
/// The errors of all that failed make one, [`Failures`](crate::Failures); the delivery is then sent again, and only those that failed are called again.
/// Which ones are done is kept in memory, for the last 4096 deliveries that failed in part: after a restart all are called again, as for a delivery that has no event id.
///
/// # Which signals
///
/// A delivery holds the signals the webhook was configured with, whatever changed; its triggers name only what changed of those chosen to cause a delivery.
/// So the handlers of all signals sent are called, unless told otherwise: [`triggered_only`](Self::triggered_only), [`fresh_only`](Self::fresh_only), [`skip_stale`](Self::skip_stale).
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::payload::v4::VehicleState;
/// use smartcar_webhook_core::signal::{ChargeIsCharging, SignalReading, TractionBatteryStateOfCharge};
/// use smartcar_webhook_core::{BoxError, Delivery, EventRouter, SignalRouter};
///
/// async fn on_charge(charge: Delivery<SignalReading<TractionBatteryStateOfCharge>>) -> Result<(), BoxError> {
///     println!("{} is at {} %", charge.state().vehicle.id, charge.value);
///     Ok(())
/// }
///
/// let signals = SignalRouter::new()
///     .on_first_delivery(async |state: Delivery<VehicleState>| {
///         println!("hello, {}", state.vehicle.id);
///         Ok::<_, BoxError>(())
///     })
///     .on(on_charge)
///     .on(async |charging: Delivery<SignalReading<ChargeIsCharging>>| {
///         println!("charging: {}", charging.value);
///         Ok::<_, BoxError>(())
///     })
///     .fallback(async |rest: Delivery<VehicleState>| {
///         println!("{} more signals", rest.signals.len());
///         Ok::<_, BoxError>(())
///     });
/// let router = EventRouter::new().on(signals);
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct SignalRouter {
    first_delivery: Option<Arc<dyn Handler<VehicleState>>>,
    signals: Vec<SignalRoute>,
    fallback: Option<Arc<dyn Handler<VehicleState>>>,
    triggered_only: bool,
    left_out: &'static [Freshness],
    parts: Parts,
}

#[derive(Clone)]
struct SignalRoute {
    code: &'static str,
    call: Arc<Call>,
}

/// Calls the handler with the signal at this place, if there is a reading of it.
type Call = dyn Fn(&Delivery<Arc<VehicleState>>, usize) -> Option<Work> + Send + Sync;

type Work = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

impl SignalRouter {
    /// A router that calls nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers the handler of the signal `S`.
    ///
    /// # Panics
    ///
    /// When the signal has a handler already.
    #[track_caller]
    pub fn on<S, H>(mut self, handler: H) -> Self
    where
        S: SignalType,
        S::Body: Send,
        H: Handler<SignalReading<S>>,
    {
        let is_there = self.signals.iter().any(|it| it.code == S::CODE);
        assert!(!is_there, "`{}` already has a handler", S::CODE);
        let handler = Arc::new(handler);
        let call = move |delivery: &Delivery<Arc<VehicleState>>, at: usize| -> Option<Work> {
            let reading = SignalReading::new(delivery, at)?;
            let delivery = delivery.with_payload(reading);
            let handler = Arc::clone(&handler);
            Some(Box::pin(async move { handler.handle(delivery).await }))
        };
        self.signals.push(SignalRoute {
            code: S::CODE,
            call: Arc::new(call),
        });
        self
    }

    /// Registers the handler of [first deliveries](VehicleState::is_first_delivery): of a vehicle that was just subscribed, or of any after the webhook was enabled.
    ///
    /// The signals in it go to their handlers too.
    ///
    /// # Panics
    ///
    /// When there is such a handler already.
    #[track_caller]
    pub fn on_first_delivery<H: Handler<VehicleState>>(mut self, handler: H) -> Self {
        let previous = self.first_delivery.replace(Arc::new(handler));
        assert!(
            previous.is_none(),
            "first deliveries already have a handler"
        );
        self
    }

    /// Registers the handler of what no other takes: the same delivery with but the signals that have no handler, could not be read or do not have the shape of their type.
    ///
    /// It is not called where none is left.
    ///
    /// # Panics
    ///
    /// When there is a fallback already.
    #[track_caller]
    pub fn fallback<H: Handler<VehicleState>>(mut self, handler: H) -> Self {
        let previous = self.fallback.replace(Arc::new(handler));
        assert!(previous.is_none(), "there already is a fallback");
        self
    }

    /// Hands on only signals that are among the [triggers](VehicleState::triggers) of their delivery.
    ///
    /// Where the triggers do not tell, all are handed on: in a first delivery, in one without triggers, as those of the test button may be, and in one with a trigger that is not known.
    /// A signal that is not chosen as a trigger in the dashboard is then handed on in those alone.
    pub fn triggered_only(mut self) -> Self {
        self.triggered_only = true;
        self
    }

    /// Hands on only readings that are [fresh](Freshness::Fresh); for within a [`FreshnessTracker`](crate::freshness::FreshnessTracker), without which all pass for fresh.
    ///
    /// A signal that could not be read is neither fresh nor stale, and goes to the fallback.
    pub fn fresh_only(mut self) -> Self {
        self.left_out = &[Freshness::Stale, Freshness::Unchanged];
        self
    }

    /// Hands on only readings that are not [stale](Freshness::Stale); otherwise as [`fresh_only`](Self::fresh_only).
    ///
    /// A reading that says the same as the last one is handed on, as for a history of a signal.
    pub fn skip_stale(mut self) -> Self {
        self.left_out = &[Freshness::Stale];
        self
    }

    /// Which of the signals are handed on.
    fn wanted(&self, state: &Delivery<VehicleState>) -> Vec<bool> {
        let named: Option<Vec<_>> = state.triggers.iter().map(Trigger::signal).collect();
        let named = named.filter(|it| self.triggered_only && !it.is_empty());
        let is_named = |code: &str| match &named {
            Some(named) => named.iter().any(|it| it.has_code(code)),
            None => true,
        };
        let is_wanted = |signal: &Signal| {
            let code = signal.code();
            let freshness = state.freshness_by_code(&code);
            is_named(&code) && freshness.is_none_or(|it| !self.left_out.contains(&it))
        };
        state.signals.iter().map(is_wanted).collect()
    }
}

#[diagnostic::do_not_recommend]
#[async_trait]
impl Handler<VehicleState> for SignalRouter {
    async fn handle(&self, delivery: Delivery<VehicleState>) -> Result<(), BoxError> {
        let mut left = self.wanted(&delivery);
        let (raw, state) = delivery.into_parts();
        let delivery = raw.with_payload(Arc::new(state));
        let state = &**delivery;
        let mut run = self.parts.run(&delivery);

        if let Some(handler) = self
            .first_delivery
            .as_ref()
            .filter(|_| state.is_first_delivery())
        {
            let work = handler.handle(raw.with_payload(state.clone()));
            run.call("first delivery", work).await;
        }
        for SignalRoute { code, call } in &self.signals {
            let at = state.signals.iter().position(|it| it.has_code(code));
            let at = at.filter(|at| left[*at]);
            let Some((at, work)) = at.and_then(|at| Some((at, call(&delivery, at)?))) else {
                continue;
            };
            left[at] = false;
            run.call(*code, work).await;
        }
        if let Some(handler) = self.fallback.as_ref().filter(|_| left.contains(&true)) {
            let mut rest = state.clone();
            rest.signals = zip(&state.signals, left)
                .filter(|it| it.1)
                .map(|it| it.0.clone())
                .collect();
            run.call("fallback", handler.handle(raw.with_payload(rest)))
                .await;
        }
        run.end()
    }
}

impl fmt::Debug for SignalRouter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignalRouter")?;
        let mut list = f.debug_list();
        if self.first_delivery.is_some() {
            list.entry(&format_args!("first delivery"));
        }
        list.entries(self.signals.iter().map(|it| it.code));
        if self.fallback.is_some() {
            list.entry(&format_args!("fallback"));
        }
        list.finish()
    }
}
