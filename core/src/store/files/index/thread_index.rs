//! The index: kept as the rollouts are, and asked for pages.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    super::{
        super::{ListError, ListQuery, Page, SortKey, StoredThread, search::SearchTerm},
        reader::RolloutReader,
    },
    refresh, schema,
    select::{self, Row},
};

/// How old the last look at all rollouts may be. Only what other processes did meanwhile is missing until then.
const MAX_AGE: Duration = Duration::from_secs(10);

/// The index. Opened when it is first needed.
#[derive(Debug)]
pub(in super::super) struct Index {
    home: PathBuf,
    open: Mutex<Option<OpenIndex>>,
    /// Rollouts that this process changed since they were last looked at.
    touched: Mutex<HashSet<Arc<Path>>>,
    /// Whether somebody is about to look at all rollouts.
    refreshing: AtomicBool,
}

#[derive(Debug)]
struct OpenIndex {
    db: Connection,
    /// When all rollouts were last looked at.
    scanned: Option<Instant>,
    /// Whether it is known at least which there are.
    names_known: bool,
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
    pub(in super::super) fn new(home: &Path) -> Self {
        Self {
            home: home.to_owned(),
            open: Mutex::default(),
            touched: Mutex::default(),
            refreshing: AtomicBool::new(false),
        }
    }

    /// Notes that a rollout was changed, moved or removed.
    pub(in super::super) fn touch(&self, path: &Arc<Path>) {
        self.touched().insert(Arc::clone(path));
    }

    /// Whether others may have changed rollouts since all were last looked at. True for one caller, who then
    /// [refreshes](Self::refresh).
    pub(in super::super) fn is_due(&self) -> bool {
        self.lock().as_ref().is_some_and(|open| open.scanned.is_none_or(|at| at.elapsed() > MAX_AGE))
            && !self.refreshing.swap(true, Ordering::AcqRel)
    }

    /// Looks at all rollouts. Blocks.
    pub(in super::super) fn refresh(&self) {
        if let Some(open) = &mut *self.lock() {
            open.scanned = None;
        }
        let done = self.with(Need::All, |_| Ok(()));
        if let Err(error) = done {
            tracing::warn!(%error, "cannot look at all rollouts");
        }
        self.refreshing.store(false, Ordering::Release);
    }

    /// A page of the threads. Blocks.
    pub(in super::super) fn list(&self, query: &ListQuery) -> Result<Page<StoredThread>, ListError> {
        let after = query.after()?;
        let rows = self.with(Need::of(query), |open| {
            let rows = select::rows(&open.db, query, after, query.size() + 1)?;
            if open.scanned.is_some() {
                return Ok(rows);
            }
            let shown = rows.iter().map(|row| &row.path);
            if !refresh::refresh_paths(&mut open.db, &self.home, shown)? {
                return Ok(rows);
            }
            select::rows(&open.db, query, after, query.size() + 1)
        })?;
        Ok(query.page(rows.into_iter().map(|row| (row.cursor, row.stored)).collect()))
    }

    /// A page of the threads that have these words, with where they stand. Reads the rollouts until the page is full.
    /// Blocks.
    pub(in super::super) fn search(
        &self,
        query: &ListQuery,
        words: &str,
    ) -> Result<Page<(StoredThread, String)>, ListError> {
        let term = SearchTerm::new(words);
        let mut after = query.after()?;
        let mut found = Vec::new();
        'all: loop {
            let rows = self.with(Need::All, |open| select::rows(&open.db, query, after, 100))?;
            let Some(last) = rows.last() else { break };
            after = Some(last.cursor);
            for row in rows {
                if let Some(snippet) = find(&term, &row) {
                    found.push((row.cursor, (row.stored, snippet)));
                    if found.len() > query.size() {
                        break 'all;
                    }
                }
            }
        }
        Ok(query.page(found))
    }

    /// Works with the index as the rollouts are. One that turns out to be damaged is made again, once.
    fn with<T>(
        &self,
        need: Need,
        work: impl Fn(&mut OpenIndex) -> Result<T, rusqlite::Error>,
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
    fn ready<'a>(
        &self,
        held: &'a mut Option<OpenIndex>,
        need: Need,
    ) -> Result<&'a mut OpenIndex, rusqlite::Error> {
        if held.is_none() {
            let db = schema::open(&self.home)?;
            *held = Some(OpenIndex { db, scanned: None, names_known: false });
        }
        let open = held.as_mut().expect("it was opened if it was not open");
        if open.scanned.is_none() && need == Need::Names && !open.names_known {
            open.names_known = refresh::scan_changed_dirs(&mut open.db, &self.home)?;
        }
        if open.scanned.is_some() || (need == Need::Names && open.names_known) {
            let touched = std::mem::take(&mut *self.touched());
            refresh::refresh_paths(&mut open.db, &self.home, touched)?;
        } else {
            self.touched().clear();
            refresh::full_scan(&mut open.db, &self.home)?;
            open.scanned = Some(Instant::now());
        }
        Ok(open)
    }

    fn lock(&self) -> MutexGuard<'_, Option<OpenIndex>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn touched(&self) -> MutexGuard<'_, HashSet<Arc<Path>>> {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The words in a row's thread: its name first, then what was said.
fn find(term: &SearchTerm, row: &Row) -> Option<String> {
    term.find_in_thread(&row.stored.thread).or_else(|| {
        let mut found = None;
        let scanned = RolloutReader::open(&row.path).and_then(|reader| {
            reader.scan(|record| {
                found = term.find_in_record(&record);
                found.is_some()
            })
        });
        if let Err(error) = scanned {
            tracing::debug!(%error, path = %row.path.display(), "cannot search a rollout");
        }
        found
    })
}
