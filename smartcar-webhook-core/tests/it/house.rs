//! Rules of the house that no compiler checks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::read_to_string;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The modules of core in reading order.
fn modules() -> Vec<String> {
    let lib = include_str!("../../src/lib.rs");
    let lines = lib.lines().map(|it| it.trim_start_matches("pub "));
    let names = lines.filter_map(|it| it.strip_prefix("mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

/// The sources of core.
pub(crate) fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    files_below(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    files
}

/// The code of a file: without comments, and without its unit tests.
fn code(file: &Path) -> String {
    let text = read_to_string(file).unwrap();
    let text = text.split("\n#[cfg(test)]\n").next().unwrap();
    let lines = text.lines().filter(|it| !it.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_module_imports_only_from_those_above_it() {
    let modules = modules();
    assert_eq!(modules.len(), 33);
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in sources() {
        let own = file
            .strip_prefix(&src)
            .unwrap()
            .components()
            .next()
            .unwrap();
        let own = own.as_os_str().to_str().unwrap().trim_end_matches(".rs");
        let Some(at) = modules.iter().position(|it| it == own) else {
            assert_eq!(own, "lib");
            continue;
        };
        for import in code(&file).split("crate::").skip(1) {
            let import = import
                .split(|it: char| !it.is_alphanumeric() && it != '_')
                .next();
            let import = import.unwrap();
            let to = modules.iter().position(|it| it == import);
            let to = to.unwrap_or_else(|| panic!("{} imports crate::{import}", file.display()));
            assert!(to <= at, "{} may not import {import}", file.display());
        }
    }
}

#[test]
fn http_and_tower_stay_where_they_belong() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in sources() {
        let file_in_src = file.strip_prefix(&src).unwrap();
        let module = file_in_src.components().next().unwrap();
        let module = module.as_os_str().to_str().unwrap().trim_end_matches(".rs");
        // The field's own map by type, of which deliveries have one, is not HTTP.
        let code = code(&file).replace("http::Extensions", "");
        if code.contains("http::") {
            let knows = matches!(
                module,
                "answer" | "keys" | "verify" | "webhook" | "http_service" | "testing"
            );
            assert!(knows, "{module} knows http");
        }
        if code.contains("tower::") {
            let knows = matches!(
                module,
                "handler" | "router" | "layer" | "inbox" | "webhook" | "http_service" | "testing"
            );
            assert!(knows, "{module} knows tower");
        }
    }
}

#[test]
fn every_test_file_is_compiled() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for member in [
        "smartcar-webhook-core",
        "smartcar-webhook-axum",
        "smartcar-webhook-actix",
        "smartcar-webhook-inbox",
    ] {
        let mut files = Vec::new();
        files_below(&workspace.join(member).join("tests"), &mut files);
        assert!(!files.is_empty());
        let it = workspace.join(member).join("tests/it");
        for file in files {
            let name = file.file_stem().unwrap().to_str().unwrap();
            // Cargo itself compiles what lies directly in `tests`, and trybuild what lies in `ui`.
            let folder = file.parent().unwrap();
            let is_found = folder.ends_with("ui") || folder.ends_with("tests");
            // A module of a folder is named in the file of that name.
            let parent = if folder == it {
                it.join("main.rs")
            } else {
                folder.with_extension("rs")
            };
            let parent = read_to_string(parent).unwrap_or_default();
            let named = name == "main" || parent.lines().any(|it| it == format!("mod {name};"));
            assert!(is_found || named, "{} is in no module", file.display());
        }
    }
}

/// The names of the packages that core depends on.
fn dependencies(features: &str) -> Vec<String> {
    let tree = std::process::Command::new(env!("CARGO"))
        .args(["tree", "-p", "smartcar-webhook-core", "-e", "normal"])
        .args(["--prefix", "none", "--locked", features])
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    let names = tree.lines().filter_map(|it| it.split(' ').next());
    names.map(str::to_owned).collect()
}

#[test]
fn no_dependency_of_core_is_a_framework_or_a_runtime() {
    let plain = dependencies("--no-default-features");
    assert!(plain.iter().any(|it| it == "tower-service"));
    assert!(!plain.iter().any(|it| it == "tokio" || it == "http-body"));
    // All that a receiver could have on; `http-client` is for tests, and brings a client.
    let features =
        "--features=aws-lc-rs,chrono,http-body,jiff,metrics,ring,schemars,testing,time,tokio";
    for name in dependencies(features) {
        assert!(
            !matches!(&*name, "axum" | "actix-web" | "hyper" | "reqwest"),
            "{name}"
        );
    }
}

/// Every package of the workspace, and every one it depends on.
fn packages() -> Vec<Value> {
    let metadata = std::process::Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--all-features",
        ])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// No other toolchain is at hand where this is built, so the figure is held to what the dependencies ask for.
#[test]
fn no_dependency_needs_a_newer_compiler_than_the_manifest_says() {
    let version = |it: &Value| -> Option<(u64, u64)> {
        let (major, minor) = it.as_str()?.split_once('.')?;
        let minor = minor.split('.').next()?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    };
    let ours = env!("CARGO_PKG_RUST_VERSION");
    let ours = version(&ours.into()).unwrap();
    for package in packages() {
        if let Some(theirs) = version(&package["rust_version"]) {
            assert!(theirs <= ours, "{} needs Rust {theirs:?}", package["name"]);
        }
    }
}

#[test]
fn every_direct_dependency_has_a_reason() {
    let published = packages().into_iter();
    let published = published.filter(|it| it["source"].is_null() && it["publish"].is_null());
    let mut needed = BTreeMap::<String, [BTreeSet<String>; 2]>::new();
    for package in published {
        let name = package["name"].as_str().unwrap();
        let crate_name = name.strip_prefix("smartcar-webhook-").unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            let name = dependency["name"].as_str().unwrap();
            if dependency["kind"] == "dev" || name.starts_with("smartcar-webhook-") {
                continue;
            }
            let [features, of] = needed.entry(name.to_owned()).or_default();
            let listed = dependency["features"].as_array().unwrap();
            features.extend(listed.iter().map(|it| it.as_str().unwrap().to_owned()));
            of.insert(crate_name.to_owned());
        }
    }
    assert!(needed.contains_key("tower"));
    let joined = |it: BTreeSet<String>| it.into_iter().collect::<Vec<_>>().join(", ");
    let needed = needed.into_iter().map(|(name, it)| {
        let [features, of] = it.map(joined);
        [name, features, of]
    });

    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = read_to_string(workspace.join("ARCHITECTURE.md")).unwrap();
    let section = text.split("\n## Dependencies\n").nth(1).unwrap();
    let section = section.split("\n##").next().unwrap();
    let rows = section.lines().filter(|it| it.starts_with('|')).skip(2);
    let listed = rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, features, of, reason] = cells[..] else {
            panic!("{row}")
        };
        assert!(!reason.is_empty(), "{row}");
        [name, features, of].map(str::to_owned)
    });
    assert_eq!(listed.collect::<Vec<_>>(), needed.collect::<Vec<_>>());
}
