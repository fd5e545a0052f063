//! `account/read`.

use codex_app_server_protocol::{account, methods};

use crate::{
    app::App,
    error::Failure,
    router::{Handle, RequestCx},
};

impl Handle<methods::AccountRead> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        _: account::ReadParams,
    ) -> Result<account::ReadResponse, Failure> {
        let known = self.threads().account();
        Ok(account::ReadResponse {
            account: (known.requires_openai_auth && known.api_key).then_some(account::Account::ApiKey),
            user_id: None,
            requires_openai_auth: known.requires_openai_auth,
            workspace_routing: None,
        })
    }
}
