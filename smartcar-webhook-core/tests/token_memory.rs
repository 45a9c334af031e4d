//! What is left of a token in memory; in a binary of its own, which holds little else.
#![cfg(all(target_os = "linux", target_endian = "little"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{File, read_to_string};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use memchr::memmem;
use smartcar_webhook_core::{Keyring, ManagementToken};

const TOKEN: &str = "9d1f6c52-7a3e-4b08-8c4d-e2b5a7f01963";

/// The state of the hash after the one pad of the key and after the other, by a SHA-256 in Python.
const STATES: [&[u8; 32]; 2] = [
    b"\xeb\x9d\x2c\x53\x0f\x61\x3f\xce\xfd\x34\x30\x39\xea\x60\xb3\x6c\
      \x9c\x8e\x34\x15\xec\x76\x26\xb5\xea\x3f\xb7\x4a\x24\x81\x6d\x8b",
    b"\xef\x7f\x4d\xf1\x94\xd2\x8a\xfb\x38\x54\x99\x14\xae\x37\x50\x99\
      \x3a\x91\xfb\xc6\x7b\x6d\xec\x8c\xf4\x2c\x77\x50\x16\xd5\xcf\xe6",
];

/// What the process may write to, as it was laid out when this was made.
struct Memory {
    file: File,
    ranges: Vec<Range<u64>>,
    content: Vec<u8>,
}

impl Memory {
    /// Leaves out the stack of this thread: nobody overwrites what a value was moved from there.
    fn of_this_process() -> Self {
        let local = 0_u8;
        let stack = (&raw const local).addr() as u64;
        let maps = read_to_string("/proc/self/maps").unwrap();
        let ranges = maps.lines().filter_map(|map| {
            let (range, rights) = map.split_once(' ').unwrap();
            let (start, end) = range.split_once('-').unwrap();
            let address = |it| u64::from_str_radix(it, 16).unwrap();
            let range = address(start)..address(end);
            (rights.starts_with("rw") && !range.contains(&stack)).then_some(range)
        });
        let ranges: Vec<_> = ranges.collect();
        let lengths = ranges.iter().map(|it| it.end - it.start);
        let longest = usize::try_from(lengths.max().unwrap()).unwrap();
        Self {
            file: File::open("/proc/self/mem").unwrap(),
            ranges,
            content: vec![0; longest],
        }
    }

    /// Whether it holds these bytes, which themselves lie where nothing is written.
    ///
    /// Allocates nothing, for that might use what was freed, and hide what was left there.
    fn holds(&mut self, bytes: &'static [u8]) -> bool {
        self.ranges.iter().any(|range| {
            let length = usize::try_from(range.end - range.start).unwrap();
            let content = &mut self.content[..length];
            let is_read = self.file.read_exact_at(content, range.start).is_ok();
            let is_found = is_read && memmem::find(content, bytes).is_some();
            content.fill(0);
            is_found
        })
    }
}

#[test]
fn nothing_is_left_of_a_token_once_it_is_dropped() {
    // An allocator may write to the beginning of what is freed, which is no merit of ours.
    let rest = &TOKEN.as_bytes()[16..];
    let text = TOKEN.to_owned();
    let mut memory = Memory::of_this_process();
    assert!(memory.holds(rest));
    let token = ManagementToken::new(text).unwrap();
    assert!(!memory.holds(rest));

    let signature = token.sign(b"{}");
    let keys = Keyring::new("old", token.clone()).with("new", token);
    assert_eq!(keys.verify(b"{}", &signature).unwrap(), "old");
    for state in STATES {
        assert!(memory.holds(state));
    }
    drop(keys);
    for state in STATES {
        assert!(!memory.holds(state));
    }
}
