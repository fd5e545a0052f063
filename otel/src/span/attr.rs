//! The one list of attribute names that spans of this workspace carry.
//!
//! Sources: OpenTelemetry semantic conventions 1.41.1 for `rpc.*`, `jsonrpc.*`, `gen_ai.*`, `openai.*`, `mcp.*`,
//! `server.*`, `error.*`, `http.*` and `vcs.*`; `app_server.*` and `codex.*` are our own. `docs/tracing.md` describes each.

macro_rules! names {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$doc])* pub const $constant: &str = $name;)*

        /// Every attribute name of this module, for the tests that compare code with `docs/tracing.md`.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

names! {
    /// RPC system, older name: always `jsonrpc`.
    RPC_SYSTEM = "rpc.system";
    /// RPC system: always `jsonrpc`.
    RPC_SYSTEM_NAME = "rpc.system.name";
    /// The service called: always `codex-app-server`.
    RPC_SERVICE = "rpc.service";
    /// The method, from the table; `_OTHER` for one that is not in it.
    RPC_METHOD = "rpc.method";
    /// The name that was sent for an unknown method, cut at 64 characters.
    RPC_METHOD_ORIGINAL = "rpc.method_original";
    /// `stdio`, `websocket` or `unix`.
    RPC_TRANSPORT = "rpc.transport";
    /// The request id as text.
    RPC_REQUEST_ID = "rpc.request_id";
    /// The request id as text, name of the JSON-RPC convention.
    JSONRPC_REQUEST_ID = "jsonrpc.request.id";
    /// The code of a failed answer, as text.
    RPC_RESPONSE_STATUS_CODE = "rpc.response.status_code";
    /// Number of the connection within the process.
    APP_SERVER_CONNECTION_ID = "app_server.connection_id";
    /// Version of the wire: `v2`.
    APP_SERVER_API_VERSION = "app_server.api_version";
    /// Name that the client gave in `initialize`.
    APP_SERVER_CLIENT_NAME = "app_server.client_name";
    /// Version that the client gave in `initialize`.
    APP_SERVER_CLIENT_VERSION = "app_server.client_version";
    /// `X-Request-ID` of the handshake, or the one made for it.
    APP_SERVER_HANDSHAKE_REQUEST_ID = "app_server.handshake_request_id";
    /// The thread (conversation).
    THREAD_ID = "thread.id";
    /// The turn.
    TURN_ID = "turn.id";
    /// `user`, `review`, `compact` and so on.
    CODEX_TURN_KIND = "codex.turn.kind";
    /// `completed`, `interrupted` or `failed`.
    CODEX_TURN_STATUS = "codex.turn.status";
    /// Who asked for an interruption.
    CODEX_TURN_INTERRUPTED_BY = "codex.turn.interrupted_by";
    /// Input tokens of the turn, over all its model requests.
    CODEX_TURN_INPUT_TOKENS = "codex.turn.token_usage.input_tokens";
    /// Cached input tokens of the turn.
    CODEX_TURN_CACHED_INPUT_TOKENS = "codex.turn.token_usage.cached_input_tokens";
    /// Output tokens of the turn.
    CODEX_TURN_OUTPUT_TOKENS = "codex.turn.token_usage.output_tokens";
    /// Reasoning output tokens of the turn.
    CODEX_TURN_REASONING_OUTPUT_TOKENS = "codex.turn.token_usage.reasoning_output_tokens";
    /// All tokens of the turn.
    CODEX_TURN_TOTAL_TOKENS = "codex.turn.token_usage.total_tokens";
    /// From the start of the turn to the first text of the model, in milliseconds.
    CODEX_TURN_TIME_TO_FIRST_TOKEN_MS = "codex.turn.time_to_first_token_ms";
    /// Milliseconds of the turn that the model took.
    CODEX_TURN_TIME_MODEL_MS = "codex.turn.time.model_ms";
    /// Milliseconds of the turn that tools took.
    CODEX_TURN_TIME_TOOL_MS = "codex.turn.time.tool_ms";
    /// Milliseconds of the turn that a human was waited for.
    CODEX_TURN_TIME_APPROVAL_MS = "codex.turn.time.approval_ms";
    /// Milliseconds of the turn between attempts at a model.
    CODEX_TURN_TIME_RETRY_WAIT_MS = "codex.turn.time.retry_wait_ms";
    /// Milliseconds of the turn before it could begin.
    CODEX_TURN_TIME_QUEUE_MS = "codex.turn.time.queue_ms";
    /// Milliseconds of the turn that writing took.
    CODEX_TURN_TIME_STORE_MS = "codex.turn.time.store_ms";
    /// Milliseconds of the turn beside all these.
    CODEX_TURN_TIME_OTHER_MS = "codex.turn.time.other_ms";
    /// Model requests of the turn, retries included.
    CODEX_TURN_MODEL_CALLS = "codex.turn.model_calls";
    /// Tool calls of the turn.
    CODEX_TURN_TOOL_CALLS = "codex.turn.tool_calls";
    /// Bytes of the thread's rollout that were read or written: on events.
    CODEX_STORE_BYTES = "codex.store.bytes";
    /// Records of the thread's rollout (or rows of the index) that were read or written: on events.
    CODEX_STORE_RECORDS = "codex.store.records";
    /// Milliseconds that the reading or the writing took: on events.
    CODEX_STORE_DURATION_MS = "codex.store.duration_ms";
    /// The branch that the turn's working directory was at.
    VCS_REF_HEAD_NAME = "vcs.ref.head.name";
    /// The commit that the turn's working directory was at.
    VCS_REF_HEAD_REVISION = "vcs.ref.head.revision";
    /// Where the repository came from, without credentials.
    VCS_REPOSITORY_URL_FULL = "vcs.repository.url.full";
    /// What held a command: `read-only`, `workspace-write`, `danger-full-access`, `external`, or `none` with leave.
    CODEX_COMMAND_SANDBOX = "codex.command.sandbox";
    /// Name of the program that a command runs first, never its arguments.
    CODEX_COMMAND_PROGRAM = "codex.command.program";
    /// How a tool call went: `ok`, `nonzero`, `declined`, `timeout`, `not_answered`, `interrupted` or `failed`.
    CODEX_TOOL_OUTCOME = "codex.tool.outcome";
    /// When the user is asked, as the turn began with it: `untrusted`, `on-request`, `never` or `granular`.
    CODEX_APPROVAL_POLICY = "codex.approval.policy";
    /// What holds the turn's commands: `read-only`, `workspace-write`, `danger-full-access` or `external`.
    CODEX_SANDBOX_POLICY = "codex.sandbox.policy";
    /// What became of a question to the user: the decision, `unusable` or `withdrawn`.
    CODEX_APPROVAL_DECISION = "codex.approval.decision";
    /// Exit code of a command.
    PROCESS_EXIT_CODE = "process.exit.code";
    /// Id of the submission that a dispatch span handles.
    CODEX_SUBMISSION_ID = "codex.submission.id";
    /// Operation that a dispatch span handles.
    CODEX_OP = "codex.op";
    /// How many attempts a model call took.
    CODEX_MODEL_ATTEMPTS = "codex.model.attempts";
    /// What a model call or a turn cost, in US dollars, by the configured prices.
    CODEX_COST_USD = "codex.cost.usd";
    /// Whether the provider's cached model list was used: `hit` or `miss`.
    CODEX_CACHE = "codex.cache";
    /// `invoke_agent`, `chat` or `execute_tool`.
    GEN_AI_OPERATION_NAME = "gen_ai.operation.name";
    /// Name of the agent.
    GEN_AI_AGENT_NAME = "gen_ai.agent.name";
    /// The conversation: the thread id.
    GEN_AI_CONVERSATION_ID = "gen_ai.conversation.id";
    /// The provider, by the convention's list or the name in the configuration.
    GEN_AI_PROVIDER_NAME = "gen_ai.provider.name";
    /// The model asked for.
    GEN_AI_REQUEST_MODEL = "gen_ai.request.model";
    /// Whether the answer is streamed.
    GEN_AI_REQUEST_STREAM = "gen_ai.request.stream";
    /// Reasoning effort asked for.
    GEN_AI_REQUEST_REASONING_LEVEL = "gen_ai.request.reasoning.level";
    /// Id of the model's response.
    GEN_AI_RESPONSE_ID = "gen_ai.response.id";
    /// The model that answered.
    GEN_AI_RESPONSE_MODEL = "gen_ai.response.model";
    /// Why the model stopped, a list.
    GEN_AI_RESPONSE_FINISH_REASONS = "gen_ai.response.finish_reasons";
    /// Seconds from the model request to its first chunk.
    GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk";
    /// What is asked of the model: `text`.
    GEN_AI_OUTPUT_TYPE = "gen_ai.output.type";
    /// Input tokens, on `chat` spans only.
    GEN_AI_USAGE_INPUT_TOKENS = "gen_ai.usage.input_tokens";
    /// Output tokens, on `chat` spans only.
    GEN_AI_USAGE_OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
    /// Input tokens that came from a cache, on `chat` spans only.
    GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS = "gen_ai.usage.cache_read.input_tokens";
    /// Output tokens spent on reasoning, on `chat` spans only.
    GEN_AI_USAGE_REASONING_OUTPUT_TOKENS = "gen_ai.usage.reasoning.output_tokens";
    /// `input` or `output`, on the metric of token usage.
    GEN_AI_TOKEN_TYPE = "gen_ai.token.type";
    /// Name of the tool.
    GEN_AI_TOOL_NAME = "gen_ai.tool.name";
    /// Id that the model gave the call.
    GEN_AI_TOOL_CALL_ID = "gen_ai.tool.call.id";
    /// `function` or `extension`.
    GEN_AI_TOOL_TYPE = "gen_ai.tool.type";
    /// Arguments of the call, content: only with `otel.log_user_prompt`.
    GEN_AI_TOOL_CALL_ARGUMENTS = "gen_ai.tool.call.arguments";
    /// Result of the call, content: only with `otel.log_user_prompt`.
    GEN_AI_TOOL_CALL_RESULT = "gen_ai.tool.call.result";
    /// Messages to the model, content: only with `otel.log_user_prompt`.
    GEN_AI_INPUT_MESSAGES = "gen_ai.input.messages";
    /// Messages of the model, content: only with `otel.log_user_prompt`.
    GEN_AI_OUTPUT_MESSAGES = "gen_ai.output.messages";
    /// Instructions, content: only with `otel.log_user_prompt`.
    GEN_AI_SYSTEM_INSTRUCTIONS = "gen_ai.system_instructions";
    /// `responses` or `chat_completions`.
    OPENAI_API_TYPE = "openai.api.type";
    /// Method of an MCP request.
    MCP_METHOD_NAME = "mcp.method.name";
    /// Session of an MCP connection.
    MCP_SESSION_ID = "mcp.session.id";
    /// Host called.
    SERVER_ADDRESS = "server.address";
    /// Port called.
    SERVER_PORT = "server.port";
    /// Name of the service that is called, so that a service graph shows it.
    PEER_SERVICE = "peer.service";
    /// Name of a log event.
    EVENT_NAME = "event.name";
    /// When a log event was, as text.
    EVENT_TIMESTAMP = "event.timestamp";
    /// What kind of failure: a code, a type, or `_OTHER`.
    ERROR_TYPE = "error.type";
    /// Status of an HTTP answer.
    HTTP_RESPONSE_STATUS_CODE = "http.response.status_code";
    /// Number of sends before this one.
    HTTP_REQUEST_RESEND_COUNT = "http.request.resend_count";
    /// Exported name of a span; taken by the layer, no attribute on the wire.
    OTEL_NAME = "otel.name";
    /// Kind of a span; taken by the layer, no attribute on the wire.
    OTEL_KIND = "otel.kind";
    /// Status of a span; written by the layer alone.
    OTEL_STATUS_CODE = "otel.status_code";
    /// Status description of a span; written by the layer alone.
    OTEL_STATUS_DESCRIPTION = "otel.status_description";
}

/// The parts of a turn's time, which add up to it, each with the word that people read.
pub const TURN_TIMES: &[(&str, &str)] = &[
    (CODEX_TURN_TIME_MODEL_MS, "model"),
    (CODEX_TURN_TIME_TOOL_MS, "tools"),
    (CODEX_TURN_TIME_APPROVAL_MS, "approval"),
    (CODEX_TURN_TIME_RETRY_WAIT_MS, "retry wait"),
    (CODEX_TURN_TIME_QUEUE_MS, "queue"),
    (CODEX_TURN_TIME_STORE_MS, "store"),
    (CODEX_TURN_TIME_OTHER_MS, "other"),
];
