//! What the model is told beside the user's words: `AGENTS.md` files, skills.

use std::fs;

use codex_core::StartThread;
use codex_protocol::{UserInput, UserTurn};

use crate::support::{Model, Reply, message, run};

#[test]
fn a_skill_that_the_user_names_is_read_out_to_the_model_after_their_words() {
    run(&[], |mut world| async move {
        let model = Model::start(vec![Reply::stream(message("m", "ok"))]).await;
        world.restart_with(&[&model.setting()], StartThread::default()).await;
        let path = world.home.path().join("skills/sort/SKILL.md");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "---\nname: sort\ndescription: d\n---\nSort by name.").unwrap();
        let path = path.display().to_string();
        let input =
            vec![UserInput::text("do it"), UserInput::Skill { name: "sort".to_owned(), path: path.clone() }];
        world.thread.start_turn(UserTurn { input, ..UserTurn::default() }).await.unwrap();
        world.rest().await;
        let input = model.requests()[0].body["input"].clone();
        let said: Vec<_> = input.as_array().unwrap().iter().map(|item| &item["content"][0]["text"]).collect();
        let skill = format!(
            "<skill>\n<name>sort</name>\n<path>{path}</path>\n---\nname: sort\ndescription: d\n---\nSort by name.\n</skill>"
        );
        assert_eq!(said[said.len() - 2..], ["do it", skill.as_str()]);
    });
}
