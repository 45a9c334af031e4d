//! What only a connection can try.

use super::asks::Asks;
use super::peer::{Peer, Reply, read_answers};
use super::{Departure, Severity};
use crate::webhook::Webhook;

/// Something that only a connection can try.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    pub(super) name: &'static str,
    why: &'static str,
    /// Whether it costs a receiver more than a few requests.
    pub(super) is_heavy: bool,
    /// Whether it does no harm if there is no answer.
    may_be_unanswered: bool,
    /// Whether it does no harm if the delivery is refused.
    may_be_refused: bool,
    run: fn(&Peer) -> (Reply, Vec<u16>),
}

const ALIKE: &str = "Smartcar does not send it so, but something in between may.";
const SIZE: &str = "Who still sends when it is refused should get to see why; and bodies of strangers should not fill the memory.";
const NEXT: &str = "Several deliveries may come over one connection: what is left of one must not be taken for the next.";
const GONE: &str = "Connections break off every day; what was in the middle of one must not keep the receiver from its next delivery.";

/// The delivery that tells whether there is anybody at all.
pub(super) const FIRST: Attempt = Attempt {
    name: "a first delivery",
    why: "Without a success there is no receiver, or it has another token; then most of what follows falls short as well.",
    is_heavy: false,
    may_be_unanswered: false,
    may_be_refused: false,
    run: serves,
};

pub(super) const ATTEMPTS: [Attempt; 13] = [
    Attempt {
        name: "the header name in lower case",
        why: "Names of headers are read without regard to case; proxies, and HTTP/2, write them in lower case.",
        run: lower_case,
        ..FIRST
    },
    Attempt {
        name: "a body in chunks of 1",
        run: |it| chunked(it, 1),
        ..LENIENT
    },
    Attempt {
        name: "a body in chunks of 7",
        run: |it| chunked(it, 7),
        ..LENIENT
    },
    Attempt {
        name: "a body in chunks of 4096",
        run: |it| chunked(it, 4096),
        ..LENIENT
    },
    Attempt {
        name: "a body far over the limit",
        run: oversized,
        ..LARGE
    },
    Attempt {
        name: "a body far over the limit, in chunks",
        run: oversized_in_chunks,
        ..LARGE
    },
    Attempt {
        name: "a body over the limit that is not asked for",
        run: expecting,
        ..LARGE
    },
    Attempt {
        name: "HTTP/1.0",
        run: http_10,
        ..LENIENT
    },
    Attempt {
        name: "keep-alive",
        why: NEXT,
        may_be_refused: false,
        run: keep_alive,
        ..LENIENT
    },
    Attempt {
        name: "pipelining",
        why: NEXT,
        may_be_refused: false,
        run: pipelined,
        ..LENIENT
    },
    Attempt {
        name: "a client that goes away before the end of the body",
        why: GONE,
        run: gone_before_the_end,
        ..FIRST
    },
    Attempt {
        name: "a client that goes away before the answer",
        why: GONE,
        run: gone_before_the_answer,
        ..FIRST
    },
    Attempt {
        name: "100 deliveries at once",
        why: "Deliveries of a whole fleet come at the same time. What is refused comes again three times, and then it is lost.",
        is_heavy: true,
        run: many_at_once,
        ..FIRST
    },
];

const LENIENT: Attempt = Attempt {
    why: ALIKE,
    may_be_unanswered: true,
    may_be_refused: true,
    ..FIRST
};

const LARGE: Attempt = Attempt {
    why: SIZE,
    is_heavy: true,
    ..LENIENT
};

impl Attempt {
    /// Makes it; whether there was any answer, and how the answers differ.
    pub(super) fn make(&self, peer: &Peer) -> (bool, Result<(), Departure>) {
        let (reply, expected) = (self.run)(peer);
        (!reply.answers.is_empty(), self.check(&reply, &expected))
    }

    fn check(&self, reply: &Reply, expected: &[u16]) -> Result<(), Departure> {
        let found: Vec<_> = reply
            .answers
            .iter()
            .map(|it| it.status().as_u16())
            .collect();
        if found == expected {
            return Ok(());
        }
        let asks = |status: u16| match status {
            200 if self.may_be_refused => Asks::Survival,
            _ => Asks::of(status),
        };
        let mut pairs = expected.iter().zip(&found);
        let wrong = pairs.find(|(expected, found)| !asks(**expected).allows(**found));
        let is_unanswered = found.len() < expected.len() && !self.may_be_unanswered;
        let (severity, expected) = if let Some((expected, _)) = wrong {
            (Severity::FallsShort, asks(*expected).in_words().to_owned())
        } else if is_unanswered {
            (Severity::FallsShort, listed(expected))
        } else {
            (Severity::Differs, listed(expected))
        };
        let found = match found[..] {
            [] => reply.reason(),
            _ => listed(&found),
        };
        Err(Departure {
            case: self.name.to_owned(),
            why: self.why.to_owned(),
            severity,
            expected,
            found,
        })
    }
}

/// Statuses in order, those that follow one another alike in one.
fn listed(statuses: &[u16]) -> String {
    let runs = statuses.chunk_by(|a, b| a == b).map(|run| match run.len() {
        1 => run[0].to_string(),
        times => format!("{times} times {}", run[0]),
    });
    runs.collect::<Vec<_>>().join(", ")
}

fn serves(peer: &Peer) -> (Reply, Vec<u16>) {
    (peer.exchange(&peer.whole("close"), 1), vec![200])
}

fn lower_case(peer: &Peer) -> (Reply, Vec<u16>) {
    let state = peer.state();
    let head = format!("Connection: close\r\nContent-Length: {}\r\n", state.len());
    let sent = peer.signed("HTTP/1.1", "sc-signature", &state, &head, state.as_bytes());
    (peer.exchange(&sent, 1), vec![200])
}

fn chunked(peer: &Peer, size: usize) -> (Reply, Vec<u16>) {
    let head = "Connection: close\r\nTransfer-Encoding: chunked\r\n";
    let state = peer.state();
    let sent = peer.post(&state, head, &chunks(state.as_bytes(), size));
    (peer.exchange(&sent, 1), vec![200])
}

fn oversized(peer: &Peer) -> (Reply, Vec<u16>) {
    let body = vec![b' '; 4 * Webhook::DEFAULT_BODY_LIMIT];
    let head = format!("Connection: close\r\nContent-Length: {}\r\n", body.len());
    (peer.exchange(&peer.post("", &head, &body), 1), vec![413])
}

fn oversized_in_chunks(peer: &Peer) -> (Reply, Vec<u16>) {
    let body = vec![b' '; 4 * Webhook::DEFAULT_BODY_LIMIT];
    let head = "Connection: close\r\nTransfer-Encoding: chunked\r\n";
    let sent = peer.post("", head, &chunks(&body, 10_000));
    (peer.exchange(&sent, 1), vec![413])
}

fn expecting(peer: &Peer) -> (Reply, Vec<u16>) {
    let length = 4 * Webhook::DEFAULT_BODY_LIMIT;
    let head = format!("Connection: close\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n");
    (peer.exchange(&peer.post("", &head, b""), 1), vec![413])
}

fn http_10(peer: &Peer) -> (Reply, Vec<u16>) {
    let state = peer.state();
    let length = format!("Content-Length: {}\r\n", state.len());
    let sent = peer.signed(
        "HTTP/1.0",
        "SC-Signature",
        &state,
        &length,
        state.as_bytes(),
    );
    (peer.exchange(&sent, 1), vec![200])
}

fn keep_alive(peer: &Peer) -> (Reply, Vec<u16>) {
    let reply = peer.attempt(|stream, received| {
        for (before, connection) in ["keep-alive", "keep-alive", "close"].iter().enumerate() {
            stream.write_all(&peer.whole(connection))?;
            stream.flush()?;
            read_answers(stream, received, before + 1)?;
        }
        Ok(())
    });
    (reply, vec![200; 3])
}

fn pipelined(peer: &Peer) -> (Reply, Vec<u16>) {
    let mut sent = peer.whole("keep-alive");
    sent.extend(peer.post("", "Connection: keep-alive\r\nContent-Length: 2\r\n", b"{}"));
    sent.extend(peer.whole("close"));
    (peer.exchange(&sent, 3), vec![200, 401, 200])
}

fn gone_before_the_end(peer: &Peer) -> (Reply, Vec<u16>) {
    let state = peer.state();
    let part = &state[..20];
    let length = format!("Content-Length: {}\r\n", state.len());
    let chunk = format!("{:x}\r\n{part}", state.len());
    for (head, sent) in [
        (&length[..], part),
        ("Transfer-Encoding: chunked\r\n", &chunk),
    ] {
        gone_after(peer, &peer.post(&state, head, sent.as_bytes()));
    }
    serves(peer)
}

fn gone_before_the_answer(peer: &Peer) -> (Reply, Vec<u16>) {
    for _ in 0..10 {
        gone_after(peer, &peer.whole("close"));
    }
    serves(peer)
}

/// A connection that is dropped is closed; whether it could be used is seen by the next.
fn gone_after(peer: &Peer, sent: &[u8]) {
    let _ = peer.attempt(|stream, _| stream.write_all(sent).and_then(|()| stream.flush()));
}

fn many_at_once(peer: &Peer) -> (Reply, Vec<u16>) {
    const COUNT: usize = 100;
    let mut all = Reply::default();
    std::thread::scope(|scope| {
        let exchange = || scope.spawn(|| peer.exchange(&peer.whole("close"), 1));
        let under_way: Vec<_> = (0..COUNT).map(|_| exchange()).collect();
        for reply in under_way {
            let reply = reply.join().unwrap_or_default();
            all.answers.extend(reply.answers);
            all.broke = all.broke.take().or(reply.broke);
        }
    });
    (all, vec![200; COUNT])
}

fn chunks(body: &[u8], size: usize) -> Vec<u8> {
    let mut sent = Vec::new();
    for chunk in body.chunks(size) {
        sent.extend(format!("{:x}\r\n", chunk.len()).bytes());
        sent.extend(chunk);
        sent.extend(b"\r\n");
    }
    sent.extend(b"0\r\n\r\n");
    sent
}
