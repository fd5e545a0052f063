//! `app/list`: none, for apps are the vendor's.

use codex_app_server_protocol::{apps, methods};

use crate::{
    app::App,
    handlers::paging,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::AppList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: apps::ListParams,
    ) -> Result<apps::ListResponse, Failure> {
        let (data, next_cursor) = paging::by_offset(Vec::new(), params.cursor.as_deref(), params.limit)?;
        Ok(apps::ListResponse { data, next_cursor })
    }
}
