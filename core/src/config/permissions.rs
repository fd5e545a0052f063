//! Permission profiles: what commands may do, by name.

use codex_protocol::{ActivePermissionProfile, SandboxPolicy};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Config, access::Access};

/// Reading only.
const READ_ONLY: &str = ":read-only";

/// Writing in the workspace.
const WORKSPACE: &str = ":workspace";

/// No sandbox.
const FULL_ACCESS: &str = ":danger-full-access";

/// A permission profile as it applies to a thread.
#[derive(Clone, Debug, PartialEq)]
pub struct PermissionProfile {
    /// Its name: a built-in one begins with `:`.
    pub id: String,
    /// The profile that it extends.
    pub extends: Option<String>,
    /// What it means for commands.
    pub sandbox_policy: SandboxPolicy,
}

/// A permission profile that a client can choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionProfileSummary {
    /// Its name.
    pub id: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether this server can enforce it.
    pub allowed: bool,
}

/// Why a permission profile cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PermissionsError {
    /// There is no such profile.
    #[error(
        "unknown permission profile `{id}`: use `:read-only`, `:workspace`, `:danger-full-access` or a profile of \
         `[permissions]` in config.toml"
    )]
    Unknown {
        /// The name.
        id: String,
    },
    /// The profiles extend each other in a circle.
    #[error("permission profile `{id}` extends itself: change `permissions.{id}.extends`")]
    Cycle {
        /// The name.
        id: String,
    },
    /// The profile is not valid, or asks for something that this server cannot enforce.
    #[error("permission profile `{id}` cannot be enforced: {reason}")]
    Unsupported {
        /// The name.
        id: String,
        /// What, and where.
        reason: String,
    },
}

impl Config {
    /// The permission profile of that name. One that cannot be enforced to the letter is an error.
    pub fn permission_profile(&self, id: &str) -> Result<PermissionProfile, PermissionsError> {
        resolve(self.permissions(), id)
    }

    /// The profiles that there are: the built-in ones first, then those of the configuration by name.
    pub fn permission_profiles(&self) -> Vec<PermissionProfileSummary> {
        let built_in = [
            (READ_ONLY, "Commands read files and change nothing."),
            (WORKSPACE, "Commands change files of the workspace."),
            (FULL_ACCESS, "Commands do what the user may."),
        ];
        let mut profiles: Vec<_> = built_in
            .map(|(id, description)| PermissionProfileSummary {
                id: id.to_owned(),
                description: Some(description.to_owned()),
                allowed: true,
            })
            .into();
        let own = self.permissions().and_then(Value::as_object);
        profiles.extend(own.into_iter().flatten().map(|(id, profile)| PermissionProfileSummary {
            id: id.clone(),
            description: profile.get("description").and_then(Value::as_str).map(str::to_owned),
            allowed: self.permission_profile(id).is_ok(),
        }));
        profiles
    }
}

/// A `[permissions.NAME]` table. Unknown keys are refused: a rule that nobody enforces must not look like one.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Profile {
    #[serde(rename = "description")]
    _description: Option<String>,
    extends: Option<String>,
    filesystem: Map<String, Value>,
    network: Network,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Network {
    enabled: Option<bool>,
}

/// The built-in profile that a policy is, where it is one.
pub(super) fn implicit(policy: &SandboxPolicy) -> Option<ActivePermissionProfile> {
    let read_only = *policy == SandboxPolicy::ReadOnly { network_access: false };
    read_only.then(|| ActivePermissionProfile { id: READ_ONLY.to_owned(), extends: None })
}

pub(super) fn resolve(profiles: Option<&Value>, id: &str) -> Result<PermissionProfile, PermissionsError> {
    let named = |extends, sandbox_policy| PermissionProfile { id: id.to_owned(), extends, sandbox_policy };
    if id == FULL_ACCESS {
        return Ok(named(None, SandboxPolicy::DangerFullAccess));
    }
    let (access, extends) = access(profiles, id, &mut Vec::new())?;
    Ok(named(extends, access.policy().map_err(|reason| unsupported(id, reason))?))
}

/// What a profile opens, and which one it extends.
fn access(
    profiles: Option<&Value>,
    id: &str,
    below: &mut Vec<String>,
) -> Result<(Access, Option<String>), PermissionsError> {
    if id == READ_ONLY {
        return Ok((Access { read_root: true, ..Access::default() }, None));
    }
    if id == WORKSPACE {
        let open =
            Access { read_root: true, workspace: true, tmpdir: true, slash_tmp: true, ..Access::default() };
        return Ok((open, None));
    }
    let unknown = || PermissionsError::Unknown { id: id.to_owned() };
    if id.starts_with(':') {
        return Err(unknown());
    }
    let table = profiles.and_then(|profiles| profiles.get(id)).ok_or_else(unknown)?;
    if below.iter().any(|other| other == id) {
        return Err(PermissionsError::Cycle { id: id.to_owned() });
    }
    below.push(id.to_owned());
    let Profile { _description: _, extends, filesystem, network } = serde_path_to_error::deserialize(table)
        .map_err(|error| {
        unsupported(id, format!("`permissions.{id}.{}`: {}", error.path(), error.inner()))
    })?;
    let mut open = match extends.as_deref() {
        None => Access::default(),
        Some(FULL_ACCESS) => return Err(unsupported(id, format!("it cannot extend `{FULL_ACCESS}`"))),
        Some(parent) => access(profiles, parent, below)?.0,
    };
    for (place, rule) in &filesystem {
        let write = match rule.as_str() {
            Some("read") => false,
            Some("write") => true,
            Some("deny" | "none") => {
                return Err(unsupported(id, format!("nothing can be kept from being read (`{place}`)")));
            }
            _ => {
                let reason = format!("the rule for `{place}` is neither \"read\" nor \"write\"");
                return Err(unsupported(id, reason));
            }
        };
        open.set(place, write).map_err(|reason| unsupported(id, reason))?;
    }
    open.network = network.enabled.unwrap_or(open.network);
    Ok((open, extends))
}

fn unsupported(id: &str, reason: impl Into<String>) -> PermissionsError {
    PermissionsError::Unsupported { id: id.to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(profile: &Value) -> Result<SandboxPolicy, String> {
        let profiles =
            json!({"mine": profile, "other": {"extends": ":workspace"}, "loop": {"extends": "mine"}});
        resolve(Some(&profiles), "mine").map(|found| found.sandbox_policy).map_err(|error| error.to_string())
    }

    fn workspace(roots: &[&str], network_access: bool, exclude: (bool, bool)) -> SandboxPolicy {
        SandboxPolicy::WorkspaceWrite {
            writable_roots: roots.iter().map(|root| (*root).to_owned()).collect(),
            network_access,
            exclude_tmpdir_env_var: exclude.0,
            exclude_slash_tmp: exclude.1,
        }
    }

    #[test]
    fn built_in_profiles_have_their_policies() {
        for (id, expected) in [
            (":read-only", SandboxPolicy::ReadOnly { network_access: false }),
            (":workspace", workspace(&[], false, (false, false))),
            (":danger-full-access", SandboxPolicy::DangerFullAccess),
        ] {
            let found = resolve(None, id).unwrap();
            assert_eq!((found.id.as_str(), found.extends, found.sandbox_policy), (id, None, expected));
        }
        for id in ["", ":nope", ":danger-no-sandbox", "read-only", "mine"] {
            assert_eq!(resolve(None, id), Err(PermissionsError::Unknown { id: id.to_owned() }));
        }
    }

    #[test]
    fn a_profile_opens_what_it_says() {
        for (profile, expected) in [
            (json!({"extends": ":read-only"}), SandboxPolicy::ReadOnly { network_access: false }),
            (
                json!({"extends": ":read-only", "network": {"enabled": true}, "description": "d"}),
                SandboxPolicy::ReadOnly { network_access: true },
            ),
            (
                json!({"extends": "other", "filesystem": {"/opt": "write", ":tmpdir": "read", "/etc": "read"}}),
                workspace(&["/opt"], false, (true, false)),
            ),
            (
                json!({"filesystem": {":root": "read", ":workspace_roots": "write"}}),
                workspace(&[], false, (true, true)),
            ),
            (json!({"filesystem": {":root": "write"}}), workspace(&["/"], false, (false, false))),
        ] {
            assert_eq!(policy(&profile), Ok(expected), "{profile}");
        }
    }

    #[test]
    fn what_cannot_be_enforced_is_refused_with_its_reason() {
        for (profile, reason) in [
            (json!({"filesystem": {":workspace_roots": "write"}}), "reading cannot be limited"),
            (json!({"extends": ":workspace", "filesystem": {"/etc": "deny"}}), "(`/etc`)"),
            (
                json!({"extends": ":workspace", "filesystem": {"/o": "write", "/o/k": "read"}}),
                "`/o/k` cannot be kept",
            ),
            (
                json!({"extends": ":workspace", "filesystem": {":workspace_roots": {".git": "read"}}}),
                "neither",
            ),
            (
                json!({"extends": ":read-only", "filesystem": {"/opt": "write"}}),
                "`:workspace_roots` has to be",
            ),
            (json!({"extends": ":workspace", "filesystem": {"a/b": "write"}}), "not an absolute path"),
            (json!({"extends": ":workspace", "filesystem": {"/a/../b": "write"}}), "not an absolute path"),
            (json!({"extends": ":workspace", "filesystem": {":home": "write"}}), "unknown place"),
            (json!({"extends": ":workspace", "network": {"domains": {}}}), "`permissions.mine.network"),
            (json!({"extends": ":workspace", "bogus": 1}), "bogus"),
            (json!({"extends": ":danger-full-access"}), "cannot extend"),
            (json!({"extends": ":nope"}), "unknown permission profile `:nope`"),
            (json!({"extends": "loop"}), "extends itself"),
        ] {
            let error = policy(&profile).unwrap_err();
            assert!(error.contains(reason), "{profile}: {error}");
        }
    }
}
