//! Methods of the table that this server does not answer yet. Each says so, clearly, until it is built.

use codex_app_server_protocol::{ErrorCode, Method, RpcError, methods};

use crate::{
    app::App,
    router::{Handle, RequestCx},
};

macro_rules! unbuilt {
    ($($marker:ident),* $(,)?) => {
        $(impl Handle<methods::$marker> for App {
            type Error = RpcError;

            async fn handle(
                &self,
                _: &mut RequestCx,
                _: <methods::$marker as Method>::Params,
            ) -> Result<<methods::$marker as Method>::Response, RpcError> {
                Err(RpcError::new(
                    ErrorCode::METHOD_NOT_FOUND,
                    format!("`{}` is not available in this version of the server", methods::$marker::ID),
                ))
            }
        })*
    };
}

unbuilt![
    ThreadCompactStart,
    ReviewStart,
    ThreadRealtimeStart,
    ThreadRealtimeAppendAudio,
    ThreadRealtimeAppendText,
    ThreadRealtimeStop,
];
