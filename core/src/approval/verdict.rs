//! What the policies say to a command: run it, ask first, or do not run it at all.

use codex_protocol::ApprovalPolicy;

/// A command that the agent wants to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish {
    /// Whether a sandbox would hold it.
    pub(crate) confined: bool,
    /// Whether the agent asks for it to run outside of the sandbox.
    pub(crate) escalated: bool,
    /// Whether it deletes without a way back.
    pub(crate) deletes: bool,
    /// Whether the user allowed this very command already.
    pub(crate) granted: bool,
    /// Whether the user allowed all commands that begin like it.
    pub(crate) covered: bool,
}

/// What the policies say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Run it, in the sandbox if there is one.
    Run,
    /// Run it outside of the sandbox: the user saw it and allowed it.
    RunOutside,
    /// Ask. What the user allows then runs outside of the sandbox.
    Ask,
    /// Do not run it: nobody may be asked.
    Refuse,
}

/// What the policies say to a wish.
pub(crate) fn verdict(policy: ApprovalPolicy, wish: Wish) -> Verdict {
    if wish.granted {
        return Verdict::RunOutside;
    }
    // Where nothing holds a command there is nothing to leave.
    let outside = wish.escalated && wish.confined;
    match policy {
        ApprovalPolicy::Untrusted if outside || !wish.covered => Verdict::Ask,
        ApprovalPolicy::OnRequest if outside || (wish.deletes && !wish.covered) => Verdict::Ask,
        ApprovalPolicy::Granular(asks) if outside && asks.sandbox_approval => Verdict::Ask,
        ApprovalPolicy::Never | ApprovalPolicy::Granular(_) if outside => Verdict::Refuse,
        _ => Verdict::Run,
    }
}

#[cfg(test)]
mod tests {
    use codex_protocol::GranularApproval;

    use super::*;

    const PLAIN: Wish =
        Wish { confined: true, escalated: false, deletes: false, granted: false, covered: false };

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
        use Verdict::{Ask, Refuse, Run};
        let wishes = [
            PLAIN,
            Wish { covered: true, ..PLAIN },
            Wish { deletes: true, ..PLAIN },
            Wish { escalated: true, covered: true, ..PLAIN },
            Wish { escalated: true, confined: false, ..PLAIN },
        ];
        for (policy, expected) in [
            (ApprovalPolicy::Untrusted, [Ask, Run, Ask, Ask, Ask]),
            (ApprovalPolicy::OnRequest, [Run, Run, Ask, Ask, Run]),
            (ApprovalPolicy::Never, [Run, Run, Run, Refuse, Run]),
            (granular(true), [Run, Run, Run, Ask, Run]),
            (granular(false), [Run, Run, Run, Refuse, Run]),
        ] {
            assert_eq!(wishes.map(|wish| verdict(policy, wish)), expected, "{policy:?}");
        }
    }

    #[test]
    fn what_was_allowed_is_not_asked_again() {
        for policy in [ApprovalPolicy::Untrusted, ApprovalPolicy::Never] {
            let granted = Wish { granted: true, deletes: true, escalated: true, ..PLAIN };
            assert_eq!(verdict(policy, granted), Verdict::RunOutside);
        }
    }
}
