"""The official Python SDK against this server, method by method, with the demo model."""

import pathlib
import sys
import tempfile

from openai_codex import ApprovalMode, Codex, CodexConfig

BINARY = sys.argv[1]


def codex(home, *settings):
    config = CodexConfig(
        codex_bin=BINARY,
        cwd=str(home),
        env={"CODEX_HOME": str(home), "HOME": str(home)},
        config_overrides=("model_provider=demo", *settings),
    )
    return Codex(config)


def whole_turn(home):
    with codex(home) as server:
        assert server.metadata.userAgent, "initialize is answered"
        thread = server.thread_start(cwd=str(home))
        result = thread.run("say 3")
        assert result.status.value == "completed", result
        assert result.final_response == "word word word", result.final_response
        assert result.usage and result.usage.total.output_tokens > 0, result.usage
        assert result.duration_ms is not None


def conversation_goes_on_after_a_restart(home):
    with codex(home) as server:
        thread = server.thread_start(cwd=str(home))
        thread.run("say 1")
        thread.set_name("a name")
    with codex(home) as server:
        listed = server.thread_list().data
        assert any(found.id == thread.id and found.name == "a name" for found in listed), listed
        resumed = server.thread_resume(thread.id)
        assert resumed.run("say 2").final_response == "word word"
        read = resumed.read(include_turns=True)
        assert len(read.thread.turns) == 2, read
        fork = server.thread_fork(thread.id)
        assert fork.id != thread.id and fork.run("say 1").final_response == "word"
        server.thread_archive(fork.id)
        assert server.thread_unarchive(fork.id).id == fork.id


def stream_steer_and_interrupt(home):
    with codex(home) as server:
        thread = server.thread_start(cwd=str(home))
        methods = [event.method for event in thread.turn("say 3").stream()]
        assert methods.count("item/agentMessage/delta") == 3, methods
        assert methods[-1] == "turn/completed", methods

        turn = thread.turn("slow 30")
        turn.steer("say 2")
        result = turn.run()
        assert result.status.value == "completed" and result.final_response == "word word", result

        turn = thread.turn("slow 30")
        turn.interrupt()
        assert turn.run().status.value == "interrupted"
        assert thread.run("say 1").final_response == "word", "the thread goes on"


def commands(home):
    with codex(home) as server:
        thread = server.thread_start(cwd=str(home), approval_mode=ApprovalMode.deny_all)
        result = thread.run("run echo made")
        kinds = [item.root.type for item in result.items]
        assert "commandExecution" in kinds, kinds
        command = next(item.root for item in result.items if item.root.type == "commandExecution")
        assert command.exit_code == 0 and "made" in command.aggregated_output, command


def failures_carry_the_words_of_the_provider(home):
    with codex(home) as server:
        thread = server.thread_start(cwd=str(home))
        try:
            thread.run("fail")
        except RuntimeError as error:
            assert str(error), "the reason reaches the caller"
        else:
            raise AssertionError("a failed turn raises")
        assert thread.run("say 1").final_response == "word", "the thread goes on"


def models_and_account(home):
    with codex(home) as server:
        assert server.models().data, "there is a model"
        server.account()


CASES = [whole_turn, conversation_goes_on_after_a_restart, stream_steer_and_interrupt, commands,
         failures_carry_the_words_of_the_provider, models_and_account]


def main():
    failed = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as home:
            try:
                case(pathlib.Path(home))
                print(f"ok      {case.__name__}")
            except Exception as error:  # Each case is shown, whatever became of the others.
                failed.append(case.__name__)
                print(f"FAILED  {case.__name__}: {type(error).__name__}: {error}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
