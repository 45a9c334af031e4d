//! Those who are to be refused.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::task::{JoinHandle, JoinSet, spawn_blocking};
use uuid::Uuid;

use super::report::{BROKEN, FORGED, GARBAGE, IDLE, OVERSIZED, SLOW, UNSIGNED};
use super::weather::Weather;
use super::wire::answer;
use crate::client::post;

/// More than any of Smartcar's bodies by far.
const LARGE: usize = 4 * 1024 * 1024;

/// Forgers and those who send too much, until the end.
pub(super) fn refused(weather: &Arc<Weather>) -> JoinSet<()> {
    let mut works = JoinSet::new();
    let sky = Arc::clone(weather);
    works.spawn(async move {
        for number in 0_usize.. {
            if sky.is_over() {
                break;
            }
            let event = Weather::event();
            let signature = forged(&sky, &event, number);
            sky.send(FORGED, post(&sky.url, event, Some(&signature)))
                .await;
            sky.pause(Duration::from_millis(5)).await;
        }
    });
    let sky = Arc::clone(weather);
    works.spawn(async move {
        while !sky.is_over() {
            sky.send(UNSIGNED, post(&sky.url, Weather::event(), None))
                .await;
            sky.pause(Duration::from_millis(5)).await;
        }
    });
    let sky = Arc::clone(weather);
    works.spawn(async move {
        let body = Bytes::from(vec![b' '; LARGE]);
        while !sky.is_over() {
            let signature = "0".repeat(64);
            sky.send(OVERSIZED, post(&sky.url, body.clone(), Some(&signature)))
                .await;
            sky.pause(Duration::from_millis(100)).await;
        }
    });
    works
}

/// A signature that does not fit the event, but looks like one that might.
fn forged(weather: &Weather, event: &Bytes, number: usize) -> String {
    let right = weather.token.sign(event).to_hex();
    match number % 5 {
        0 => "0".repeat(64),
        // Of another event.
        1 => weather.token.sign(&Weather::event()).to_hex(),
        2 => right[..63].to_owned(),
        3 => {
            let last = if right.ends_with('0') { '1' } else { '0' };
            format!("{}{last}", &right[..63])
        }
        _ => String::new(),
    }
}

/// Those who do not speak HTTP, or not to its end, until the end; each on a thread of its own.
pub(super) fn raw(weather: &Arc<Weather>, connections: u16) -> Vec<JoinHandle<()>> {
    let on_thread = |work: fn(&Weather, u16), count| {
        let weather = Arc::clone(weather);
        spawn_blocking(move || work(&weather, count))
    };
    vec![
        on_thread(garbage, 0),
        on_thread(broken, 0),
        on_thread(slow, connections / 2),
        on_thread(idle, connections),
    ]
}

fn garbage(weather: &Weather, _: u16) {
    for number in 0_usize.. {
        if weather.is_over() {
            break;
        }
        // Ends in an empty line, or a server may wait for one.
        let random: Vec<u8> = (0..=number % 8)
            .flat_map(|_| Uuid::new_v4().into_bytes())
            .collect();
        let sent = [&random[..], b"\r\n\r\n"].concat();
        weather.report.count(GARBAGE, &weather.wire.exchange(&sent));
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn broken(weather: &Weather, _: u16) {
    let (host, path) = (&weather.wire.host, &weather.wire.path);
    let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    let long = "x".repeat(100_000);
    let requests = [
        format!("{head}Content-Length: -1\r\n\r\n{{}}"),
        format!("{head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n"),
        format!("{head}X-Long: {long}\r\n\r\n"),
        format!("{head}no colon\r\n\r\n"),
        format!("POST {path}{long} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!("POST {path} HTTP/9.9\r\nHost: {host}\r\n\r\n"),
        format!("FETCH\u{1} {path} HTTP/1.1\r\n\r\n"),
    ];
    for request in requests.iter().cycle() {
        if weather.is_over() {
            break;
        }
        weather
            .report
            .count(BROKEN, &weather.wire.exchange(request.as_bytes()));
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Sends a byte a second over each of many connections.
fn slow(weather: &Weather, count: u16) {
    let (host, path) = (&weather.wire.host, &weather.wire.path);
    let request = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n\r\n{{");
    hold(weather, SLOW, count, request.as_bytes());
}

/// Sends nothing over each of many connections.
fn idle(weather: &Weather, count: u16) {
    hold(weather, IDLE, count, b"");
}

/// Holds connections until the end; what is sent goes byte by byte, a second apart.
fn hold(weather: &Weather, kind: &'static str, count: u16, sent: &[u8]) {
    let mut held = Vec::new();
    for _ in 0..count {
        if weather.is_over() {
            break;
        }
        match weather.wire.connect() {
            Ok(connection) => held.push(connection),
            Err(_) => weather.report.count(kind, "no connection"),
        }
    }
    let mut bytes = sent.iter();
    while !weather.is_over() {
        if let Some(byte) = bytes.next() {
            held.retain_mut(|connection| {
                let is_open = connection
                    .write_all(&[*byte])
                    .and_then(|()| connection.flush())
                    .is_ok();
                if !is_open {
                    weather.report.count(kind, &answer(&mut **connection));
                }
                is_open
            });
        }
        let left = weather
            .end
            .saturating_duration_since(std::time::Instant::now());
        std::thread::sleep(left.min(Duration::from_secs(1)));
    }
    for _ in held {
        weather.report.count(kind, "held to the end");
    }
}
