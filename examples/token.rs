//! The management token, by flag, file or variable.

use std::fmt;
use std::path::{Path, PathBuf};

use smartcar_webhook_core::{BoxError, ManagementToken};

const VARIABLE: &str = "SMARTCAR_MANAGEMENT_TOKEN";

/// The management token, by flag, file or variable.
#[derive(clap::Args)]
pub struct TokenArgs {
    /// Application management token of the receiver; else `SMARTCAR_MANAGEMENT_TOKEN`.
    ///
    /// Other users of the machine can see it here: prefer a file or the variable for a real one.
    #[arg(long, conflicts_with = "token_file")]
    token: Option<String>,

    /// A file with the token; a line break at its end does not count.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl TokenArgs {
    /// The token as a text, for the doctor.
    ///
    /// # Errors
    ///
    /// When none is given, or the file or the variable cannot be read.
    pub fn text(&self) -> Result<String, BoxError> {
        match (&self.token, &self.token_file) {
            (Some(token), _) => Ok(token.clone()),
            (None, Some(file)) => in_file(file),
            (None, None) => std::env::var(VARIABLE).map_err(|err| {
                format!("no --token, no --token-file, and {VARIABLE}: {err}").into()
            }),
        }
    }

    /// The token, to sign and to verify with.
    ///
    /// # Errors
    ///
    /// Those of [`text`](Self::text), and when it is none.
    pub fn read(&self) -> Result<ManagementToken, BoxError> {
        Ok(ManagementToken::new(self.text()?)?)
    }
}

/// Shows no token.
impl fmt::Debug for TokenArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut args = f.debug_struct("TokenArgs");
        args.field("token_file", &self.token_file)
            .finish_non_exhaustive()
    }
}

/// The token in a file.
///
/// # Errors
///
/// When the file cannot be read.
pub fn in_file(file: &Path) -> Result<String, BoxError> {
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|err| format!("{}: {err}", file.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_from_a_flag_or_a_file_and_is_not_shown() {
        let file = std::env::temp_dir().join(format!("token-{}", uuid::Uuid::new_v4()));
        std::fs::write(&file, "amt\r\n").unwrap();
        let by_file = TokenArgs {
            token: None,
            token_file: Some(file.clone()),
        };
        let by_flag = TokenArgs {
            token: Some("amt".to_owned()),
            token_file: None,
        };
        for args in [by_file, by_flag] {
            let signature = args.read().unwrap().sign(br#"{"pizza":"pasta"}"#).to_hex();
            // From the tests of Smartcar's SDKs.
            assert!(signature.starts_with("4c05a8da471f0515"));
            assert!(!format!("{args:?}").contains("amt"));
        }
        std::fs::remove_file(&file).unwrap();
        let args = TokenArgs {
            token: None,
            token_file: Some(file),
        };
        assert!(args.read().is_err());
    }
}
