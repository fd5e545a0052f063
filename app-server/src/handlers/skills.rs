//! `skills/list`.

use std::path::PathBuf;

use codex_app_server_protocol::{methods, skills};
use codex_core::{Skill, SkillError, SkillInterface, SkillScope, SkillTool, list_skills};

use crate::{
    app::App,
    router::{Handle, RequestCx},
    wire::error::Failure,
};

impl Handle<methods::SkillsList> for App {
    type Error = Failure;

    /// Files are read on every request, so there is nothing that `forceReload` could add.
    async fn handle(
        &self,
        _: &mut RequestCx,
        skills::ListParams { cwds, force_reload: _ }: skills::ListParams,
    ) -> Result<skills::ListResponse, Failure> {
        let cwds = super::cwds(cwds);
        let config = self.threads().config();
        let listed = list_skills(config.codex_home(), cwds.iter().map(PathBuf::from).collect());
        let entries = cwds.into_iter().zip(listed.await).map(|(cwd, found)| skills::ListEntry {
            cwd,
            skills: found.skills.into_iter().map(describe).collect(),
            errors: found.errors.into_iter().map(explain).collect(),
        });
        Ok(skills::ListResponse { data: entries.collect() })
    }
}

fn describe(skill: Skill) -> skills::Skill {
    skills::Skill {
        name: skill.name,
        description: skill.description,
        short_description: skill.short_description,
        interface: skill.interface.map(interface),
        dependencies: (!skill.tools.is_empty())
            .then(|| skills::SkillDependencies { tools: skill.tools.into_iter().map(tool).collect() }),
        path: skill.path.display().to_string(),
        scope: match skill.scope {
            SkillScope::User => skills::SkillScope::User,
            SkillScope::Repo => skills::SkillScope::Repo,
            SkillScope::System => skills::SkillScope::System,
        },
        enabled: true,
        plugin_id: None,
    }
}

fn interface(interface: SkillInterface) -> skills::SkillInterface {
    let SkillInterface {
        display_name,
        short_description,
        icon_small,
        icon_large,
        brand_color,
        default_prompt,
    } = interface;
    let shown = |path: PathBuf| path.display().to_string();
    skills::SkillInterface {
        display_name,
        short_description,
        icon_small: icon_small.map(shown),
        icon_small_url: None,
        icon_large: icon_large.map(shown),
        icon_large_url: None,
        brand_color,
        default_prompt,
    }
}

fn tool(tool: SkillTool) -> skills::SkillToolDependency {
    let SkillTool { kind, value, description, transport, command, url } = tool;
    skills::SkillToolDependency { kind, value, description, transport, command, url }
}

fn explain(error: SkillError) -> skills::SkillError {
    skills::SkillError { path: error.path.display().to_string(), message: error.message }
}
