//! Each kind of question: what clients are sent, and what their responses say.

use codex_app_server_protocol::ServerRequest;
use codex_protocol::{
    AdditionalPermissions, Answer, CommandApproval, CommandDecision, DynamicToolCall,
    DynamicToolCallOutputContentItem, DynamicToolResult, ElicitationAction, ElicitationAnswer,
    ElicitationMode, ElicitationRequest, FileSystemAccess, FileSystemPermission, GrantScope, ItemId,
    PatchApproval, PatchDecision, PermissionsApproval, PermissionsGrant, ThreadId, TurnId, UserInputAnswers,
    UserInputOption, UserInputQuestion, UserInputRequest,
};
use serde_json::{Value, json};

use super::{ClientQuestion, InvalidResponse, QuestionContext};

/// The method and the params that ask it, without what stands in every request.
fn asked<Q: ClientQuestion>(question: &Q) -> (&'static str, Value) {
    let context =
        QuestionContext { thread_id: ThreadId::generate(), turn_id: TurnId::generate(), started_at_ms: 7 };
    let mut params = serde_json::to_value(question.params(context)).unwrap();
    let members = params.as_object_mut().unwrap();
    assert_eq!(members.remove("threadId"), Some(json!(context.thread_id)));
    assert_eq!(members.remove("turnId"), Some(json!(context.turn_id)));
    (Q::Request::ID.name(), params)
}

/// What a response says, and the word for it.
#[track_caller]
fn answered<Q: ClientQuestion>(question: &Q, response: Value) -> (Answer, &'static str) {
    let answer = question.read(serde_json::from_value(response).unwrap()).unwrap();
    let outcome = Q::outcome(&answer);
    (answer.into(), outcome)
}

fn item_id() -> ItemId {
    ItemId::from("call")
}

#[test]
fn a_command() {
    let question = CommandApproval {
        item_id: item_id(),
        command: "touch a".to_owned(),
        cwd: "/w".to_owned(),
        actions: Vec::new(),
        reason: Some("why".to_owned()),
        decisions: vec![CommandDecision::Accept],
    };
    let params = json!({
        "kind": "command", "itemId": "call", "startedAtMs": 7, "environmentId": "local", "reason": "why",
        "command": "touch a", "cwd": "/w", "commandActions": [], "availableDecisions": ["accept"],
    });
    assert_eq!(asked(&question), ("item/commandExecution/requestApproval", params));
    let accept = (Answer::Command(CommandDecision::Accept), "accept");
    assert_eq!(answered(&question, json!({"decision": "accept"})), accept);
}

#[test]
fn a_change_of_files() {
    let question = PatchApproval { item_id: item_id(), reason: None, grant_root: Some("/r".to_owned()) };
    let params = json!({"itemId": "call", "startedAtMs": 7, "reason": null, "grantRoot": "/r"});
    assert_eq!(asked(&question), ("item/fileChange/requestApproval", params));
    for (word, decision) in [
        ("accept", PatchDecision::Accept),
        ("acceptForSession", PatchDecision::AcceptForSession),
        ("decline", PatchDecision::Decline),
        ("cancel", PatchDecision::Cancel),
    ] {
        assert_eq!(answered(&question, json!({"decision": word})), (Answer::Patch(decision), word));
    }
}

fn permission(path: &str, access: FileSystemAccess) -> FileSystemPermission {
    FileSystemPermission { path: path.to_owned(), access }
}

fn permissions() -> PermissionsApproval {
    let file_system =
        vec![permission("/a", FileSystemAccess::Read), permission("/b", FileSystemAccess::Write)];
    PermissionsApproval {
        item_id: item_id(),
        cwd: "/w".to_owned(),
        permissions: AdditionalPermissions { file_system, network: Some(true) },
        reason: None,
    }
}

#[test]
fn more_permissions() {
    let params = json!({
        "itemId": "call", "environmentId": "local", "startedAtMs": 7, "cwd": "/w", "reason": null,
        "permissions": {
            "network": {"enabled": true},
            "fileSystem": {"read": ["/a"], "write": ["/b"], "entries": [
                {"path": {"type": "path", "path": "/a"}, "access": "read"},
                {"path": {"type": "path", "path": "/b"}, "access": "write"},
            ]},
        },
    });
    assert_eq!(asked(&permissions()), ("item/permissions/requestApproval", params.clone()));
    let all = answered(
        &permissions(),
        json!({"permissions": params["permissions"], "scope": "session", "strictAutoReview": true}),
    );
    let grant = PermissionsGrant {
        permissions: permissions().permissions,
        scope: GrantScope::Session,
        strict_auto_review: true,
    };
    assert_eq!(all, (Answer::Permissions(grant), "accept"));
    let none = PermissionsGrant {
        permissions: AdditionalPermissions::default(),
        scope: GrantScope::Turn,
        strict_auto_review: false,
    };
    assert_eq!(answered(&permissions(), json!({"permissions": {}})), (Answer::Permissions(none), "decline"));
}

#[test]
fn permissions_that_nobody_asked_for_are_not_given() {
    let listed = json!({"permissions": {"fileSystem": {"read": ["/b", "/etc"], "write": ["/a", "/b", "/"]}}});
    let (Answer::Permissions(grant), _) = answered(&permissions(), listed) else { panic!("another kind") };
    let given = [permission("/b", FileSystemAccess::Read), permission("/b", FileSystemAccess::Write)];
    assert_eq!(grant.permissions.file_system, given);
    let offline = PermissionsApproval { permissions: AdditionalPermissions::default(), ..permissions() };
    let network = json!({"permissions": {"network": {"enabled": true}}});
    assert_eq!(answered(&offline, network).1, "decline");
    for path in [
        json!({"type": "glob_pattern", "pattern": "/*"}),
        json!({"type": "special", "value": {"kind": "root"}}),
    ] {
        let response =
            json!({"permissions": {"fileSystem": {"entries": [{"path": path, "access": "write"}]}}});
        let response = serde_json::from_value(response).unwrap();
        assert_eq!(permissions().read(response).unwrap_err(), InvalidResponse::NotAPath);
    }
}

#[test]
fn what_the_agent_wants_to_know() {
    let options =
        Some(vec![UserInputOption { label: "SQLite".to_owned(), description: "a file".to_owned() }]);
    let question = UserInputRequest {
        item_id: item_id(),
        questions: vec![UserInputQuestion {
            id: "db".to_owned(),
            header: "Database".to_owned(),
            question: "Which one?".to_owned(),
            options,
            is_other: true,
            is_secret: false,
        }],
        is_blocking: true,
    };
    let params = json!({
        "itemId": "call", "isBlocking": true, "autoResolutionMs": null,
        "questions": [{
            "id": "db", "header": "Database", "question": "Which one?", "isOther": true, "isSecret": false,
            "options": [{"label": "SQLite", "description": "a file"}],
        }],
    });
    assert_eq!(asked(&question), ("item/tool/requestUserInput", params));
    let answers = UserInputAnswers([("db".to_owned(), vec!["SQLite".to_owned()])].into());
    assert_eq!(
        answered(&question, json!({"answers": {"db": {"answers": ["SQLite"]}}})),
        (Answer::UserInput(answers), "answer")
    );
}

#[test]
fn a_tool_of_the_client() {
    let question = DynamicToolCall {
        call_id: item_id(),
        namespace: Some("shop".to_owned()),
        tool: "lookup".to_owned(),
        arguments: json!({"id": 5}),
    };
    let params = json!({"callId": "call", "namespace": "shop", "tool": "lookup", "arguments": {"id": 5}});
    assert_eq!(asked(&question), ("item/tool/call", params));
    let content = vec![DynamicToolCallOutputContentItem::InputText { text: "five".to_owned() }];
    let result = DynamicToolResult { content, success: true };
    let response = json!({"contentItems": [{"type": "inputText", "text": "five"}], "success": true});
    assert_eq!(answered(&question, response), (Answer::ToolCall(result), "success"));
}

#[test]
fn what_an_mcp_server_wants_to_know() {
    let form = ElicitationMode::Form { requested_schema: json!({"type": "object"}) };
    let (server_name, message) = ("shop".to_owned(), "How many?".to_owned());
    let question = ElicitationRequest { server_name, message, mode: form, meta: Some(json!({"a": 1})) };
    let params = json!({
        "serverName": "shop", "mode": "form", "message": "How many?", "requestedSchema": {"type": "object"},
        "_meta": {"a": 1},
    });
    assert_eq!(asked(&question), ("mcpServer/elicitation/request", params));
    let url = ElicitationMode::Url { elicitation_id: "e".to_owned(), url: "https://shop.example".to_owned() };
    let page = ElicitationRequest { mode: url, meta: None, ..question.clone() };
    let params = json!({
        "serverName": "shop", "mode": "url", "message": "How many?", "url": "https://shop.example",
        "elicitationId": "e", "_meta": null,
    });
    assert_eq!(asked(&page), ("mcpServer/elicitation/request", params));
    for (word, action, content) in [
        ("accept", ElicitationAction::Accept, Some(json!({"count": 2}))),
        ("decline", ElicitationAction::Decline, None),
        ("cancel", ElicitationAction::Cancel, None),
    ] {
        let response = json!({"action": word, "content": content, "_meta": {"b": 1}});
        let answer = ElicitationAnswer { action, content, meta: Some(json!({"b": 1})) };
        assert_eq!(answered(&question, response), (Answer::Elicitation(answer), word));
    }
}
