//! What the policies say to a command: run it, ask first, or do not run it at all.

use codex_protocol::ApprovalPolicy;

/// A command that the agent wants to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandRequest {
    /// Whether a sandbox would hold it.
    pub(crate) confined: bool,
    /// Whether the agent asks for it to run outside of the sandbox.
    pub(crate) escalated: bool,
    /// Whether it may destroy what cannot be had back.
    pub(crate) dangerous: bool,
    /// Whether the user allowed this very command already.
    pub(crate) granted: bool,
    /// Whether the user allowed all commands that begin like it.
    pub(crate) covered: bool,
}

/// What the policies say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApprovalDecision {
    /// Run it, in the sandbox if there is one.
    Run,
    /// Run it outside of the sandbox: the user saw it and allowed it.
    RunOutside,
    /// Ask. What the user allows then runs outside of the sandbox.
    Ask,
    /// Do not run it: nobody may be asked.
    Refuse,
}

/// What the policies say to a request.
pub(crate) fn decide(policy: ApprovalPolicy, request: CommandRequest) -> ApprovalDecision {
    // Where nothing holds a command there is nothing to leave.
    let outside = request.escalated && request.confined;
    if request.granted {
        return if outside { ApprovalDecision::RunOutside } else { ApprovalDecision::Run };
    }
    match policy {
        ApprovalPolicy::Untrusted if outside || !request.covered => ApprovalDecision::Ask,
        ApprovalPolicy::OnRequest if outside || (request.dangerous && !request.covered) => {
            ApprovalDecision::Ask
        }
        ApprovalPolicy::Granular(asks) if outside && asks.sandbox_approval => ApprovalDecision::Ask,
        ApprovalPolicy::Never | ApprovalPolicy::Granular(_) if outside => ApprovalDecision::Refuse,
        _ => ApprovalDecision::Run,
    }
}

/// What the policies say to a patch: `inside` where all that it writes may be written without leave.
pub(crate) fn decide_patch(policy: ApprovalPolicy, inside: bool, granted: bool) -> ApprovalDecision {
    match policy {
        _ if granted => ApprovalDecision::Run,
        ApprovalPolicy::Untrusted => ApprovalDecision::Ask,
        _ if inside => ApprovalDecision::Run,
        ApprovalPolicy::OnRequest => ApprovalDecision::Ask,
        ApprovalPolicy::Granular(asks) if asks.sandbox_approval => ApprovalDecision::Ask,
        ApprovalPolicy::Never | ApprovalPolicy::Granular(_) => ApprovalDecision::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use codex_protocol::GranularApproval;

    use super::*;

    const PLAIN: CommandRequest =
        CommandRequest { confined: true, escalated: false, dangerous: false, granted: false, covered: false };

    fn granular(sandbox_approval: bool) -> ApprovalPolicy {
        ApprovalPolicy::Granular(GranularApproval {
            sandbox_approval,
            rules: true,
            mcp_elicitations: true,
            skill_approval: true,
            request_permissions: true,
        })
    }

    #[test]
    fn every_policy_has_its_say() {
        use ApprovalDecision::{Ask, Refuse, Run};
        let requestes = [
            PLAIN,
            CommandRequest { covered: true, ..PLAIN },
            CommandRequest { dangerous: true, ..PLAIN },
            CommandRequest { escalated: true, covered: true, ..PLAIN },
            CommandRequest { escalated: true, confined: false, ..PLAIN },
        ];
        for (policy, expected) in [
            (ApprovalPolicy::Untrusted, [Ask, Run, Ask, Ask, Ask]),
            (ApprovalPolicy::OnRequest, [Run, Run, Ask, Ask, Run]),
            (ApprovalPolicy::Never, [Run, Run, Run, Refuse, Run]),
            (granular(true), [Run, Run, Run, Ask, Run]),
            (granular(false), [Run, Run, Run, Refuse, Run]),
        ] {
            assert_eq!(requestes.map(|request| decide(policy, request)), expected, "{policy:?}");
        }
    }

    #[test]
    fn patches_are_asked_about_where_they_leave_the_sandbox() {
        use ApprovalDecision::{Ask, Refuse, Run};
        for (policy, expected) in [
            (ApprovalPolicy::Untrusted, [Ask, Ask, Run]),
            (ApprovalPolicy::OnRequest, [Run, Ask, Run]),
            (ApprovalPolicy::Never, [Run, Refuse, Run]),
            (granular(true), [Run, Ask, Run]),
            (granular(false), [Run, Refuse, Run]),
        ] {
            let decided = [(true, false), (false, false), (false, true)]
                .map(|(inside, granted)| decide_patch(policy, inside, granted));
            assert_eq!(decided, expected, "{policy:?}");
        }
    }

    #[test]
    fn what_was_allowed_is_not_asked_again() {
        for policy in [ApprovalPolicy::Untrusted, ApprovalPolicy::Never] {
            let granted = CommandRequest { granted: true, dangerous: true, escalated: true, ..PLAIN };
            assert_eq!(decide(policy, granted), ApprovalDecision::RunOutside);
            // What was to run in the sandbox runs there.
            let held = CommandRequest { escalated: false, ..granted };
            assert_eq!(decide(policy, held), ApprovalDecision::Run);
        }
    }
}
