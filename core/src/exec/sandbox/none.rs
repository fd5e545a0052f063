//! Where there is no sandbox: nothing is run that would need one.

use tokio::process::Command;

use super::{Capabilities, Confinement, Sandbox, SpawnError, SpawnFuture};

/// Confines nothing, and so runs nothing that has to be confined.
#[derive(Clone, Debug)]
pub(crate) struct NoSandbox {
    /// Why there is none.
    pub(super) reason: String,
}

impl Sandbox for NoSandbox {
    fn capabilities(&self) -> Capabilities {
        Capabilities { unavailable: Some(self.reason.clone()), gaps: Vec::new() }
    }

    fn spawn(&self, _: Command, _: Confinement) -> SpawnFuture<'_> {
        let reason = self.reason.clone();
        Box::pin(async { Err(SpawnError::Unavailable { reason }) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_runs_that_has_to_be_confined() {
        let confinement = Confinement { writable: Vec::new(), network: true };
        let sandbox = NoSandbox { reason: "no kernel".to_owned() };
        let spawned = sandbox.spawn(Command::new("/bin/true"), confinement).await;
        assert!(matches!(spawned, Err(SpawnError::Unavailable { reason }) if reason == "no kernel"));
        assert_eq!(sandbox.capabilities().unavailable.as_deref(), Some("no kernel"));
    }
}
