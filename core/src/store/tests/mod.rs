//! Tests of both stores, and of pages and the index against simple models.
