//! What clients may set on a thread or a turn: what core honours is passed on, everything else is refused by name.

use std::path::PathBuf;

use codex_app_server_protocol::{
    RpcError,
    thread::{self, EnvironmentParams, ModeKind, MultiAgentMode, Personality, ReasoningSummary},
};
use codex_protocol::{ApprovalPolicy, ApprovalsReviewer, SandboxChoice, SettingsChange};

use super::{
    LOCAL,
    unsupported::{refused, unsupported},
};

/// All that clients may set on a thread or a turn. No request has all of it.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) cwd: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) effort: Option<String>,
    pub(crate) approval_policy: Option<ApprovalPolicy>,
    pub(crate) approvals_reviewer: Option<ApprovalsReviewer>,
    pub(crate) sandbox: Option<SandboxChoice>,
    pub(crate) permissions: Option<String>,
    pub(crate) collaboration_mode: Option<thread::CollaborationMode>,
    pub(crate) fixed: FixedSettings,
}

impl Overrides {
    /// What changes.
    pub(crate) fn change(self) -> Result<SettingsChange, RpcError> {
        let Self {
            cwd,
            model,
            effort,
            approval_policy,
            approvals_reviewer,
            sandbox,
            permissions,
            collaboration_mode,
            fixed,
        } = self;
        let place = fixed.check(cwd.as_deref())?;
        let (mode_model, mode_effort) = collaboration(collaboration_mode)?;
        Ok(SettingsChange {
            // An empty one changes nothing.
            cwd: cwd.or(place).filter(|cwd| !cwd.is_empty()).map(PathBuf::from),
            model: not_empty("model", mode_model.or(model))?,
            effort: not_empty("effort", mode_effort.or(effort))?,
            approval_policy,
            approvals_reviewer,
            sandbox: chosen(sandbox, permissions)?,
        })
    }
}

/// One way to choose a sandbox, or none.
fn chosen(
    sandbox: Option<SandboxChoice>,
    permissions: Option<String>,
) -> Result<Option<SandboxChoice>, RpcError> {
    let field = match (&sandbox, permissions) {
        (_, None) => return Ok(sandbox),
        (None, Some(profile)) => return Ok(Some(SandboxChoice::Profile(profile))),
        (Some(SandboxChoice::Policy(_)), Some(_)) => "sandboxPolicy",
        (Some(SandboxChoice::Mode(_) | SandboxChoice::Profile(_)), Some(_)) => "sandbox",
    };
    Err(RpcError::invalid_request(format!("`permissions` cannot be combined with `{field}`")))
}

/// Settings that this server knows in one form only. Each is refused where it asks for another.
#[derive(Debug, Default)]
pub(crate) struct FixedSettings {
    pub(crate) service_tier: Option<String>,
    pub(crate) runtime_workspace_roots: Option<Vec<String>>,
    pub(crate) environments: Option<Vec<EnvironmentParams>>,
    pub(crate) summary: Option<ReasoningSummary>,
    pub(crate) personality: Option<Personality>,
    pub(crate) multi_agent_mode: Option<MultiAgentMode>,
}

impl FixedSettings {
    /// Checks that nothing is asked for that would not happen. `cwd` is where the thread's commands run from now on, where
    /// the request says so. Gives the working directory that `environments` names.
    fn check(self, cwd: Option<&str>) -> Result<Option<String>, RpcError> {
        let Self {
            service_tier,
            runtime_workspace_roots,
            environments,
            summary,
            personality,
            multi_agent_mode,
        } = self;
        // The only tier there is, by its name.
        unsupported("serviceTier", &service_tier.filter(|tier| tier != "default"))?;
        match summary {
            None | Some(ReasoningSummary::Auto) => {}
            Some(ReasoningSummary::Concise | ReasoningSummary::Detailed | ReasoningSummary::None) => {
                return Err(refused("summary", "this server asks for `auto` alone"));
            }
        }
        match personality {
            None | Some(Personality::None) => {}
            Some(Personality::Friendly | Personality::Pragmatic) => {
                return Err(refused("personality", "no model of this server supports one"));
            }
        }
        match multi_agent_mode {
            None | Some(MultiAgentMode::ExplicitRequestOnly) => {}
            Some(MultiAgentMode::Proactive | MultiAgentMode::Custom(_)) => {
                return Err(refused("multiAgentMode", "this server has no other agents"));
            }
        }
        let place = environment(environments)?;
        let cwd = cwd.or(place.as_deref());
        if let Some(roots) = runtime_workspace_roots {
            roots_are("runtimeWorkspaceRoots", &roots, cwd)?;
        }
        Ok(place)
    }
}

/// The working directory of the one environment there is.
fn environment(environments: Option<Vec<EnvironmentParams>>) -> Result<Option<String>, RpcError> {
    // No environment is what clients write who want no commands to be talked of.
    let mut place = None;
    for EnvironmentParams { environment_id, cwd, runtime_workspace_roots } in environments.unwrap_or_default()
    {
        if environment_id != LOCAL {
            return Err(RpcError::invalid_request(format!("unknown turn environment id `{environment_id}`")));
        }
        if let Some(roots) = runtime_workspace_roots {
            roots_are("environments[0].runtimeWorkspaceRoots", &roots, Some(&cwd))?;
        }
        if place.replace(cwd).is_some() {
            return Err(RpcError::invalid_request(format!("duplicate turn environment id `{LOCAL}`")));
        }
    }
    Ok(place)
}

/// The work of a thread is about its working directory.
fn roots_are(field: &str, roots: &[String], cwd: Option<&str>) -> Result<(), RpcError> {
    match roots {
        [] => Ok(()),
        [root] if cwd.is_none_or(|cwd| cwd == root) => Ok(()),
        _ => Err(refused(field, "this server works in one folder: send `cwd`")),
    }
}

/// The model and the effort that a collaboration mode sets.
fn collaboration(
    mode: Option<thread::CollaborationMode>,
) -> Result<(Option<String>, Option<String>), RpcError> {
    let Some(thread::CollaborationMode { mode, settings }) = mode else { return Ok((None, None)) };
    match mode {
        ModeKind::Default => {}
        ModeKind::Plan => {
            return Err(refused("collaborationMode.mode", "this server has the default mode alone"));
        }
    }
    let thread::CollaborationSettings {
        model,
        reasoning_effort,
        // The words of the default mode, which the official clients send with every turn: how the agent is to work is in
        // the instructions already.
        developer_instructions: _,
    } = settings;
    Ok((Some(model), reasoning_effort))
}

/// A text that must say something where it is there.
fn not_empty(field: &str, text: Option<String>) -> Result<Option<String>, RpcError> {
    match text {
        Some(text) if text.trim().is_empty() => Err(refused(field, "must not be empty")),
        text => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(of: &[&str]) -> Vec<String> {
        of.iter().map(|root| (*root).to_owned()).collect()
    }

    #[test]
    fn what_says_nothing_passes() {
        let harmless = FixedSettings {
            service_tier: Some("default".to_owned()),
            runtime_workspace_roots: Some(roots(&[])),
            environments: Some(Vec::new()),
            summary: Some(ReasoningSummary::Auto),
            personality: Some(Personality::None),
            multi_agent_mode: Some(MultiAgentMode::ExplicitRequestOnly),
        };
        assert_eq!(harmless.check(None), Ok(None));
        let own = FixedSettings { runtime_workspace_roots: Some(roots(&["/w"])), ..FixedSettings::default() };
        assert_eq!(own.check(Some("/w")), Ok(None));
    }

    #[test]
    fn what_would_not_happen_is_refused_by_name() {
        let cases = [
            (
                FixedSettings { service_tier: Some("flex".to_owned()), ..FixedSettings::default() },
                "serviceTier",
            ),
            (
                FixedSettings {
                    runtime_workspace_roots: Some(roots(&["/a", "/b"])),
                    ..FixedSettings::default()
                },
                "runtimeWorkspaceRoots",
            ),
            (
                FixedSettings { summary: Some(ReasoningSummary::Detailed), ..FixedSettings::default() },
                "summary",
            ),
            (
                FixedSettings { personality: Some(Personality::Friendly), ..FixedSettings::default() },
                "personality",
            ),
            (
                FixedSettings {
                    multi_agent_mode: Some(MultiAgentMode::Proactive),
                    ..FixedSettings::default()
                },
                "multiAgentMode",
            ),
        ];
        for (settings, field) in cases {
            let refusal = settings.check(Some("/w")).unwrap_err();
            assert!(
                refusal.message.starts_with(&format!("invalid params: {field}: ")),
                "{}",
                refusal.message
            );
        }
    }
}
