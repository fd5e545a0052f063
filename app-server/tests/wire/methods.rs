//! What holds for every method of the table.

use codex_app_server_protocol::MethodId;
use serde_json::{Value, json};

use crate::harness::{BOTH, World, run};

#[test]
fn every_method_answers_every_shape_of_params_once() {
    for transport in BOTH {
        run(async {
            let world = World::new();
            let mut client = world.connect(transport).await;
            client.initialize().await;
            let mut id = 100;
            for method in MethodId::ALL {
                for params in
                    [Value::Null, json!({}), json!([]), json!("x"), json!({"threadId": 5, "cwd": 5})]
                {
                    id += 1;
                    let request = json!({"id": id, "method": method.name(), "params": params});
                    let before = client.seen.len();
                    let answer = client.call(&request.to_string()).await;
                    let members = [answer.get("result"), answer.get("error")];
                    assert_eq!(members.iter().flatten().count(), 1, "{request} -> {answer}");
                    let answers = client.seen[before..].iter().filter(|seen| seen.get("method").is_none());
                    assert_eq!(answers.count(), 1, "{request}");
                    if let Some(error) = answer.get("error") {
                        assert_ne!(error["code"], -32603, "{request} -> {answer}");
                    }
                }
            }
        });
    }
}

#[test]
fn a_method_that_is_not_built_says_so_by_name() {
    run(async {
        let world = World::new();
        let mut client = world.connect(BOTH[0]).await;
        client.initialize().await;
        let unbuilt = r#"{"id":1,"method":"thread/realtime/stop","params":{"threadId":"01a1f89e-142b-7df0-966b-6cf66c692aae"}}"#;
        let answer = client.call(unbuilt).await;
        assert_eq!(answer["error"]["code"], -32601);
        assert!(answer["error"]["message"].as_str().unwrap().contains("thread/realtime/stop"), "{answer}");
    });
}
