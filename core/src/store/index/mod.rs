//! The index of rollouts: a `SQLite` file that lists and searches are answered from.
//!
//! The rollouts are the truth. The index holds nothing that they do not, so one that is missing, of another version or
//! damaged is made again from them.

mod folders;
mod fresh;
mod progress;
mod schema;
mod select;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{ListError, ListQuery, Page, SortKey, StoredThread, words::Words};
use schema::Opened;
use select::{Place, Row};

/// How old the last look at all rollouts may be. Only what other processes did meanwhile is missing until then.
const FRESH: Duration = Duration::from_secs(10);

/// The index. Opened when it is first needed.
#[derive(Debug)]
pub(crate) struct Index {
    home: PathBuf,
    open: Mutex<Option<Open>>,
    /// Rollouts that this process changed since they were last looked at.
    touched: Mutex<HashSet<PathBuf>>,
    /// Whether somebody is about to look at all rollouts.
    sweeping: AtomicBool,
}

#[derive(Debug)]
struct Open {
    db: Connection,
    /// When all rollouts were last looked at.
    swept: Option<Instant>,
    /// Whether it is known at least which there are.
    glanced: bool,
}

/// How much of the rollouts a list has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Which there are.
    Names,
    /// What is in each of them.
    All,
}

impl Need {
    /// A list by the time of making needs no more than the rollouts that it shows: they are looked at before. Any other is
    /// ordered or chosen by what others may have written on them.
    fn of(query: &ListQuery) -> Self {
        if query.sort_key == SortKey::CreatedAt && query.search_term.is_none() {
            Self::Names
        } else {
            Self::All
        }
    }
}

impl Index {
    pub(crate) fn new(home: &Path) -> Self {
        Self {
            home: home.to_owned(),
            open: Mutex::default(),
            touched: Mutex::default(),
            sweeping: AtomicBool::new(false),
        }
    }

    /// Notes that a rollout was changed, moved or removed.
    pub(crate) fn touch(&self, path: &Path) {
        self.touched().insert(path.to_owned());
    }

    /// Whether others may have changed rollouts since all were last looked at. True for one caller, who then
    /// [sweeps](Self::sweep).
    pub(crate) fn is_due(&self) -> bool {
        self.lock().as_ref().is_some_and(|open| open.swept.is_none_or(|at| at.elapsed() > FRESH))
            && !self.sweeping.swap(true, Ordering::AcqRel)
    }

    /// Looks at all rollouts. Blocks.
    pub(crate) fn sweep(&self) {
        if let Some(open) = &mut *self.lock() {
            open.swept = None;
        }
        let swept = self.with(Need::All, |_| Ok(()));
        if let Err(error) = swept {
            tracing::warn!(%error, "cannot look at all rollouts");
        }
        self.sweeping.store(false, Ordering::Release);
    }

    /// A page of the threads. Blocks.
    pub(crate) fn list(&self, query: &ListQuery) -> Result<Page<StoredThread>, ListError> {
        let after = Place::of(query)?;
        let rows = self.with(Need::of(query), |open| {
            let rows = select::rows(&open.db, query, after, query.size() + 1)?;
            if open.swept.is_some() {
                return Ok(rows);
            }
            let shown = rows.iter().filter_map(|row| row.stored.thread.path.as_ref().map(PathBuf::from));
            if !fresh::look_at(&mut open.db, &self.home, shown)? {
                return Ok(rows);
            }
            select::rows(&open.db, query, after, query.size() + 1)
        })?;
        Ok(page(query, rows))
    }

    /// A page of the threads that have these words, with where they stand. Reads the rollouts until the page is full.
    /// Blocks.
    pub(crate) fn search(
        &self,
        query: &ListQuery,
        words: &str,
    ) -> Result<Page<(StoredThread, String)>, ListError> {
        let words = Words::new(words);
        let mut after = Place::of(query)?;
        let (mut found, mut snippets) = (Vec::new(), Vec::new());
        'all: loop {
            let rows = self.with(Need::All, |open| select::rows(&open.db, query, after, 100))?;
            let Some(last) = rows.last() else { break };
            after = Some(last.place);
            for row in rows {
                if let Some(snippet) = words.find(&row.stored.thread) {
                    found.push(row);
                    snippets.push(snippet);
                    if found.len() > query.size() {
                        break 'all;
                    }
                }
            }
        }
        let Page { data, next_cursor, backwards_cursor } = page(query, found);
        Ok(Page { data: data.into_iter().zip(snippets).collect(), next_cursor, backwards_cursor })
    }

    /// Works with the index as the rollouts are. One that turns out to be damaged is made again, once.
    fn with<T>(
        &self,
        need: Need,
        work: impl Fn(&mut Open) -> Result<T, rusqlite::Error>,
    ) -> Result<T, ListError> {
        let mut held = self.lock();
        let mut again = false;
        loop {
            let result = self.ready(&mut held, need).and_then(&work);
            match result {
                Ok(value) => return Ok(value),
                Err(error) if !again && schema::is_damage(&error) => {
                    tracing::warn!(%error, "the index of threads is damaged and made again from the rollouts");
                    *held = None;
                    schema::remove(&self.home);
                    again = true;
                }
                Err(source) => return Err(ListError::Index { source: Box::new(source) }),
            }
        }
    }

    /// The open index. What was touched is looked at, and of all rollouts what is needed and was not looked at yet.
    fn ready<'a>(&self, held: &'a mut Option<Open>, need: Need) -> Result<&'a mut Open, rusqlite::Error> {
        if held.is_none() {
            let Opened { db, .. } = schema::open(&self.home)?;
            *held = Some(Open { db, swept: None, glanced: false });
        }
        let open = held.as_mut().expect("it was opened if it was not open");
        if open.swept.is_none() && need == Need::Names && !open.glanced {
            open.glanced = fresh::glance(&mut open.db, &self.home)?;
        }
        if open.swept.is_some() || (need == Need::Names && open.glanced) {
            let touched = std::mem::take(&mut *self.touched());
            fresh::look_at(&mut open.db, &self.home, touched)?;
        } else {
            self.touched().clear();
            fresh::sweep(&mut open.db, &self.home)?;
            open.swept = Some(Instant::now());
        }
        Ok(open)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn touched(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page of rows, of which one more than the page's size was asked for.
fn page(query: &ListQuery, mut rows: Vec<Row>) -> Page<StoredThread> {
    let more = rows.len() > query.size();
    rows.truncate(query.size());
    Page {
        next_cursor: rows.last().filter(|_| more).map(|row| row.place.to_string()),
        backwards_cursor: rows.first().map(|row| row.place.before(query.ascending).to_string()),
        data: rows.into_iter().map(|row| row.stored).collect(),
    }
}
