//! `thread/list` and `thread/loaded/list`.

use std::path::PathBuf;

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
        let page = self.threads().list(query(params)).await?;
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

fn query(params: thread::ListParams) -> ListQuery {
    let cwds = match params.cwd {
        None => Vec::new(),
        Some(thread::CwdFilter::One(cwd)) => vec![PathBuf::from(cwd)],
        Some(thread::CwdFilter::Many(cwds)) => cwds.into_iter().map(PathBuf::from).collect(),
    };
    ListQuery {
        cursor: params.cursor,
        limit: params.limit,
        sort_key: match params.sort_key.unwrap_or_default() {
            thread::SortKey::CreatedAt => SortKey::CreatedAt,
            // Recency is the last change here, and no client has sorted threads into sections.
            thread::SortKey::UpdatedAt | thread::SortKey::RecencyAt | thread::SortKey::SectionPosition => {
                SortKey::UpdatedAt
            }
        },
        ascending: params.sort_direction == Some(thread::SortDirection::Asc),
        model_providers: params.model_providers.unwrap_or_default(),
        cwds,
        sources: sources(params.source_kinds),
        originators: params.originators.unwrap_or_default(),
        search_term: params.search_term,
        excluded: params.excluded_thread_ids.unwrap_or_default(),
        archived: params.archived.unwrap_or(false),
    }
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
        params: thread::LoadedListParams,
    ) -> Result<thread::LoadedListResponse, Failure> {
        let loaded = self.threads().loaded();
        let (data, next_cursor) = paging::by_offset(loaded, params.cursor.as_deref(), params.limit)?;
        Ok(thread::LoadedListResponse { data, next_cursor })
    }
}
