//! What an engine takes up.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use crate::figures::Times;

/// Where an engine keeps what it has.
pub(crate) struct Site<'a> {
    folder: Option<&'a Path>,
    has_server: bool,
}

/// In bytes, as far as known.
pub(crate) struct Footprint {
    pub(crate) disk: Option<u64>,
    pub(crate) memory: Option<u64>,
}

impl Footprint {
    pub(crate) fn megabytes(bytes: u64) -> String {
        format!("{} MB", bytes / 1_000_000)
    }
}

impl<'a> Site<'a> {
    /// In this process.
    pub(crate) fn own(folder: Option<&'a Path>) -> Self {
        let has_server = false;
        Self { folder, has_server }
    }

    /// In processes that this one started.
    #[cfg(any(feature = "nats", feature = "postgres"))]
    pub(crate) fn server(folder: &'a Path) -> Self {
        let folder = Some(folder);
        let has_server = true;
        Self { folder, has_server }
    }

    pub(crate) fn footprint(&self) -> Footprint {
        let own = std::process::id();
        let processes = if self.has_server {
            descendants(own)
        } else {
            vec![own]
        };
        Footprint {
            disk: self.folder.map(size),
            memory: processes.into_iter().map(memory).sum(),
        }
    }
}

/// Of the files in a folder; but for the log of `PostgreSQL`, whose size follows from its settings.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|it| match it.metadata() {
        Ok(metadata) if metadata.is_dir() && it.file_name() != "pg_wal" => size(&it.path()),
        Ok(metadata) if metadata.is_file() => metadata.len(),
        _ => 0,
    });
    sizes.sum()
}

/// Processes that this one started, and those that they started.
fn descendants(pid: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|it| it.file_name().to_str()?.parse().ok());
    let children = pids.filter(|&it| parent(it) == Some(pid));
    children
        .flat_map(|it| [vec![it], descendants(it)].concat())
        .collect()
}

fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before it may hold anything.
    let (_, stat) = stat.rsplit_once(") ")?;
    stat.split(' ').nth(1)?.parse().ok()
}

/// Of a process; what it shares with others is counted in parts.
fn memory(pid: u32) -> Option<u64> {
    let maps = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = maps.lines().find_map(|it| it.strip_prefix("Pss:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// What the disk makes everybody wait for who commits alone.
pub(crate) fn sync() -> Times {
    let path = std::env::temp_dir().join(format!("smartcar-inbox-sync-{}", std::process::id()));
    let mut file = File::create(&path).unwrap();
    let each = (0..200).map(|_| {
        let began = Instant::now();
        file.write_all(&[0; 4096]).unwrap();
        file.sync_data().unwrap();
        began.elapsed()
    });
    let each = Times::new(each.collect());
    fs::remove_file(path).unwrap();
    each
}
