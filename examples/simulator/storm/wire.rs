//! Bytes over connections, HTTP or not.

use std::io::{self, ErrorKind, Write};

use http::Uri;
use smartcar_webhook_examples::connection::{Connection, Connector};

/// No head of an answer is read any further.
const LONGEST_LINE: usize = 4096;

/// Connections to a receiver.
pub(super) struct Wire {
    connector: Connector,
    pub(super) host: String,
    pub(super) path: String,
}

impl Wire {
    pub(super) fn new(connector: Connector, url: &Uri) -> Self {
        let authority = url.authority().map_or("", |it| it.as_str());
        Self {
            connector,
            host: authority.rsplit('@').next().unwrap_or_default().to_owned(),
            path: url
                .path_and_query()
                .map_or("/", |it| it.as_str())
                .to_owned(),
        }
    }

    pub(super) fn connect(&self) -> io::Result<Box<dyn Connection>> {
        self.connector.connect()
    }

    /// Sends bytes over a connection of their own; the status of the answer, or what came in place of one.
    pub(super) fn exchange(&self, sent: &[u8]) -> String {
        match self.connect() {
            Ok(mut connection) => {
                // Who refuses what is not yet written has answered, perhaps.
                let _ = connection.write_all(sent).and_then(|()| connection.flush());
                answer(&mut *connection)
            }
            Err(_) => "no connection".to_owned(),
        }
    }
}

/// The status that comes next, or what came in place of one.
pub(super) fn answer(connection: &mut dyn Connection) -> String {
    let mut received = Vec::new();
    let mut piece = [0; 512];
    loop {
        if let Some(status) = status(&received) {
            return status;
        }
        if received.len() > LONGEST_LINE {
            return "no HTTP".to_owned();
        }
        match connection.read(&mut piece) {
            Ok(0) => return "closed".to_owned(),
            Ok(length) => received.extend(&piece[..length]),
            Err(err) if err.kind() == ErrorKind::Interrupted => {}
            // A read that times out is told as either.
            Err(err) if matches!(err.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return "no answer in time".to_owned();
            }
            Err(_) => return "closed".to_owned(),
        }
    }
}

fn status(received: &[u8]) -> Option<String> {
    let line = received
        .split(|it| *it == b'\n')
        .next()
        .filter(|it| it.len() < received.len())?;
    let line = String::from_utf8_lossy(line);
    let is_http = line.starts_with("HTTP/1.");
    let status = line
        .split(' ')
        .nth(1)
        .filter(|it| is_http && it.trim().len() == 3);
    Some(status.map_or_else(|| "no HTTP".to_owned(), |it| it.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::status;

    #[test]
    fn a_status_is_read_from_a_whole_line() {
        let cases: [(&[u8], _); 5] = [
            (b"", None),
            (b"HTTP/1.1 400 Bad", None),
            (b"HTTP/1.1 400 Bad Request\r\n", Some("400")),
            (b"HTTP/1.0 204\r\n\r\n", Some("204")),
            (b"SSH-2.0 abc\r\n", Some("no HTTP")),
        ];
        for (received, expected) in cases {
            assert_eq!(status(received).as_deref(), expected);
        }
    }
}
