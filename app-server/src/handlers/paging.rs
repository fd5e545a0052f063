//! Pages of a list that is in memory. The cursor is the offset of the next entry, as text.

use crate::wire::error::Failure;

/// The page that begins at `cursor`, and the cursor of the next one. Without a limit the page is the whole rest.
pub(crate) fn by_offset<T>(
    mut all: Vec<T>,
    cursor: Option<&str>,
    limit: Option<u32>,
) -> Result<(Vec<T>, Option<String>), Failure> {
    let start = match cursor {
        None => 0,
        Some(cursor) => cursor
            .parse::<usize>()
            .ok()
            .filter(|start| *start <= all.len())
            .ok_or_else(|| Failure::refused(format!("invalid cursor: {cursor}")))?,
    };
    // The reference server reads a limit of 0 as 1: a page that makes no progress is of no use.
    let limit = limit.map_or(usize::MAX, |limit| limit.max(1) as usize);
    let end = start.saturating_add(limit).min(all.len());
    let next = (end < all.len()).then(|| end.to_string());
    all.truncate(end);
    all.drain(..start);
    Ok((all, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_join_to_the_whole_list() {
        let (first, cursor) = by_offset(vec![1, 2, 3], None, Some(2)).ok().unwrap();
        assert_eq!((first, cursor.as_deref()), (vec![1, 2], Some("2")));
        let (rest, cursor) = by_offset(vec![1, 2, 3], Some("2"), Some(2)).ok().unwrap();
        assert_eq!((rest, cursor), (vec![3], None));
    }

    #[test]
    fn a_cursor_that_is_none_is_refused() {
        assert!(by_offset(vec![1], Some("zzz"), None).is_err());
        assert!(by_offset(vec![1], Some("2"), None).is_err());
    }
}
