//! See `fuzz_targets::sse`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::sse(bytes));
