//! TypeScript types of every message and payload.

use std::{collections::BTreeSet, fmt::Write as _, fs, io, path::Path};

use codex_protocol::W3cTraceContext;
use ts_rs::{Config, TS};

use crate::{
    ExportError, RequestId, RpcError,
    catalog::{self, Row, Table},
};

/// Writes all types below `dir`, a file a type, and `index.ts` with the messages. Makes the folder.
pub fn export_typescript(dir: &Path) -> Result<(), ExportError> {
    // All whole numbers of the wire fit a double: times, counts, sizes.
    let config = Config::new().with_out_dir(dir).with_large_int("number");
    let tables = catalog::tables();
    let failed = |source| ExportError { path: dir.to_owned(), source };
    let types = [
        RequestId::export_all as fn(&Config) -> Result<(), ts_rs::ExportError>,
        RpcError::export_all,
        W3cTraceContext::export_all,
    ];
    let payloads = tables
        .iter()
        .flat_map(|table| &table.rows)
        .flat_map(|row| std::iter::once(&row.params).chain(&row.response).map(|payload| payload.typescript));
    for export in types.into_iter().chain(payloads) {
        export(&config).map_err(|error| failed(io::Error::other(error)))?;
    }
    let index = dir.join("index.ts");
    fs::write(&index, index_file(dir, &tables).map_err(failed)?)
        .map_err(|source| ExportError { path: index, source })
}

/// The messages of each table, and every type exported again.
fn index_file(dir: &Path, tables: &[Table]) -> io::Result<String> {
    let mut text = String::from("// Generated from the tables of methods. Do not edit.\n\n");
    let mut imports = BTreeSet::from(["RequestId".into(), "W3cTraceContext".into()]);
    imports.extend(tables.iter().flat_map(|table| table.rows.iter().map(|row| (row.params.name)())));
    for name in imports {
        writeln!(text, "import type {{ {name} }} from \"./{name}\";").expect("text grows");
    }
    for table in tables {
        writeln!(text, "\nexport type {} =", table.title).expect("text grows");
        for Row { name, params, .. } in &table.rows {
            let id = if table.answered { "id: RequestId, " } else { "" };
            let params = (params.name)();
            writeln!(
                text,
                "  | {{ {id}method: \"{name}\", params: {params}, trace?: W3cTraceContext | null }}"
            )
            .expect("text grows");
        }
        text.truncate(text.trim_end().len());
        text.push_str(";\n");
    }
    text.push('\n');
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        files.extend(name.to_str().and_then(|name| name.strip_suffix(".ts")).map(str::to_owned));
    }
    files.remove("index");
    for name in files {
        writeln!(text, "export * from \"./{name}\";").expect("text grows");
    }
    Ok(text)
}
