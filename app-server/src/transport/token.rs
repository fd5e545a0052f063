//! The capability token of listeners: whoever shows it may drive this server.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use codex_app_server_client::TOKEN_FILE;
use http::{HeaderMap, header};
use rustix::fs::OFlags;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a page names as its subprotocol, since it cannot set headers; the answer names it too.
pub(crate) const SUBPROTOCOL: &str = "codex-app-server";
/// Before the token, as a second subprotocol.
const SUBPROTOCOL_TOKEN: &str = "codex-app-server.bearer.";
/// More than a token is never read from a file.
const LONGEST: u64 = 4096;

/// A token that could not be had.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot keep the token of listeners in {}: {source}; clients on a unix socket (`--listen unix://PATH`) need none, and \
     `--ws-allow-unauthenticated` lets everybody in", path.display()
)]
pub(crate) struct TokenError {
    path: PathBuf,
    source: io::Error,
}

/// The token of this folder, made where there is none, and the file that it is in.
///
/// It outlives the server: those who keep it need not be told again. Removing the file makes it void at the next start.
pub(crate) fn token_of(folder: &Path) -> Result<(SecretString, PathBuf), TokenError> {
    let path = folder.join(TOKEN_FILE);
    match read_or_make(folder, &path) {
        Ok(token) => Ok((token, path)),
        Err(source) => Err(TokenError { path, source }),
    }
}

/// Makes the folder of this server's secrets, closed to others, where its parent is there.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

fn read_or_make(folder: &Path, path: &Path) -> io::Result<SecretString> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    make_private_folder(folder)?;
    if let Some(token) = read(path)? {
        return Ok(token);
    }
    // Two random UUIDs hold 244 random bits.
    let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    let own = folder.join(format!("{TOKEN_FILE}.{}", std::process::id()));
    // Left by a server of the same process id that was killed.
    let _ = fs::remove_file(&own);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&own)?;
    file.write_all(format!("{token}\n").as_bytes())?;
    file.sync_all()?;
    // A link, not a new name: of two servers that start at once the first one's stays.
    let linked = fs::hard_link(&own, path);
    fs::remove_file(&own)?;
    match linked {
        Ok(()) => Ok(token.into()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| io::Error::other("it is removed again and again"))
        }
        Err(error) => Err(error),
    }
}

/// The token in a file of the user's own; none where there is none, or where others could read it, which makes it void.
fn read(path: &Path) -> io::Result<Option<SecretString>> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if about.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other("it belongs to another user"));
    }
    let token = text(&file)?;
    if about.mode() & 0o077 != 0 || token.is_empty() {
        fs::remove_file(path)?;
        return Ok(None);
    }
    Ok(Some(token.into()))
}

fn text(file: &File) -> io::Result<String> {
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}

/// Whether a handshake shows the token.
#[derive(Debug)]
pub(crate) struct Authenticator(Option<SecretBox<[u8; 32]>>);

impl Authenticator {
    /// One that asks for this token, or for none.
    pub(crate) fn new(token: Option<&SecretString>) -> Self {
        Self(token.map(|token| SecretBox::new(Box::new(digest(token.expose_secret().as_bytes())))))
    }

    /// How long it takes tells nothing of the token: digests are compared, and as a whole.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        let Some(expected) = &self.0 else { return true };
        let shown = digest(shown(headers).unwrap_or_default().as_bytes());
        shown.ct_eq(expected.expose_secret()).into()
    }
}

fn digest(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// What a handshake shows: `Authorization: Bearer TOKEN`, or the subprotocol of pages.
fn shown(headers: &HeaderMap) -> Option<&str> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then_some(token.trim());
    }
    subprotocols(headers).find_map(|name| name.strip_prefix(SUBPROTOCOL_TOKEN))
}

/// The subprotocols that a handshake offers.
pub(crate) fn subprotocols(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    offered.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn one_token_for_each_home_in_a_file_of_the_users_own() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("new/app-server");
        let (token, path) = token_of(&folder).unwrap();
        assert_eq!(token.expose_secret().len(), 64);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
        let again = token_of(&folder).unwrap().0;
        assert_eq!(again.expose_secret(), token.expose_secret());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left there");
    }

    #[test]
    fn a_token_that_others_could_read_is_made_anew() {
        let home = tempfile::tempdir().unwrap();
        let (token, path) = token_of(home.path()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_ne!(token_of(home.path()).unwrap().0.expose_secret(), token.expose_secret());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, " \n").unwrap();
        assert_eq!(token_of(home.path()).unwrap().0.expose_secret().len(), 64);
    }

    #[test]
    fn links_and_folders_are_no_tokens() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(TOKEN_FILE);
        fs::write(home.path().join("chosen"), "known").unwrap();
        symlink("chosen", &path).unwrap();
        token_of(home.path()).unwrap_err();
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let error = token_of(home.path()).unwrap_err().to_string();
        assert!(
            error.contains("not a regular file") && error.contains("--ws-allow-unauthenticated"),
            "{error}"
        );
    }

    #[test]
    fn servers_that_start_at_once_have_one_token() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("app-server");
        fs::create_dir(&folder).unwrap();
        let make = || read_or_make(&folder, &folder.join(TOKEN_FILE));
        let first = make().unwrap();
        assert_eq!(make().unwrap().expose_secret(), first.expose_secret());
    }

    #[test]
    fn who_is_let_in() {
        let asks = Authenticator::new(Some(&"secret".into()));
        let with = |name: &'static str, value: &str| {
            let value = value.parse().unwrap();
            HeaderMap::from_iter([(http::HeaderName::from_static(name), value)])
        };
        let (auth, protocol) = ("authorization", "sec-websocket-protocol");
        for (name, value, admitted) in [
            (auth, "Bearer secret", true),
            (auth, "bearer secret", true),
            (auth, "Bearer secret2", false),
            (auth, "Bearer secre", false),
            (auth, "Bearer ", false),
            (auth, "Basic secret", false),
            (auth, "secret", false),
            (protocol, "codex-app-server, codex-app-server.bearer.secret", true),
            (protocol, "codex-app-server.bearer.other", false),
            (protocol, "secret", false),
            ("cookie", "token=secret", false),
        ] {
            assert_eq!(asks.admits(&with(name, value)), admitted, "{name}: {value}");
        }
        assert!(!asks.admits(&HeaderMap::new()));
        assert!(Authenticator::new(None).admits(&HeaderMap::new()));
        assert!(!format!("{asks:?}").contains("secret\""));
    }
}
