//! The resource: who sends.

use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_resource_detectors::{OsResourceDetector, ServiceInstanceIdResourceDetector};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::{ResourceDetector, TelemetryResourceDetector};
use opentelemetry_semantic_conventions::resource as names;

/// What this process knows of itself.
///
/// Two stock detectors are left out: the one of the process sends its arguments, which may hold a secret, and the one of
/// the host runs a program to learn the host's name.
pub(super) fn of_process() -> Resource {
    let detectors: [Box<dyn ResourceDetector>; 3] = [
        Box::new(TelemetryResourceDetector),
        Box::new(OsResourceDetector),
        Box::new(ServiceInstanceIdResourceDetector),
    ];
    let executable = std::env::current_exe().ok();
    let path = executable.as_ref().map(|path| (names::PROCESS_EXECUTABLE_PATH, path.to_string_lossy()));
    let name = executable.as_ref().and_then(|path| path.file_name());
    let name = name.map(|name| (names::PROCESS_EXECUTABLE_NAME, name.to_string_lossy()));
    let text =
        |(key, value): (&'static str, std::borrow::Cow<'_, str>)| KeyValue::new(key, value.into_owned());
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    Resource::builder_empty()
        .with_detectors(&detectors)
        .with_attributes([
            KeyValue::new(names::SERVICE_NAME, "codex-app-server"),
            KeyValue::new(names::SERVICE_VERSION, env!("CARGO_PKG_VERSION")),
            KeyValue::new(names::PROCESS_PID, i64::from(std::process::id())),
            KeyValue::new(names::PROCESS_RUNTIME_NAME, "rust"),
            KeyValue::new(names::HOST_ARCH, host_arch(std::env::consts::ARCH)),
        ])
        .with_attributes([path, name].into_iter().flatten().map(text))
        .with_attribute(KeyValue::new(
            names::HOST_NAME,
            rustix::system::uname().nodename().to_string_lossy().into_owned(),
        ))
        .with_attributes(os_release(&release))
        .build()
}

/// The resource with further attributes, which replace those of the same name.
pub(super) fn with(
    resource: &Resource,
    attributes: impl IntoIterator<Item = (impl Into<Key>, impl Into<Value>)>,
) -> Resource {
    Resource::builder_empty()
        .with_attributes(resource.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())))
        .with_attributes(attributes.into_iter().map(|(key, value)| KeyValue::new(key, value)))
        .build()
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
fn os_release(text: &str) -> Vec<KeyValue> {
    let keys =
        [("NAME", names::OS_NAME), ("VERSION_ID", names::OS_VERSION), ("PRETTY_NAME", names::OS_DESCRIPTION)];
    let lines = text.lines().filter_map(|line| line.split_once('='));
    lines
        .filter_map(|(name, value)| {
            let (_, key) = keys.iter().find(|(known, _)| *known == name)?;
            Some(KeyValue::new(*key, value.trim_matches(['"', '\'']).to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_is_described_and_its_arguments_are_not() {
        let resource = of_process();
        let get = |key: &'static str| resource.get(&Key::from_static_str(key)).map(|value| value.to_string());
        for key in [
            "service.name",
            "service.version",
            "process.executable.name",
            "process.executable.path",
            "process.runtime.name",
            "host.name",
            "host.arch",
            "os.type",
            "telemetry.sdk.name",
            "telemetry.sdk.language",
            "telemetry.sdk.version",
        ] {
            assert!(get(key).is_some_and(|text| !text.is_empty()), "{key}");
        }
        assert_eq!(get("process.pid"), Some(std::process::id().to_string()));
        assert_eq!((get("process.command_args"), get("process.command_line")), (None, None));
    }

    #[test]
    fn each_process_has_an_id_of_the_right_form() {
        let id = || of_process().get(&Key::from_static_str("service.instance.id")).unwrap().to_string();
        let (one, other) = (id(), id());
        assert_eq!(one, other, "it is the same for the whole process");
        assert_eq!((one.len(), &one[14..15]), (36, "7"));
        assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"), "{one}");
    }

    #[test]
    fn the_system_is_read_from_its_file() {
        let text = "PRETTY_NAME=\"Some Linux 12\"\nNAME='Some'\n# comment\nVERSION_ID=12\nID=some\n";
        let expected = [("os.description", "Some Linux 12"), ("os.name", "Some"), ("os.version", "12")];
        assert_eq!(os_release(text), expected.map(|(key, value)| KeyValue::new(key, value)));
    }

    #[test]
    fn a_later_attribute_replaces_an_earlier_one() {
        let resource = with(&with(&of_process(), [("a", "1"), ("service.name", "x")]), [("a", "2")]);
        let get = |key: &'static str| resource.get(&Key::from_static_str(key)).map(|value| value.to_string());
        assert_eq!((get("a").as_deref(), get("service.name").as_deref()), (Some("2"), Some("x")));
    }
}
