//! Where the agent works, in the form that models of this family know.

use codex_protocol::{ApprovalPolicy, SandboxPolicy, ThreadSettings};
use jiff::Zoned;

use crate::exec::{Shell, sandbox};

/// The message about the environment: working directory, shell, what commands may do, date, zone.
pub(crate) fn environment_context(settings: &ThreadSettings) -> String {
    let now = Zoned::now();
    let zone = now.time_zone().iana_name().unwrap_or("UTC");
    format!(
        "<environment_context>\n  <cwd>{}</cwd>\n  <shell>{}</shell>\n  <approval_policy>{}</approval_policy>\n  \
         <sandbox_mode>{}</sandbox_mode>\n  <network_access>{}</network_access>\n  \
         <current_date>{}</current_date>\n  <timezone>{zone}</timezone>\n</environment_context>",
        settings.cwd.display(),
        Shell::of_system(false).name(),
        asked(settings.approval_policy),
        sandbox::name(&settings.sandbox_policy),
        network(&settings.sandbox_policy),
        now.date(),
    )
}

const fn asked(policy: ApprovalPolicy) -> &'static str {
    match policy {
        ApprovalPolicy::Untrusted => "untrusted",
        ApprovalPolicy::OnRequest => "on-request",
        ApprovalPolicy::Never => "never",
        ApprovalPolicy::Granular(_) => "granular",
    }
}

fn network(policy: &SandboxPolicy) -> &'static str {
    let open = match policy {
        SandboxPolicy::DangerFullAccess => true,
        SandboxPolicy::ReadOnly { network_access } | SandboxPolicy::WorkspaceWrite { network_access, .. } => {
            *network_access
        }
        SandboxPolicy::ExternalSandbox { network_access } => {
            *network_access == codex_protocol::NetworkAccess::Enabled
        }
    };
    if open { "enabled" } else { "restricted" }
}
