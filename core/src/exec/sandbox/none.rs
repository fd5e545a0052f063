//! Where there is no sandbox: nothing is run that would need one.

use super::{Capabilities, Confinement, Launch, Sandbox, SpawnError, SpawnFuture};

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

    fn spawn(&self, _: Launch, _: Confinement) -> SpawnFuture<'_> {
        let reason = self.reason.clone();
        Box::pin(async { Err(SpawnError::Unavailable { reason }) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_runs_that_has_to_be_confined() {
        let confinement =
            Confinement { writable: Vec::new(), protected: Vec::new(), hidden: Vec::new(), network: true };
        let sandbox = NoSandbox { reason: "no kernel".to_owned() };
        let (_reader, output) = std::io::pipe().unwrap();
        let launch =
            Launch { words: vec!["/bin/true".into()], cwd: "/".into(), environment: Vec::new(), output };
        let spawned = sandbox.spawn(launch, confinement).await;
        assert!(matches!(spawned, Err(SpawnError::Unavailable { reason }) if reason == "no kernel"));
        assert_eq!(sandbox.capabilities().unavailable.as_deref(), Some("no kernel"));
    }
}
