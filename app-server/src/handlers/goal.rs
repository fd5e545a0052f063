//! `thread/goal/get`.

use codex_app_server_protocol::{goal, methods};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::ThreadGoalGet> for App {
    type Error = Failure;

    /// Threads of this server have no goals yet; only one that there is none of is refused.
    async fn handle(&self, _: &mut RequestCx, params: goal::GetParams) -> Result<goal::GetResponse, Failure> {
        self.threads().read(params.thread_id, false).await?;
        Ok(goal::GetResponse { goal: None })
    }
}
