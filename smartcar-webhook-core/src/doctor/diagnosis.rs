//! What an examination found.

use std::fmt;
use std::sync::Arc;

use super::cause::Cause;

/// Why a signature does not fit; it holds no token, no signature and nothing of the body.
///
/// `Display` is a line for people: what is wrong, and what to do about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnosis {
    causes: Vec<Cause>,
    key: Option<Arc<str>>,
}

impl Diagnosis {
    /// With all of these undone the signature fits under this key.
    pub(super) fn certain(causes: Vec<Cause>, key: Arc<str>) -> Self {
        Self {
            causes,
            key: Some(key),
        }
    }

    pub(super) fn suspicion(cause: Cause) -> Self {
        Self {
            causes: vec![cause],
            key: None,
        }
    }

    /// What is wrong; more than one where several mistakes came together.
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// Whether it is proven: the signature fits once the causes are undone. Anything else is a suspicion.
    ///
    /// Proven is what happened to this request, not that Smartcar sent it: whoever saw a delivery can damage a copy.
    pub fn is_certain(&self) -> bool {
        self.key.is_some()
    }

    /// The label of the key under which the signature fits once the causes are undone.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_guess = self.causes != [Cause::Unexplained] && !self.is_certain();
        if is_guess {
            f.write_str("perhaps ")?;
        }
        for (at, cause) in self.causes.iter().enumerate() {
            let joint = if at == 0 { "" } else { ", and " };
            write!(f, "{joint}{cause}")?;
        }
        if let Some(key) = &self.key {
            write!(f, " (fits the key `{key}`)")?;
        }
        let mut joint = ": ";
        for cause in &self.causes {
            write!(f, "{joint}{}", cause.remedy())?;
            joint = "; ";
        }
        Ok(())
    }
}
