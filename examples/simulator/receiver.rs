//! The receiver that is tried.

use http::Uri;
use smartcar_webhook_examples::token::TokenArgs;

/// Where the receiver is, and the token it is to have.
#[derive(clap::Args, Debug)]
pub(crate) struct ReceiverArgs {
    /// Callback URI of the receiver, with its path.
    #[arg(value_name = "URL", value_parser = url)]
    pub(crate) url: Uri,

    #[command(flatten)]
    pub(crate) token: TokenArgs,
}

/// Reads an absolute `http` or `https` URL.
pub(crate) fn url(text: &str) -> Result<Uri, String> {
    let example = "such as http://127.0.0.1:8080/webhooks/smartcar";
    let url: Uri = text
        .parse()
        .map_err(|err| format!("{err}; takes a URL {example}"))?;
    let is_web = matches!(url.scheme_str(), Some("http" | "https"));
    let has_host = url.host().is_some_and(|it| !it.is_empty());
    if is_web && has_host {
        Ok(url)
    } else {
        Err(format!(
            "takes a URL that begins with http:// or https://, {example}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn urls_are_absolute() {
        for text in ["http://localhost/a?b=c", "https://[::1]:8443/hook"] {
            assert_eq!(url(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "localhost:8080",
            "/webhooks",
            "ftp://localhost/",
            "http:///a",
            "a b",
        ] {
            assert!(url(text).is_err(), "{text}");
        }
    }
}
