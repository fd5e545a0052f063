//! The tools that a turn has.

use std::sync::Arc;

use super::{Tool, ToolSource, TurnTraits};
use crate::model::ToolSpec;

/// The tools that a turn has.
pub(crate) struct ToolSet {
    /// Those that the model is told of.
    specs: Vec<ToolSpec>,
    tools: Vec<(String, Arc<dyn Tool>)>,
}

impl ToolSet {
    /// The tools of all sources. Where two have one name, that of the earlier source counts.
    pub(crate) async fn of(sources: &[Arc<dyn ToolSource>], turn: TurnTraits<'_>) -> Self {
        let mut set = Self { specs: Vec::new(), tools: Vec::new() };
        for source in sources {
            for tool in source.tools(turn).await {
                set.add(&tool);
            }
        }
        set
    }

    fn add(&mut self, tool: &Arc<dyn Tool>) {
        let spec = tool.spec();
        if self.get(&spec.name).is_some() {
            tracing::warn!(tool = %spec.name, "two tools have one name, the second is left out");
            return;
        }
        self.tools.push((spec.name.clone(), Arc::clone(tool)));
        if tool.is_listed() {
            self.specs.push(spec);
        }
    }

    /// How they are shown to the model.
    pub(crate) fn specs(&self) -> &[ToolSpec] {
        &self.specs
    }

    /// The tool of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Arc<dyn Tool>> {
        self.tools.iter().find(|(other, _)| other == name).map(|(_, tool)| tool)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        conversation::ToolInput,
        model::ToolInputSpec,
        tools::{ToolContext, ToolFuture, ToolsFuture},
    };

    struct Named(&'static str, bool);

    impl Tool for Named {
        fn spec(&self) -> ToolSpec {
            let input = ToolInputSpec::Text;
            ToolSpec { name: self.0.to_owned(), description: String::new(), input }
        }

        fn is_listed(&self) -> bool {
            self.1
        }

        fn call<'a>(&'a self, _: ToolContext<'a>, _: &'a ToolInput) -> ToolFuture<'a> {
            unreachable!("nobody calls it")
        }
    }

    struct Source(Vec<Arc<dyn Tool>>);

    impl ToolSource for Source {
        fn tools<'a>(&'a self, _: TurnTraits<'a>) -> ToolsFuture<'a> {
            Box::pin(async { self.0.clone() })
        }
    }

    #[tokio::test]
    async fn the_first_of_a_name_counts_and_unlisted_ones_are_found() {
        let sources: [Arc<dyn ToolSource>; 2] = [
            Arc::new(Source(vec![Arc::new(Named("a", true)), Arc::new(Named("b", false))])),
            Arc::new(Source(vec![Arc::new(Named("a", false)), Arc::new(Named("c", true))])),
        ];
        let set = ToolSet::of(&sources, TurnTraits { model_provider: "p" }).await;
        let listed: Vec<_> = set.specs().iter().map(|spec| spec.name.as_str()).collect();
        assert_eq!(listed, ["a", "c"]);
        assert!(set.get("a").unwrap().is_listed());
        assert!(set.get("b").is_some() && set.get("d").is_none());
    }
}
