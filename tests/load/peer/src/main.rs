//! The peer of `docs/performance.md`: jsonrpsee, with the two methods that the load command calls.

use std::error::Error;

use jsonrpsee::server::{RpcModule, Server};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::builder().build("127.0.0.1:0").await?;
    eprintln!("listening on ws://{}", server.local_addr()?);
    let mut module = RpcModule::new(());
    module.register_method("initialize", |_, (), _| json!({}))?;
    module.register_method("thread/loaded/list", |_, (), _| -> Value { json!({"data": [], "nextCursor": null}) })?;
    server.start(module).stopped().await;
    Ok(())
}
