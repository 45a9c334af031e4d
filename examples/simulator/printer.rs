//! What is printed.

use std::fmt::Display;
use std::io::{self, Write};

use indicatif::ProgressBar;
use serde_json::Value;

/// Prints to standard output, either for people or as lines of JSON.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    pub(crate) is_json: bool,
    /// What is drawn below the lines, on standard error.
    pub(crate) bar: ProgressBar,
}

impl Printer {
    pub(crate) fn new(is_json: bool) -> Self {
        let bar = ProgressBar::hidden();
        Self { is_json, bar }
    }

    /// Prints a line for people, unless JSON is wanted.
    pub(crate) fn line(&self, line: impl Display) {
        if !self.is_json {
            self.print(&line);
        }
    }

    /// Prints a line of JSON, if that is wanted.
    pub(crate) fn json(&self, value: &Value) {
        if self.is_json {
            self.print(value);
        }
    }

    fn print(&self, line: &dyn Display) {
        let printed = self.bar.suspend(|| writeln!(io::stdout(), "{line}"));
        if let Err(err) = printed {
            // With nobody to print to there is nothing left to do: `simulator .. | head -1` ends here.
            if err.kind() != io::ErrorKind::BrokenPipe {
                say(&format!("error: cannot print: {err}"));
            }
            std::process::exit(2);
        }
    }
}

/// Says on standard error what must be seen.
pub(crate) fn say(text: &str) {
    // Without a standard error there is nobody to tell.
    let _ = writeln!(io::stderr(), "{text}");
}
