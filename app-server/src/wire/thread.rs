//! Threads and their settings, as clients see them.

use codex_app_server_protocol::thread;
use codex_protocol::{Thread, ThreadEnvironment, ThreadSettings, TurnId};

use super::LOCAL;

/// What the user has read, as clients are told.
pub(crate) fn read_state(
    first_unread: Option<TurnId>,
    from_start: bool,
    revision: String,
) -> thread::ReadState {
    let first_unread = match first_unread {
        Some(turn_id) => Some(thread::UnreadPosition::Turn { turn_id }),
        None => from_start.then_some(thread::UnreadPosition::ThreadStart),
    };
    thread::ReadState { first_unread, revision }
}

/// A thread's settings, as clients are told.
pub(crate) fn settings(settings: &ThreadSettings) -> thread::Settings {
    let settings = settings.clone();
    let cwd = settings.cwd.display().to_string();
    thread::Settings {
        environments: Some(vec![ThreadEnvironment {
            environment_id: LOCAL.to_owned(),
            cwd: cwd.clone(),
            runtime_workspace_roots: vec![cwd.clone()],
        }]),
        cwd,
        approval_policy: settings.approval_policy,
        approvals_reviewer: settings.approvals_reviewer,
        sandbox_policy: settings.sandbox_policy,
        active_permission_profile: settings.permission_profile,
        collaboration_mode: collaboration(&settings.model, settings.effort.as_deref()),
        model: settings.model,
        model_provider: settings.model_provider,
        service_tier: None,
        effort: settings.effort,
        summary: None,
        multi_agent_mode: thread::MultiAgentMode::ExplicitRequestOnly,
        personality: None,
        disabled_plugin_ids: Vec::new(),
    }
}

/// The one mode of collaboration that there is.
pub(crate) fn collaboration(model: &str, effort: Option<&str>) -> thread::CollaborationMode {
    thread::CollaborationMode {
        mode: thread::ModeKind::Default,
        settings: thread::CollaborationSettings {
            model: model.to_owned(),
            reasoning_effort: effort.map(str::to_owned),
            developer_instructions: None,
        },
    }
}

/// A thread with the settings that it works by: what starting, forking and resuming all answer, each in its own type.
macro_rules! described {
    ($response:ident, $thread:expr, $settings:expr $(, $more:ident: $value:expr)* $(,)?) => {{
        let settings: ThreadSettings = $settings;
        let cwd = settings.cwd.display().to_string();
        thread::$response {
            thread: $thread,
            $($more: $value,)*
            model: settings.model,
            model_provider: settings.model_provider,
            service_tier: None,
            disabled_plugin_ids: Vec::new(),
            runtime_workspace_roots: vec![cwd.clone()],
            cwd,
            instruction_sources: settings
                .instruction_sources
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
            approval_policy: settings.approval_policy,
            approvals_reviewer: settings.approvals_reviewer,
            sandbox: settings.sandbox_policy,
            active_permission_profile: settings.permission_profile,
            reasoning_effort: settings.effort,
            multi_agent_mode: thread::MultiAgentMode::ExplicitRequestOnly,
        }
    }};
}

/// The answer to starting a thread.
pub(crate) fn started(thread: Thread, settings: ThreadSettings) -> thread::StartResponse {
    described!(StartResponse, thread, settings)
}

/// The answer to forking one.
pub(crate) fn forked(thread: Thread, settings: ThreadSettings) -> thread::ForkResponse {
    described!(ForkResponse, thread, settings)
}

/// The answer to resuming one, before its turns are read.
pub(crate) fn resumed(thread: Thread, settings: ThreadSettings) -> thread::ResumeResponse {
    let mode = collaboration(&settings.model, settings.effort.as_deref());
    described!(
        ResumeResponse,
        thread,
        settings,
        collaboration_mode: Some(mode),
        initial_turns_page: None,
        turns_backwards_cursor: None,
        items_backwards_cursor: None,
    )
}

/// A thread as lists and changes of its metadata show it. As in the reference server's: whether one takes input is told of
/// a loaded one alone.
pub(crate) fn listed(thread: Thread) -> Thread {
    Thread { can_accept_direct_input: None, ..thread }
}

/// A thread that came back from the archive. As in the reference server's: where its commands run is told when it is
/// loaded.
pub(crate) fn unarchived(thread: Thread) -> Thread {
    Thread { environments: None, ..thread }
}
