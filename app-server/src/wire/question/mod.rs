//! Questions of core, as requests to clients, and clients' answers, as core takes them.

mod approval;
mod client_question;
mod elicitation;
mod error_code;
mod permissions;
#[cfg(test)]
mod tests;
mod tool;

pub(crate) use client_question::{ClientQuestion, InvalidResponse, QuestionContext};
pub(crate) use error_code::error_code;
