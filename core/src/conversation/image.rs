//! Images for the model: a file's own, and what a client sends inline. Only what really is an image goes out.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::regular_file::{self, Links};

/// How large an image may be.
const LARGEST: u64 = 20 * 1024 * 1024;

/// An image file as a URL that holds it, or why there is none, in words for the model. Blocks.
pub(crate) fn data_url(path: &Path) -> Result<String, String> {
    let file = regular_file::read(path, Links::Anywhere, LARGEST + 1).map_err(|error| error.to_string())?;
    if file.bytes.len() as u64 > LARGEST {
        return Err("larger than 20 MiB".to_owned());
    }
    let bytes = file.bytes;
    let kind = kind(&bytes)?;
    Ok(format!("data:image/{kind};base64,{}", STANDARD.encode(bytes)))
}

/// Whether a URL that a client sends can be shown to the model: one that holds the image itself must hold an image.
pub(crate) fn check_url(url: &str) -> Result<(), String> {
    let Some(data) = url.strip_prefix("data:") else { return Ok(()) };
    let Some((about, text)) = data.split_once(',') else { return Err("not a data URL".to_owned()) };
    if !about.ends_with(";base64") {
        return Err("its data is not in base64".to_owned());
    }
    if text.len() as u64 > LARGEST / 3 * 4 + 4 {
        return Err("larger than 20 MiB".to_owned());
    }
    let bytes = STANDARD.decode(text).map_err(|_| "its data is not in base64".to_owned())?;
    kind(&bytes).map(drop)
}

/// The image's format, by its first bytes: names lie.
fn kind(bytes: &[u8]) -> Result<&'static str, String> {
    match bytes {
        [] => Err("empty".to_owned()),
        [0x89, b'P', b'N', b'G', ..] => Ok("png"),
        [0xff, 0xd8, 0xff, ..] => Ok("jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Ok("gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok("webp"),
        _ => Err("not a PNG, JPEG, GIF or WebP image".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

    fn file(bytes: &[u8]) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        // The name says nothing.
        let path = folder.path().join("fake.png");
        std::fs::write(&path, bytes).unwrap();
        data_url(&path)
    }

    #[test]
    fn an_image_is_known_by_its_bytes() {
        assert!(file(PNG).unwrap().starts_with("data:image/png;base64,"));
        assert!(file(b"\xff\xd8\xff\xe0").unwrap().starts_with("data:image/jpeg;base64,"));
        assert_eq!(file(b"<html></html>").unwrap_err(), "not a PNG, JPEG, GIF or WebP image");
        assert_eq!(file(b"").unwrap_err(), "empty");
    }

    #[test]
    fn only_regular_files_of_a_bearable_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(data_url(folder.path()).unwrap_err(), "not a regular file");
        assert!(data_url(&folder.path().join("none")).is_err());
        let large = folder.path().join("large.png");
        std::fs::File::create(&large).unwrap().set_len(40 * 1024 * 1024).unwrap();
        assert_eq!(data_url(&large).unwrap_err(), "larger than 20 MiB");
        #[cfg(unix)]
        {
            let pipe = folder.path().join("pipe.png");
            rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
            assert_eq!(data_url(&pipe).unwrap_err(), "not a regular file");
        }
    }

    #[test]
    fn a_url_that_holds_an_image_holds_one() {
        assert_eq!(check_url("https://example.com/a.png"), Ok(()));
        assert_eq!(check_url(&format!("data:image/png;base64,{}", STANDARD.encode(PNG))), Ok(()));
        for bad in
            ["data:", "data:image/png;base64,PGh0bWw+", "data:image/png;base64,%%%", "data:image/png,x"]
        {
            assert!(check_url(bad).is_err(), "{bad}");
        }
    }
}
