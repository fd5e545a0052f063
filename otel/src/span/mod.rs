//! Spans of ours: how one is made, what it carries, how it ends, and work that is spawned inside it.

pub mod attr;
mod event;
mod kind;
mod limits;
mod owned;
mod past;
mod spawn;
mod tracer;
mod value;

pub use event::{event, link};
pub(crate) use kind::SCOPE;
pub use kind::{Kind, TARGET};
pub(crate) use limits::SpanLimits;
pub use owned::{OwnedSpan, Parent, Status};
pub use past::PastSpan;
pub use spawn::{spawn, spawn_detached};
pub(crate) use tracer::Tracer;
pub use value::Value;
