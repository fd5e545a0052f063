//! See `fuzz_targets::rollout`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::rollout(bytes));
