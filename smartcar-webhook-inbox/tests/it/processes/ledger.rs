//! What all processes of a test write into.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{OpenOptions, read_to_string};
use std::io::Write;
use std::path::PathBuf;

/// A file of lines, each written whole: what happened, and to which event or process.
#[derive(Clone)]
pub(super) struct Ledger(pub(super) PathBuf);

impl Ledger {
    pub(super) fn write(&self, what: &str, whom: &str) {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.0)
            .unwrap();
        file.write_all(format!("{what} {whom}\n").as_bytes())
            .unwrap();
    }

    /// How often this happened, by whom it happened to.
    pub(super) fn counts(&self, what: &str) -> BTreeMap<String, usize> {
        let text = read_to_string(&self.0).unwrap_or_default();
        let lines = text.lines().filter_map(|it| it.split_once(' '));
        let mut counts = BTreeMap::new();
        for (_, whom) in lines.filter(|it| it.0 == what) {
            *counts.entry(whom.to_owned()).or_default() += 1;
        }
        counts
    }

    /// Whom this happened to.
    pub(super) fn all(&self, what: &str) -> BTreeSet<String> {
        self.counts(what).into_keys().collect()
    }

    /// Whom this happened to more than once.
    pub(super) fn twice(&self, what: &str) -> Vec<String> {
        let counts = self.counts(what).into_iter();
        counts.filter(|it| it.1 > 1).map(|it| it.0).collect()
    }

    pub(super) fn length(&self) -> u64 {
        std::fs::metadata(&self.0).map_or(0, |it| it.len())
    }
}
