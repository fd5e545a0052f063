//! `thread/unsubscribe`.

use codex_app_server_protocol::{methods, thread};
use codex_core::SubscriberId;

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::ThreadUnsubscribe> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        thread::UnsubscribeParams { thread_id }: thread::UnsubscribeParams,
    ) -> Result<thread::UnsubscribeResponse, Failure> {
        let status = match self.threads().thread(thread_id) {
            None => thread::UnsubscribeStatus::NotLoaded,
            Some(thread) if cx.connection().unfollow(thread_id) => {
                thread.unsubscribe(SubscriberId(cx.connection().id().number()));
                thread::UnsubscribeStatus::Unsubscribed
            }
            Some(_) => thread::UnsubscribeStatus::NotSubscribed,
        };
        Ok(thread::UnsubscribeResponse { status })
    }
}
