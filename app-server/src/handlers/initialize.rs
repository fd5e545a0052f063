//! `initialize`.

use codex_app_server_protocol::{initialize, methods};

use crate::{
    app::App,
    connection::Client,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

/// The reference server whose protocol this is. Official clients look for it in front of the user agent, and warn of a
/// server that is older than they are.
const PROTOCOL_VERSION: &str = "0.169.0";

impl Handle<methods::Initialize> for App {
    type Error = Failure;

    async fn handle(
        &self,
        cx: &mut RequestCx,
        params: initialize::Params,
    ) -> Result<initialize::Response, Failure> {
        let initialize::Params { client_info, capabilities } = params;
        let capabilities = capabilities.unwrap_or_default();
        if client_info.name.chars().any(char::is_control) {
            return Err(Failure::refused("clientInfo.name has a control character; send printable text"));
        }
        let user_agent = format!(
            "{name}/{PROTOCOL_VERSION} {system} codex-app-server/{server} ({name}; {version})",
            name = client_info.name,
            server = env!("CARGO_PKG_VERSION"),
            system = self.user_agent_tail(),
            version = client_info.version,
        );
        cx.connection().peer().set_client(Client {
            name: client_info.name,
            version: client_info.version,
            trace_context: capabilities.trace_context,
            opted_out: capabilities.opt_out_notification_methods.unwrap_or_default().into_iter().collect(),
        });
        Ok(initialize::Response {
            user_agent,
            codex_home: self.threads().config().codex_home().display().to_string(),
            platform_family: std::env::consts::FAMILY.to_owned(),
            platform_os: std::env::consts::OS.to_owned(),
        })
    }
}
