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
        initialize::Params { client_info, capabilities }: initialize::Params,
    ) -> Result<initialize::Response, Failure> {
        let initialize::ClientInfo { name, title: _, version } = client_info;
        let initialize::Capabilities {
            // Nothing here is kept from clients that do not know it.
            experimental_api: _,
            // Nothing here is sent, asked or started that these could be about.
            explicit_gateway_oauth: _,
            extensions: _,
            mcp_server_openai_form_elicitation: _,
            request_attestation: _,
            // Every question is put to a person: the client's user.
            required_human_approval: _,
            opt_out_notification_methods,
            trace_context,
        } = capabilities.unwrap_or_default();
        if name.chars().any(char::is_control) {
            return Err(Failure::refused("clientInfo.name has a control character; send printable text"));
        }
        let user_agent = format!(
            "{name}/{PROTOCOL_VERSION} {system} codex-app-server/{server} ({name}; {version})",
            server = env!("CARGO_PKG_VERSION"),
            system = self.user_agent_tail(),
        );
        cx.connection().peer().set_client(Client {
            name,
            version,
            trace_context,
            opted_out: opt_out_notification_methods.unwrap_or_default().into_iter().collect(),
        });
        Ok(initialize::Response {
            user_agent,
            codex_home: self.threads().config().codex_home().display().to_string(),
            platform_family: std::env::consts::FAMILY.to_owned(),
            platform_os: std::env::consts::OS.to_owned(),
        })
    }
}
