//! See `fuzz_targets::patch`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::patch(bytes));
