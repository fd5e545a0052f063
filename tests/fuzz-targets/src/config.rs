//! A configuration: what is taken can be shown, and is the same when it is read again.

use std::{cell::LazyCell, fs};

use codex_core::Config;
use tempfile::TempDir;

pub(crate) const CORPUS: &[&str] = &[
    "model = \"x\"\nmodel_provider = \"lab\"\napproval_policy = \"never\"\nsandbox_mode = \"read-only\"\n[model_providers.lab]\nbase_url = \"http://localhost/v1\"\nwire_api = \"chat\"\nenv_key = \"KEY\"\nhttp_headers = { a = \"b\" }\nrequest_max_retries = 3\n",
    "[otel]\nenvironment = \"x\"\ntrace_exporter = { otlp-http = { endpoint = \"http://localhost\", protocol = \"json\", headers = { a = \"b\" } } }\n[sandbox_workspace_write]\nnetwork_access = true\n",
    "[app_server]\nmax_message_bytes = 4096\nallowed_origins = [\"http://x\"]\n",
];

/// Reads a configuration twice.
pub fn config(bytes: &[u8]) {
    thread_local! {
        static HOME: LazyCell<TempDir> = LazyCell::new(|| tempfile::tempdir().expect("a scratch folder can be made"));
    }
    HOME.with(|home| {
        fs::write(home.path().join("config.toml"), bytes).expect("a scratch file can be written");
        let read = || Config::load(home.path(), &[]).map(|config| format!("{:?}", config.view()));
        match (read(), read()) {
            (Ok(one), Ok(other)) => assert_eq!(one, other),
            (Err(one), Err(other)) => assert_eq!(one.to_string(), other.to_string()),
            (one, other) => panic!("read twice: {one:?} and {other:?}"),
        }
    });
}
