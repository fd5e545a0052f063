//! What `deny.toml` says of licences, sources and versions, held by plain `cargo test`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// `deny.toml`.
fn rules() -> Value {
    let text = fs::read_to_string(root().join("deny.toml")).unwrap();
    toml_edit::de::from_str(&text).unwrap()
}

/// The texts of a list, or the crates that its tables name. A table must give its reason.
fn names(list: &Value) -> BTreeSet<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            entry.as_str().unwrap_or_else(|| {
                assert!(
                    entry["reason"].as_str().is_some_and(|reason| !reason.is_empty()),
                    "no reason: {entry}"
                );
                entry["crate"].as_str().unwrap()
            })
        })
        .collect()
}

fn metadata(platform: &str) -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(vec!["--locked".into(), "--filter-platform".into(), platform.into()])
        .exec()
        .unwrap()
}

/// What is built for a platform, for users and for tests alike.
fn built(metadata: &Metadata) -> Vec<&PackageId> {
    metadata.resolve.as_ref().unwrap().nodes.iter().map(|node| &node.id).collect()
}

fn platforms(rules: &Value) -> Vec<&str> {
    names(&rules["graph"]["targets"]).into_iter().collect()
}

#[test]
fn every_licence_is_allowed() {
    let rules = rules();
    let allowed = names(&rules["licenses"]["allow"]);
    for platform in platforms(&rules) {
        let metadata = metadata(platform);
        for id in built(&metadata) {
            let package = &metadata[id];
            let licence =
                package.license.as_deref().unwrap_or_else(|| panic!("{} has no licence", package.name));
            let mode = spdx::ParseMode::LAX;
            let expression = spdx::Expression::parse_mode(licence, mode).unwrap();
            let fits = expression.evaluate(|requirement| allowed.contains(requirement.to_string().as_str()));
            assert!(fits, "{} is licensed as {licence}", package.name);
        }
    }
}

#[test]
fn every_source_is_the_registry_or_this_workspace() {
    let rules = rules();
    let registries = names(&rules["sources"]["allow-registry"]);
    for platform in platforms(&rules) {
        let metadata = metadata(platform);
        for id in built(&metadata) {
            let package = &metadata[id];
            let from_here = package.source.is_none() && metadata.workspace_members.contains(&package.id);
            let from_registry = package.source.as_ref().is_some_and(|source| {
                source.repr.strip_prefix("registry+").is_some_and(|registry| registries.contains(registry))
            });
            assert!(from_here || from_registry, "{} comes from {:?}", package.name, package.source);
        }
    }
}

#[test]
fn there_is_one_version_of_each_crate_and_no_banned_one() {
    let rules = rules();
    let (skipped, banned) = (names(&rules["bans"]["skip"]), names(&rules["bans"]["deny"]));
    let mut needed = BTreeSet::new();
    for platform in platforms(&rules) {
        let metadata = metadata(platform);
        let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for id in built(&metadata) {
            let package = &metadata[id];
            versions.entry(package.name.as_str()).or_default().insert(package.version.to_string());
        }
        let found: BTreeSet<&str> = versions.keys().copied().filter(|name| banned.contains(name)).collect();
        assert!(found.is_empty(), "banned: {found:?}");
        versions.retain(|_, versions| versions.len() > 1);
        needed.extend(versions.keys().map(|name| (*name).to_owned()));
        versions.retain(|name, _| !skipped.contains(name));
        assert!(versions.is_empty(), "two versions on {platform}: {versions:?}");
    }
    let unused: Vec<&&str> = skipped.iter().filter(|name| !needed.contains(**name)).collect();
    assert!(unused.is_empty(), "exceptions that are no longer needed: {unused:?}");
}

#[test]
fn no_dependency_is_a_wildcard() {
    let metadata = metadata("x86_64-unknown-linux-gnu");
    for package in metadata.workspace_packages() {
        for dependency in &package.dependencies {
            let local = dependency.path.is_some() || dependency.kind == DependencyKind::Unknown;
            assert!(local || dependency.req.to_string() != "*", "{}: {}", package.name, dependency.name);
        }
    }
}
