//! The Linux sandbox without a mount namespace: Landlock for files and signals, a filter for system calls.

use std::{path::PathBuf, sync::Arc};

use landlock::{
    ABI, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    Scope,
};

use super::{
    Capabilities, Confinement, Launch, Sandbox, SpawnError, SpawnFuture, confined_thread, privileges,
    readable,
    roots::{Root, Roots},
    seccomp,
};

/// Devices that a command may write to wherever it may write.
const DEVICES: [&str; 3] = ["/dev/null", "/dev/zero", "/dev/full"];

/// Landlock and a filter for system calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Landlock {
    roots: Arc<Roots>,
}

impl Sandbox for Landlock {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            unavailable: confined_thread::attempt(|| confine(&[], &[], false)),
            gaps: vec![
                "modes, times and extended attributes of files outside can be changed",
                "`.git` and the server's own folder can be written where they lie below a writable folder",
                "files that are made beside the server's own folder, or beside a folder above it, cannot be read back",
                "before Linux 6.12 processes outside can be signalled",
            ],
        }
    }

    fn spawn(&self, launch: Launch, confinement: Confinement) -> SpawnFuture<'_> {
        Box::pin(async move {
            let roots = Arc::clone(&self.roots);
            let command = launch.command(Vec::new())?;
            let network = confinement.network;
            confined_thread::spawn(command, move || {
                confine(&roots.open(&confinement)?, &confinement.hidden, network)
            })
            .await
        })
    }
}

/// Confines the calling thread, and all that it starts from here on.
fn confine(roots: &[Root], hidden: &[PathBuf], network: bool) -> Result<(), SpawnError> {
    privileges::give_up()?;
    files(roots, hidden)?;
    seccomp::apply(network)
}

/// Reading stays free everywhere but in what is hidden, writing only below the writable roots. Nothing outside can be signalled.
fn files(roots: &[Root], hidden: &[PathBuf]) -> Result<(), SpawnError> {
    // Truncating came with the third version, and counts as writing.
    let writing = AccessFs::from_write(ABI::V3);
    let hidden: Vec<PathBuf> = hidden.iter().filter_map(|path| path.canonicalize().ok()).collect();
    let handled = if hidden.is_empty() { writing } else { writing | AccessFs::ReadFile };
    let mut ruleset = Ruleset::default()
        // What is enforced in part is not enforced.
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(handled)
        .map_err(|_| SpawnError::Unavailable {
            reason: "its kernel has no Landlock that keeps files from being truncated (Linux 6.2)".to_owned(),
        })?
        .set_compatibility(CompatLevel::BestEffort)
        .scope(Scope::Signal)
        .and_then(Ruleset::create)
        .map_err(|error| refused(&error))?;
    for root in roots {
        let folder = root.file.metadata().is_ok_and(|about| about.is_dir());
        let access = if folder { writing } else { AccessFs::from_file(ABI::V3) & writing };
        ruleset = ruleset.add_rule(PathBeneath::new(&root.file, access)).map_err(|error| refused(&error))?;
    }
    if !hidden.is_empty() {
        for (file, _) in readable::beside(&hidden) {
            let rule = PathBeneath::new(file, AccessFs::ReadFile);
            ruleset = ruleset.add_rule(rule).map_err(|error| refused(&error))?;
        }
    }
    for device in DEVICES {
        // A device that is not there cannot be written to either.
        let Ok(device) = PathFd::new(device) else { continue };
        let access = AccessFs::from_file(ABI::V3) & writing;
        ruleset = ruleset.add_rule(PathBeneath::new(device, access)).map_err(|error| refused(&error))?;
    }
    ruleset.restrict_self().map_err(|error| refused(&error))?;
    Ok(())
}

fn refused(error: &dyn std::error::Error) -> SpawnError {
    SpawnError::Refused { reason: error.to_string() }
}
