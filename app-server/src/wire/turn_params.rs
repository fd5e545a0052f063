//! The params of turns and of changed settings, as core takes them. Every field is honoured or refused by name.

use std::path::PathBuf;

use codex_app_server_protocol::{
    RpcError, thread,
    turn::{CyberAccessProgram, StartParams, SteerParams},
};
use codex_core::Config;
use codex_protocol::{SandboxPolicy, SettingsChange, ThreadId, UserInput, UserTurn};

use super::{
    error::Failure,
    overrides::{Overrides, collaboration, not_empty},
    unsupported::{refused, unsupported},
};

/// `turn/start`: the thread, and its turn.
pub(crate) fn start(params: StartParams, config: &Config) -> Result<(ThreadId, UserTurn), Failure> {
    let StartParams {
        thread_id,
        input,
        client_user_message_id,
        additional_context,
        tool_output,
        // Both go to the vendor's provider alone, in a header that this server does not send.
        turn_trigger: _,
        root_turn_id,
        parent_turn_id,
        cwd,
        runtime_workspace_roots,
        environments,
        approval_policy,
        approvals_reviewer,
        sandbox_policy,
        permissions,
        model,
        service_tier,
        service_tier_for_turn,
        effort,
        summary,
        personality,
        output_schema,
        collaboration_mode,
        multi_agent_mode,
        // There are none to do without.
        disabled_plugin_ids: _,
        cyber_access_program,
        responsesapi_client_metadata,
        responsesapi_client_metadata_patch,
    } = params;
    unsupported("additionalContext", &additional_context)?;
    if tool_output.is_some() {
        return Err(refused("toolOutput", "not supported by this server").into());
    }
    for (field, turn) in [("rootTurnId", root_turn_id), ("parentTurnId", parent_turn_id)] {
        if turn.is_some() {
            return Err(refused(field, "not supported by this server: no turn continues another").into());
        }
    }
    unsupported("serviceTierForTurn", &service_tier_for_turn.filter(|tier| tier != "default"))?;
    match cyber_access_program {
        None | Some(CyberAccessProgram::Standard) => {}
        Some(CyberAccessProgram::DaybreakBlue | CyberAccessProgram::DaybreakRed) => {
            return Err(refused("cyberAccessProgram", "not supported by this server").into());
        }
    }
    unsupported("responsesapiClientMetadata", &responsesapi_client_metadata)?;
    unsupported("responsesapiClientMetadataPatch", &responsesapi_client_metadata_patch)?;
    let update = thread::SettingsUpdateParams {
        thread_id,
        cwd,
        environments,
        approval_policy,
        approvals_reviewer,
        sandbox_policy,
        permissions,
        model,
        service_tier,
        effort,
        summary,
        collaboration_mode,
        multi_agent_mode,
        personality,
        disabled_plugin_ids: None,
    };
    let (thread_id, settings) = settings_change(update, runtime_workspace_roots, config)?;
    Ok((thread_id, UserTurn { input, client_id: client_user_message_id, settings, output_schema }))
}

/// More input for a running turn.
pub(crate) struct Steer {
    pub(crate) thread_id: ThreadId,
    pub(crate) expected_turn_id: String,
    pub(crate) input: Vec<UserInput>,
    pub(crate) client_id: Option<String>,
}

/// `turn/steer`.
pub(crate) fn steer(params: SteerParams) -> Result<Steer, RpcError> {
    let SteerParams {
        thread_id,
        expected_turn_id,
        input,
        client_user_message_id,
        additional_context,
        responsesapi_client_metadata,
        responsesapi_client_metadata_patch,
    } = params;
    unsupported("additionalContext", &additional_context)?;
    unsupported("responsesapiClientMetadata", &responsesapi_client_metadata)?;
    unsupported("responsesapiClientMetadataPatch", &responsesapi_client_metadata_patch)?;
    Ok(Steer { thread_id, expected_turn_id, input, client_id: client_user_message_id })
}

/// `thread/settings/update`: the thread, and what changes.
pub(crate) fn settings(
    params: thread::SettingsUpdateParams,
    config: &Config,
) -> Result<(ThreadId, SettingsChange), Failure> {
    settings_change(params, None, config)
}

/// What changes, for a turn and those after it or from the next one on. Only a turn names workspace roots.
fn settings_change(
    params: thread::SettingsUpdateParams,
    runtime_workspace_roots: Option<Vec<String>>,
    config: &Config,
) -> Result<(ThreadId, SettingsChange), Failure> {
    let thread::SettingsUpdateParams {
        thread_id,
        cwd,
        environments,
        approval_policy,
        approvals_reviewer,
        sandbox_policy,
        permissions,
        model,
        service_tier,
        effort,
        summary,
        collaboration_mode,
        multi_agent_mode,
        personality,
        // There are none to do without.
        disabled_plugin_ids: _,
    } = params;
    let overrides = Overrides {
        service_tier,
        runtime_workspace_roots,
        environments,
        summary,
        personality,
        multi_agent_mode,
    };
    let place = overrides.check(cwd.as_deref())?;
    let (mode_model, mode_effort) = collaboration(collaboration_mode)?;
    let change = SettingsChange {
        cwd: working_directory(cwd.or(place)),
        model: not_empty("model", mode_model.or(model))?,
        effort: not_empty("effort", mode_effort.or(effort))?,
        approval_policy,
        approvals_reviewer,
        sandbox_policy: sandbox(config, sandbox_policy, permissions)?,
    };
    Ok((thread_id, change))
}

/// An empty one changes nothing.
fn working_directory(cwd: Option<String>) -> Option<PathBuf> {
    cwd.filter(|cwd| !cwd.is_empty()).map(PathBuf::from)
}

/// The sandbox that is asked for: as it is, or by the name of a permission profile.
fn sandbox(
    config: &Config,
    policy: Option<SandboxPolicy>,
    permissions: Option<String>,
) -> Result<Option<SandboxPolicy>, Failure> {
    match (policy, permissions) {
        (policy, None) => Ok(policy),
        (None, Some(profile)) => Ok(Some(config.permission_profile(&profile)?.sandbox_policy)),
        (Some(_), Some(_)) => Err(Failure::refused("`permissions` cannot be combined with `sandboxPolicy`")),
    }
}
