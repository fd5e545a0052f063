//! The clock that times on the wire and in the store are read from.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in Unix milliseconds; 0 where the system's clock stands before 1970.
pub fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
