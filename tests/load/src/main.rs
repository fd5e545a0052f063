//! The load command: measures an app-server from outside, and others beside it, for `docs/performance.md`.
//!
//! `load run --server ./target/release/codex-app-server` prints the table and the same figures as JSON.
//! The client side is blocking threads, requests serialized beforehand, and answers counted as raw bytes, so that what
//! is measured is the server.

mod client;
mod floor;
mod measure;
mod model;
mod process;
mod report;
mod target;
mod websocket;

use std::{io, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::report::Column;

#[derive(Parser)]
#[command(name = "load", about = "Measures an app-server from outside")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure everything and print the table.
    Run(RunArgs),
    /// Serve the scripted model that turns are measured with, until killed.
    Model {
        /// Port on loopback; 0 takes a free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Serve the floor: parse the envelope, answer a constant.
    Floor {
        /// `stdio://` or `ws://IP:PORT`.
        #[arg(long, default_value = "stdio://")]
        listen: String,
    },
}

/// What to measure.
#[derive(Args)]
struct RunArgs {
    /// The server, as a command line.
    #[arg(long, default_value = "./target/release/codex-app-server")]
    server: String,
    /// An earlier build of the server, measured before it in each round; the table gets a column of ratios.
    #[arg(long)]
    baseline: Option<String>,
    /// How often the server and its baseline are measured, by turns; the median of each row counts.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    rounds: u8,
    /// Another server of the same protocol to measure in the same run, e.g. `codex app-server`.
    #[arg(long)]
    reference: Option<String>,
    /// A websocket-only server that answers unary requests, e.g. the jsonrpsee peer.
    #[arg(long)]
    peer: Option<String>,
    /// A tenth of the work, to see that it runs.
    #[arg(long)]
    quick: bool,
    /// Also write the figures here, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(args) => run(&args),
        Command::Model { port } => model::serve_forever(port),
        Command::Floor { listen } => floor::serve(&listen),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &RunArgs) -> io::Result<()> {
    let model = model::Model::start()?;
    let scale = if args.quick { 10 } else { 1 };
    let (mut baselines, mut servers) = (Vec::new(), Vec::new());
    for _ in 0..args.rounds {
        if let Some(baseline) = &args.baseline {
            baselines.push(measure::server("baseline", baseline, &model, scale)?);
        }
        servers.push(measure::server("server", &args.server, &model, scale)?);
    }
    let mut columns = vec![Column::median(&servers)];
    if args.baseline.is_some() {
        let baseline = Column::median(&baselines);
        let ratio = columns[0].ratio_to(&baseline);
        columns.extend([baseline, ratio]);
    }
    if let Some(reference) = &args.reference {
        // It is slower by an order of magnitude; a tenth of the requests gives the same precision.
        columns.push(measure::server("reference", reference, &model, scale * 10)?);
    }
    if let Some(peer) = &args.peer {
        columns.push(measure::peer("peer", peer, scale)?);
    }
    let floor = format!("{} floor", std::env::current_exe()?.display());
    columns.push(measure::floor("floor", &floor, scale)?);
    report::print(&columns, args.json.as_deref())
}
