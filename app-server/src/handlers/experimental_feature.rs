//! `experimentalFeature/…`: none, for what this server has is finished.

use codex_app_server_protocol::{experimental_feature, methods};

use crate::{
    app::App,
    handlers::paging,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::ExperimentalFeatureList> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: experimental_feature::ListParams,
    ) -> Result<experimental_feature::ListResponse, Failure> {
        let (data, next_cursor) = paging::by_offset(Vec::new(), params.cursor.as_deref(), params.limit)?;
        Ok(experimental_feature::ListResponse { data, next_cursor })
    }
}

impl Handle<methods::ExperimentalFeatureEnablementSet> for App {
    type Error = Failure;

    async fn handle(
        &self,
        _: &mut RequestCx,
        params: experimental_feature::EnablementSetParams,
    ) -> Result<experimental_feature::EnablementSetResponse, Failure> {
        match params.enablement.first_key_value() {
            None => Ok(experimental_feature::EnablementSetResponse { enablement: params.enablement }),
            Some((name, _)) => Err(Failure::refused(format!("this server has no feature `{name}`"))),
        }
    }
}
