//! Pages of the index.

use std::path::PathBuf;

use rusqlite::{Connection, ToSql, params_from_iter};

use super::{
    super::super::{ListQuery, SortKey, StoredThread, io_stats::count_records, query::ThreadCursor},
    refresh::{entry, json},
};

/// A row of a page.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) cursor: ThreadCursor,
    pub(super) path: PathBuf,
    pub(super) stored: StoredThread,
}

/// The rows after a place, in the query's order.
pub(super) fn rows(
    db: &Connection,
    query: &ListQuery,
    after: Option<ThreadCursor>,
    count: usize,
) -> Result<Vec<Row>, rusqlite::Error> {
    let time = match query.sort_key {
        SortKey::CreatedAt => "created_ms",
        SortKey::UpdatedAt => "updated_ms",
    };
    let (order, beyond) = if query.ascending { ("ASC", ">") } else { ("DESC", "<") };
    let mut sql =
        format!("SELECT {time}, id, path, entry FROM rollouts WHERE entry IS NOT NULL AND archived = ?");
    let mut values: Vec<Box<dyn ToSql>> = vec![Box::new(query.archived)];
    if let Some(after) = after {
        sql.extend([" AND (", time, ", id) ", beyond, " (?, ?)"]);
        values.push(Box::new(after.time));
        values.push(Box::new(after.id.to_string()));
    }
    let mut any = |column: &str, not: &str, wanted: Vec<String>| {
        if !wanted.is_empty() {
            let places = vec!["?"; wanted.len()].join(", ");
            sql.extend([" AND ", column, " ", not, " IN (", &places, ")"]);
            values.extend(wanted.into_iter().map(|value| Box::new(value) as Box<dyn ToSql>));
        }
    };
    any("provider", "", query.model_providers.clone());
    any("originator", "", query.originators.clone());
    if query.cwds.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    if let Some(cwds) = &query.cwds {
        any("cwd", "", cwds.iter().map(|cwd| cwd.display().to_string()).collect());
    }
    any("source", "", query.sources.iter().map(json).collect());
    any("id", "NOT", query.excluded.iter().map(ToString::to_string).collect());
    if let Some(term) = &query.search_term {
        sql.push_str(" AND instr(words, ?) > 0");
        values.push(Box::new(term.to_lowercase()));
    }
    sql.extend([" ORDER BY ", time, " ", order, ", id ", order, " LIMIT ?"]);
    values.push(Box::new(count as i64));
    let mut select = db.prepare_cached(&sql)?;
    let mut found = select.query(params_from_iter(values))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let (time, id, path) = (row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?);
        let text: String = row.get(3)?;
        // A row that was spoilt costs itself: its rollout is read again when it changes.
        let (Ok(id), Some(stored)) = (id.parse(), entry(&text)) else { continue };
        rows.push(Row { cursor: ThreadCursor { time, id }, path: path.into(), stored });
    }
    count_records(rows.len() as u64);
    Ok(rows)
}
