//! Log lines: the course of a turn can be read, and nothing private with it.

use std::{
    io,
    sync::{Arc, Mutex},
};

use crate::support::run;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_course_of_a_turn_is_logged_without_what_was_said() {
    run(&["model_providers.demo.experimental_bearer_token=canary-token"], |mut world| async move {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        world.turn("canary-prompt").await;
        drop(guard);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let mut last = 0;
        for line in ["dispatched", "turn started", "model called", "turn ended"] {
            last += text[last..].find(line).unwrap_or_else(|| panic!("{line} is not in order in {text}"));
        }
        let ours: String = text.lines().filter(|line| line.contains("codex_core")).collect();
        assert!(!ours.contains("canary"), "{ours}");
        assert!(!text.contains("canary-token"), "{text}");
    });
}
