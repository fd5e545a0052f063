//! The resource: who sends.

use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};

use crate::Value;

/// The SDK whose spans these are (`telemetry.sdk.version`).
const SDK_VERSION: &str = "0.33.1";

/// Attributes of the process, in the order in which they are sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Resource(pub(crate) Vec<(String, Value)>);

impl Resource {
    /// Sets an attribute; a later value replaces an earlier one.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some(slot) => slot.1 = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// An attribute.
    #[cfg(test)]
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// What this process knows of itself. Its arguments are left out: they may hold a secret.
    pub(crate) fn of_process() -> Self {
        let mut resource = Self::default();
        resource.set("service.name", "codex-app-server");
        resource.set("service.version", env!("CARGO_PKG_VERSION"));
        resource.set("service.instance.id", random_id());
        resource.set("telemetry.sdk.name", "opentelemetry");
        resource.set("telemetry.sdk.language", "rust");
        resource.set("telemetry.sdk.version", SDK_VERSION);
        resource.set("process.pid", std::process::id());
        if let Ok(path) = std::env::current_exe() {
            if let Some(name) = path.file_name() {
                resource.set("process.executable.name", name.to_string_lossy().into_owned());
            }
            resource.set("process.executable.path", path.to_string_lossy().into_owned());
        }
        resource.set("process.runtime.name", "rust");
        resource.set("host.name", rustix::system::uname().nodename().to_string_lossy().into_owned());
        resource.set("host.arch", host_arch(std::env::consts::ARCH));
        resource.set("os.type", std::env::consts::OS);
        for (key, value) in os_release(&std::fs::read_to_string("/etc/os-release").unwrap_or_default()) {
            resource.set(key, value);
        }
        resource
    }
}

/// An id of this process where none was given: a random UUID (version 4), as the convention recommends.
fn random_id() -> String {
    let random = u128::from_be_bytes(RandomIdGenerator::default().new_trace_id().to_bytes());
    let hex = format!("{:032x}", random & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The convention's names of the architectures that have another one there.
fn host_arch(arch: &'static str) -> &'static str {
    match arch {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "arm" => "arm32",
        "powerpc64" => "ppc64",
        other => other,
    }
}

/// Name and version of the system, from its `os-release` file.
fn os_release(text: &str) -> Vec<(&'static str, String)> {
    let keys = [("NAME", "os.name"), ("VERSION_ID", "os.version"), ("PRETTY_NAME", "os.description")];
    let lines = text.lines().filter_map(|line| line.split_once('='));
    lines
        .filter_map(|(name, value)| {
            let (_, key) = keys.iter().find(|(known, _)| *known == name)?;
            Some((*key, value.trim_matches(['"', '\'']).to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_is_described() {
        let resource = Resource::of_process();
        for key in ["service.name", "process.executable.name", "host.name", "host.arch", "os.type"] {
            let Some(Value::Str(text)) = resource.get(key) else { panic!("{key}") };
            assert!(!text.is_empty(), "{key}");
        }
    }

    #[test]
    fn each_process_has_an_id_of_the_right_form() {
        let id = random_id();
        assert_ne!(id, random_id());
        assert_eq!((id.len(), &id[14..15]), (36, "4"));
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
    }

    #[test]
    fn the_system_is_read_from_its_file() {
        let text = "PRETTY_NAME=\"Some Linux 12\"\nNAME='Some'\n# comment\nVERSION_ID=12\nID=some\n";
        let expected = [("os.description", "Some Linux 12"), ("os.name", "Some"), ("os.version", "12")];
        assert_eq!(os_release(text), expected.map(|(key, value)| (key, value.to_owned())));
    }

    #[test]
    fn the_version_is_that_of_the_sdk_in_the_lock_file() {
        let lock = include_str!("../../../Cargo.lock");
        let wanted = format!("name = \"opentelemetry_sdk\"\nversion = \"{SDK_VERSION}\"");
        assert!(lock.contains(&wanted));
    }
}
