//! What holds when processes are killed, stopped and replaced, and the servers they use: scenarios for each engine that several processes may open.
//!
//! The children of these tests are this program. All of them write into one ledger what they answered, started and finished.
//! Each scenario ends with the same questions: is all that was answered finished, is nothing left, and is what is sent again no news?

mod child;
mod deaths;
#[cfg(feature = "sqlite")]
mod file;
mod fleets;
mod ledger;
#[cfg(any(feature = "nats", feature = "postgres"))]
mod outages;
mod scene;
mod sites;

/// Runs every scenario for the engine at this kind of site.
macro_rules! processes {
    ($name:ident, $site:ty) => {
        processes!(@ cfg(test), $name, $site);
    };
    (needs $server:literal, $name:ident, $site:ty) => {
        processes!(@ ignore = $server, $name, $site,
            outages::a_server_that_is_killed_loses_nothing,
        );
    };
    (@ $attribute:meta, $name:ident, $site:ty $(, $concern:ident::$scenario:ident)* $(,)?) => {
        processes!(@@ $attribute, $name, $site,
            deaths::killed_between_answer_and_handling,
            deaths::killed_in_the_handler,
            deaths::stopped_for_longer_than_its_lease,
            deaths::a_delivery_that_kills_its_worker_ends_as_a_dead_letter,
            fleets::two_workers_share,
            fleets::four_workers_share,
            fleets::replaced_under_load,
            $($concern::$scenario,)*
        );
    };
    (@@ $attribute:meta, $name:ident, $site:ty, $($concern:ident::$scenario:ident,)*) => {
        mod $name {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                #[$attribute]
                async fn $scenario() {
                    super::$concern::$scenario::<$site>().await;
                }
            )*
        }
    };
}

#[cfg(feature = "sqlite")]
processes!(sqlite, crate::place::Place);
#[cfg(feature = "nats")]
processes!(needs "needs nats-server: .ci/run installs it", nats, crate::servers::Nats);
#[cfg(feature = "postgres")]
processes!(needs "needs postgresql: .ci/run installs it", postgres, crate::servers::Postgres);
