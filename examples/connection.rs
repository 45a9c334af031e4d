//! Connections to a web server, in plain or with TLS, for those who write HTTP/1.1 themselves.

#[cfg(test)]
mod tests;

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// How long one address, and each read and write, may take: as long as Smartcar waits for an answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// What can be read and written.
pub trait Connection: Read + Write {}

impl<C: Read + Write> Connection for C {}

/// Connects to the server that a URI names, as often as is wanted.
///
/// Certificates are checked against those that the machine trusts; `SSL_CERT_FILE` names a file with others.
#[derive(Clone, Debug)]
pub struct Connector {
    host: String,
    port: u16,
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
}

impl Connector {
    /// Reads `http` and `https` URIs, with names or addresses, IPv6 in brackets, and perhaps a port.
    ///
    /// # Errors
    ///
    /// The URI is another one, or this machine trusts no certificate.
    pub fn new(uri: &Uri) -> io::Result<Self> {
        let invalid = |text: &str| io::Error::new(io::ErrorKind::InvalidInput, text);
        let host = uri.host().filter(|it| !it.is_empty());
        let host = host.ok_or_else(|| invalid("the URL has no host"))?;
        let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let host = bare.unwrap_or(host).to_owned();
        let (port, tls) = match uri.scheme_str() {
            Some("http") => (80, None),
            Some("https") => {
                let name = ServerName::try_from(host.clone());
                let name = name.map_err(|_| invalid("the host of the URL is no name"))?;
                (443, Some((Arc::new(config(roots()?)?), name)))
            }
            _ => return Err(invalid("the URL has to begin with http:// or https://")),
        };
        let port = uri.port_u16().unwrap_or(port);
        Ok(Self { host, port, tls })
    }

    /// A connection, with TLS agreed upon if there is to be any.
    ///
    /// # Errors
    ///
    /// The name is not known, nobody answers at any of its addresses, or the certificate is not trusted.
    pub fn connect(&self) -> io::Result<Box<dyn Connection>> {
        let mut stream = self.reached()?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let Some((config, name)) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let client = ClientConnection::new(Arc::clone(config), name.clone());
        let mut client = client.map_err(io::Error::other)?;
        while client.is_handshaking() {
            client.complete_io(&mut stream)?;
        }
        Ok(Box::new(StreamOwned::new(client, stream)))
    }

    fn reached(&self) -> io::Result<TcpStream> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
        for address in (&*self.host, self.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(stream) => return Ok(stream),
                Err(err) => last = err,
            }
        }
        Err(last)
    }
}

/// The certificates this machine trusts.
fn roots() -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let none = || io::Error::other("this machine trusts no certificate");
        let reason = found.errors.into_iter().next();
        return Err(reason.map_or_else(none, io::Error::other));
    }
    Ok(roots)
}

fn config(roots: RootCertStore) -> io::Result<ClientConfig> {
    // Named, for other crates of an app may bring other providers along.
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions();
    let config = config.map_err(io::Error::other)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
