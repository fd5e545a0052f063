//! Where the agent works, in the form that models of this family know.

use std::path::Path;

use jiff::Zoned;

/// The message about the environment: working directory, shell, date, zone.
pub(crate) fn environment_context(cwd: &Path) -> String {
    let now = Zoned::now();
    let shell = std::env::var("SHELL").ok();
    let shell = shell.as_deref().and_then(|shell| shell.rsplit('/').next()).unwrap_or("sh");
    let zone = now.time_zone().iana_name().unwrap_or("UTC");
    format!(
        "<environment_context>\n  <cwd>{}</cwd>\n  <shell>{shell}</shell>\n  <current_date>{}</current_date>\n  \
         <timezone>{zone}</timezone>\n</environment_context>",
        cwd.display(),
        now.date(),
    )
}
