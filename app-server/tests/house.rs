//! The rules of the house: which crate may know which, one version of each crate, and how files begin.
//!
//! `docs/architecture.md` says why. A rule that is broken here was decided there: change both or neither.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

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
fn the_binary_has_one_version_of_each_crate() {
    // Each with the reason why it cannot be helped here.
    let exceptions = [
        "base64",      // The gRPC client of the exporters is a generation behind.
        "cpufeatures", // As rand.
        "getrandom",   // ring, and through reqwest and rand two more generations.
        "rand",        // The SDK makes ids with 0.9, others have moved on.
        "rand_core",   // As rand.
        "syn",         // At build time only: derive macros of two generations.
        "windows-sys", // Not on this platform.
        "windows-targets",
        "hashbrown",     // Its users move at their own pace.
        "foldhash",      // As hashbrown.
        "r-efi",         // Not on this platform.
        "wasi",          // Not on this platform.
        "wit-bindgen",   // Not on this platform.
        "linux-raw-sys", // As rustix in tests.
    ];
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().unwrap();
    let mut reached = BTreeSet::new();
    let mut next = vec![member(&metadata, "codex-app-server").id.clone()];
    while let Some(id) = next.pop() {
        if !reached.insert(id.clone()) {
            continue;
        }
        let node = resolve.nodes.iter().find(|node| node.id == id).unwrap();
        let shipped = node
            .deps
            .iter()
            .filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
        next.extend(shipped.map(|dependency| dependency.pkg.clone()));
    }
    let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for id in &reached {
        let package = &metadata[id];
        versions.entry(package.name.as_str()).or_default().insert(package.version.to_string());
    }
    assert!(!versions.contains_key("aws-lc-rs"), "one rustls crypto provider: ring");
    versions.retain(|name, versions| versions.len() > 1 && !exceptions.contains(name));
    assert!(versions.is_empty(), "two versions: {versions:?}");
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
fn module_roots_hold_no_logic_and_nothing_is_silenced_for_good() {
    for_each_source(|path, text| {
        let forbidden =
            ["#[allow(", "#![allow(", "use super::*;\n\n#[cfg(test)]", "todo!(", "unimplemented!("];
        // This file names what it forbids.
        for forbidden in forbidden.iter().filter(|_| !path.ends_with("tests/house.rs")) {
            assert!(!text.contains(forbidden), "{}: {forbidden}", path.display());
        }
    });
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
