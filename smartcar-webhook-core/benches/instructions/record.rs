//! Figures in a file beside this one, a line each.

use std::fmt;
use std::path::PathBuf;

/// How much of what is recorded a figure may differ, either way: what got cheaper is to be recorded too.
const TOLERANCE: f64 = 0.02;

pub(crate) struct Record {
    /// By what it was counted; with another compiler, or a processor that lacks what libraries look for, the figures are others.
    by: String,
    figures: Vec<(String, String, u64)>,
}

impl Record {
    pub(crate) fn new(valgrind: &str) -> Self {
        let rustc = std::process::Command::new("rustc")
            .arg("--version")
            .output()
            .unwrap();
        let rustc = String::from_utf8(rustc.stdout).unwrap();
        let avx2 = std::fs::read_to_string("/proc/cpuinfo").is_ok_and(|it| it.contains("avx2"));
        let processor = if avx2 { "with" } else { "without" };
        Self {
            by: format!("{}, {}, {processor} AVX2", rustc.trim(), valgrind.trim()),
            figures: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, size: &str, case: &str, count: u64) {
        self.figures.push((size.to_owned(), case.to_owned(), count));
    }

    pub(crate) fn get(&self, size: &str, case: &str) -> Option<u64> {
        let mut figures = self.figures.iter();
        let found = figures.find(|it| it.0 == size && it.1 == case);
        found.map(|it| it.2)
    }

    fn file() -> PathBuf {
        let backend = if cfg!(feature = "aws-lc-rs") {
            "aws-lc-rs"
        } else if cfg!(feature = "ring") {
            "ring"
        } else {
            "RustCrypto"
        };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions");
        PathBuf::from(format!("{folder}/{backend}.tsv"))
    }

    pub(crate) fn read() -> Option<Self> {
        let text = std::fs::read_to_string(Self::file()).ok()?;
        let (by, figures) = text.split_once('\n')?;
        let figures = figures.lines().map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            let mut next = || cells.next();
            Some((next()?, next()?, next()?.parse().ok()?))
        });
        Some(Self {
            by: by.to_owned(),
            figures: figures.collect::<Option<_>>()?,
        })
    }

    pub(crate) fn write(&self) {
        std::fs::write(Self::file(), self.to_string()).unwrap();
    }

    /// Whether the figures found are those recorded here; by other means than these nobody can say.
    pub(crate) fn matches(&self, found: &Self) -> bool {
        let mut matches = true;
        for (size, case, count) in &found.figures {
            let Some(recorded) = self.get(size, case) else {
                println!("{size} {case}: nothing is recorded");
                matches = false;
                continue;
            };
            #[expect(clippy::cast_precision_loss, reason = "instructions are below 2^53")]
            let ratio = *count as f64 / recorded as f64;
            if (ratio - 1.0).abs() > TOLERANCE {
                println!(
                    "{size} {case}: {count}, recorded as {recorded}, which is {ratio:.3} of it"
                );
                matches = false;
            }
        }
        if self.by != found.by {
            println!("recorded by {}, so the differences prove nothing", self.by);
            return true;
        }
        if !matches {
            println!("if that is meant, record it: add `-- --record`");
        }
        matches
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.by)?;
        for (size, case, count) in &self.figures {
            writeln!(f, "{size}\t{case}\t{count}")?;
        }
        Ok(())
    }
}
