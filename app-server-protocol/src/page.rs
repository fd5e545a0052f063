//! The page of methods: `docs/methods.md`.

use std::fmt::Write as _;

use crate::catalog::{self, Table};

/// The page of methods, in Markdown.
pub fn methods_page() -> String {
    let mut page = String::from(
        "# Methods\n\n\
         Generated from `app-server-protocol/src/table.rs` by its tests (`UPDATE_EXPECT=1 cargo test -p codex-app-server-protocol`).\n\
         The payload types are in `app-server-protocol/schema/`.\n\
         A lane is what calls are ordered by: calls with the same thread (or process, search, watch; or the one configuration or \
         account) run in arrival order, all others concurrently.\n",
    );
    for table in catalog::tables() {
        write_table(&mut page, &table);
    }
    page
}

fn write_table(page: &mut String, table: &Table) {
    let with_lane = table.rows.iter().any(|row| row.lane.is_some());
    let mut columns = vec!["method"];
    columns.extend(with_lane.then_some("lane"));
    columns.push("params");
    columns.extend(table.answered.then_some("response"));
    columns.push("what it does");
    writeln!(
        page,
        "\n## {}\n\n| {} |\n|{}",
        table.heading,
        columns.join(" | "),
        " --- |".repeat(columns.len())
    )
    .expect("text grows");
    for row in &table.rows {
        let mut cells = vec![format!("`{}`", row.name)];
        cells.extend(row.lane.map(str::to_owned));
        cells.push(format!("`{}`", (row.params.name)()));
        cells.extend(row.response.as_ref().map(|response| format!("`{}`", (response.name)())));
        cells.push(row.doc.trim().to_owned());
        writeln!(page, "| {} |", cells.join(" | ")).expect("text grows");
    }
}
