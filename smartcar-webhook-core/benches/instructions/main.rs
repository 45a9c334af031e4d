//! Instructions per delivery, counted by valgrind, beside those recorded and beside the same job by hand.
//!
//! Ends with 1 when they are not as recorded, or when a goal is missed; `-- --record` records them anew.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "the table is its result")]

#[path = "../cases/mod.rs"]
mod cases;
mod count;
mod goals;
mod record;

use std::process::{Command, ExitCode};

use crate::count::{HANDLERS, KEYS, PER_SIZE, counted};
use crate::record::Record;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let has = |flag| args.iter().any(|it| it == flag);
    if let [run, case, size, ..] = &args[..]
        && run == "run"
    {
        count::run(case, size);
        return ExitCode::SUCCESS;
    }
    if has("--test") {
        for case in PER_SIZE.iter().chain(&KEYS).chain(HANDLERS) {
            count::run(case, "0.3KB");
        }
        return ExitCode::SUCCESS;
    }
    let Ok(valgrind) = Command::new("valgrind").arg("--version").output() else {
        println!("skipped: there is no valgrind");
        return ExitCode::SUCCESS;
    };
    let found = counted(&String::from_utf8(valgrind.stdout).unwrap());
    println!("{found}");
    let reached = goals::check(&found);
    if has("--record") {
        found.write();
        return ExitCode::from(u8::from(!reached));
    }
    let as_recorded = Record::read().is_some_and(|it| it.matches(&found));
    ExitCode::from(u8::from(!(reached && as_recorded)))
}
