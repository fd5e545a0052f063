//! `environment/info`.

use std::{env, path::Path};

use codex_app_server_protocol::{environment, methods};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::{LOCAL, error::Failure},
};

impl Handle<methods::EnvironmentInfo> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        environment::InfoParams { environment_id: id }: environment::InfoParams,
    ) -> Result<environment::InfoResponse, Failure> {
        if id != LOCAL {
            return Err(Failure::refused(format!("unknown environment `{id}`; this server has `{LOCAL}`")));
        }
        let path = env::var("SHELL").ok().filter(|path| !path.is_empty());
        let path = path.unwrap_or_else(|| "/bin/sh".to_owned());
        let name = Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let cwd = env::current_dir().ok().map(|cwd| file_uri(&cwd));
        Ok(environment::InfoResponse { shell: environment::EnvironmentShellInfo { name, path }, cwd })
    }
}

/// An absolute path as a `file` URI (RFC 8089): all but letters, digits and a few marks in per cent.
fn file_uri(path: &Path) -> String {
    use std::{fmt::Write as _, os::unix::ffi::OsStrExt as _};

    let mut uri = "file://".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(*byte));
            }
            _ => write!(uri, "%{byte:02X}").expect("text grows"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(file_uri(Path::new("/a b/ü%")), "file:///a%20b/%C3%BC%25");
        assert_eq!(file_uri(Path::new("/")), "file:///");
    }
}
