//! Skills: folders with a `SKILL.md` that the agent or the user can draw on.

mod front_matter;
mod scan;

pub use scan::{Skill, SkillError, SkillScope, Skills, list_skills};
