//! What the table of methods must not let through: a row without a handler, a name in two rows.
//!
//! The macros are the real ones, cut out of their files; around them stands as little as they need, so that the compiler
//! takes less than a second for each case.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{Command, Stdio},
};

const DECLARE: &str = include_str!("../../app-server-protocol/src/declare.rs");
const ROUTER: &str = include_str!("../src/router.rs");

/// What the macros name beside the rows.
const AROUND: &str = r"
pub enum Lane { Concurrent, Thread, Process, Search, Watch, Config, Account }
#[derive(Default)]
pub struct Subject { pub thread_id: Option<u8>, pub turn_id: Option<u8> }
pub trait Method {
    const ID: MethodId;
    type Params;
    type Response;
    fn subject(response: &Self::Response) -> Subject;
}
pub trait Handle<M: Method> {}
pub struct App;
pub type Entry = fn();
pub fn entry<M: Method>() where App: Handle<M> {}
";

/// A macro of a file, from its name to the brace that ends it at the beginning of a line.
fn macro_of(file: &str, name: &str) -> String {
    let from = file.find(&format!("macro_rules! {name} {{")).unwrap_or_else(|| panic!("no macro {name}"));
    let length = file[from..].find("\n}\n").expect("a macro ends") + "\n}\n".len();
    file[from..from + length].to_owned()
}

/// What the compiler says of a table with these rows and handlers; empty where it is content.
fn compile(rows: &str, handlers: &[&str]) -> String {
    let mut source = String::new();
    for name in ["declare_names", "lane", "subject", "brings_thread", "declare_requests"] {
        source += &macro_of(DECLARE, name);
    }
    source += &macro_of(ROUTER, "mount");
    source += AROUND;
    writeln!(source, "declare_requests! {{ {rows} }}\nmount! {{ {rows} }}").unwrap();
    for marker in handlers {
        writeln!(source, "impl Handle<methods::{marker}> for App {{}}").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("table.rs");
    fs::write(&file, source).unwrap();
    rustc(&file)
}

fn rustc(file: &Path) -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "-A", "unused", "--out-dir"])
        .arg(file.parent().unwrap())
        .arg(file)
        .stdin(Stdio::null())
        .output()
        .expect("the compiler that built this test is there");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), text.is_empty(), "{text}");
    text
}

const ONE: &str = r#"/// One.
One = "lab/one" (u8) -> u8, concurrent;"#;
const TWO: &str = r#"/// Two.
Two = "lab/two" (u8) -> u8, thread;"#;

#[test]
fn a_table_whose_rows_have_handlers_compiles() {
    assert_eq!(compile(&[ONE, TWO].concat(), &["One", "Two"]), "");
}

#[test]
fn a_row_without_a_handler_does_not_and_the_error_names_it() {
    let error = compile(&[ONE, TWO].concat(), &["One"]);
    assert!(error.contains("App: Handle<Two>") || error.contains("Handle<methods::Two>"), "{error}");
}

#[test]
fn a_name_in_two_rows_does_not() {
    let error = compile(&[ONE, &TWO.replace("lab/two", "lab/one")].concat(), &["One", "Two"]);
    assert!(error.contains("unreachable pattern") && error.contains("lab/one"), "{error}");
}
