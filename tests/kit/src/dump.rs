//! What both sides of a connection said, for the check against the reference schema (`tests/schema/run`).

use std::{fs::File, io::Write, path::Path};

use serde_json::Value;

/// A file in the folder that `WIRE_DUMP_DIR` names; nothing where it is not set.
#[derive(Debug)]
pub(crate) struct Dump(Option<File>);

impl Dump {
    pub(crate) fn open() -> Self {
        let file = std::env::var_os("WIRE_DUMP_DIR").map(|folder| {
            let path = Path::new(&folder).join(format!("wire-{}.jsonl", uuid::Uuid::now_v7()));
            File::create(path).expect("the dump folder is there")
        });
        Self(file)
    }

    /// Keeps one message and who receives it. A result can be checked only beside the request that it answers.
    pub(crate) fn keep(&mut self, to: &str, message: &Value) {
        if let Some(file) = &mut self.0 {
            let line = serde_json::json!({"to": to, "msg": message});
            writeln!(file, "{line}").expect("the dump can be written");
        }
    }
}
