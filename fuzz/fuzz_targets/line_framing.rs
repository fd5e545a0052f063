//! See `fuzz_targets::line_framing`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::line_framing(bytes));
