//! See `fuzz_targets::envelope`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::envelope(bytes));
