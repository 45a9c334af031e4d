//! Whether connections can be encrypted.

#[cfg(feature = "tls")]
use std::sync::Arc;

#[cfg(feature = "tls")]
use rustls::pki_types::CertificateDer;
#[cfg(feature = "tls")]
use rustls::pki_types::pem::PemObject;
#[cfg(feature = "tls")]
use rustls::{ClientConfig, RootCertStore};
#[cfg(feature = "tls")]
use smartcar_webhook_core::BoxError;

#[cfg(feature = "tls")]
pub(super) type Tls = tokio_postgres_rustls::MakeRustlsConnect;

/// They cannot: a URL that asks for it is refused when it connects.
#[cfg(not(feature = "tls"))]
pub(super) type Tls = tokio_postgres::NoTls;

#[cfg(not(feature = "tls"))]
pub(super) const NO_TLS: Tls = tokio_postgres::NoTls;

/// Trusts who the system trusts, and those whose certificates are in this PEM.
#[cfg(feature = "tls")]
pub(super) fn trusting(pem: &[u8]) -> Result<Tls, BoxError> {
    let mut roots = RootCertStore::empty();
    // Those that cannot be read, others have to make up for.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in CertificateDer::pem_slice_iter(pem) {
        roots.add(certificate?)?;
    }
    // Named, for a program may have several, and rustls then wants to be told.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Tls::new(config))
}
