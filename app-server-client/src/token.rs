//! The token that a server on websockets asks for, found where the server keeps it.

use std::{env, fs, net::SocketAddr, path::PathBuf};

use secrecy::SecretString;

/// The variable that a token is taken from, before its file.
pub const TOKEN_VARIABLE: &str = "CODEX_APP_SERVER_TOKEN";
/// The name of the token's file, below `$CODEX_HOME/app-server`.
pub const TOKEN_FILE: &str = "token";

/// The token for a server at `ws://HOST:PORT`: of the variable, else of the file of this user's servers, which only those on
/// this machine are shown.
pub(crate) fn find(address: &str) -> Option<SecretString> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(token) = set(TOKEN_VARIABLE) {
        return token.into_string().ok().map(Into::into);
    }
    if !is_on_this_machine(address) {
        return None;
    }
    let home =
        set("CODEX_HOME").map(PathBuf::from).or_else(|| Some(PathBuf::from(set("HOME")?).join(".codex")))?;
    let token = fs::read_to_string(home.join("app-server").join(TOKEN_FILE)).ok()?;
    Some(token.trim().into())
}

fn is_on_this_machine(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host == "localhost"
        || address.parse::<SocketAddr>().is_ok_and(|address| address.ip().to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_for_servers_of_this_machine() {
        for (address, here) in [
            ("127.0.0.1:4500", true),
            ("127.9.9.9:1", true),
            ("[::1]:4500", true),
            ("[::ffff:127.0.0.1]:4500", true),
            ("localhost:4500", true),
            ("localhost.example:4500", false),
            ("127.0.0.1.example:4500", false),
            ("192.168.1.2:4500", false),
            ("example:4500", false),
        ] {
            assert_eq!(is_on_this_machine(address), here, "{address}");
        }
    }
}
