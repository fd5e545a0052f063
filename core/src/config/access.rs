//! What a permission profile opens, and the sandbox policy that opens just that.

use std::{collections::BTreeMap, env, path::Path};

use codex_protocol::SandboxPolicy;

/// What a profile opens, before it is a sandbox policy.
#[derive(Clone, Default)]
pub(super) struct Access {
    pub(super) read_root: bool,
    pub(super) write_root: bool,
    pub(super) workspace: bool,
    pub(super) tmpdir: bool,
    pub(super) slash_tmp: bool,
    /// Paths with a rule of their own: whether they can be written.
    pub(super) paths: BTreeMap<String, bool>,
    pub(super) network: bool,
}

impl Access {
    /// Opens a place, to read or to write.
    pub(super) fn set(&mut self, place: &str, write: bool) -> Result<(), String> {
        match place {
            ":root" => (self.read_root, self.write_root) = (true, write),
            ":workspace_roots" | ":project_roots" => self.workspace = write,
            ":tmpdir" => self.tmpdir = write,
            ":slash_tmp" => self.slash_tmp = write,
            _ if place.starts_with(':') => return Err(format!("unknown place `{place}`")),
            _ => {
                self.paths.insert(absolute(place)?, write);
            }
        }
        Ok(())
    }

    /// The policy that opens just this.
    pub(super) fn policy(&self) -> Result<SandboxPolicy, String> {
        if !self.read_root {
            return Err(
                "reading cannot be limited: add `\":root\" = \"read\"` to its `filesystem`".to_owned()
            );
        }
        let written: Vec<&String> =
            self.paths.iter().filter_map(|(path, write)| write.then_some(path)).collect();
        let kept = self.paths.iter().find(|(path, write)| {
            !**write && (self.write_root || written.iter().any(|open| Path::new(path).starts_with(open)))
        });
        if let Some((path, _)) = kept {
            return Err(format!("`{path}` cannot be kept from being written: a folder above it can be"));
        }
        if self.write_root {
            return Ok(SandboxPolicy::WorkspaceWrite {
                writable_roots: vec!["/".to_owned()],
                network_access: self.network,
                exclude_tmpdir_env_var: false,
                exclude_slash_tmp: false,
            });
        }
        if !self.workspace {
            if self.tmpdir || self.slash_tmp || !written.is_empty() {
                return Err("where anything can be written, `:workspace_roots` has to be too".to_owned());
            }
            return Ok(SandboxPolicy::ReadOnly { network_access: self.network });
        }
        Ok(SandboxPolicy::WorkspaceWrite {
            writable_roots: written.into_iter().cloned().collect(),
            network_access: self.network,
            exclude_tmpdir_env_var: !self.tmpdir,
            exclude_slash_tmp: !self.slash_tmp,
        })
    }
}

/// `/a/b`, or `~/b` with the home folder in its place.
fn absolute(place: &str) -> Result<String, String> {
    let path = match place.strip_prefix("~/") {
        Some(rest) => {
            let home = env::var_os("HOME").ok_or_else(|| format!("`{place}` needs the variable HOME"))?;
            Path::new(&home).join(rest)
        }
        None => Path::new(place).to_owned(),
    };
    let plain = path.is_absolute() && !path.components().any(|part| part == std::path::Component::ParentDir);
    if plain { Ok(path.display().to_string()) } else { Err(format!("`{place}` is not an absolute path")) }
}
