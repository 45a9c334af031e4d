//! The contract over connections, case by case.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use http::Uri;

use super::attempt::{ATTEMPTS, Attempt, FIRST};
use super::peer::{Connect, Connection, Peer};
use super::{Case, Departure, cases_signed_by};
use crate::testing::PATIENCE;
use crate::token::ManagementToken;

/// Runs the contract against what listens at an address, over HTTP/1.1: every case of [`over`], without TLS.
///
/// It blocks for some seconds; what listens has to run on another thread.
/// It sends bodies of the default limit, 1 MiB, and beyond: give the receiver no other limit.
/// Have the receiver itself answer methods other than POST: a framework's own 405 has no body.
///
/// # Errors
///
/// Every case that was not answered as this library answers it, of either [severity](super::Severity); the first delivery alone, if nobody answered that.
pub fn over_tcp(
    address: SocketAddr,
    path: &str,
    token: &ManagementToken,
) -> Result<(), Vec<Departure>> {
    let connect = move || {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(stream)
    };
    let run = Run::new(boxed(connect), address.to_string(), path.to_owned(), token);
    let found: Vec<_> = run.filter_map(|(_, result)| result.err()).collect();
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// Runs the cases that hold for [any receiver](cases_signed_by), and whatever only a connection can try, against a receiver in any language, case by case.
///
/// Host and path, with its query, are those of the URI, which is an absolute one.
/// Connections are the caller's to make, in plain or with TLS for HTTP/1.1, and with timeouts: Smartcar waits for 15 seconds.
/// Each is used for one exchange, and dropped where a client is to go away; those of `100 deliveries at once` are made on as many threads.
///
/// The receiver gets deliveries of vehicles that nobody has, signed with its token: let no handler act on them that should not.
///
/// ```no_run
/// use std::net::TcpStream;
/// use std::time::Duration;
///
/// use smartcar_webhook_core::ManagementToken;
/// use smartcar_webhook_core::testing::conformance::{self, Severity};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let token = ManagementToken::new(std::env::var("SMARTCAR_MANAGEMENT_TOKEN")?)?;
/// let uri = "http://localhost:8080/webhooks/smartcar".parse()?;
/// let connect = || {
///     let stream = TcpStream::connect("localhost:8080")?;
///     stream.set_read_timeout(Some(Duration::from_secs(15)))?;
///     stream.set_write_timeout(Some(Duration::from_secs(15)))?;
///     Ok(stream)
/// };
/// for (name, result) in conformance::over(&uri, &token, connect).gentle() {
///     match result {
///         Ok(()) => println!("{name}: as it is to be"),
///         Err(it) if it.severity() == Severity::FallsShort => println!("{it}\n{}", it.why()),
///         Err(it) => println!("{it}, which is as well"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub fn over<C: Read + Write + 'static>(
    uri: &Uri,
    token: &ManagementToken,
    connect: impl Fn() -> io::Result<C> + Send + Sync + 'static,
) -> Run {
    let authority = uri.authority().map_or("", |it| it.as_str());
    let host = authority.rsplit('@').next().unwrap_or_default();
    let path = uri.path_and_query().map_or("/", |it| it.as_str());
    Run::new(boxed(connect), host.to_owned(), path.to_owned(), token)
}

fn boxed<C: Read + Write + 'static>(
    connect: impl Fn() -> io::Result<C> + Send + Sync + 'static,
) -> Box<Connect> {
    Box::new(move || Ok(Box::new(connect()?) as Box<dyn Connection>))
}

/// A run of the contract over connections, by [`over`]: an iterator that tries a case at each step.
///
/// Its items are the name of a case and how its answer differed, if it did.
/// It ends after the first delivery if nobody answers that.
#[derive(Clone, Debug)]
#[must_use = "it tries nothing until it is iterated over"]
pub struct Run {
    peer: Arc<Peer>,
    steps: VecDeque<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    First,
    Case(Box<Case>),
    Attempt(Attempt),
}

impl Run {
    fn new(connect: Box<Connect>, host: String, path: String, token: &ManagementToken) -> Self {
        let cases = cases_signed_by(token).into_iter().map(Box::new);
        let steps = std::iter::once(Step::First);
        let steps = steps.chain(cases.map(Step::Case));
        Self {
            peer: Arc::new(Peer::new(connect, host, path, token.clone())),
            steps: steps.chain(ATTEMPTS.map(Step::Attempt)).collect(),
        }
    }

    /// Leaves out what is a burden: bodies of 1 MiB and more, and 100 deliveries at once.
    pub fn gentle(mut self) -> Self {
        self.steps.retain(|step| match step {
            Step::First => true,
            Step::Case(case) => !case.is_large(),
            Step::Attempt(attempt) => !attempt.is_heavy,
        });
        self
    }
}

impl Iterator for Run {
    type Item = (String, Result<(), Departure>);

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.steps.pop_front()? {
            Step::First => {
                let (is_answered, result) = FIRST.make(&self.peer);
                if !is_answered {
                    self.steps.clear();
                }
                (FIRST.name.to_owned(), result)
            }
            Step::Case(case) => (case.name().to_owned(), self.peer.case(&case)),
            Step::Attempt(attempt) => (attempt.name.to_owned(), attempt.make(&self.peer).1),
        })
    }
}
