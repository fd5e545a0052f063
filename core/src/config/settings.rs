//! The settings of threads: from the configuration, and as they change.

use codex_protocol::{ActivePermissionProfile, SandboxChoice, SandboxPolicy, SettingsChange, ThreadSettings};

use super::{Config, PermissionProfile, PermissionsError, permissions};

impl Config {
    /// The sandbox of threads that name none, and the permission profile that it is.
    pub fn default_sandbox(&self) -> (SandboxPolicy, Option<ActivePermissionProfile>) {
        if let Some(profile) = self.default_permissions() {
            return named(profile.clone());
        }
        let configured = self.sandbox_mode();
        let policy = self.sandbox_of(configured.unwrap_or_default());
        // Where nothing is configured at all, it is the profile of that name.
        let profile = configured.is_none().then(|| permissions::implicit(&policy)).flatten();
        (policy, profile)
    }

    /// A sandbox that was chosen, and the permission profile that it is.
    pub fn sandbox(
        &self,
        choice: SandboxChoice,
    ) -> Result<(SandboxPolicy, Option<ActivePermissionProfile>), PermissionsError> {
        match choice {
            SandboxChoice::Mode(mode) => Ok((self.sandbox_of(mode), None)),
            SandboxChoice::Policy(policy) => Ok((policy, None)),
            SandboxChoice::Profile(id) => Ok(named(self.permission_profile(&id)?)),
        }
    }

    /// The settings with a change.
    pub(crate) fn changed(
        &self,
        settings: ThreadSettings,
        change: SettingsChange,
    ) -> Result<ThreadSettings, PermissionsError> {
        let SettingsChange { cwd, model, effort, approval_policy, approvals_reviewer, sandbox } = change;
        let (sandbox_policy, permission_profile) = match sandbox {
            Some(choice) => self.sandbox(choice)?,
            None => (settings.sandbox_policy, settings.permission_profile),
        };
        Ok(ThreadSettings {
            cwd: cwd.unwrap_or(settings.cwd),
            model: model.unwrap_or(settings.model),
            model_provider: settings.model_provider,
            effort: effort.or(settings.effort),
            approval_policy: approval_policy.unwrap_or(settings.approval_policy),
            approvals_reviewer: approvals_reviewer.unwrap_or(settings.approvals_reviewer),
            sandbox_policy,
            permission_profile,
            instruction_sources: settings.instruction_sources,
        })
    }
}

fn named(profile: PermissionProfile) -> (SandboxPolicy, Option<ActivePermissionProfile>) {
    let PermissionProfile { id, extends, sandbox_policy } = profile;
    (sandbox_policy, Some(ActivePermissionProfile { id, extends }))
}
