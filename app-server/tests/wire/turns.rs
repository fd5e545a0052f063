//! Whole conversations, as transcripts.

use expect_test::expect;

use crate::harness::{
    INITIALIZE,
    Step::{Await, Send, Tell},
    check,
};

const START: &str = r#"{"id":1,"method":"thread/start","params":{"cwd":"$home"}}"#;

#[test]
fn initialize() {
    check(
        &[Send(INITIALIZE), Tell(r#"{"method":"initialized"}"#)],
        &expect![[r#"
        --> {"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}
        <-- {"id":0,"result":{"userAgent":"test/0.169.0 (SYSTEM) codex-app-server/0.1.0 (test; 1.0)","codexHome":"HOME","platformFamily":"unix","platformOs":"linux"}}
        --> {"method":"initialized"}
    "#]],
    );
}

#[test]
fn a_plain_turn() {
    check(
        &[
            Send(INITIALIZE),
            Send(START),
            Await("thread/started"),
            Send(
                r#"{"id":2,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"say 3"}]}}"#,
            ),
            Await("turn/completed"),
        ],
        &expect![[r##"
            --> {"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}
            <-- {"id":0,"result":{"userAgent":"test/0.169.0 (SYSTEM) codex-app-server/0.1.0 (test; 1.0)","codexHome":"HOME","platformFamily":"unix","platformOs":"linux"}}
            --> {"id":1,"method":"thread/start","params":{"cwd":"$home"}}
            <-- {"id":1,"result":{"thread":{"id":"#1","environments":[{"environmentId":"local","cwd":"HOME","runtimeWorkspaceRoots":["HOME"]}],"sessionId":"#1","preview":"","ephemeral":false,"historyMode":"paginated","modelProvider":"demo","model":"demo-model","createdAt":"TIME","updatedAt":"TIME","recencyAt":"TIME","status":{"type":"idle"},"path":"ROLLOUT","cwd":"HOME","cliVersion":"0.1.0","originator":"test","source":"vscode","canAcceptDirectInput":true,"turns":[],"…":"14 null"},"model":"demo-model","modelProvider":"demo","disabledPluginIds":[],"cwd":"HOME","runtimeWorkspaceRoots":["HOME"],"instructionSources":[],"approvalPolicy":"on-request","approvalsReviewer":"user","sandbox":{"type":"readOnly","networkAccess":false},"activePermissionProfile":{"id":":read-only","extends":null},"multiAgentMode":"explicitRequestOnly","…":"2 null"}}
            <-- {"method":"thread/started","params":{"thread":{"id":"#1","…":"as before"}},"emittedAtMs":"TIME"}
            --> {"id":2,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"say 3"}]}}
            <-- {"id":2,"result":{"turn":{"id":"#2","rootTurnId":"#2","items":[],"itemsView":"notLoaded","status":"inProgress","…":"4 null"}}}
            <-- {"method":"thread/status/changed","params":{"threadId":"#1","status":{"type":"active","activeFlags":[]}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/started","params":{"threadId":"#1","turn":{"id":"#2","startedAt":"TIME","…":"as before"}},"emittedAtMs":"TIME"}
            <-- {"method":"item/started","params":{"item":{"type":"userMessage","id":"#3","clientId":null,"content":[{"type":"text","text":"say 3","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":null},"threadId":"#1","turnId":"#2","startedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"item/completed","params":{"item":{"type":"userMessage","id":"#3","clientId":null,"content":[{"type":"text","text":"say 3","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":"TIME"},"threadId":"#1","turnId":"#2","contentTokenCount":null,"completedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"item/started","params":{"item":{"type":"agentMessage","id":"msg_1","text":"","startedAtMs":"TIME","…":"6 null"},"threadId":"#1","turnId":"#2","startedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_1","delta":"word"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_1","delta":" word"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_1","delta":" word"},"emittedAtMs":"TIME"}
            <-- {"method":"item/completed","params":{"item":{"id":"msg_1","text":"word word word","completedAtMs":"TIME","…":"as before"},"threadId":"#1","turnId":"#2","contentTokenCount":null,"completedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"thread/tokenUsage/updated","params":{"threadId":"#1","turnId":"#2","tokenUsage":{"total":{"totalTokens":"COUNT","inputTokens":"COUNT","cachedInputTokens":0,"cacheWriteInputTokens":0,"outputTokens":3,"reasoningOutputTokens":0},"last":{"totalTokens":"COUNT","inputTokens":"COUNT","cachedInputTokens":0,"cacheWriteInputTokens":0,"outputTokens":3,"reasoningOutputTokens":0},"modelContextWindow":null}},"emittedAtMs":"TIME"}
            <-- {"method":"account/rateLimits/updated","params":{"rateLimits":{"limitId":"codex","…":"9 null"}},"emittedAtMs":"TIME"}
            <-- {"method":"thread/readState/changed","params":{"threadId":"#1","readState":{"firstUnread":{"type":"turn","turnId":"#2"},"revision":"#4"}},"emittedAtMs":"TIME"}
            <-- {"method":"thread/status/changed","params":{"threadId":"#1","status":{"type":"idle"}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/completed","params":{"threadId":"#1","turn":{"id":"#2","items":[{"id":"msg_1","…":"as before"}],"itemsView":"summary","status":"completed","completedAt":"TIME","durationMs":"TIME","…":"as before"}},"emittedAtMs":"TIME"}
        "##]],
    );
}

#[test]
fn a_turn_with_a_plan() {
    check(
        &[
            Send(INITIALIZE),
            Send(START),
            Await("thread/started"),
            Send(
                r#"{"id":2,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"plan"}]}}"#,
            ),
            Await("turn/completed"),
        ],
        &expect![[r##"
            --> {"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}
            <-- {"id":0,"result":{"userAgent":"test/0.169.0 (SYSTEM) codex-app-server/0.1.0 (test; 1.0)","codexHome":"HOME","platformFamily":"unix","platformOs":"linux"}}
            --> {"id":1,"method":"thread/start","params":{"cwd":"$home"}}
            <-- {"id":1,"result":{"thread":{"id":"#1","environments":[{"environmentId":"local","cwd":"HOME","runtimeWorkspaceRoots":["HOME"]}],"sessionId":"#1","preview":"","ephemeral":false,"historyMode":"paginated","modelProvider":"demo","model":"demo-model","createdAt":"TIME","updatedAt":"TIME","recencyAt":"TIME","status":{"type":"idle"},"path":"ROLLOUT","cwd":"HOME","cliVersion":"0.1.0","originator":"test","source":"vscode","canAcceptDirectInput":true,"turns":[],"…":"14 null"},"model":"demo-model","modelProvider":"demo","disabledPluginIds":[],"cwd":"HOME","runtimeWorkspaceRoots":["HOME"],"instructionSources":[],"approvalPolicy":"on-request","approvalsReviewer":"user","sandbox":{"type":"readOnly","networkAccess":false},"activePermissionProfile":{"id":":read-only","extends":null},"multiAgentMode":"explicitRequestOnly","…":"2 null"}}
            <-- {"method":"thread/started","params":{"thread":{"id":"#1","…":"as before"}},"emittedAtMs":"TIME"}
            --> {"id":2,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"plan"}]}}
            <-- {"id":2,"result":{"turn":{"id":"#2","rootTurnId":"#2","items":[],"itemsView":"notLoaded","status":"inProgress","…":"4 null"}}}
            <-- {"method":"thread/status/changed","params":{"threadId":"#1","status":{"type":"active","activeFlags":[]}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/started","params":{"threadId":"#1","turn":{"id":"#2","startedAt":"TIME","…":"as before"}},"emittedAtMs":"TIME"}
            <-- {"method":"item/started","params":{"item":{"type":"userMessage","id":"#3","clientId":null,"content":[{"type":"text","text":"plan","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":null},"threadId":"#1","turnId":"#2","startedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"item/completed","params":{"item":{"type":"userMessage","id":"#3","clientId":null,"content":[{"type":"text","text":"plan","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":"TIME"},"threadId":"#1","turnId":"#2","contentTokenCount":null,"completedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"thread/tokenUsage/updated","params":{"threadId":"#1","turnId":"#2","tokenUsage":{"total":{"totalTokens":"COUNT","inputTokens":"COUNT","cachedInputTokens":0,"cacheWriteInputTokens":0,"outputTokens":1,"reasoningOutputTokens":0},"last":{"totalTokens":"COUNT","inputTokens":"COUNT","cachedInputTokens":0,"cacheWriteInputTokens":0,"outputTokens":1,"reasoningOutputTokens":0},"modelContextWindow":null}},"emittedAtMs":"TIME"}
            <-- {"method":"account/rateLimits/updated","params":{"rateLimits":{"limitId":"codex","…":"9 null"}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/plan/updated","params":{"threadId":"#1","turnId":"#2","explanation":"A plan for the demo.","plan":[{"step":"Look around","status":"completed"},{"step":"Show a tool call","status":"inProgress"},{"step":"Answer","status":"pending"}]},"emittedAtMs":"TIME"}
            <-- {"method":"item/started","params":{"item":{"type":"agentMessage","id":"msg_2","text":"","startedAtMs":"TIME","…":"6 null"},"threadId":"#1","turnId":"#2","startedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_2","delta":"The"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_2","delta":" tool"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_2","delta":" has"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_2","delta":" answered,"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_2","delta":" so"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_2","delta":" this"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_2","delta":" turn"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_2","delta":" is"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_2","delta":" done."},"emittedAtMs":"TIME"}
            <-- {"method":"item/completed","params":{"item":{"id":"msg_2","text":"The tool has answered, so this turn is done.","completedAtMs":"TIME","…":"as before"},"threadId":"#1","turnId":"#2","contentTokenCount":null,"completedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"thread/tokenUsage/updated","params":{"threadId":"#1","turnId":"#2","tokenUsage":{"total":{"totalTokens":"COUNT","inputTokens":"COUNT","cachedInputTokens":0,"cacheWriteInputTokens":0,"outputTokens":10,"reasoningOutputTokens":0},"last":{"totalTokens":"COUNT","inputTokens":"COUNT","cachedInputTokens":0,"cacheWriteInputTokens":0,"outputTokens":9,"reasoningOutputTokens":0},"modelContextWindow":null}},"emittedAtMs":"TIME"}
            <-- {"method":"account/rateLimits/updated","params":{"rateLimits":{"limitId":"codex","…":"9 null"}},"emittedAtMs":"TIME"}
            <-- {"method":"thread/readState/changed","params":{"threadId":"#1","readState":{"firstUnread":{"type":"turn","turnId":"#2"},"revision":"#4"}},"emittedAtMs":"TIME"}
            <-- {"method":"thread/status/changed","params":{"threadId":"#1","status":{"type":"idle"}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/completed","params":{"threadId":"#1","turn":{"id":"#2","items":[{"id":"msg_2","…":"as before"}],"itemsView":"summary","status":"completed","completedAt":"TIME","durationMs":"TIME","…":"as before"}},"emittedAtMs":"TIME"}
        "##]],
    );
}

#[test]
fn a_failed_turn() {
    check(
        &[
            Send(INITIALIZE),
            Send(
                r#"{"id":1,"method":"thread/start","params":{"cwd":"$home","config":{"model_providers.demo.request_max_retries":0}}}"#,
            ),
            Await("thread/started"),
            Send(
                r#"{"id":2,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"fail"}]}}"#,
            ),
            Await("turn/completed"),
        ],
        &expect![[r##"
            --> {"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}
            <-- {"id":0,"result":{"userAgent":"test/0.169.0 (SYSTEM) codex-app-server/0.1.0 (test; 1.0)","codexHome":"HOME","platformFamily":"unix","platformOs":"linux"}}
            --> {"id":1,"method":"thread/start","params":{"cwd":"$home","config":{"model_providers.demo.request_max_retries":0}}}
            <-- {"id":1,"result":{"thread":{"id":"#1","environments":[{"environmentId":"local","cwd":"HOME","runtimeWorkspaceRoots":["HOME"]}],"sessionId":"#1","preview":"","ephemeral":false,"historyMode":"paginated","modelProvider":"demo","model":"demo-model","createdAt":"TIME","updatedAt":"TIME","recencyAt":"TIME","status":{"type":"idle"},"path":"ROLLOUT","cwd":"HOME","cliVersion":"0.1.0","originator":"test","source":"vscode","canAcceptDirectInput":true,"turns":[],"…":"14 null"},"model":"demo-model","modelProvider":"demo","disabledPluginIds":[],"cwd":"HOME","runtimeWorkspaceRoots":["HOME"],"instructionSources":[],"approvalPolicy":"on-request","approvalsReviewer":"user","sandbox":{"type":"readOnly","networkAccess":false},"activePermissionProfile":{"id":":read-only","extends":null},"multiAgentMode":"explicitRequestOnly","…":"2 null"}}
            <-- {"method":"thread/started","params":{"thread":{"id":"#1","…":"as before"}},"emittedAtMs":"TIME"}
            --> {"id":2,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"fail"}]}}
            <-- {"id":2,"result":{"turn":{"id":"#2","rootTurnId":"#2","items":[],"itemsView":"notLoaded","status":"inProgress","…":"4 null"}}}
            <-- {"method":"thread/status/changed","params":{"threadId":"#1","status":{"type":"active","activeFlags":[]}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/started","params":{"threadId":"#1","turn":{"id":"#2","startedAt":"TIME","…":"as before"}},"emittedAtMs":"TIME"}
            <-- {"method":"item/started","params":{"item":{"type":"userMessage","id":"#3","clientId":null,"content":[{"type":"text","text":"fail","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":null},"threadId":"#1","turnId":"#2","startedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"item/completed","params":{"item":{"type":"userMessage","id":"#3","clientId":null,"content":[{"type":"text","text":"fail","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":"TIME"},"threadId":"#1","turnId":"#2","contentTokenCount":null,"completedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"thread/status/changed","params":{"threadId":"#1","status":{"type":"systemError"}},"emittedAtMs":"TIME"}
            <-- {"method":"error","params":{"error":{"message":"The model provider answered with status 500: the script says so","codexErrorInfo":"internalServerError","additionalDetails":null,"misalignment":null},"willRetry":false,"threadId":"#1","turnId":"#2"},"emittedAtMs":"TIME"}
            <-- {"method":"thread/readState/changed","params":{"threadId":"#1","readState":{"firstUnread":{"type":"turn","turnId":"#2"},"revision":"#4"}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/completed","params":{"threadId":"#1","turn":{"id":"#2","status":"failed","error":{"message":"The model provider answered with status 500: the script says so","codexErrorInfo":"internalServerError","additionalDetails":null,"misalignment":null},"completedAt":"TIME","durationMs":"TIME","…":"as before"}},"emittedAtMs":"TIME"}
        "##]],
    );
}

#[test]
fn an_interrupted_turn() {
    check(
        &[
            Send(INITIALIZE),
            Send(START),
            Await("thread/started"),
            Send(
                r#"{"id":2,"method":"turn/start","params":{"threadId":"$thread","clientUserMessageId":"mine","input":[{"type":"text","text":"hold"}]}}"#,
            ),
            Await("item/completed"),
            Send(r#"{"id":3,"method":"turn/interrupt","params":{"threadId":"$thread","turnId":"$turn"}}"#),
            Await("turn/completed"),
            Send(r#"{"id":4,"method":"turn/interrupt","params":{"threadId":"$thread","turnId":"$turn"}}"#),
            Send(
                r#"{"id":5,"method":"turn/steer","params":{"threadId":"$thread","expectedTurnId":"$turn","input":[{"type":"text","text":"a"}]}}"#,
            ),
        ],
        &expect![[r##"
            --> {"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}
            <-- {"id":0,"result":{"userAgent":"test/0.169.0 (SYSTEM) codex-app-server/0.1.0 (test; 1.0)","codexHome":"HOME","platformFamily":"unix","platformOs":"linux"}}
            --> {"id":1,"method":"thread/start","params":{"cwd":"$home"}}
            <-- {"id":1,"result":{"thread":{"id":"#1","environments":[{"environmentId":"local","cwd":"HOME","runtimeWorkspaceRoots":["HOME"]}],"sessionId":"#1","preview":"","ephemeral":false,"historyMode":"paginated","modelProvider":"demo","model":"demo-model","createdAt":"TIME","updatedAt":"TIME","recencyAt":"TIME","status":{"type":"idle"},"path":"ROLLOUT","cwd":"HOME","cliVersion":"0.1.0","originator":"test","source":"vscode","canAcceptDirectInput":true,"turns":[],"…":"14 null"},"model":"demo-model","modelProvider":"demo","disabledPluginIds":[],"cwd":"HOME","runtimeWorkspaceRoots":["HOME"],"instructionSources":[],"approvalPolicy":"on-request","approvalsReviewer":"user","sandbox":{"type":"readOnly","networkAccess":false},"activePermissionProfile":{"id":":read-only","extends":null},"multiAgentMode":"explicitRequestOnly","…":"2 null"}}
            <-- {"method":"thread/started","params":{"thread":{"id":"#1","…":"as before"}},"emittedAtMs":"TIME"}
            --> {"id":2,"method":"turn/start","params":{"threadId":"$thread","clientUserMessageId":"mine","input":[{"type":"text","text":"hold"}]}}
            <-- {"id":2,"result":{"turn":{"id":"#2","rootTurnId":"#2","items":[],"itemsView":"notLoaded","status":"inProgress","…":"4 null"}}}
            <-- {"method":"thread/status/changed","params":{"threadId":"#1","status":{"type":"active","activeFlags":[]}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/started","params":{"threadId":"#1","turn":{"id":"#2","startedAt":"TIME","…":"as before"}},"emittedAtMs":"TIME"}
            <-- {"method":"item/started","params":{"item":{"type":"userMessage","id":"#3","clientId":"mine","content":[{"type":"text","text":"hold","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":null},"threadId":"#1","turnId":"#2","startedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"item/completed","params":{"item":{"type":"userMessage","id":"#3","clientId":"mine","content":[{"type":"text","text":"hold","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":"TIME"},"threadId":"#1","turnId":"#2","contentTokenCount":null,"completedAtMs":"TIME"},"emittedAtMs":"TIME"}
            --> {"id":3,"method":"turn/interrupt","params":{"threadId":"$thread","turnId":"$turn"}}
            <-- {"id":3,"result":{}}
            <-- {"method":"thread/status/changed","params":{"threadId":"#1","status":{"type":"idle"}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/completed","params":{"threadId":"#1","turn":{"id":"#2","status":"interrupted","completedAt":"TIME","durationMs":"TIME","…":"as before"}},"emittedAtMs":"TIME"}
            --> {"id":4,"method":"turn/interrupt","params":{"threadId":"$thread","turnId":"$turn"}}
            <-- {"error":{"code":-32600,"message":"no active turn to interrupt","data":{"message":"no active turn to interrupt","codexErrorInfo":"badRequest","additionalDetails":null,"misalignment":null,"reason":"noActiveTurn"}},"id":4}
            --> {"id":5,"method":"turn/steer","params":{"threadId":"$thread","expectedTurnId":"$turn","input":[{"type":"text","text":"a"}]}}
            <-- {"error":{"code":-32600,"message":"no active turn to steer","data":{"message":"no active turn to steer","codexErrorInfo":"badRequest","additionalDetails":null,"misalignment":null,"reason":"noActiveTurn"}},"id":5}
        "##]],
    );
}

#[test]
fn reading_and_listing() {
    check(
        &[
            Send(INITIALIZE),
            Send(START),
            Await("thread/started"),
            Send(r#"{"id":2,"method":"thread/loaded/list","params":{}}"#),
            Send(
                r#"{"id":3,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"say 1"}]}}"#,
            ),
            Await("turn/completed"),
            Send(r#"{"id":4,"method":"thread/read","params":{"threadId":"$thread","includeTurns":true}}"#),
            Send(r#"{"id":5,"method":"thread/list","params":{"limit":2}}"#),
            Send(r#"{"id":6,"method":"thread/unsubscribe","params":{"threadId":"$thread"}}"#),
            Send(r#"{"id":7,"method":"thread/unsubscribe","params":{"threadId":"$thread"}}"#),
            Send(
                r#"{"id":8,"method":"thread/unsubscribe","params":{"threadId":"00000000-0000-7000-8000-000000000000"}}"#,
            ),
        ],
        &expect![[r##"
            --> {"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}
            <-- {"id":0,"result":{"userAgent":"test/0.169.0 (SYSTEM) codex-app-server/0.1.0 (test; 1.0)","codexHome":"HOME","platformFamily":"unix","platformOs":"linux"}}
            --> {"id":1,"method":"thread/start","params":{"cwd":"$home"}}
            <-- {"id":1,"result":{"thread":{"id":"#1","environments":[{"environmentId":"local","cwd":"HOME","runtimeWorkspaceRoots":["HOME"]}],"sessionId":"#1","preview":"","ephemeral":false,"historyMode":"paginated","modelProvider":"demo","model":"demo-model","createdAt":"TIME","updatedAt":"TIME","recencyAt":"TIME","status":{"type":"idle"},"path":"ROLLOUT","cwd":"HOME","cliVersion":"0.1.0","originator":"test","source":"vscode","canAcceptDirectInput":true,"turns":[],"…":"14 null"},"model":"demo-model","modelProvider":"demo","disabledPluginIds":[],"cwd":"HOME","runtimeWorkspaceRoots":["HOME"],"instructionSources":[],"approvalPolicy":"on-request","approvalsReviewer":"user","sandbox":{"type":"readOnly","networkAccess":false},"activePermissionProfile":{"id":":read-only","extends":null},"multiAgentMode":"explicitRequestOnly","…":"2 null"}}
            <-- {"method":"thread/started","params":{"thread":{"id":"#1","…":"as before"}},"emittedAtMs":"TIME"}
            --> {"id":2,"method":"thread/loaded/list","params":{}}
            <-- {"id":2,"result":{"data":["#1"],"nextCursor":null}}
            --> {"id":3,"method":"turn/start","params":{"threadId":"$thread","input":[{"type":"text","text":"say 1"}]}}
            <-- {"id":3,"result":{"turn":{"id":"#2","rootTurnId":"#2","items":[],"itemsView":"notLoaded","status":"inProgress","…":"4 null"}}}
            <-- {"method":"thread/status/changed","params":{"threadId":"#1","status":{"type":"active","activeFlags":[]}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/started","params":{"threadId":"#1","turn":{"id":"#2","startedAt":"TIME","…":"as before"}},"emittedAtMs":"TIME"}
            <-- {"method":"item/started","params":{"item":{"type":"userMessage","id":"#3","clientId":null,"content":[{"type":"text","text":"say 1","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":null},"threadId":"#1","turnId":"#2","startedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"item/completed","params":{"item":{"type":"userMessage","id":"#3","clientId":null,"content":[{"type":"text","text":"say 1","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":"TIME"},"threadId":"#1","turnId":"#2","contentTokenCount":null,"completedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"item/started","params":{"item":{"type":"agentMessage","id":"msg_1","text":"","startedAtMs":"TIME","…":"6 null"},"threadId":"#1","turnId":"#2","startedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"item/agentMessage/delta","params":{"threadId":"#1","turnId":"#2","itemId":"msg_1","delta":"word"},"emittedAtMs":"TIME"}
            <-- {"method":"item/completed","params":{"item":{"id":"msg_1","text":"word","completedAtMs":"TIME","…":"as before"},"threadId":"#1","turnId":"#2","contentTokenCount":null,"completedAtMs":"TIME"},"emittedAtMs":"TIME"}
            <-- {"method":"thread/tokenUsage/updated","params":{"threadId":"#1","turnId":"#2","tokenUsage":{"total":{"totalTokens":"COUNT","inputTokens":"COUNT","cachedInputTokens":0,"cacheWriteInputTokens":0,"outputTokens":1,"reasoningOutputTokens":0},"last":{"totalTokens":"COUNT","inputTokens":"COUNT","cachedInputTokens":0,"cacheWriteInputTokens":0,"outputTokens":1,"reasoningOutputTokens":0},"modelContextWindow":null}},"emittedAtMs":"TIME"}
            <-- {"method":"account/rateLimits/updated","params":{"rateLimits":{"limitId":"codex","…":"9 null"}},"emittedAtMs":"TIME"}
            <-- {"method":"thread/readState/changed","params":{"threadId":"#1","readState":{"firstUnread":{"type":"turn","turnId":"#2"},"revision":"#4"}},"emittedAtMs":"TIME"}
            <-- {"method":"thread/status/changed","params":{"threadId":"#1","status":{"type":"idle"}},"emittedAtMs":"TIME"}
            <-- {"method":"turn/completed","params":{"threadId":"#1","turn":{"id":"#2","items":[{"id":"msg_1","…":"as before"}],"itemsView":"summary","status":"completed","completedAt":"TIME","durationMs":"TIME","…":"as before"}},"emittedAtMs":"TIME"}
            --> {"id":4,"method":"thread/read","params":{"threadId":"$thread","includeTurns":true}}
            <-- {"method":"deprecationNotice","params":{"summary":"Reading all turns of a thread at once is deprecated: leave `includeTurns` out, and read them page by page with `thread/turns/list` and `thread/items/list`.","details":null},"emittedAtMs":"TIME"}
            <-- {"id":4,"result":{"thread":{"id":"#1","preview":"say 1","turns":[{"id":"#2","items":[{"type":"userMessage","id":"#3","clientId":null,"content":[{"type":"text","text":"say 1","text_elements":[]}],"startedAtMs":"TIME","completedAtMs":"TIME"},{"id":"msg_1","…":"as before"}],"itemsView":"full","…":"as before"}],"…":"as before"},"readState":{"firstUnread":{"type":"turn","turnId":"#2"},"revision":"#4"}}}
            --> {"id":5,"method":"thread/list","params":{"limit":2}}
            <-- {"id":5,"result":{"data":[{"id":"#1","canAcceptDirectInput":null,"turns":[],"…":"as before"}],"readStates":{"#1":{"firstUnread":{"type":"turn","turnId":"#2"},"revision":"#4"}},"nextCursor":null,"backwardsCursor":"CURSOR"}}
            --> {"id":6,"method":"thread/unsubscribe","params":{"threadId":"$thread"}}
            <-- {"id":6,"result":{"status":"unsubscribed"}}
            --> {"id":7,"method":"thread/unsubscribe","params":{"threadId":"$thread"}}
            <-- {"id":7,"result":{"status":"notSubscribed"}}
            --> {"id":8,"method":"thread/unsubscribe","params":{"threadId":"00000000-0000-7000-8000-000000000000"}}
            <-- {"id":8,"result":{"status":"notLoaded"}}
        "##]],
    );
}

#[test]
fn what_the_server_has() {
    check(
        &[
            Send(INITIALIZE),
            Send(r#"{"id":1,"method":"model/list","params":{}}"#),
            Send(r#"{"id":2,"method":"account/read","params":{}}"#),
            Send(r#"{"id":3,"method":"config/read","params":{"includeLayers":true}}"#),
        ],
        &expect![[r#"
            --> {"id":0,"method":"initialize","params":{"clientInfo":{"name":"test","title":null,"version":"1.0"}}}
            <-- {"id":0,"result":{"userAgent":"test/0.169.0 (SYSTEM) codex-app-server/0.1.0 (test; 1.0)","codexHome":"HOME","platformFamily":"unix","platformOs":"linux"}}
            --> {"id":1,"method":"model/list","params":{}}
            <-- {"id":1,"result":{"data":[{"id":"demo-model","model":"demo-model","displayName":"demo-model","description":"","hidden":false,"supportedReasoningEfforts":[{"reasoningEffort":"low","description":"Quick answers with little reasoning."},{"reasoningEffort":"medium","description":"Reasoning as the task needs it."},{"reasoningEffort":"high","description":"Longer reasoning for hard tasks."}],"defaultReasoningEffort":"medium","inputModalities":["text","image"],"supportsPersonality":false,"additionalSpeedTiers":[],"serviceTiers":[],"isDefault":true,"…":"7 null"}],"nextCursor":null}}
            --> {"id":2,"method":"account/read","params":{}}
            <-- {"id":2,"result":{"account":null,"userId":null,"requiresOpenaiAuth":false,"workspaceRouting":null}}
            --> {"id":3,"method":"config/read","params":{"includeLayers":true}}
            <-- {"id":3,"result":{"config":{"model_provider":"demo","…":"37 null"},"origins":{"model_provider":{"name":{"type":"sessionFlags"},"version":"sha256:8363315e112a5c234c7e889097ab36f5c7fa6f69eef2b7454f9854b772464ff5"}},"layers":[{"name":{"type":"sessionFlags"},"version":"sha256:8363315e112a5c234c7e889097ab36f5c7fa6f69eef2b7454f9854b772464ff5","config":{"model_provider":"demo"}}]}}
        "#]],
    );
}
