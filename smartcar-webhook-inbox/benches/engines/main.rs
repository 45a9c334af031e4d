//! What the engines take, give and need; the README beside this has the figures of one machine.
#![expect(clippy::print_stdout, reason = "prints what it measures")]
#![expect(clippy::unwrap_used, reason = "fails by panicking")]

mod figures;
mod load;
mod measure;
mod site;
#[path = "../../tests/it"]
mod it {
    #[cfg(any(feature = "nats", feature = "sqlite", feature = "postgres"))]
    pub(crate) mod place;
    #[cfg(any(feature = "nats", feature = "postgres"))]
    #[allow(
        dead_code,
        unused_imports,
        reason = "tests use the rest of it, and how much that is depends on the features"
    )]
    pub(crate) mod servers;
}

use smartcar_webhook_core::inbox::MemoryInbox;

#[cfg(any(feature = "nats", feature = "sqlite", feature = "postgres"))]
use self::it::place;
#[cfg(any(feature = "nats", feature = "postgres"))]
use self::it::servers;
use self::measure::{Scale, measure};
use self::site::Site;

/// Those that can be measured with the features that are on.
const ENGINES: &[&str] = &[
    "memory",
    #[cfg(feature = "sqlite")]
    "sqlite",
    #[cfg(feature = "nats")]
    "nats",
    #[cfg(feature = "postgres")]
    "postgres",
];

/// Those that need no server.
const EMBEDDED: [&str; 2] = ["memory", "sqlite"];

async fn run(engine: &str, scale: &Scale) {
    println!("\n## {engine}\n");
    match engine {
        "memory" => {
            // It remembers 16 times as many keys.
            let inbox = MemoryInbox::with_capacity(100_000);
            measure(inbox, &Site::own(None), scale, async || {}).await;
        }
        #[cfg(feature = "sqlite")]
        "sqlite" => {
            let place = place::Place::new();
            let inbox = smartcar_webhook_inbox::SqliteInbox::open(place.path().join("inbox.db"));
            let site = Site::own(Some(place.path()));
            measure(inbox.unwrap(), &site, scale, async || {}).await;
        }
        #[cfg(feature = "nats")]
        "nats" => {
            let server = servers::Nats::start();
            let site = Site::server(server.place.path());
            measure(server.inbox().await, &site, scale, async || {}).await;
        }
        #[cfg(feature = "postgres")]
        "postgres" => {
            let server = servers::Postgres::start();
            let site = Site::server(server.place.path());
            let client = server.client().await;
            // As the server does by itself, at times of its choice.
            let vacuum = async || client.batch_execute("VACUUM").await.unwrap();
            measure(server.inbox().await, &site, scale, vacuum).await;
        }
        _ => panic!("no engine `{engine}`; with these features there are {ENGINES:?}"),
    }
}

#[tokio::main]
async fn main() {
    let mut engines = Vec::new();
    let (mut is_bench, mut is_test, mut finished) = (false, false, 100_000);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match &*arg {
            "--bench" => is_bench = true,
            "--test" => is_test = true,
            "--finished" => finished = args.next().and_then(|it| it.parse().ok()).unwrap(),
            _ => engines.push(arg),
        }
    }
    // `cargo test` and `cargo bench -- --test` want to know whether it runs.
    let is_smoke = is_test || !is_bench;
    let scale = if is_smoke {
        Scale::smoke()
    } else {
        Scale::full(finished)
    };
    if engines.is_empty() {
        let asked = ENGINES.iter();
        let asked = asked.filter(|it| !is_smoke || EMBEDDED.contains(it));
        engines.extend(asked.map(|&it| it.to_owned()));
    }
    println!("append of 4 KB and its sync: {}", site::sync());
    for engine in &engines {
        run(engine, &scale).await;
    }
}
