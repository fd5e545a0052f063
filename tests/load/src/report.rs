//! The table and the JSON that a run prints.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
    thread,
};

macro_rules! rows {
    ($($row:ident = $label:literal, $digits:literal;)*) => {
        /// A row of the table, in the order of printing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Row { $($row),* }

        impl Row {
            const ALL: &[Self] = &[$(Self::$row),*];

            /// What it says, and the digits after the point.
            const fn label(self) -> (&'static str, usize) {
                match self { $(Self::$row => ($label, $digits)),* }
            }
        }
    };
}

rows! {
    StartUpMs = "start-up to `initialize` answered, ms", 1;
    IdleMb = "resident memory, idle, MB", 1;
    PeakMb = "resident memory, highest, after 40 turns and one of 20,000 deltas, MB", 1;
    BinaryMb = "binary, MB", 1;
    StdioCpu = "unary over stdio, 64 in flight: CPU a request, µs", 2;
    StdioCpuExported = "… spans exported, µs", 2;
    StdioRate = "… requests a second", 0;
    WebsocketCpu = "unary over websocket, 16 in flight: CPU a request, µs", 2;
    WebsocketCpuExported = "… spans exported, µs", 2;
    WebsocketRate = "… requests a second", 0;
    BurstRefused = "50 websocket connections × 16 in flight, 20,000 requests: refused", 0;
    OneAtATimeUs = "one at a time over stdio, p50, µs", 1;
    TurnCpuMs = "turn of 20 deltas: CPU, ms", 2;
    TurnMs = "… wall p50, ms", 2;
    DeltaRate = "streamed deltas a second", 0;
    DeltaCpu = "… CPU a delta, µs", 2;
    DeltasSeen = "… notifications received for 20,000 deltas", 0;
    SpansATurn = "spans exported for a plain turn", 0;
    TracingRatio = "tracing exported / off, CPU of a turn", 2;
}

/// The digits after the point of a ratio.
const RATIO_DIGITS: usize = 2;

/// What was measured of one server.
pub(crate) struct Column {
    name: String,
    is_ratio: bool,
    values: BTreeMap<Row, f64>,
}

impl Column {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), is_ratio: false, values: BTreeMap::new() }
    }

    /// The middle of several measurements of one server, row by row.
    pub(crate) fn median(rounds: &[Self]) -> Self {
        let mut column = Self::new(rounds.first().map_or("", |first| first.name.as_str()));
        for row in Row::ALL {
            let mut values: Vec<f64> =
                rounds.iter().filter_map(|round| round.values.get(row).copied()).collect();
            values.sort_by(f64::total_cmp);
            if let Some(value) = values.get(values.len() / 2) {
                column.set(*row, *value);
            }
        }
        column
    }

    /// This column divided by another, where both have a value and the other's is not zero.
    pub(crate) fn ratio_to(&self, other: &Self) -> Self {
        let ratio = |(row, value): (&Row, &f64)| {
            let base = other.values.get(row).filter(|base| **base != 0.0)?;
            Some((*row, value / base))
        };
        let name = format!("{} / {}", self.name, other.name);
        Self { name, is_ratio: true, values: self.values.iter().filter_map(ratio).collect() }
    }

    pub(crate) fn set(&mut self, row: Row, value: f64) {
        self.values.insert(row, value);
    }
}

/// Prints the table and then the JSON, and writes the JSON to `json` too.
pub(crate) fn print(columns: &[Column], json: Option<&Path>) -> io::Result<()> {
    let figures = serde_json::to_string_pretty(&figures(columns))?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n{figures}", table(columns))?;
    json.map_or(Ok(()), |path| fs::write(path, figures))
}

fn table(columns: &[Column]) -> String {
    let mut text = String::from("| |");
    for column in columns {
        // Writing to a string cannot fail, here and below.
        let _ = write!(text, " {} |", column.name);
    }
    text.push_str("\n| --- |");
    text.push_str(&" ---: |".repeat(columns.len()));
    for row in Row::ALL {
        let (label, digits) = row.label();
        let _ = write!(text, "\n| {label} |");
        for column in columns {
            let _ = match column.values.get(row) {
                Some(value) => {
                    let digits = if column.is_ratio { RATIO_DIGITS } else { digits };
                    write!(text, " {} |", grouped(*value, digits))
                }
                None => write!(text, " |"),
            };
        }
    }
    text.push('\n');
    text
}

/// A number with its thousands set apart.
fn grouped(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut out = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

fn figures(columns: &[Column]) -> serde_json::Value {
    let servers: serde_json::Map<_, _> = columns
        .iter()
        .map(|column| {
            let values: serde_json::Map<_, _> = column
                .values
                .iter()
                .map(|(row, value)| (format!("{row:?}"), serde_json::json!(value)))
                .collect();
            (column.name.clone(), values.into())
        })
        .collect();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    serde_json::json!({
        "cores": thread::available_parallelism().map_or(0, usize::from),
        "kernel": kernel.trim(),
        "servers": servers,
    })
}
