//! What front ends ask for beside threads: each question is answered with what this server has.

use std::fs;

use expect_test::expect;
use serde_json::json;

use crate::harness::{BOTH, Step::Send, World, check, run};

#[test]
fn what_this_server_does_not_have_is_an_empty_list() {
    check(
        &[
            Send(crate::harness::INITIALIZE),
            Send(r#"{"id":1,"method":"hooks/list","params":{"cwds":["/p","/q"],"threadId":null}}"#),
            Send(r#"{"id":2,"method":"plugin/installed","params":{"cwds":["/p"]}}"#),
            Send(r#"{"id":3,"method":"plugin/list","params":{"marketplaceKinds":["local"]}}"#),
            Send(r#"{"id":4,"method":"app/list","params":{}}"#),
            Send(r#"{"id":5,"method":"experimentalFeature/list","params":{"limit":2}}"#),
            Send(r#"{"id":6,"method":"mcpServerStatus/list","params":{"detail":"full"}}"#),
            Send(r#"{"id":7,"method":"configRequirements/read"}"#),
            Send(r#"{"id":8,"method":"account/bedrock/checkGovCloudRequirements","params":{}}"#),
            Send(r#"{"id":9,"method":"modelProvider/capabilities/read","params":{}}"#),
            Send(r#"{"id":10,"method":"collaborationMode/list","params":{}}"#),
        ],
        &expect![[r#"
            --> {"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}
            <-- {"id":0,"result":{"userAgent":"test/0.169.0 (SYSTEM) codex-app-server/0.1.0 (test; 1.0)","codexHome":"HOME","platformFamily":"unix","platformOs":"linux"}}
            --> {"id":1,"method":"hooks/list","params":{"cwds":["/p","/q"],"threadId":null}}
            <-- {"id":1,"result":{"data":[{"cwd":"/p","hooks":[],"warnings":[],"errors":[]},{"cwd":"/q","hooks":[],"warnings":[],"errors":[]}]}}
            --> {"id":2,"method":"plugin/installed","params":{"cwds":["/p"]}}
            <-- {"id":2,"result":{"marketplaces":[],"marketplaceLoadErrors":[]}}
            --> {"id":3,"method":"plugin/list","params":{"marketplaceKinds":["local"]}}
            <-- {"id":3,"result":{"marketplaces":[],"marketplaceLoadErrors":[],"featuredPluginIds":[]}}
            --> {"id":4,"method":"app/list","params":{}}
            <-- {"id":4,"result":{"data":[],"nextCursor":null}}
            --> {"id":5,"method":"experimentalFeature/list","params":{"limit":2}}
            <-- {"id":5,"result":{"data":[],"nextCursor":null}}
            --> {"id":6,"method":"mcpServerStatus/list","params":{"detail":"full"}}
            <-- {"id":6,"result":{"data":[],"nextCursor":null}}
            --> {"id":7,"method":"configRequirements/read"}
            <-- {"id":7,"result":{"supportsIndependentSpeedModes":null,"requirements":null}}
            --> {"id":8,"method":"account/bedrock/checkGovCloudRequirements","params":{}}
            <-- {"id":8,"result":{"isGovCloud":false,"shouldWarn":false}}
            --> {"id":9,"method":"modelProvider/capabilities/read","params":{}}
            <-- {"id":9,"result":{"webSearch":false,"imageGeneration":false}}
            --> {"id":10,"method":"collaborationMode/list","params":{}}
            <-- {"id":10,"result":{"data":[{"name":"Default","mode":"default","model":null,"reasoning_effort":null}]}}
        "#]],
    );
}

#[test]
fn what_needs_an_account_of_the_vendor_is_refused() {
    check(
        &[
            Send(crate::harness::INITIALIZE),
            Send(r#"{"id":1,"method":"account/rateLimits/read","params":null}"#),
            Send(r#"{"id":2,"method":"account/usage/read","params":{}}"#),
            Send(r#"{"id":3,"method":"experimentalFeature/enablement/set","params":{"enablement":{}}}"#),
            Send(
                r#"{"id":4,"method":"experimentalFeature/enablement/set","params":{"enablement":{"x":true}}}"#,
            ),
            Send(r#"{"id":5,"method":"environment/info","params":{"environmentId":"elsewhere"}}"#),
        ],
        &expect![[r#"
            --> {"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}
            <-- {"id":0,"result":{"userAgent":"test/0.169.0 (SYSTEM) codex-app-server/0.1.0 (test; 1.0)","codexHome":"HOME","platformFamily":"unix","platformOs":"linux"}}
            --> {"id":1,"method":"account/rateLimits/read","params":null}
            <-- {"error":{"code":-32600,"message":"codex account authentication required to read rate limits"},"id":1}
            --> {"id":2,"method":"account/usage/read","params":{}}
            <-- {"error":{"code":-32600,"message":"codex account authentication required to read token usage"},"id":2}
            --> {"id":3,"method":"experimentalFeature/enablement/set","params":{"enablement":{}}}
            <-- {"id":3,"result":{"enablement":{}}}
            --> {"id":4,"method":"experimentalFeature/enablement/set","params":{"enablement":{"x":true}}}
            <-- {"error":{"code":-32600,"message":"this server has no feature `x`"},"id":4}
            --> {"id":5,"method":"environment/info","params":{"environmentId":"elsewhere"}}
            <-- {"error":{"code":-32600,"message":"unknown environment `elsewhere`; this server has `local`"},"id":5}
        "#]],
    );
}

#[test]
fn permission_profiles_come_page_by_page() {
    check(
        &[
            Send(crate::harness::INITIALIZE),
            Send(r#"{"id":1,"method":"permissionProfile/list","params":{"limit":2}}"#),
            Send(r#"{"id":2,"method":"permissionProfile/list","params":{"limit":2,"cursor":"2"}}"#),
            Send(r#"{"id":3,"method":"permissionProfile/list","params":{"cursor":"zz"}}"#),
        ],
        &expect![[r#"
            --> {"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}
            <-- {"id":0,"result":{"userAgent":"test/0.169.0 (SYSTEM) codex-app-server/0.1.0 (test; 1.0)","codexHome":"HOME","platformFamily":"unix","platformOs":"linux"}}
            --> {"id":1,"method":"permissionProfile/list","params":{"limit":2}}
            <-- {"id":1,"result":{"data":[{"id":":read-only","description":"Commands read files and change nothing.","allowed":true},{"id":":workspace","description":"Commands change files of the workspace.","allowed":true}],"nextCursor":"CURSOR"}}
            --> {"id":2,"method":"permissionProfile/list","params":{"limit":2,"cursor":"2"}}
            <-- {"id":2,"result":{"data":[{"id":":danger-full-access","description":"Commands do what the user may.","allowed":true}],"nextCursor":null}}
            --> {"id":3,"method":"permissionProfile/list","params":{"cursor":"zz"}}
            <-- {"error":{"code":-32600,"message":"invalid cursor: zz"},"id":3}
        "#]],
    );
}

#[test]
fn providers_are_listed_without_their_secrets() {
    run(async {
        let overrides = [
            ("model_providers.mine.base_url", "http://127.0.0.1:1/v1"),
            ("model_providers.mine.env_key", "MY_KEY"),
            ("model_providers.other.experimental_bearer_token", "hush-hush"),
        ];
        let world = World::with(codex_app_server::ServerOptions::default(), &overrides);
        let mut client = world.connect(BOTH[0]).await;
        client.initialize().await;
        let answer = client.call(r#"{"id":1,"method":"modelProvider/list","params":{}}"#).await;
        let listed = answer["result"]["data"].as_array().unwrap();
        let of = |id: &str| listed.iter().find(|provider| provider["id"] == id).unwrap();
        let mine = json!({
            "id": "mine", "name": "mine", "canEdit": false, "baseUrl": "http://127.0.0.1:1/v1",
            "settings": {"type": "customGateway", "auth": {"mode": "environmentVariable", "envKey": "MY_KEY"}}
        });
        assert_eq!(*of("mine"), mine);
        assert_eq!(of("other")["settings"]["auth"], json!({"mode": "externallyConfigured", "envKey": null}));
        assert_eq!(of("openai")["settings"], json!({"type": "openai"}));
        assert_eq!(answer["result"]["defaultProviderId"], "demo");
        assert!(!answer.to_string().contains("hush-hush"));
    });
}

#[test]
fn skills_are_those_in_the_folders() {
    run(async {
        let world = World::new();
        let project = world.home.path().join("project");
        for (folder, text) in [
            (world.home.path().join("skills/mine"), "---\nname: mine\ndescription: d\n---\n"),
            (project.join(".codex/skills/ours"), "---\nname: ours\ndescription: e\n---\n"),
            (project.join(".codex/skills/bad"), "no head\n"),
        ] {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("SKILL.md"), text).unwrap();
        }
        let mut client = world.connect(BOTH[0]).await;
        client.initialize().await;
        let request =
            json!({"id": 1, "method": "skills/list", "params": {"cwds": [project], "forceReload": true}});
        let answer = client.call(&request.to_string()).await;
        let entry = &answer["result"]["data"][0];
        let mine = world.home.path().join("skills/mine/SKILL.md");
        let ours = project.join(".codex/skills/ours/SKILL.md");
        let expected = json!([
            {"name": "ours", "description": "e", "path": ours, "scope": "repo", "enabled": true},
            {"name": "mine", "description": "d", "path": mine, "scope": "user", "enabled": true},
        ]);
        assert_eq!(entry["skills"], expected);
        assert_eq!(entry["cwd"], json!(project));
        assert_eq!(entry["errors"][0]["path"], json!(project.join(".codex/skills/bad/SKILL.md")));
        // Where no directory is named it is the server's own.
        let answer = client.call(r#"{"id":2,"method":"skills/list","params":{}}"#).await;
        assert_eq!(answer["result"]["data"][0]["skills"][0]["name"], "mine");
    });
}

#[test]
fn the_local_environment_has_a_shell() {
    run(async {
        let world = World::new();
        let mut client = world.connect(BOTH[0]).await;
        client.initialize().await;
        let answer =
            client.call(r#"{"id":1,"method":"environment/info","params":{"environmentId":"local"}}"#).await;
        let shell = &answer["result"]["shell"];
        assert!(shell["path"].as_str().unwrap().ends_with(shell["name"].as_str().unwrap()), "{answer}");
        assert!(answer["result"]["cwd"].as_str().unwrap().starts_with("file:///"), "{answer}");
    });
}
