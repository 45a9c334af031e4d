//! What is printed.

use std::fmt::Display;
use std::io::{self, Write};

use indicatif::ProgressBar;
use serde_json::Value;

/// Prints to standard output, either for people or as lines of JSON.
#[derive(Clone, Debug)]
pub struct Printer {
    is_json: bool,
    bar: ProgressBar,
}

impl Printer {
    /// Prints JSON if so, and else for people.
    pub fn new(is_json: bool) -> Self {
        let bar = ProgressBar::hidden();
        Self { is_json, bar }
    }

    /// With a bar that is drawn below the lines, on standard error.
    #[must_use]
    pub fn with_bar(mut self, bar: ProgressBar) -> Self {
        self.bar = bar;
        self
    }

    /// Prints a line for people, unless JSON is wanted.
    pub fn line(&self, line: impl Display) {
        if !self.is_json {
            self.print(&line);
        }
    }

    /// Prints a line of JSON, if that is wanted.
    pub fn json(&self, value: &Value) {
        if self.is_json {
            self.print(value);
        }
    }

    fn print(&self, line: &dyn Display) {
        let printed = self.bar.suspend(|| writeln!(io::stdout(), "{line}"));
        if let Err(err) = printed {
            // With nobody to print to there is nothing left to do: `inbox list | head -1` ends here.
            if err.kind() != io::ErrorKind::BrokenPipe {
                say(&format!("error: cannot print: {err}"));
            }
            std::process::exit(2);
        }
    }
}

/// Says on standard error what must be seen.
pub fn say(text: &str) {
    // Without a standard error there is nobody to tell.
    let _ = writeln!(io::stderr(), "{text}");
}
