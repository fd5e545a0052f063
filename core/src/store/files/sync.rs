//! Puts a file on the disk, off everybody's path, one run at a time.

use std::{
    fs::File,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

/// Nobody syncs.
const IDLE: u8 = 0;
/// Somebody syncs.
const RUNNING: u8 = 1;
/// Somebody syncs, and has to do so once more: there is something new.
const AGAIN: u8 = 2;

/// The syncing of one file. However many turns end meanwhile, one thread is busy with it.
#[derive(Debug, Default)]
pub(super) struct Syncing {
    state: AtomicU8,
}

impl Syncing {
    /// Has the file put on the disk some time after this. What fails is logged: the data is with the system already.
    pub(super) fn start(self: &Arc<Self>, file: &Arc<File>) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let asked = |state| Some(if state == IDLE { RUNNING } else { AGAIN });
        if self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, asked) != Ok(IDLE) {
            return;
        }
        let (sync, file) = (Arc::clone(self), Arc::clone(file));
        runtime.spawn_blocking(move || sync.run(&file));
    }

    fn run(&self, file: &File) {
        loop {
            self.state.store(RUNNING, Ordering::Release);
            if let Err(error) = file.sync_data() {
                tracing::warn!(%error, "cannot sync a rollout");
            }
            if self.state.compare_exchange(RUNNING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return;
            }
        }
    }
}
