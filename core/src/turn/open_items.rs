//! The items of a response that have no end yet, by what the provider calls them.
//!
//! Providers name items, number them, do one and not the other, or change the name with each event. What is said of an
//! item goes to the one that grows under its name, else under its number, else to the last one of its kind that could
//! be meant.

use codex_protocol::ItemId;

use super::{guard::TurnGuard, sink::TurnSink};
use crate::{
    conversation::{AgentMessage, ItemWriter, Reasoning},
    model::ItemRef,
};

pub(super) type MessageWriter = ItemWriter<TurnSink, AgentMessage>;
pub(super) type ReasoningWriter = ItemWriter<TurnSink, Reasoning>;

/// The items of a response that have no end yet.
#[derive(Default)]
pub(super) struct OpenItems {
    items: Vec<Named>,
}

/// An item that grows.
pub(super) enum OpenItem {
    Message(MessageWriter),
    Reasoning(ReasoningWriter),
}

struct Named {
    /// The provider's name for it.
    id: String,
    index: Option<u32>,
    item: OpenItem,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Message,
    Reasoning,
}

impl OpenItem {
    fn kind(&self) -> Kind {
        match self {
            Self::Message(_) => Kind::Message,
            Self::Reasoning(_) => Kind::Reasoning,
        }
    }
}

impl OpenItems {
    /// The message that an event is about; begins it when it is new.
    pub(super) fn message(&mut self, guard: &mut TurnGuard, item: &ItemRef<'_>) -> &mut MessageWriter {
        self.message_with(guard, item, None)
    }

    /// As [`message`](Self::message), with the phase that a new one is of.
    pub(super) fn message_with(
        &mut self,
        guard: &mut TurnGuard,
        item: &ItemRef<'_>,
        phase: Option<String>,
    ) -> &mut MessageWriter {
        let place = self.find(item, Kind::Message).unwrap_or_else(|| {
            let body = AgentMessage { phase, ..AgentMessage::default() };
            let writer = ItemWriter::begin(guard.sink(), claim(guard, item), body);
            self.add(item, OpenItem::Message(writer))
        });
        match &mut self.items[place].item {
            OpenItem::Message(writer) => writer,
            OpenItem::Reasoning(_) => unreachable!("the place is that of a message"),
        }
    }

    /// The reasoning that an event is about; begins it when it is new.
    pub(super) fn reasoning(&mut self, guard: &mut TurnGuard, item: &ItemRef<'_>) -> &mut ReasoningWriter {
        let place = self.find(item, Kind::Reasoning).unwrap_or_else(|| {
            let writer = ItemWriter::begin(guard.sink(), claim(guard, item), Reasoning::default());
            self.add(item, OpenItem::Reasoning(writer))
        });
        match &mut self.items[place].item {
            OpenItem::Reasoning(writer) => writer,
            OpenItem::Message(_) => unreachable!("the place is that of reasoning"),
        }
    }

    /// Takes the message that an event ends.
    pub(super) fn end_message(
        &mut self,
        guard: &mut TurnGuard,
        item: &ItemRef<'_>,
        phase: Option<String>,
    ) -> MessageWriter {
        if let Some(place) = self.find(item, Kind::Message)
            && let OpenItem::Message(writer) = self.items.remove(place).item
        {
            return writer;
        }
        let body = AgentMessage { phase, ..AgentMessage::default() };
        ItemWriter::begin(guard.sink(), claim(guard, item), body)
    }

    /// Takes the reasoning that an event ends.
    pub(super) fn end_reasoning(&mut self, guard: &mut TurnGuard, item: &ItemRef<'_>) -> ReasoningWriter {
        if let Some(place) = self.find(item, Kind::Reasoning)
            && let OpenItem::Reasoning(writer) = self.items.remove(place).item
        {
            return writer;
        }
        ItemWriter::begin(guard.sink(), claim(guard, item), Reasoning::default())
    }

    /// Takes all that are left, in their order.
    pub(super) fn take(&mut self) -> Vec<OpenItem> {
        std::mem::take(&mut self.items).into_iter().map(|named| named.item).collect()
    }

    fn add(&mut self, item: &ItemRef<'_>, grows: OpenItem) -> usize {
        self.items.push(Named { id: item.id.clone().into_owned(), index: item.index, item: grows });
        self.items.len() - 1
    }

    fn find(&self, item: &ItemRef<'_>, kind: Kind) -> Option<usize> {
        let of_kind =
            || self.items.iter().enumerate().rev().filter(move |(_, named)| named.item.kind() == kind);
        let by_index = || of_kind().find(|(_, named)| item.index.is_some() && named.index == item.index);
        let by_id = || of_kind().find(|(_, named)| !item.id.is_empty() && named.id == item.id);
        // Where one side has neither name nor number, there is nothing to tell them apart by.
        let by_kind = || {
            of_kind().find(|(_, named)| {
                let unnamed = item.id.is_empty() || named.id.is_empty();
                let unnumbered = item.index.is_none() || named.index.is_none();
                unnamed && unnumbered
            })
        };
        by_id().or_else(by_index).or_else(by_kind).map(|(place, _)| place)
    }
}

fn claim(guard: &mut TurnGuard, item: &ItemRef<'_>) -> ItemId {
    guard.history.claim_id(&item.id)
}
