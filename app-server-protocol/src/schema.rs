//! JSON schemas (draft 7, as the reference writes them) of every message and payload.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use codex_protocol::W3cTraceContext;
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{
    RequestId, RpcError,
    catalog::{self, Row, Table},
};

/// The file with everything in it.
const BUNDLE: &str = "codex_app_server_protocol.schemas.json";

/// A file of schemas or types that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("could not write {}", path.display())]
pub struct ExportError {
    /// The file or folder.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// Writes all schemas below `dir`: the bundle, one file a table, one file a payload type. Makes the folder.
pub fn export_json_schema(dir: &Path) -> Result<(), ExportError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ExportError { path, source }
    };
    fs::create_dir_all(dir).map_err(failed(dir))?;
    for (name, schema) in json_schemas() {
        let path = dir.join(name);
        fs::write(&path, format!("{schema:#}\n")).map_err(failed(&path))?;
    }
    Ok(())
}

/// All schemas by file name.
pub fn json_schemas() -> BTreeMap<String, Value> {
    let tables = catalog::tables();
    let mut files = BTreeMap::from([(BUNDLE.to_owned(), bundle(&tables))]);
    for table in &tables {
        files.insert(format!("{}.json", table.title), table_schema(table));
        for payload in table.rows.iter().flat_map(|row| std::iter::once(&row.params).chain(&row.response)) {
            let schema = (payload.root_schema)(generator());
            files.insert(format!("{}.json", (payload.name)()), schema.to_value());
        }
    }
    files
}

/// The schemas of each table by file name: what is kept under version control.
pub fn table_schemas() -> BTreeMap<String, Value> {
    catalog::tables().iter().map(|table| (format!("{}.json", table.title), table_schema(table))).collect()
}

fn generator() -> SchemaGenerator {
    SchemaSettings::draft07().into_generator()
}

/// Everything: a message of any table, and errors.
fn bundle(tables: &[Table]) -> Value {
    let mut generator = generator();
    generator.subschema_for::<RpcError>();
    let mut messages = Map::new();
    for table in tables {
        messages.insert(table.title.to_owned(), one_of(&mut generator, table));
    }
    let mut definitions = generator.take_definitions(true);
    definitions.append(&mut messages);
    definitions.sort_keys();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "CodexAppServerProtocol",
        "definitions": definitions,
    })
}

fn table_schema(table: &Table) -> Value {
    let mut generator = generator();
    let mut schema = one_of(&mut generator, table);
    let mut definitions = generator.take_definitions(true);
    definitions.sort_keys();
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["definitions"] = definitions.into();
    schema
}

fn one_of(generator: &mut SchemaGenerator, table: &Table) -> Value {
    let rows: Vec<Value> = table.rows.iter().map(|row| message(generator, table, row)).collect();
    json!({ "title": table.title, "oneOf": rows })
}

fn message(generator: &mut SchemaGenerator, table: &Table, row: &Row) -> Value {
    let params: Schema = (row.params.schema)(generator);
    let mut description = row.doc.trim().to_owned();
    if let Some(response) = &row.response {
        (response.schema)(generator);
        description.push_str(" Answered with `");
        description.push_str(&(response.name)());
        description.push_str("`.");
    }
    let mut properties = Map::new();
    if table.answered {
        properties.insert("id".to_owned(), generator.subschema_for::<RequestId>().to_value());
    }
    properties.insert("method".to_owned(), json!({ "type": "string", "enum": [row.name] }));
    properties.insert("params".to_owned(), params.to_value());
    properties.insert("trace".to_owned(), generator.subschema_for::<Option<W3cTraceContext>>().to_value());
    let required: &[&str] = if table.answered { &["id", "method"] } else { &["method"] };
    json!({
        "title": row.name,
        "description": description,
        "type": "object",
        "properties": properties,
        "required": required,
    })
}
