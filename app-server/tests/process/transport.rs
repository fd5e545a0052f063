//! The two ways in that most cases are run over.

/// How a client reaches the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Stdio,
    WebSocket,
}

impl Transport {
    /// What `--listen` is given.
    pub(crate) fn listen(self) -> &'static str {
        match self {
            Self::Stdio => "stdio://",
            Self::WebSocket => "ws://127.0.0.1:0",
        }
    }
}

/// Runs a case over both: `over_both!(name, case)` makes `name::stdio` and `name::websocket`.
macro_rules! over_both {
    ($name:ident, $case:expr) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn stdio() {
                $case(crate::transport::Transport::Stdio).await;
            }

            #[tokio::test]
            async fn websocket() {
                $case(crate::transport::Transport::WebSocket).await;
            }
        }
    };
}

pub(crate) use over_both;
