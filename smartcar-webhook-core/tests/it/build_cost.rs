//! How much is compiled with a crate, which is what a clean build takes on any machine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// A row of the table: the crate, how many packages are compiled for it with its default features, how many of
/// them are its framework and what that needs, and how many features they have on.
///
/// Proc macros and what build scripts need are compiled as well, so they count.
fn row(name: &str, framework: &str) -> String {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "-p", name, "-e", "normal,build"])
        // The same on whatever machine it is counted.
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .args(["--no-dedupe", "--prefix", "depth", "--format", "|{p}|{f}"])
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();

    let mut features = BTreeMap::<&str, BTreeSet<&str>>::new();
    let mut of_framework = BTreeSet::new();
    let mut is_below = false;
    for line in tree.lines() {
        let [depth, package, on] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        if matches!(depth, "0" | "1") {
            is_below = package.split(' ').next() == Some(framework);
        }
        if is_below {
            of_framework.insert(package);
        }
        let on = on.split(',').filter(|it| !it.is_empty());
        features.entry(package).or_default().extend(on);
    }
    assert!(!features.is_empty(), "`cargo tree` has nothing on {name}");
    let on: usize = features.values().map(BTreeSet::len).sum();
    let of_framework = of_framework.len();
    format!("| {name} | {} | {of_framework} | {on} |", features.len())
}

#[test]
fn what_is_compiled_is_what_is_recorded() {
    let counted = [
        row("smartcar-webhook-core", ""),
        row("smartcar-webhook-axum", "axum"),
        row("smartcar-webhook-actix", "actix-web"),
    ];

    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let file = workspace.join("ARCHITECTURE.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let section = text.split("\n### What a build of them takes\n").nth(1);
    let lines = section.unwrap().lines();
    let rows = lines.skip_while(|it| !it.starts_with('|')).skip(2);
    let rows = rows.take_while(|it| it.starts_with('|'));
    let recorded: Vec<_> = rows.collect();
    if std::env::var_os("BUILD_COST").is_some_and(|it| it == "overwrite") {
        let new = text.replace(&recorded.join("\n"), &counted.join("\n"));
        return std::fs::write(file, new).unwrap();
    }
    assert_eq!(
        recorded, counted,
        "More or less is compiled than ARCHITECTURE.md says. If there is a reason, this records it: \
         BUILD_COST=overwrite cargo test -p smartcar-webhook-core --test it build_cost"
    );
}
