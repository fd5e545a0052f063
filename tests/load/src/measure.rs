//! The measurements, one function a row or two of the table.

use std::{
    io,
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use crate::{
    client::{Dialect, Lines, Prepared, Wire, ask, contains, initialize, is_answer, is_error, pump},
    model::Model,
    process::{Cpu, binary_mb, memory_mb},
    report::{Column, Row},
    target::{Home, Server, Tracing},
    websocket::WebSocket,
};

const STDIO_IN_FLIGHT: usize = 64;
const WEBSOCKET_IN_FLIGHT: usize = 16;
const CONNECTIONS: usize = 50;
const BURST: usize = 20_000;

/// Everything, for a server of the protocol. `scale` divides the amount of work.
pub(crate) fn server(name: &str, command: &str, model: &Model, scale: usize) -> io::Result<Column> {
    eprintln!("load: measuring {name}: {command}");
    let mut column = Column::new(name);
    start_up(&mut column, command, model)?;
    let off = Home::new(Some(model), Tracing::Off)?;
    stdio(&mut column, command, &off, 400_000 / scale)?;
    one_at_a_time(&mut column, command, &off, 10_000 / scale)?;
    websocket(&mut column, command, &off, 200_000 / scale, Dialect::Codex)?;
    burst(&mut column, command, &off, Dialect::Codex)?;
    turns(&mut column, command, model)?;
    let export = Home::new(Some(model), Tracing::Export)?;
    column.set(Row::StdioCpuExported, unary_stdio(command, &export, 400_000 / scale)?.0);
    column.set(
        Row::WebsocketCpuExported,
        unary_websocket(command, &export, 200_000 / scale, Dialect::Codex)?.0,
    );
    spans(&mut column, command, model)?;
    overhead(&mut column, command, model, (400 / scale).max(40))?;
    Ok(column)
}

/// The unary rows, for the bare loop.
pub(crate) fn floor(name: &str, command: &str, scale: usize) -> io::Result<Column> {
    eprintln!("load: measuring {name}");
    let mut column = Column::new(name);
    let home = Home::new(None, Tracing::Off)?;
    stdio(&mut column, command, &home, 400_000 / scale)?;
    one_at_a_time(&mut column, command, &home, 10_000 / scale)?;
    websocket(&mut column, command, &home, 200_000 / scale, Dialect::Codex)?;
    burst(&mut column, command, &home, Dialect::Codex)?;
    Ok(column)
}

/// The websocket rows, for another JSON-RPC server.
pub(crate) fn peer(name: &str, command: &str, scale: usize) -> io::Result<Column> {
    eprintln!("load: measuring {name}: {command}");
    let mut column = Column::new(name);
    let home = Home::new(None, Tracing::Off)?;
    websocket(&mut column, command, &home, 200_000 / scale, Dialect::JsonRpc2)?;
    burst(&mut column, command, &home, Dialect::JsonRpc2)?;
    Ok(column)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn start_up(column: &mut Column, command: &str, model: &Model) -> io::Result<()> {
    let home = Home::new(Some(model), Tracing::Off)?;
    let mut times = Vec::new();
    for _ in 0..15 {
        let started = Instant::now();
        let mut server = Server::start(command, &[], &home)?;
        initialize(&mut Lines::of(&mut server)?, Dialect::Codex)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        column.set(Row::BinaryMb, binary_mb(server.pid())?);
    }
    column.set(Row::StartUpMs, median(times));
    Ok(())
}

fn stdio(column: &mut Column, command: &str, home: &Home, requests: usize) -> io::Result<()> {
    let (cpu, rate) = unary_stdio(command, home, requests)?;
    column.set(Row::StdioCpu, cpu);
    column.set(Row::StdioRate, rate);
    Ok(())
}

/// Microseconds of server time a request, and requests a second.
fn unary_stdio(command: &str, home: &Home, requests: usize) -> io::Result<(f64, f64)> {
    let mut server = Server::start(command, &[], home)?;
    let mut wire = Lines::of(&mut server)?;
    initialize(&mut wire, Dialect::Codex)?;
    unary(&server, &mut wire, requests, STDIO_IN_FLIGHT, Dialect::Codex)
}

fn unary<W: Wire>(
    server: &Server,
    wire: &mut W,
    requests: usize,
    in_flight: usize,
    dialect: Dialect,
) -> io::Result<(f64, f64)> {
    pump(wire, &Prepared::unary::<W>(requests / 20, dialect), in_flight)?;
    let prepared = Prepared::unary::<W>(requests, dialect);
    let cpu = Cpu::of(server.pid())?;
    let started = Instant::now();
    let refused = pump(wire, &prepared, in_flight)?;
    let seconds = started.elapsed().as_secs_f64();
    let used = Cpu::of(server.pid())?.since(&cpu);
    if refused > 0 {
        return Err(io::Error::other(format!("{refused} of {requests} requests were refused")));
    }
    Ok((used as f64 / 1e3 / requests as f64, requests as f64 / seconds))
}

fn one_at_a_time(column: &mut Column, command: &str, home: &Home, requests: usize) -> io::Result<()> {
    let mut server = Server::start(command, &[], home)?;
    let mut wire = Lines::of(&mut server)?;
    initialize(&mut wire, Dialect::Codex)?;
    let mut times = Vec::with_capacity(requests);
    for id in 1..=requests {
        let request = format!(r#"{{"id":{id},"method":"thread/loaded/list","params":{{}}}}"#);
        let started = Instant::now();
        ask(&mut wire, &request)?;
        times.push(started.elapsed().as_secs_f64() * 1e6);
    }
    column.set(Row::OneAtATimeUs, median(times));
    Ok(())
}

fn websocket(
    column: &mut Column,
    command: &str,
    home: &Home,
    requests: usize,
    dialect: Dialect,
) -> io::Result<()> {
    let (cpu, rate) = unary_websocket(command, home, requests, dialect)?;
    column.set(Row::WebsocketCpu, cpu);
    column.set(Row::WebsocketRate, rate);
    Ok(())
}

fn unary_websocket(command: &str, home: &Home, requests: usize, dialect: Dialect) -> io::Result<(f64, f64)> {
    let (server, address) = Server::listen(command, home)?;
    let mut wire = WebSocket::connect(&address, home.token().as_deref())?;
    initialize(&mut wire, dialect)?;
    unary(&server, &mut wire, requests, WEBSOCKET_IN_FLIGHT, dialect)
}

/// Many connections at once, each with its own requests in flight: how many are refused.
fn burst(column: &mut Column, command: &str, home: &Home, dialect: Dialect) -> io::Result<()> {
    let (_server, address) = Server::listen(command, home)?;
    let prepared = Arc::new(Prepared::unary::<WebSocket>(BURST / CONNECTIONS, dialect));
    let together = Arc::new(Barrier::new(CONNECTIONS));
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut wire = WebSocket::connect(&address, home.token().as_deref())?;
        initialize(&mut wire, dialect)?;
        let (prepared, together) = (Arc::clone(&prepared), Arc::clone(&together));
        clients.push(thread::spawn(move || {
            together.wait();
            pump(&mut wire, &prepared, WEBSOCKET_IN_FLIGHT)
        }));
    }
    let mut refused = 0;
    for client in clients {
        refused += client.join().map_err(|_| io::Error::other("a client thread panicked"))??;
    }
    column.set(Row::BurstRefused, refused as f64);
    Ok(())
}

/// A server on stdio with one thread that turns are run on.
struct Conversation {
    server: Server,
    wire: Lines,
    thread: String,
    id: usize,
}

/// One turn, seen from the client.
struct Turn {
    ms: f64,
    deltas: usize,
}

impl Conversation {
    fn start(command: &str, home: &Home) -> io::Result<Self> {
        let mut server = Server::start(command, &[], home)?;
        let mut wire = Lines::of(&mut server)?;
        initialize(&mut wire, Dialect::Codex)?;
        let cwd = serde_json::json!(home.path());
        let answer =
            ask(&mut wire, &format!(r#"{{"id":1,"method":"thread/start","params":{{"cwd":{cwd}}}}}"#))?;
        let answer: serde_json::Value = serde_json::from_slice(&answer)?;
        let thread = answer["result"]["thread"]["id"]
            .as_str()
            .ok_or_else(|| io::Error::other(format!("no thread was started: {answer}")))?
            .to_owned();
        Ok(Self { server, wire, thread, id: 1 })
    }

    fn turn(&mut self, deltas: usize) -> io::Result<Turn> {
        self.id += 1;
        let request = format!(
            r#"{{"id":{},"method":"turn/start","params":{{"threadId":"{}","input":[{{"type":"text","text":"say {deltas}"}}]}}}}"#,
            self.id, self.thread
        );
        let mut bytes = Vec::new();
        Lines::encode(&request, &mut bytes);
        let started = Instant::now();
        self.wire.write(&bytes)?;
        let (mut seen, mut end) = (0, None);
        while end.is_none() {
            self.wire.read(&mut |message| {
                if message.starts_with(br#"{"method":"item/agentMessage/delta""#) {
                    seen += 1;
                } else if message.starts_with(br#"{"method":"turn/completed""#) {
                    end = Some(contains(message, br#""status":"completed""#));
                } else if is_answer(message) && is_error(message) {
                    end = Some(false);
                }
            })?;
        }
        if end == Some(false) {
            return Err(io::Error::other("a turn failed"));
        }
        Ok(Turn { ms: started.elapsed().as_secs_f64() * 1e3, deltas: seen })
    }

    fn cpu(&self) -> io::Result<Cpu> {
        Cpu::of(self.server.pid())
    }
}

fn turns(column: &mut Column, command: &str, model: &Model) -> io::Result<()> {
    const TURNS: usize = 40;
    const DELTAS: usize = 20_000;
    let home = Home::new(Some(model), Tracing::Off)?;
    let mut conversation = Conversation::start(command, &home)?;
    // An idle server has settled when it has used no time for a while.
    thread::sleep(Duration::from_secs(1));
    column.set(Row::IdleMb, memory_mb(conversation.server.pid())?.0);
    conversation.turn(5)?;
    let cpu = conversation.cpu()?;
    let mut times = Vec::new();
    for _ in 0..TURNS {
        times.push(conversation.turn(20)?.ms);
    }
    column.set(Row::TurnCpuMs, conversation.cpu()?.since(&cpu) as f64 / 1e6 / TURNS as f64);
    column.set(Row::TurnMs, median(times));
    let cpu = conversation.cpu()?;
    let streamed = conversation.turn(DELTAS)?;
    column.set(Row::DeltaCpu, conversation.cpu()?.since(&cpu) as f64 / 1e3 / DELTAS as f64);
    column.set(Row::DeltaRate, DELTAS as f64 / streamed.ms * 1e3);
    column.set(Row::DeltasSeen, streamed.deltas as f64);
    column.set(Row::PeakMb, memory_mb(conversation.server.pid())?.1);
    Ok(())
}

/// Spans that one plain turn exports: those of the server's life less those of one without the turn.
fn spans(column: &mut Column, command: &str, model: &Model) -> io::Result<()> {
    let count = |turns: usize| -> io::Result<f64> {
        let before = model.spans();
        let home = Home::new(Some(model), Tracing::ExportJson)?;
        let mut conversation = Conversation::start(command, &home)?;
        for _ in 0..turns {
            conversation.turn(20)?;
        }
        let Conversation { mut server, wire, .. } = conversation;
        // At the end of its input a server flushes and exits.
        drop(wire);
        let given_up = Instant::now() + Duration::from_secs(15);
        while server.child.try_wait()?.is_none() && Instant::now() < given_up {
            thread::sleep(Duration::from_millis(20));
        }
        Ok((model.spans() - before) as f64)
    };
    column.set(Row::SpansATurn, count(2)? - count(1)?);
    Ok(())
}

/// What exporting costs a turn: the same turns on two servers, by turns, so that both see the same machine.
fn overhead(column: &mut Column, command: &str, model: &Model, turns: usize) -> io::Result<()> {
    let (off_home, on_home) =
        (Home::new(Some(model), Tracing::Off)?, Home::new(Some(model), Tracing::Export)?);
    let mut off = Conversation::start(command, &off_home)?;
    let mut on = Conversation::start(command, &on_home)?;
    let exports = model.exports();
    for conversation in [&mut off, &mut on] {
        for _ in 0..10 {
            conversation.turn(20)?;
        }
    }
    let (off_cpu, on_cpu) = (off.cpu()?, on.cpu()?);
    for _ in 0..turns {
        off.turn(20)?;
        on.turn(20)?;
    }
    // What is still queued counts too: the exporter's interval is at most a few seconds.
    thread::sleep(Duration::from_secs(6));
    let (off_used, on_used) = (off.cpu()?.since(&off_cpu), on.cpu()?.since(&on_cpu));
    if model.exports() == exports {
        return Err(io::Error::other("the server exported nothing, so there is nothing to compare"));
    }
    column.set(Row::TracingRatio, on_used as f64 / off_used as f64);
    Ok(())
}
