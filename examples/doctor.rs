//! Why a signature does not fit, given a token, an `SC-Signature` header and a body: for the program of that name, and for the simulator.

#[cfg(test)]
mod tests;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use smartcar_webhook_core::BoxError;
use smartcar_webhook_core::doctor::{Diagnosis, Examination};

/// Says why a signature does not fit.
///
/// Nothing is sent anywhere, and neither the token nor the signature is printed.
/// Ends with 0 when the signature fits, with 1 when it does not, with 2 when there is nothing to examine.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Args {
    /// The body as it was received, byte for byte; `-` for standard input.
    body: PathBuf,

    /// The value of the `SC-Signature` header.
    #[arg(long, value_name = "VALUE", required_unless_present = "signature_file")]
    signature: Option<String>,

    /// A file with the value of the `SC-Signature` header; a line break at its end does not count.
    #[arg(long, value_name = "FILE", conflicts_with = "signature")]
    signature_file: Option<PathBuf>,

    /// A file with the management token just as the app gets it, white space and all. Without it, `SMARTCAR_MANAGEMENT_TOKEN` of the environment.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,

    /// A file with another token or secret that may have been mixed up with it; may be given several times.
    #[arg(long, value_name = "FILE")]
    other_token_file: Vec<PathBuf>,

    /// The request had a `Content-Encoding`.
    #[arg(long)]
    compressed: bool,

    /// Deliveries of the dashboard's test button are accepted, those of real cars are not.
    #[arg(long)]
    after_test: bool,

    /// Challenges were answered, and nothing was ever accepted.
    #[arg(long)]
    after_challenge: bool,

    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Examines what the command line names, prints what is wrong, and says how to end.
pub fn run(args: &Args) -> ExitCode {
    let found = examine(args);
    let written = match &found {
        Ok(found) => report(found.as_ref(), args.json, &mut std::io::stdout()),
        Err(err) => writeln!(std::io::stderr(), "{err}"),
    };
    match (written, found) {
        (Ok(()), Ok(None)) => ExitCode::SUCCESS,
        (Ok(()), Ok(Some(_))) => ExitCode::from(1),
        _ => ExitCode::from(2),
    }
}

/// What is wrong, if anything is.
fn examine(args: &Args) -> Result<Option<Diagnosis>, BoxError> {
    let token = match &args.token_file {
        Some(file) => text(file)?,
        None => std::env::var("SMARTCAR_MANAGEMENT_TOKEN")
            .map_err(|err| format!("no --token-file, and SMARTCAR_MANAGEMENT_TOKEN: {err}"))?,
    };
    let signature = match (&args.signature, &args.signature_file) {
        (Some(signature), _) => signature.clone(),
        (None, Some(file)) => text(file)?.trim_end_matches(['\r', '\n']).to_owned(),
        (None, None) => String::new(),
    };
    let body = bytes(&args.body)?;
    let mut examination = Examination::new(signature.as_bytes(), &body).token("the token", &token);
    for file in &args.other_token_file {
        examination = examination.other_token(&file.display().to_string(), &text(file)?);
    }
    if args.compressed {
        examination = examination.said_compressed();
    }
    if args.after_test {
        examination = examination.after_test();
    }
    if args.after_challenge {
        examination = examination.after_challenge();
    }
    Ok(examination.diagnose())
}

fn bytes(file: &Path) -> Result<Vec<u8>, BoxError> {
    let mut bytes = Vec::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(file).map(|it| bytes = it)
    };
    read.map_err(|err| format!("{}: {err}", file.display()))?;
    Ok(bytes)
}

fn text(file: &Path) -> Result<String, BoxError> {
    let text = String::from_utf8(bytes(file)?);
    text.map_err(|_| format!("{}: not UTF-8", file.display()).into())
}

fn report(found: Option<&Diagnosis>, json: bool, out: &mut impl Write) -> std::io::Result<()> {
    if json {
        let causes = found.map(Diagnosis::causes).unwrap_or_default();
        let causes: Vec<_> = causes
            .iter()
            .map(|it| {
                serde_json::json!({"code": it.code(), "what": it.to_string(), "remedy": it.remedy()})
            })
            .collect();
        let report = serde_json::json!({
            "fits": found.is_none(),
            "certain": found.is_some_and(Diagnosis::is_certain),
            "key": found.and_then(Diagnosis::key),
            "causes": causes,
        });
        return writeln!(out, "{report}");
    }
    let Some(found) = found else {
        return writeln!(out, "The signature fits.");
    };
    match found.key() {
        Some(key) => writeln!(
            out,
            "The signature does not fit, but it does for {key} once this is undone:"
        )?,
        None => writeln!(
            out,
            "The signature does not fit. Nothing tried makes it fit, but perhaps:"
        )?,
    }
    for cause in found.causes() {
        writeln!(
            out,
            "\n  {}\n    {cause}.\n    To do: {}.",
            cause.code(),
            cause.remedy()
        )?;
    }
    Ok(())
}
