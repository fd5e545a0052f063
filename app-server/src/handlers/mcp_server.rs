//! `mcpServerStatus/list`: none, until this server connects to MCP servers.

use codex_app_server_protocol::{mcp_server, methods};

use crate::{
    app::App,
    handlers::paging,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::McpServerStatusList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: mcp_server::ListParams,
    ) -> Result<mcp_server::ListResponse, Failure> {
        let (data, next_cursor) = paging::by_offset(Vec::new(), params.cursor.as_deref(), params.limit)?;
        Ok(mcp_server::ListResponse { data, next_cursor })
    }
}
