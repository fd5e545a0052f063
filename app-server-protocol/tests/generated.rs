//! What is generated from the tables: schemas, the page of methods, TypeScript.

use std::{collections::BTreeSet, fs};

use codex_app_server_protocol::{
    MethodId, ServerNotificationId, export_json_schema, export_typescript, json_schemas, methods_page,
    table_schemas,
};
use expect_test::expect_file;
use serde_json::Value;

#[test]
fn schemas_of_the_tables_are_the_committed_ones() {
    for (name, schema) in table_schemas() {
        expect_file![format!("../schema/{name}")].assert_eq(&format!("{schema:#}\n"));
    }
}

#[test]
fn page_of_methods_is_the_committed_one() {
    expect_file!["../../docs/methods.md"].assert_eq(&methods_page());
}

#[test]
fn every_reference_in_a_schema_leads_somewhere() {
    for (name, schema) in json_schemas() {
        let mut references = BTreeSet::new();
        collect_references(&schema, &mut references);
        for reference in references {
            let target = reference.strip_prefix('#').expect("a reference within the file");
            assert!(schema.pointer(target).is_some(), "{name}: {reference}");
        }
    }
}

#[test]
fn no_two_types_share_a_name() {
    // schemars numbers the second of two types with one name.
    for (file, schema) in table_schemas() {
        let definitions = schema["definitions"].as_object().expect("definitions");
        for name in definitions.keys() {
            let numbered = name.strip_suffix(|last: char| last.is_ascii_digit());
            assert!(numbered.is_none_or(|stem| !definitions.contains_key(stem)), "{file}: {name}");
        }
    }
}

#[test]
fn every_row_is_in_its_schema() {
    let schemas = table_schemas();
    let methods = |title: &str| -> Vec<String> {
        let rows = schemas[&format!("{title}.json")]["oneOf"].as_array().expect("rows").clone();
        rows.iter()
            .map(|row| row["properties"]["method"]["enum"][0].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(methods("ClientRequest"), MethodId::ALL.iter().map(|id| id.name()).collect::<Vec<_>>());
    assert_eq!(
        methods("ServerNotification"),
        ServerNotificationId::ALL.iter().map(|id| id.name()).collect::<Vec<_>>()
    );
}

#[test]
fn schemas_are_written_a_file_a_type() {
    let dir = tempfile::tempdir().expect("a folder");
    export_json_schema(&dir.path().join("new")).expect("written");
    let text = fs::read_to_string(dir.path().join("new/ThreadStartParams.json")).expect("a file");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(schema["title"], "ThreadStartParams");
}

#[test]
fn typescript_imports_only_what_is_there() {
    let dir = tempfile::tempdir().expect("a folder");
    export_typescript(&dir.path().join("new")).expect("written");
    let mut files = BTreeSet::new();
    let mut wanted = BTreeSet::new();
    let mut folders = vec![dir.path().join("new")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("a file");
            for part in text.split("from \"").skip(1) {
                let (target, _) = part.split_once('"').expect("a closing quote");
                wanted.insert(fs::canonicalize(folder.join(format!("{target}.ts"))).unwrap_or_else(|_| {
                    panic!("{} imports {target}, which is not there", path.display());
                }));
            }
            files.insert(fs::canonicalize(&path).expect("a path"));
        }
    }
    assert!(wanted.is_subset(&files));
    assert!(wanted.len() > 100, "only {} types", wanted.len());
}

fn collect_references(schema: &Value, references: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| collect_references(value, references));
        }
        Value::Array(elements) => elements.iter().for_each(|value| collect_references(value, references)),
        _ => {}
    }
}
