//! Tests of both stores by the same cases, and of pages and the index against simple models.

mod listing;
mod paging;
mod suite;
mod support;
