//! The params of starting, resuming and forking a thread, as core takes them. Every field is honoured or refused by name.

use codex_app_server_protocol::{
    RpcError,
    thread::{ForkParams, InitialTurnsPage, ResumeParams, SortDirection, StartParams},
};
use codex_core::{
    ForkThread, HistoryQuery, JoinedTurnsQuery, ResumeThread, StartThread, ThreadRef, TurnsPageQuery,
};
use codex_protocol::{HistoryMode, ItemsView, SandboxChoice, SessionSource, ThreadId};

use super::{
    overrides::{FixedSettings, Overrides},
    unsupported::{refused, unsupported},
};

/// The reference server's word for every client of the app-server.
const CLIENTS: SessionSource = SessionSource::VsCode;

/// `thread/start`, asked by a client of that name.
pub(crate) fn start(params: StartParams, originator: Option<String>) -> Result<StartThread, RpcError> {
    let StartParams {
        model,
        model_provider,
        // No other provider's model stands in.
        allow_provider_model_fallback: _,
        service_tier,
        cwd,
        runtime_workspace_roots,
        environments,
        approval_policy,
        approvals_reviewer,
        sandbox,
        permissions,
        config,
        // What a client calls itself stands in `clientInfo`.
        service_name: _,
        base_instructions,
        developer_instructions,
        personality,
        multi_agent_mode,
        ephemeral,
        history_mode,
        // For hooks, of which there are none.
        session_start_source: _,
        thread_source,
        project_id,
        // The official terminal UI offers tools in every session. They are not shown to the model (docs/compatibility.md).
        dynamic_tools: _,
        selected_capability_roots,
        daybreak_enabled,
        // The reference server's own test field: of no consequence there either.
        mock_experimental_field: _,
        experimental_raw_events,
    } = params;
    match history_mode {
        None | Some(HistoryMode::Paginated) => {}
        Some(HistoryMode::Legacy) => {
            return Err(refused("historyMode", "this server keeps `paginated` histories alone"));
        }
    }
    unsupported("selectedCapabilityRoots", &selected_capability_roots)?;
    unsupported("daybreakEnabled", &daybreak_enabled)?;
    unsupported("experimentalRawEvents", &experimental_raw_events)?;
    if let Some(project) = project_id {
        return Err(RpcError::invalid_request(format!("project not found: {project}")));
    }
    let overrides = Overrides {
        cwd,
        model,
        approval_policy,
        approvals_reviewer,
        sandbox: sandbox.map(SandboxChoice::Mode),
        permissions,
        fixed: FixedSettings {
            service_tier,
            runtime_workspace_roots,
            environments,
            summary: None,
            personality,
            multi_agent_mode,
        },
        ..Overrides::default()
    };
    Ok(StartThread {
        settings: overrides.change()?,
        model_provider,
        base_instructions,
        developer_instructions,
        ephemeral: ephemeral.unwrap_or(false),
        originator,
        source: CLIENTS,
        thread_source,
        config: config.unwrap_or_default(),
    })
}

/// `thread/resume`: what to load, and the turns that the answer brings.
pub(crate) fn resume(params: ResumeParams) -> Result<(ResumeThread, JoinedTurnsQuery), RpcError> {
    let ResumeParams {
        thread_id,
        history,
        path,
        model,
        model_provider,
        service_tier,
        cwd,
        runtime_workspace_roots,
        approval_policy,
        approvals_reviewer,
        sandbox,
        permissions,
        config,
        base_instructions,
        developer_instructions,
        personality,
        exclude_turns,
        initial_turns_page,
    } = params;
    if history.is_some() {
        return Err(RpcError::invalid_request(
            "`history` is not supported: start a thread and inject the items",
        ));
    }
    let overrides = Overrides {
        cwd,
        model,
        approval_policy,
        approvals_reviewer,
        sandbox: sandbox.map(SandboxChoice::Mode),
        permissions,
        fixed: FixedSettings {
            service_tier,
            runtime_workspace_roots,
            personality,
            ..FixedSettings::default()
        },
        ..Overrides::default()
    };
    let with = StartThread {
        settings: overrides.change()?,
        model_provider,
        base_instructions,
        developer_instructions,
        config: config.unwrap_or_default(),
        ..StartThread::default()
    };
    let page =
        initial_turns_page.map(|InitialTurnsPage { items_view, limit, sort_direction }| TurnsPageQuery {
            query: HistoryQuery {
                cursor: None,
                limit,
                ascending: sort_direction == Some(SortDirection::Asc),
            },
            view: items_view.unwrap_or(ItemsView::Summary),
        });
    let resume = ResumeThread { thread: thread_ref(thread_id, path)?, with };
    Ok((resume, JoinedTurnsQuery { all: !exclude_turns, page }))
}

/// `thread/fork`: what to copy, and the turns that the answer brings.
pub(crate) fn fork(
    params: ForkParams,
    originator: Option<String>,
) -> Result<(ForkThread, JoinedTurnsQuery), RpcError> {
    let ForkParams {
        thread_id,
        path,
        last_turn_id,
        before_turn_id,
        model,
        model_provider,
        service_tier,
        cwd,
        runtime_workspace_roots,
        approval_policy,
        approvals_reviewer,
        sandbox,
        permissions,
        config,
        base_instructions,
        developer_instructions,
        thread_source,
        ephemeral,
        exclude_turns,
        attach_to_source,
        // There are no goals.
        defer_goal_continuation: _,
        experimental_prediction_mode,
        experimental_disable_prediction_mcp,
    } = params;
    unsupported("attachToSource", &attach_to_source)?;
    unsupported("experimentalPredictionMode", &experimental_prediction_mode)?;
    unsupported("experimentalDisablePredictionMcp", &experimental_disable_prediction_mcp)?;
    let overrides = Overrides {
        cwd,
        model,
        approval_policy,
        approvals_reviewer,
        sandbox: sandbox.map(SandboxChoice::Mode),
        permissions,
        fixed: FixedSettings { service_tier, runtime_workspace_roots, ..FixedSettings::default() },
        ..Overrides::default()
    };
    let with = StartThread {
        settings: overrides.change()?,
        model_provider,
        base_instructions,
        developer_instructions,
        ephemeral,
        originator,
        source: CLIENTS,
        thread_source,
        config: config.unwrap_or_default(),
    };
    let fork = ForkThread {
        thread: thread_ref(thread_id, path)?,
        last_turn: last_turn_id,
        before_turn: before_turn_id,
        with,
    };
    Ok((fork, JoinedTurnsQuery { all: !exclude_turns, page: None }))
}

/// `path` comes before the id, which may then be empty.
fn thread_ref(id: Option<ThreadId>, path: Option<String>) -> Result<ThreadRef, RpcError> {
    match (path.filter(|path| !path.is_empty()), id) {
        (Some(path), _) => Ok(ThreadRef::Location(path.into())),
        (None, Some(id)) => Ok(ThreadRef::Id(id)),
        (None, None) => Err(refused("threadId", "must not be empty where `path` is not sent")),
    }
}
