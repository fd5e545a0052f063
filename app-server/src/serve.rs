//! Serving: from settings to listening sockets, until a signal or the end of stdin.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use codex_core::{Agent, Config, ConfigSection};
use codex_otel::{Flags, Settings, Telemetry};
use serde::Deserialize;
use tokio::sync::watch;

use crate::{
    accept::accept,
    demo::load_config,
    server::{Server, ServerOptions},
    signals::Signals,
    transport::{
        listen::{Listen, Listener},
        stdio,
        token::{TokenError, make_private_folder, token_of},
    },
};

/// How long an orderly end may take before the process ends anyway.
const DEADLINE: Duration = Duration::from_secs(5);

/// What the command line says about serving.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServeOptions {
    pub(crate) listen: Vec<Listen>,
    pub(crate) codex_home: PathBuf,
    pub(crate) overrides: Vec<(String, String)>,
    pub(crate) otlp: Option<String>,
    pub(crate) debug: bool,
    pub(crate) instance_id: Option<String>,
    /// Whether websockets over TCP are let in without a token.
    pub(crate) unauthenticated: bool,
}

/// `[app_server]` of `config.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AppServerConfig {
    max_message_bytes: Option<usize>,
    max_in_flight: Option<usize>,
    max_in_flight_per_connection: Option<usize>,
    stall_seconds: Option<u64>,
    allowed_origins: Vec<String>,
    initialize_seconds: Option<u64>,
    max_connections: Option<usize>,
}

impl ConfigSection for AppServerConfig {
    const NAME: &'static str = "app_server";
}

/// Why the server did not start. Each is one sentence on stderr and an exit code (see `docs/configuration.md`).
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    #[error("configuration: {0}")]
    Config(#[from] codex_core::ConfigError),
    #[error(transparent)]
    Bind(#[from] crate::transport::listen::BindError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("cannot start the runtime: {0}")]
    Runtime(#[source] io::Error),
}

impl ServeError {
    /// 78 is `EX_CONFIG` of `sysexits.h`.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Config(_) => ExitCode::from(78),
            Self::Bind(_) | Self::Token(_) | Self::Runtime(_) => ExitCode::FAILURE,
        }
    }
}

/// Loads the configuration, and says what is wrong with it.
pub(crate) fn configure(options: &ServeOptions) -> Result<(Config, ServerOptions), ServeError> {
    let config = load_config(&options.codex_home, &options.overrides)?;
    let own: AppServerConfig = config.section()?;
    let default = ServerOptions::default();
    let server = ServerOptions {
        max_message_bytes: own.max_message_bytes.unwrap_or(default.max_message_bytes),
        max_in_flight: own.max_in_flight.unwrap_or(default.max_in_flight),
        max_in_flight_per_connection: own
            .max_in_flight_per_connection
            .unwrap_or(default.max_in_flight_per_connection),
        stall: own.stall_seconds.map_or(default.stall, Duration::from_secs),
        allowed_origins: own.allowed_origins,
        initialize_timeout: own.initialize_seconds.map_or(default.initialize_timeout, Duration::from_secs),
        max_connections: own.max_connections.unwrap_or(default.max_connections),
        ..default
    };
    Ok((config, server))
}

/// Serves until a signal, or until stdin ends where it is the only way in.
pub(crate) fn run(mut options: ServeOptions) -> Result<(), ServeError> {
    if options.listen.is_empty() {
        options.listen.push(Listen::Stdio);
    }
    let (config, mut server_options) = configure(&options)?;
    let token_file = prepare_token(&options, &config, &mut server_options)?;
    let flags = Flags {
        otlp: options.otlp.clone(),
        debug: options.debug,
        instance_id: options.instance_id.clone(),
        stdio_protocol: options.listen.contains(&Listen::Stdio),
    };
    let (settings, warnings) = Settings::resolve(&flags, &|name| std::env::var(name).ok(), config.otel());
    server_options.env_parent = settings.spans.env_parent;
    let config = config.with_spans(settings.spans);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8)))
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)?;
    let telemetry = codex_otel::init(settings);
    server_options.telemetry = telemetry.clone();
    for warning in warnings.iter().chain(config.warnings()) {
        tracing::warn!("{warning}");
    }
    let served = runtime.block_on(serve(options.listen, config, server_options, token_file, telemetry));
    // A thread that is blocked on a terminal's stdin must not keep the process.
    runtime.shutdown_background();
    served
}

/// Has the token of listeners ready, and returns the file that it is in; none where nobody needs one.
fn prepare_token(
    options: &ServeOptions,
    config: &Config,
    server: &mut ServerOptions,
) -> Result<Option<PathBuf>, TokenError> {
    let folder = codex_core::private_folder(config.codex_home());
    let on_tcp = options.listen.iter().any(|place| matches!(place, Listen::WebSocket(_)));
    if on_tcp && !options.unauthenticated {
        let (token, file) = token_of(&folder)?;
        server.token = Some(token);
        return Ok(Some(file));
    }
    // A command that starts before a token is made must not see it either. A home that cannot be written gets none.
    let _ = make_private_folder(&folder);
    if on_tcp {
        let mut stderr = io::stderr().lock();
        let _ = writeln!(
            stderr,
            "codex-app-server: warning: --ws-allow-unauthenticated lets every user and program of this machine run commands here"
        );
    }
    Ok(None)
}

async fn serve(
    places: Vec<Listen>,
    config: Config,
    options: ServerOptions,
    token_file: Option<PathBuf>,
    telemetry: Telemetry,
) -> Result<(), ServeError> {
    // First of all: whoever hears from this server may send it a signal.
    let mut signals = Signals::new();
    let server = Server::new(Agent::new(config), options);
    let (stop, stopped) = watch::channel(false);
    let only_stdio = places.iter().all(|place| *place == Listen::Stdio);
    let mut listeners = Vec::new();
    for place in &places {
        if let Some((listener, place)) = Listener::bind(place).await? {
            banner(&place, token_file.as_deref());
            listeners.push(listener);
        }
    }
    for listener in listeners {
        codex_otel::spawn_detached(accept(server.clone(), listener, stopped.clone()));
    }
    if places.contains(&Listen::Stdio) {
        let (server, stop) = (server.clone(), stop.clone());
        codex_otel::spawn_detached(async move {
            let at_end = || {
                if only_stdio {
                    stop.send_replace(true);
                }
            };
            server.serve_lines(stdio::Input::open(), stdio::Output::open(), at_end).await;
            if only_stdio {
                stop.send_replace(true);
            }
        });
    }
    let mut ended = stopped.clone();
    tokio::select! {
        name = signals.next() => tracing::info!(signal = name, "ending: interrupting the running turns"),
        _ = ended.wait_for(|stop| *stop) => tracing::info!("ending: stdin was closed"),
    }
    stop.send_replace(true);
    let orderly = async {
        if tokio::time::timeout(DEADLINE, server.finish()).await.is_err() {
            tracing::warn!("some clients did not read to the end within {} s", DEADLINE.as_secs());
        }
        telemetry.shutdown(DEADLINE).await;
    };
    tokio::select! {
        () = orderly => {}
        name = signals.next_on_purpose() => tracing::warn!(signal = name, "ending at once"),
    }
    Ok(())
}

/// Tells where the server listens. Stdout carries the protocol, or nothing.
fn banner(place: &Listen, token_file: Option<&Path>) {
    let mut stderr = io::stderr().lock();
    let (token, probes) = match place {
        Listen::WebSocket(address) => (
            token_file.map(|file| format!("\n  token: in {}", file.display())).unwrap_or_default(),
            format!("\n  readyz: http://{address}/readyz\n  healthz: http://{address}/healthz"),
        ),
        Listen::Stdio | Listen::Unix(_) => (String::new(), String::new()),
    };
    // Whoever waits for the address has read the rest.
    // A closed stderr is no reason not to serve.
    let _ = writeln!(stderr, "codex-app-server{token}\n  listening on: {place}{probes}");
}
