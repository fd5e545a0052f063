//! Pages of the index.

use std::{fmt, str::FromStr};

use codex_protocol::ThreadId;
use rusqlite::{Connection, ToSql, params_from_iter};

use super::{
    super::{ListError, ListQuery, SortKey, StoredThread, work::read_records},
    fresh::{entry, json},
};

/// Where an entry stands in the order: the time sorted by, then the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    time: i64,
    id: ThreadId,
}

/// A row of a page.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) place: Place,
    pub(super) stored: StoredThread,
}

impl Place {
    /// Where the page begins that a query asks for.
    pub(super) fn of(query: &ListQuery) -> Result<Option<Self>, ListError> {
        let cursor = query.cursor.as_deref();
        cursor
            .map(|text| text.parse().map_err(|()| ListError::Cursor { cursor: text.to_owned() }))
            .transpose()
    }

    /// One step before this place, so that the list begins with it when it is turned round.
    pub(super) fn before(self, ascending: bool) -> Self {
        Self { time: if ascending { self.time + 1 } else { self.time - 1 }, ..self }
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (time, id) = text.split_once('_').ok_or(())?;
        Ok(Self { time: time.parse().map_err(|_| ())?, id: id.parse().map_err(|_| ())? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.time, self.id)
    }
}

/// The rows after a place, in the query's order.
pub(super) fn rows(
    db: &Connection,
    query: &ListQuery,
    after: Option<Place>,
    count: usize,
) -> Result<Vec<Row>, rusqlite::Error> {
    let time = match query.sort_key {
        SortKey::CreatedAt => "created_ms",
        SortKey::UpdatedAt => "changed_ms",
    };
    let (order, beyond) = if query.ascending { ("ASC", ">") } else { ("DESC", "<") };
    let mut sql = format!("SELECT {time}, id, entry FROM rollouts WHERE entry IS NOT NULL AND archived = ?");
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
    any("cwd", "", query.cwds.iter().map(|cwd| cwd.display().to_string()).collect());
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
        let (time, id, text) = (row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?);
        // A row that was spoilt costs itself: its rollout is read again when it changes.
        let (Ok(id), Some(stored)) = (id.parse(), entry(&text)) else { continue };
        rows.push(Row { place: Place { time, id }, stored });
    }
    read_records(rows.len() as u64);
    Ok(rows)
}
