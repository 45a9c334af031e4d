//! Who waits for whom.

use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::future::{join_all, poll_immediate};
use proptest::prelude::*;
use serde_json::{Value, json};
use smartcar_webhook_core::layer::{InLane, Lanes};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::testing::{Dispatcher, dynamic, vehicle_state};
use smartcar_webhook_core::{
    BoxError, Delivery, Error, ErrorKind, EventRouter, ManagementToken, Outcome, Webhook,
};
use tower::{Layer, Service, ServiceBuilder};

use crate::{TOKEN, delivery};

type Work = Pin<Box<dyn Future<Output = Result<Outcome, Error>> + Send>>;

/// A service whose work on a delivery goes on until it is told that it is done.
#[derive(Clone, Default)]
struct Workshop {
    inside: Arc<Mutex<Vec<String>>>,
    done: Arc<Mutex<HashSet<String>>>,
}

impl Service<Delivery> for Workshop {
    type Response = Outcome;
    type Error = Error;
    type Future = Work;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> Work {
        let workshop = self.clone();
        let id = name(&delivery);
        workshop.inside.lock().unwrap().push(id.clone());
        Box::pin(std::future::poll_fn(move |_| {
            if workshop.done.lock().unwrap().contains(&id) {
                return Poll::Ready(Ok(Outcome::Handled));
            }
            Poll::Pending
        }))
    }
}

fn name(delivery: &Delivery) -> String {
    delivery.envelope().version.as_ref().unwrap().to_string()
}

/// A delivery by name, of these vehicles.
fn of(name: &str, vehicles: &[&str]) -> Delivery {
    let vehicles = vehicles.iter().map(|id| json!({"vehicleId": id}));
    let event = dynamic()
        .with("/version", name)
        .with("/payload/vehicles", vehicles.collect::<Vec<Value>>());
    delivery(event.to_value().to_string())
}

/// Counts how often it is woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A yard of lanes in front of a workshop, moved by hand.
struct Yard {
    lanes: Lanes,
    service: InLane<Workshop>,
    workshop: Workshop,
    works: Vec<(String, Work, Arc<Bell>)>,
}

impl Yard {
    fn new(lanes: Lanes) -> Self {
        let workshop = Workshop::default();
        Self {
            service: lanes.layer(workshop.clone()),
            lanes,
            workshop,
            works: Vec::new(),
        }
    }

    fn enter(&mut self, name: &str, vehicles: &[&str]) {
        let work = self.service.call(of(name, vehicles));
        let bell = Arc::new(Bell(AtomicUsize::new(1)));
        self.works.push((name.to_owned(), work, bell));
    }

    /// Polls whoever was woken; gives the kinds of errors that works ended with.
    fn run(&mut self) -> Vec<ErrorKind> {
        let mut kinds = Vec::new();
        self.works.retain_mut(|(_, work, bell)| {
            if bell.0.swap(0, Ordering::Relaxed) == 0 {
                return true;
            }
            let waker = Waker::from(Arc::clone(bell));
            match work.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(Err(err)) => kinds.push(err.kind()),
                Poll::Ready(Ok(_)) => {}
                Poll::Pending => return true,
            }
            false
        });
        kinds
    }

    /// Lets the work on a delivery end, and all that follows from it happen.
    fn finish(&mut self, name: &str) {
        self.workshop.done.lock().unwrap().insert(name.to_owned());
        let work = self.works.iter().find(|it| it.0 == name).unwrap();
        work.2.0.fetch_add(1, Ordering::Relaxed);
        for _ in 0..=self.works.len() {
            self.run();
        }
    }

    fn give_up(&mut self, name: &str) {
        self.works.retain(|it| it.0 != name);
        self.run();
    }

    /// Who got in since this was asked last.
    fn entered(&self) -> Vec<String> {
        std::mem::take(&mut self.workshop.inside.lock().unwrap())
    }
}

#[test]
fn one_vehicle_is_handled_in_order_and_another_at_the_same_time() {
    let mut yard = Yard::new(Lanes::new());
    for (name, vehicle) in [("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a")] {
        yard.enter(name, &[vehicle]);
    }
    yard.enter("nobody", &[]);
    assert_eq!(yard.lanes.in_use(), 2);
    yard.run();
    assert_eq!(yard.entered(), ["a1", "b1", "nobody"]);
    yard.finish("a1");
    assert_eq!(yard.entered(), ["a2"]);
    yard.finish("b1");
    assert_eq!(yard.lanes.in_use(), 1);
    yard.finish("a2");
    assert_eq!(yard.entered(), ["a3"]);
    yard.finish("a3");
    assert_eq!(yard.lanes.in_use(), 0);
}

/// In the order they came, even if nobody looked at those before.
#[test]
fn a_place_is_taken_when_the_delivery_comes() {
    let mut yard = Yard::new(Lanes::new());
    yard.enter("a1", &["a"]);
    yard.enter("a2", &["a"]);
    let (first, second) = (yard.works.remove(0), yard.works.remove(0));
    yard.works = vec![second];
    yard.run();
    assert!(yard.entered().is_empty());
    yard.works.push(first);
    yard.run();
    assert_eq!(yard.entered(), ["a1"]);
    yard.finish("a1");
    assert_eq!(yard.entered(), ["a2"]);
}

#[test]
fn a_delivery_of_several_vehicles_waits_for_all_of_its_lanes() {
    let mut yard = Yard::new(Lanes::new());
    yard.enter("b1", &["b"]);
    yard.enter("abc", &["c", "a", "b", "a"]);
    yard.enter("ca", &["c", "a"]);
    yard.enter("d", &["d"]);
    yard.run();
    assert_eq!(yard.entered(), ["b1", "d"]);
    yard.finish("b1");
    assert_eq!(yard.entered(), ["abc"]);
    yard.finish("abc");
    assert_eq!(yard.entered(), ["ca"]);
}

#[test]
fn work_that_is_given_up_leaves_its_lanes() {
    let mut yard = Yard::new(Lanes::new());
    for name in ["a1", "a2", "a3", "a4"] {
        yard.enter(name, &["a"]);
    }
    yard.run();
    yard.give_up("a2");
    assert_eq!(yard.entered(), ["a1"]);
    yard.give_up("a1");
    assert_eq!(yard.entered(), ["a3"]);
    // Before anybody looked at it, and as the last of its lane.
    yard.enter("a5", &["a", "b"]);
    yard.give_up("a5");
    yard.give_up("a3");
    yard.give_up("a4");
    assert_eq!(yard.lanes.in_use(), 0);
}

#[test]
fn there_is_so_much_room_and_no_more() {
    let mut yard = Yard::new(Lanes::new().with_lanes(2).with_waiting(1));
    yard.enter("a1", &["a"]);
    yard.enter("a2", &["a"]);
    assert!(yard.run().is_empty());
    yard.enter("a3", &["a"]);
    assert_eq!(yard.run(), [ErrorKind::Overloaded]);
    // A delivery that finds no room takes none.
    yard.enter("ba", &["b", "a"]);
    assert_eq!(yard.run(), [ErrorKind::Overloaded]);
    assert_eq!(yard.lanes.in_use(), 1);
    // Of however many vehicles: it could not be handled at all otherwise.
    yard.enter("bcd", &["b", "c", "d"]);
    assert!(yard.run().is_empty());
    yard.enter("e", &["e"]);
    assert_eq!(yard.run(), [ErrorKind::Overloaded]);
    yard.enter("b", &["b"]);
    yard.enter("nobody", &[]);
    assert!(yard.run().is_empty());
    for name in ["bcd", "b", "a1"] {
        yard.finish(name);
    }
    yard.enter("e", &["e"]);
    assert!(yard.run().is_empty());
    assert_eq!(yard.entered(), ["a1", "bcd", "nobody", "b", "a2", "e"]);
}

#[tokio::test]
async fn failures_and_panics_leave_the_lane() {
    let lanes = Lanes::new().with_waiting(0);
    let router = EventRouter::new().on(async |state: Delivery<VehicleState>| {
        assert!(state.vehicle.id != "v1");
        Err::<(), BoxError>("no".into())
    });
    let service = ServiceBuilder::new().layer(lanes.clone()).service(router);
    let token = ManagementToken::new(TOKEN).unwrap();
    let dispatcher = Dispatcher::new(Webhook::new(token, service));
    for vehicle in ["v1", "v1", "v2", "v2"] {
        let reply = dispatcher.send(&vehicle_state().vehicle(vehicle)).await;
        assert_eq!(reply.status(), 500);
    }
    assert_eq!(lanes.in_use(), 0);
}

/// Clones have the same lanes, so it is all the same whether they are around one service or around several.
#[test]
fn lanes_may_be_around_several_services() {
    let lanes = Lanes::new();
    let mut yards = [Yard::new(lanes.clone()), Yard::new(lanes)];
    for yard in &mut yards {
        yard.enter("a", &["a"]);
        yard.run();
    }
    assert_eq!(yards[0].entered(), ["a"]);
    assert!(yards[1].entered().is_empty());
    yards[0].finish("a");
    yards[1].run();
    assert_eq!(yards[1].entered(), ["a"]);
}

/// A vehicle somebody is with, until it is dropped.
struct Busy(Arc<[AtomicBool; 4]>, usize);

impl Busy {
    fn with(vehicles: &Arc<[AtomicBool; 4]>, vehicle: &str) -> Self {
        let at = VEHICLES.iter().position(|it| *it == vehicle).unwrap();
        assert!(!vehicles[at].swap(true, Ordering::SeqCst));
        Self(Arc::clone(vehicles), at)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0[self.1].store(false, Ordering::SeqCst);
    }
}

const VEHICLES: [&str; 4] = ["a", "b", "c", "d"];

/// By threads that are in earnest: nobody is with a vehicle at the same time, and all get through.
#[test]
fn no_two_threads_are_with_one_vehicle() {
    let vehicles = Arc::new([const { AtomicBool::new(false) }; 4]);
    let lanes = Lanes::new().with_waiting(1000);
    let service = lanes.layer(tower::service_fn(move |delivery: Delivery| {
        let vehicles = Arc::clone(&vehicles);
        async move {
            let ids = delivery.envelope().vehicles.iter();
            let ids = ids.map(|it| it.vehicle_id.as_deref().unwrap());
            let busy: Vec<_> = ids.map(|it| Busy::with(&vehicles, it)).collect();
            tokio::task::yield_now().await;
            drop(busy);
            Ok::<_, Error>(Outcome::Handled)
        }
    }));
    let handle = |at: usize, thread: usize| {
        let (one, other) = (VEHICLES[at % 4], VEHICLES[(at * 7 + thread) % 4]);
        let vehicles = if one == other {
            vec![one]
        } else {
            vec![one, other]
        };
        let mut work = service.clone().call(of("x", &vehicles));
        async move {
            // Some are given up in the middle.
            if at.is_multiple_of(5) {
                let _ = poll_immediate(&mut work).await;
                return;
            }
            assert_eq!(work.await.unwrap(), Outcome::Handled);
        }
    };
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build();
                let works = (0..200).map(|at| handle(at, thread));
                runtime.unwrap().block_on(join_all(works));
            });
        }
    });
    assert_eq!(lanes.in_use(), 0);
}

proptest! {
    /// Whoever comes, ends and is given up: each lane has its deliveries in order, one at a time, and there is always somebody who can go on.
    #[test]
    fn lanes_are_orderly(
        comers in prop::collection::vec((prop::collection::vec(0_usize..5, 0..4), any::<bool>()), 1..30),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 60),
    ) {
        let names = ["a", "b", "c", "d", "e"];
        let mut yard = Yard::new(Lanes::new().with_waiting(1000));
        let mut vehicles_of = HashMap::new();
        for (at, (vehicles, _)) in comers.iter().enumerate() {
            let vehicles: Vec<_> = vehicles.iter().map(|it| names[*it]).collect();
            yard.enter(&at.to_string(), &vehicles);
            vehicles_of.insert(at.to_string(), vehicles);
        }
        yard.run();
        let mut inside = HashSet::new();
        let mut last_in: HashMap<&str, usize> = HashMap::new();
        let mut picks = picks.iter().cycle();
        while !yard.works.is_empty() {
            for name in yard.entered() {
                let number = name.parse::<usize>().unwrap();
                for vehicle in vehicles_of[&name].iter().collect::<HashSet<_>>() {
                    let before = last_in.insert(vehicle, number);
                    prop_assert!(before.is_none_or(|it| it < number));
                    let is_free = |it: &String| !vehicles_of[it].contains(vehicle);
                    prop_assert!(inside.iter().all(is_free));
                }
                inside.insert(name);
            }
            let is_given_up = |it: &str| comers[it.parse::<usize>().unwrap()].1;
            let names = yard.works.iter().map(|it| &it.0);
            let movable: Vec<_> = names
                .filter(|it| inside.contains(*it) || is_given_up(it))
                .cloned()
                .collect();
            prop_assert!(!movable.is_empty());
            let picked = &movable[picks.next().unwrap().index(movable.len())];
            inside.remove(picked);
            if is_given_up(picked) {
                yard.give_up(picked);
            } else {
                yard.finish(picked);
            }
        }
        prop_assert_eq!(yard.lanes.in_use(), 0);
    }
}
