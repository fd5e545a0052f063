//! The rules of the house: which crate may know which, and how files begin.
//!
//! `docs/architecture.md` says why. A rule that is broken here was decided there: change both or neither.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use test_kit::source;

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(vec!["--locked".into()])
        .exec()
        .unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn member<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    metadata.workspace_packages().into_iter().find(|package| package.name.as_str() == name).unwrap()
}

/// The crates that a member uses, tests left out.
fn uses(package: &Package) -> BTreeSet<&str> {
    let shipped =
        package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    shipped.map(|dependency| dependency.name.as_str()).collect()
}

#[test]
fn dependencies_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("codex-protocol", &[][..]),
        ("codex-app-server-protocol", &["codex-protocol"]),
        ("codex-otel", &["codex-protocol"]),
        ("codex-core", &["codex-otel", "codex-protocol"]),
        ("codex-app-server-client", &["codex-app-server-protocol", "codex-otel", "codex-protocol"]),
        (
            "codex-app-server",
            &[
                "codex-app-server-client",
                "codex-app-server-protocol",
                "codex-core",
                "codex-otel",
                "codex-protocol",
            ],
        ),
        ("fuzz-targets", &["codex-app-server", "codex-app-server-protocol", "codex-core"]),
        ("test-kit", &["codex-protocol"]),
        ("load", &["codex-app-server-protocol", "codex-otel", "test-kit"]),
    ]);
    let metadata = metadata();
    let members: BTreeSet<&str> =
        metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    assert_eq!(members, allowed.keys().copied().collect(), "a new crate needs a row in docs/architecture.md");
    for (name, allowed) in allowed {
        for used in uses(member(&metadata, name)).intersection(&members) {
            assert!(allowed.contains(used), "{name} must not depend on {used}");
        }
    }
}

#[test]
fn each_crate_stays_away_from_what_it_must_not_know() {
    let forbidden: [(&str, &[&str]); 4] = [
        ("codex-protocol", &["tokio", "tower", "hyper", "reqwest", "tracing"]),
        (
            "codex-app-server-protocol",
            &["tokio", "tower", "hyper", "reqwest", "tracing", "tracing-subscriber"],
        ),
        ("codex-core", &["tower", "tokio-tungstenite", "tracing-subscriber"]),
        ("codex-app-server", &["tracing-subscriber", "reqwest"]),
    ];
    let metadata = metadata();
    for (name, forbidden) in forbidden {
        for used in uses(member(&metadata, name)) {
            assert!(!forbidden.contains(&used), "{name} must not depend on {used}");
        }
    }
}

#[test]
fn only_otel_knows_opentelemetry() {
    for package in metadata().workspace_packages() {
        for dependency in &package.dependencies {
            let theirs =
                dependency.name.starts_with("opentelemetry") || dependency.name == "tracing-opentelemetry";
            assert!(
                !theirs || package.name.as_str() == "codex-otel",
                "{} depends on {}",
                package.name,
                dependency.name
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut missing = Vec::new();
    for_each_source(|path, text| {
        if !text.starts_with("//! ") {
            missing.push(path.to_owned());
        }
    });
    assert!(missing.is_empty(), "no `//!` line: {missing:?}");
}

#[test]
fn module_roots_hold_no_logic() {
    let mut logic = Vec::new();
    for package in metadata().workspace_packages() {
        let src = package.manifest_path.parent().unwrap().as_std_path().join("src");
        if src.is_dir() {
            let found = source::logic_of_roots(&source::sources(&src));
            logic.extend(found.into_iter().map(|found| format!("{} {found}", package.name)));
        }
    }
    assert!(logic.is_empty(), "move it into a file with a name: {logic:#?}");
}

#[test]
fn nothing_is_silenced_for_good() {
    for_each_source(|path, text| {
        let forbidden =
            ["#[allow(", "#![allow(", "use super::*;\n\n#[cfg(test)]", "todo!(", "unimplemented!("];
        // These name what they forbid, or hand it to a compiler of their own.
        let exempt = path.ends_with("tests/house.rs") || path.ends_with("tests/compile_fail.rs");
        for forbidden in forbidden.iter().filter(|_| !exempt) {
            assert!(!text.contains(forbidden), "{}: {forbidden}", path.display());
        }
    });
}

/// The rooms of this crate, from the bottom up. A file uses its own room and those before it.
const ROOMS: [&str; 22] = [
    "home",
    "metrics",
    "signals",
    "demo",
    "wire",
    "transport",
    "connection",
    "request",
    "server_requests",
    "events",
    "layers",
    "app",
    "router",
    "handlers",
    "stack",
    "receive",
    "server",
    "accept",
    "serve",
    "commands",
    "cli",
    "fuzzing",
];

#[test]
fn modules_use_what_stands_below_them() {
    let sources = source::sources(&root().join("app-server/src"));
    let broken = source::order_violations(&sources, &ROOMS);
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_field_of_params_is_taken() {
    let mut found = Vec::new();
    for room in ["handlers", "wire"] {
        found.extend(source::params_not_taken_whole(&source::sources(
            &root().join("app-server/src").join(room),
        )));
    }
    assert!(found.is_empty(), "take params apart without `..`, so that no field is forgotten: {found:#?}");
}

fn for_each_source(mut visit: impl FnMut(&Path, &str)) {
    let mut folders: Vec<PathBuf> = metadata()
        .workspace_packages()
        .iter()
        .flat_map(|package| {
            let folder = package.manifest_path.parent().unwrap().as_std_path();
            ["src", "tests", "benches"].map(|part| folder.join(part))
        })
        .filter(|folder| folder.is_dir())
        .collect();
    assert!(!folders.is_empty());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                visit(&path, &fs::read_to_string(&path).unwrap());
            }
        }
    }
}
