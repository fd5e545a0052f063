//! What the kernel knows about a process: processor time, memory.

use std::{collections::BTreeMap, fs, io, path::Path};

/// Processor time of a process so far.
pub(crate) struct Cpu {
    /// Nanoseconds by thread, from the scheduler.
    threads: BTreeMap<String, u64>,
    /// Nanoseconds of the whole process, ended threads included, to a hundredth of a second.
    ticks: u64,
}

/// `USER_HZ`, which is 100 on every Linux that Rust runs on.
const TICK_NS: u64 = 10_000_000;

impl Cpu {
    pub(crate) fn of(pid: u32) -> io::Result<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let fields: Vec<&str> =
            stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        let field = |index: usize| fields.get(index).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        let mut threads = BTreeMap::new();
        for entry in fs::read_dir(format!("/proc/{pid}/task"))? {
            let entry = entry?;
            // A thread may end between the listing and the reading.
            let Ok(text) = fs::read_to_string(entry.path().join("schedstat")) else { continue };
            let ns = text.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0);
            threads.insert(entry.file_name().to_string_lossy().into_owned(), ns);
        }
        Ok(Self { threads, ticks: (field(11) + field(12)) * TICK_NS })
    }

    /// Nanoseconds used since `before`: exact, unless a thread ended in between.
    pub(crate) fn since(&self, before: &Self) -> u64 {
        if before.threads.keys().all(|tid| self.threads.contains_key(tid)) {
            self.threads
                .iter()
                .map(|(tid, ns)| ns.saturating_sub(before.threads.get(tid).copied().unwrap_or(0)))
                .sum()
        } else {
            self.ticks.saturating_sub(before.ticks)
        }
    }
}

/// Resident memory in MB: now, and at its highest.
pub(crate) fn memory_mb(pid: u32) -> io::Result<(f64, f64)> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kb = |key: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(key))
            .and_then(|rest| rest.split_whitespace().next())
            .and_then(|text| text.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    Ok((kb("VmRSS:") / 1024.0, kb("VmHWM:") / 1024.0))
}

/// Size in MB of the program that a process runs.
pub(crate) fn binary_mb(pid: u32) -> io::Result<f64> {
    Ok(fs::metadata(Path::new("/proc").join(pid.to_string()).join("exe"))?.len() as f64 / 1e6)
}
