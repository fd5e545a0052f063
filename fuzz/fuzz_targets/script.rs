//! See `fuzz_targets::script`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::script(bytes));
