//! The keys that sign: one application management token, or several during a rotation.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::mac::Mac;

/// The application management token of a Smartcar application: it keys every signature and every challenge answer.
///
/// It stands in the dashboard under Configuration, and looks like the other UUIDs near it.
/// It is used as shown, without decoding.
/// See [Smartcar Docs/Payload verification].
///
/// [Smartcar Docs/Payload verification]: https://smartcar.com/docs/integrations/webhooks/payload-verification
///
/// # Security
///
/// The same token is the password of Smartcar's management API.
/// The text is overwritten with zeros at once and only the keyed state of the hash is kept; that is overwritten when the last clone is dropped.
/// `Debug` shows nothing of it, and there is no way to get it back.
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::ManagementToken;
///
/// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
/// let token = ManagementToken::new("8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f")?;
/// assert_eq!(format!("{token:?}"), "ManagementToken([redacted])");
/// assert!(ManagementToken::new("").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ManagementToken(Arc<Mac>);

impl ManagementToken {
    /// Takes the token as the dashboard shows it.
    ///
    /// # Errors
    ///
    /// When it is empty, blank, surrounded by white space or holds a control character: none of that can be a token, and each is a sign of a copy gone wrong.
    pub fn new(token: impl Into<String>) -> Result<Self, TokenError> {
        let token = Zeroizing::new(token.into());
        match fault(&token) {
            Some(fault) => Err(TokenError {
                fault,
                variable: None,
            }),
            None => Ok(Self::of_any(token.as_bytes())),
        }
    }

    /// Takes the token from an environment variable.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and when the variable is not set or is not UTF-8; each names the variable.
    ///
    /// ```
    /// # use smartcar_webhook_core::ManagementToken;
    /// let err = ManagementToken::from_env("NO_SUCH_VARIABLE").unwrap_err();
    /// assert_eq!(err.to_string(), "environment variable NO_SUCH_VARIABLE: not set");
    /// ```
    pub fn from_env(variable: &str) -> Result<Self, TokenError> {
        let named = |fault| TokenError {
            fault,
            variable: Some(variable.to_owned()),
        };
        let value = std::env::var_os(variable).ok_or_else(|| named(Fault::NotSet))?;
        let value = value.into_string().map_err(|value| {
            drop(Zeroizing::new(value.into_encoded_bytes()));
            named(Fault::NotUtf8)
        })?;
        Self::new(value).map_err(|err| named(err.fault))
    }

    /// A key of any bytes, a token or not.
    pub(crate) fn of_any(bytes: &[u8]) -> Self {
        Self(Arc::new(Mac::new(bytes)))
    }

    pub(crate) fn keyed(&self) -> &Mac {
        &self.0
    }
}

impl fmt::Debug for ManagementToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ManagementToken([redacted])")
    }
}

fn fault(token: &str) -> Option<Fault> {
    if token.is_empty() {
        Some(Fault::Empty)
    } else if token.trim().is_empty() {
        Some(Fault::Blank)
    } else if token.contains(char::is_control) {
        Some(Fault::ControlCharacter)
    } else if token.trim() != token {
        Some(Fault::Surrounded)
    } else {
        None
    }
}

/// Why a text is not taken as a [`ManagementToken`]; says nothing of the text.
#[derive(Clone)]
pub struct TokenError {
    fault: Fault,
    variable: Option<String>,
}

#[derive(Clone, Copy)]
enum Fault {
    NotSet,
    NotUtf8,
    Empty,
    Blank,
    ControlCharacter,
    Surrounded,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.variable {
            Some(variable) => write!(f, "environment variable {variable}: ")?,
            None => f.write_str("management token: ")?,
        }
        f.write_str(match self.fault {
            Fault::NotSet => "not set",
            Fault::NotUtf8 => "not UTF-8",
            Fault::Empty => "empty",
            Fault::Blank => "blank",
            Fault::ControlCharacter => "holds a control character, perhaps a line break",
            Fault::Surrounded => "surrounded by white space",
        })
    }
}

/// The same as `Display`, for it is what a `main` that returns it prints.
impl fmt::Debug for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for TokenError {}

/// The keys a receiver accepts: the primary one, which also answers challenges, and further ones while tokens rotate.
///
/// Every key has a label to know it by; labels are shown in `Debug`, logs and [`Delivery::verified_by`](crate::Delivery::verified_by).
///
/// ```
/// use smartcar_webhook_core::{Keyring, ManagementToken};
///
/// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
/// let new = ManagementToken::new("8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f")?;
/// let old = ManagementToken::new("1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed")?;
/// let keys = Keyring::new("november", new).with("october", old);
/// assert_eq!(format!("{keys:?}"), r#"Keyring["november", "october"]"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Keyring {
    keys: Vec<(Arc<str>, ManagementToken)>,
}

impl Keyring {
    /// A ring of one key.
    pub fn new(label: &str, primary: ManagementToken) -> Self {
        Self {
            keys: vec![(Arc::from(label), primary)],
        }
    }

    /// Accepts a further key; it costs one more hash over the body for each delivery that no key before it signed.
    ///
    /// # Panics
    ///
    /// When the label is taken.
    #[must_use]
    #[track_caller]
    pub fn with(mut self, label: &str, key: ManagementToken) -> Self {
        let taken = self.keys.iter().any(|(it, _)| **it == *label);
        assert!(!taken, "the ring already has a key labelled `{label}`");
        self.keys.push((Arc::from(label), key));
        self
    }

    /// A ring of these keys, of which several may have the same label; the first is the primary one.
    pub(crate) fn of(keys: Vec<(Arc<str>, ManagementToken)>) -> Self {
        Self { keys }
    }

    /// The key that answers challenges.
    pub(crate) fn primary(&self) -> &ManagementToken {
        &self.keys[0].1
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &ManagementToken)> {
        self.keys.iter().map(|(label, key)| (label, key))
    }
}

/// A ring of this one key, labelled `primary`.
impl From<ManagementToken> for Keyring {
    fn from(primary: ManagementToken) -> Self {
        Self::new("primary", primary)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring")?;
        f.debug_list()
            .entries(self.keys.iter().map(|(label, _)| label))
            .finish()
    }
}
