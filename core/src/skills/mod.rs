//! Skills: folders with a `SKILL.md` that the agent or the user can draw on.

mod body;
mod front_matter;
mod openai_yaml;
mod roots;
mod scan;

pub(crate) use body::skill_message;
pub use openai_yaml::{SkillInterface, SkillTool};
pub use scan::{Skill, SkillError, SkillScope, Skills, list_skills};
