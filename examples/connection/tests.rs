use std::net::{SocketAddr, TcpListener};
use std::thread;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use super::*;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\n\r\n";

/// By `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500`, for the name `localhost` and the address `::1`.
fn certificate() -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(include_bytes!("localhost.pem")).unwrap()
}

/// Reads a request and says its length, over one connection after the other.
fn serve(address: &str, is_tls: bool) -> SocketAddr {
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("localhost.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind(address).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let mut stream: Box<dyn Connection> = if is_tls {
                let server = ServerConnection::new(Arc::clone(&config)).unwrap();
                Box::new(StreamOwned::new(server, stream))
            } else {
                Box::new(stream)
            };
            let mut request = vec![0; REQUEST.len()];
            // A client that does not trust the certificate goes away.
            let _ = stream.read_exact(&mut request);
            let _ = stream.write_all(&request);
        }
    });
    address
}

fn connector(url: &str) -> io::Result<Connector> {
    Connector::new(&url.parse().unwrap())
}

/// What comes back over a connection to `url`, where the certificate of the tests is trusted.
fn echoed(url: &str) -> io::Result<Vec<u8>> {
    let mut connector = connector(url)?;
    if let Some((trusted, _)) = &mut connector.tls {
        let mut roots = RootCertStore::empty();
        roots.add(certificate()).unwrap();
        *trusted = Arc::new(config(roots)?);
    }
    let mut stream = connector.connect()?;
    stream.write_all(REQUEST)?;
    let mut answer = vec![0; REQUEST.len()];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

#[test]
fn names_and_addresses_are_reached_in_plain() {
    let port = serve("127.0.0.1:0", false).port();
    for host in ["127.0.0.1", "localhost", "user@127.0.0.1"] {
        let answer = echoed(&format!("http://{host}:{port}/hook?a=b"));
        assert_eq!(answer.unwrap(), REQUEST);
    }
}

#[test]
fn a_certificate_has_to_be_of_the_name_and_trusted() {
    let port = serve("127.0.0.1:0", true).port();
    let url = format!("https://localhost:{port}/");
    assert_eq!(echoed(&url).unwrap(), REQUEST);

    let other_name = echoed(&format!("https://127.0.0.1:{port}/")).unwrap_err();
    assert_eq!(other_name.kind(), io::ErrorKind::InvalidData);
    let Ok(by_the_machine) = connector(&url) else {
        // A machine without certificates trusts this one as little.
        return;
    };
    let err = by_the_machine.connect().err().unwrap();
    assert_eq!(err.kind(), io::ErrorKind::InvalidData);
}

#[test]
fn ipv6_stands_in_brackets() {
    for is_tls in [false, true] {
        let port = serve("[::1]:0", is_tls).port();
        let scheme = if is_tls { "https" } else { "http" };
        let answer = echoed(&format!("{scheme}://[::1]:{port}/"));
        assert_eq!(answer.unwrap(), REQUEST);
    }
}

#[test]
fn other_urls_are_refused_and_ports_have_defaults() {
    for url in ["/hook", "localhost:80", "ftp://localhost/", "http:///hook"] {
        let Ok(uri) = url.parse() else { continue };
        let err = Connector::new(&uri).unwrap_err();
        assert_eq!(err.kind(), io::ErrorKind::InvalidInput, "{url}");
    }
    assert_eq!(connector("http://localhost").unwrap().port, 80);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let err = echoed(&format!("http://127.0.0.1:{port}")).unwrap_err();
    assert_eq!(err.kind(), io::ErrorKind::ConnectionRefused);
}
