//! Giving up what only the system's administrator may do.

use rustix::thread::{
    CapabilitySet, CapabilitySets, capability_is_in_bounding_set, remove_capability_from_bounding_set,
    set_capabilities, set_no_new_privs,
};

use super::SpawnError;

/// Takes all capabilities from the calling thread and whatever it starts, for good, also where that is root.
pub(super) fn give_up() -> Result<(), SpawnError> {
    let refused =
        |error: rustix::io::Errno| SpawnError::Refused { reason: format!("capabilities stay: {error}") };
    set_no_new_privs(true).map_err(refused)?;
    // Root would get them back with the next program, but not past this. Only those who have them may do so.
    for capability in CapabilitySet::all().iter() {
        if capability_is_in_bounding_set(capability).unwrap_or(false) {
            let _ = remove_capability_from_bounding_set(capability);
        }
    }
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })
        .map_err(refused)
}
