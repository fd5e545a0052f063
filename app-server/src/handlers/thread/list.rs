//! `thread/list` and `thread/loaded/list`.

use std::{collections::BTreeMap, path::PathBuf};

use codex_app_server_protocol::{methods, thread};
use codex_core::{ListQuery, SortKey};
use codex_protocol::SessionSource;

use crate::{
    app::App,
    handlers::paging,
    router::{Handle, RequestCx},
    wire::{
        error::Failure,
        thread::{listed, read_state},
    },
};

impl Handle<methods::ThreadList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: thread::ListParams,
    ) -> Result<thread::ListResponse, Failure> {
        let Some(query) = query(params) else { return Ok(nothing()) };
        let page = self.threads().list(query).await?;
        let read_states = page.data.iter().filter_map(|view| {
            let read = view.read.clone()?;
            Some((view.thread.id, read_state(read.first_unread, read.from_start, read.revision)))
        });
        Ok(thread::ListResponse {
            read_states: Some(read_states.collect()),
            data: page.data.into_iter().map(|view| listed(view.thread)).collect(),
            next_cursor: page.next_cursor,
            backwards_cursor: page.backwards_cursor,
        })
    }
}

/// A page without threads.
fn nothing() -> thread::ListResponse {
    thread::ListResponse {
        data: Vec::new(),
        read_states: Some(BTreeMap::new()),
        next_cursor: None,
        backwards_cursor: None,
    }
}

/// What is asked for; none where no thread of this server can match.
fn query(params: thread::ListParams) -> Option<ListQuery> {
    let thread::ListParams {
        cursor,
        limit,
        sort_key,
        sort_direction,
        model_providers,
        source_kinds,
        originators,
        archived,
        project_id,
        section_id,
        cwd,
        search_term,
        parent_thread_id,
        ancestor_thread_id,
        attached_to_thread_id,
        excluded_thread_ids,
        // No thread hangs on another.
        include_attached_threads: _,
        // There is one account, whose threads all are.
        current_account_only: _,
        // The index knows every thread.
        use_state_db_only: _,
    } = params;
    // Threads of this server are in no project and no section, and no other thread started them.
    let elsewhere = project_id.is_some()
        || section_id.is_some()
        || parent_thread_id.is_some()
        || ancestor_thread_id.is_some()
        || attached_to_thread_id.is_some();
    let cwds = match cwd {
        None => None,
        Some(thread::CwdFilter::One(cwd)) => Some(vec![PathBuf::from(cwd)]),
        Some(thread::CwdFilter::Many(cwds)) => Some(cwds.into_iter().map(PathBuf::from).collect()),
    };
    (!elsewhere).then(|| ListQuery {
        cursor,
        limit,
        sort_key: match sort_key.unwrap_or_default() {
            thread::SortKey::CreatedAt => SortKey::CreatedAt,
            // Recency is the last change here, and no client has sorted threads into sections.
            thread::SortKey::UpdatedAt | thread::SortKey::RecencyAt | thread::SortKey::SectionPosition => {
                SortKey::UpdatedAt
            }
        },
        ascending: sort_direction == Some(thread::SortDirection::Asc),
        model_providers: model_providers.unwrap_or_default(),
        cwds,
        sources: sources(source_kinds),
        originators: originators.unwrap_or_default(),
        search_term,
        excluded: excluded_thread_ids.unwrap_or_default(),
        archived: archived.unwrap_or(false),
    })
}

/// The kinds of client that are meant: those that people use where none is named.
pub(super) fn sources(kinds: Option<Vec<thread::SourceKind>>) -> Vec<SessionSource> {
    let kinds = kinds.unwrap_or_default();
    if kinds.is_empty() {
        return vec![SessionSource::Cli, SessionSource::VsCode];
    }
    kinds
        .into_iter()
        .map(|kind| match kind {
            thread::SourceKind::Cli => SessionSource::Cli,
            thread::SourceKind::VsCode => SessionSource::VsCode,
            thread::SourceKind::Exec => SessionSource::Exec,
            thread::SourceKind::AppServer => SessionSource::AppServer,
            thread::SourceKind::Unknown => SessionSource::Unknown,
            // No subagents are made yet, so this one matches nothing.
            thread::SourceKind::SubAgent
            | thread::SourceKind::SubAgentReview
            | thread::SourceKind::SubAgentCompact
            | thread::SourceKind::SubAgentThreadSpawn
            | thread::SourceKind::SubAgentOther => SessionSource::Custom("subAgent".to_owned()),
        })
        .collect()
}

impl Handle<methods::ThreadLoadedList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        thread::LoadedListParams { cursor, limit }: thread::LoadedListParams,
    ) -> Result<thread::LoadedListResponse, Failure> {
        let loaded = self.threads().loaded();
        let (data, next_cursor) = paging::by_offset(loaded, cursor.as_deref(), limit)?;
        Ok(thread::LoadedListResponse { data, next_cursor })
    }
}
