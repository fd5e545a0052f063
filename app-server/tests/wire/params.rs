//! Params: what is honoured, what is refused by name, and what official clients send as a matter of course.

use serde_json::{Value, json};

use crate::harness::{BOTH, Client, World, run};

async fn connected(world: &World) -> Client {
    let mut client = world.connect(BOTH[0]).await;
    client.initialize().await;
    client
}

async fn call(client: &mut Client, method: &str, mut params: Value) -> Value {
    if let (Some(thread), Value::Object(params)) = (&client.thread, &mut params)
        && (method.starts_with("turn/") || method == "thread/settings/update")
    {
        params.entry("threadId").or_insert_with(|| json!(thread));
    }
    client.call(&json!({"id": 1, "method": method, "params": params}).to_string()).await
}

#[track_caller]
fn is_refused(answer: &Value, field: &str) {
    assert_eq!(answer["error"]["code"], -32602, "{field}: {answer}");
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.starts_with(&format!("invalid params: {field}: ")), "{message}");
}

#[test]
fn what_is_not_honoured_is_refused_by_name() {
    run(async {
        let world = World::new();
        let mut client = connected(&world).await;
        for (field, value) in [
            ("serviceTier", json!("flex")),
            ("runtimeWorkspaceRoots", json!(["/a", "/b"])),
            ("personality", json!("friendly")),
            ("multiAgentMode", json!("proactive")),
            ("historyMode", json!("legacy")),
            (
                "selectedCapabilityRoots",
                json!([{"id": "x", "location": {"type": "environment", "environmentId": "local", "path": "/x"}}]),
            ),
            ("experimentalRawEvents", json!(true)),
            ("model", json!("")),
        ] {
            is_refused(&call(&mut client, "thread/start", json!({ field: value })).await, field);
        }
        client.start_thread(world.home.path()).await;
        for (field, value) in [
            ("additionalContext", json!({"a": {"kind": "untrusted", "value": "x"}})),
            ("toolOutput", json!({"name": "x", "output": "y"})),
            ("serviceTierForTurn", json!("flex")),
            ("summary", json!("detailed")),
            ("effort", json!("")),
            ("responsesapiClientMetadata", json!({"a": "b"})),
        ] {
            let params = json!({"input": [{"type": "text", "text": "say 1"}], field: value});
            is_refused(&call(&mut client, "turn/start", params).await, field);
        }
        let plan = json!({"collaborationMode": {"mode": "plan", "settings": {"model": "m"}}});
        is_refused(&call(&mut client, "thread/settings/update", plan).await, "collaborationMode.mode");
        let elsewhere = json!({"environments": [{"environmentId": "moon", "cwd": "/"}]});
        let answer = call(&mut client, "thread/settings/update", elsewhere).await;
        assert_eq!(answer["error"]["message"], "unknown turn environment id `moon`");
    });
}

#[test]
fn what_official_clients_send_as_a_matter_of_course_passes() {
    run(async {
        let world = World::new();
        let mut client = connected(&world).await;
        let home = world.home.path().to_string_lossy().into_owned();
        let start = json!({
            "cwd": home, "model": null, "serviceTier": null, "ephemeral": false, "config": {}, "historyMode": "paginated",
            "threadSource": "user", "runtimeWorkspaceRoots": [], "environments": [], "selectedCapabilityRoots": [],
            "experimentalRawEvents": false, "personality": null, "allowProviderModelFallback": false,
            "dynamicTools": [{"type": "namespace", "name": "ui", "description": "The client's own.", "tools": [
                {"type": "function", "name": "f", "description": "", "inputSchema": {}}
            ]}]
        });
        let started = call(&mut client, "thread/start", start).await;
        assert_eq!(started["result"]["cwd"], home, "{started}");
        let turn = json!({
            "input": [{"type": "text", "text": "say 1", "text_elements": []}], "turnTrigger": "user", "cwd": home,
            "runtimeWorkspaceRoots": [home], "model": started["result"]["model"], "summary": "auto",
            "approvalPolicy": "never", "collaborationMode": {"mode": "default", "settings":
                {"model": started["result"]["model"], "developer_instructions": "# Collaboration Mode: Default"}}
        });
        let turn = call(&mut client, "turn/start", turn).await;
        assert_eq!(turn["result"]["turn"]["status"], "inProgress", "{turn}");
        client.notification("turn/completed").await;
    });
}

#[test]
fn a_permission_profile_sets_the_sandbox() {
    run(async {
        let world = World::new();
        let mut client = connected(&world).await;
        let started = call(&mut client, "thread/start", json!({"permissions": ":workspace"})).await;
        assert_eq!(started["result"]["sandbox"]["type"], "workspaceWrite", "{started}");
        let workspace = json!({"id": ":workspace", "extends": null});
        assert_eq!(started["result"]["activePermissionProfile"], workspace);
        let by_kind = call(&mut client, "thread/start", json!({"sandbox": "workspace-write"})).await;
        assert_eq!(by_kind["result"]["activePermissionProfile"], Value::Null);
        let full = json!({"config": {"default_permissions": ":danger-full-access"}});
        let started = call(&mut client, "thread/start", full).await;
        assert_eq!(started["result"]["sandbox"]["type"], "dangerFullAccess", "{started}");
        let both = json!({"permissions": ":read-only", "sandbox": "read-only"});
        let answer = call(&mut client, "thread/start", both).await;
        assert_eq!(answer["error"]["message"], "`permissions` cannot be combined with `sandbox`");
        let answer = call(&mut client, "thread/start", json!({"permissions": "nosuch"})).await;
        assert_eq!(answer["error"]["code"], -32600, "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains("nosuch"), "{answer}");
        client.start_thread(world.home.path()).await;
        client.notification("thread/started").await;
        let from = client.seen.len();
        call(&mut client, "thread/settings/update", json!({"permissions": ":danger-full-access"})).await;
        let told = client.notification("thread/settings/updated").await;
        let settings = &told["params"]["threadSettings"];
        assert_eq!(settings["sandboxPolicy"]["type"], "dangerFullAccess", "{told}");
        let full = json!({"id": ":danger-full-access", "extends": null});
        assert_eq!(settings["activePermissionProfile"], full);
        assert_eq!(client.seen[from]["id"], 1, "the answer comes first");
        let both = json!({"permissions": ":read-only", "sandboxPolicy": {"type": "readOnly"}});
        let answer = call(&mut client, "thread/settings/update", both).await;
        assert_eq!(answer["error"]["message"], "`permissions` cannot be combined with `sandboxPolicy`");
    });
}

#[test]
fn a_path_stands_in_for_an_empty_id() {
    run(async {
        let world = World::new();
        let mut client = connected(&world).await;
        client.start_thread(world.home.path()).await;
        client.turn("say 1").await;
        let id = client.thread.clone().unwrap();
        let read = call(&mut client, "thread/read", json!({"threadId": id})).await;
        let path = read["result"]["thread"]["path"].clone();
        let resumed =
            call(&mut client, "thread/resume", json!({"threadId": "", "path": path, "excludeTurns": true}))
                .await;
        assert_eq!(resumed["result"]["thread"]["id"], json!(id), "{resumed}");
        let nothing = call(&mut client, "thread/resume", json!({"threadId": ""})).await;
        is_refused(&nothing, "threadId");
    });
}

#[test]
fn a_filter_that_nothing_passes_gives_an_empty_page() {
    run(async {
        let world = World::new();
        let mut client = connected(&world).await;
        client.start_thread(world.home.path()).await;
        client.turn("say 1").await;
        let id = client.thread.clone().unwrap();
        let listed = call(&mut client, "thread/list", json!({})).await;
        assert_eq!(listed["result"]["data"].as_array().unwrap().len(), 1, "{listed}");
        for filter in [
            json!({"parentThreadId": id}),
            json!({"ancestorThreadId": id}),
            json!({"attachedToThreadId": id}),
            json!({"sectionId": "x"}),
            json!({"projectId": "x"}),
            json!({"cwd": []}),
        ] {
            let listed = call(&mut client, "thread/list", filter.clone()).await;
            assert_eq!(listed["result"]["data"], json!([]), "{filter}");
        }
    });
}
