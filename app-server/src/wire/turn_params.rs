//! The params of turns and of changed settings, as core takes them. Every field is honoured or refused by name.

use codex_app_server_protocol::{
    RpcError, thread,
    turn::{CyberAccessProgram, StartParams, SteerParams},
};
use codex_protocol::{SandboxChoice, SettingsChange, ThreadId, UserInput, UserTurn};

use super::{
    overrides::{FixedSettings, Overrides},
    unsupported::{refused, unsupported},
};

/// `turn/start`: the thread, and its turn.
pub(crate) fn start(params: StartParams) -> Result<(ThreadId, UserTurn), RpcError> {
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
        return Err(refused("toolOutput", "not supported by this server"));
    }
    for (field, turn) in [("rootTurnId", root_turn_id), ("parentTurnId", parent_turn_id)] {
        if turn.is_some() {
            return Err(refused(field, "not supported by this server: no turn continues another"));
        }
    }
    unsupported("serviceTierForTurn", &service_tier_for_turn.filter(|tier| tier != "default"))?;
    match cyber_access_program {
        None | Some(CyberAccessProgram::Standard) => {}
        Some(CyberAccessProgram::DaybreakBlue | CyberAccessProgram::DaybreakRed) => {
            return Err(refused("cyberAccessProgram", "not supported by this server"));
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
    let (thread_id, settings) = settings_change(update, runtime_workspace_roots)?;
    Ok((
        thread_id,
        UserTurn {
            input,
            client_id: client_user_message_id,
            settings,
            output_schema,
            client_name: None,
            caller: None,
        },
    ))
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
pub(crate) fn settings(params: thread::SettingsUpdateParams) -> Result<(ThreadId, SettingsChange), RpcError> {
    settings_change(params, None)
}

/// What changes, for a turn and those after it or from the next one on. Only a turn names workspace roots.
fn settings_change(
    params: thread::SettingsUpdateParams,
    runtime_workspace_roots: Option<Vec<String>>,
) -> Result<(ThreadId, SettingsChange), RpcError> {
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
        cwd,
        model,
        effort,
        approval_policy,
        approvals_reviewer,
        sandbox: sandbox_policy.map(SandboxChoice::Policy),
        permissions,
        collaboration_mode,
        fixed: FixedSettings {
            service_tier,
            runtime_workspace_roots,
            environments,
            summary,
            personality,
            multi_agent_mode,
        },
    };
    Ok((thread_id, overrides.change()?))
}
