//! Every key that `docs/configuration.md` lists is one that the server reads.

use crate::world::World;

const PAGE: &str = include_str!("../../../docs/configuration.md");

#[tokio::test]
async fn a_value_that_does_not_fit_is_refused_for_every_listed_key() {
    let world = World::new().await;
    let section = PAGE.split("## Keys of `config.toml`").nth(1).and_then(|rest| rest.split("\n## ").next());
    let rows = section.expect("the heading is there").lines().filter(|line| line.starts_with("| `"));
    let keys: Vec<&str> = rows.filter_map(|line| line.split('`').nth(1)).collect();
    assert!(keys.len() > 30, "the table was not found");
    for key in keys {
        // No setting is a list of lists.
        let setting = format!("{}=[[1]]", key.replace("NAME", "lab"));
        let exit = crate::world::bare(world.home.path()).config(&setting).arg("--check-config").run().await;
        if key.starts_with("otel.") {
            // A wrong setting of telemetry is a warning that names it, never a server that does not start.
            let named = key.replace("NAME", "lab");
            assert!(exit.code == Some(0) && exit.stderr.contains(&named), "{setting}: {exit:?}");
        } else {
            assert_eq!(exit.code, Some(78), "{setting}: {exit:?}");
        }
    }
}

#[tokio::test]
async fn the_exit_codes_are_those_of_the_page() {
    let world = World::new().await;
    let run =
        |arguments: &'static [&'static str]| crate::world::bare(world.home.path()).args(arguments).run();
    for (code, arguments) in [
        (0, &["--check-config"] as &[&str]),
        (0, &["trace", "list"]),
        (1, &["trace", "show", "4bf9"]),
        (2, &["--no-such-flag"]),
        (2, &["--listen", "smoke://signals"]),
        (78, &["--check-config", "-c", "model=7"]),
    ] {
        let exit = run(arguments).await;
        assert_eq!(exit.code, Some(code), "{arguments:?}: {exit:?}");
        assert!(PAGE.contains(&format!("| {code} | ")));
    }
}
