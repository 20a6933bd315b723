"""Shell text is taken apart into the commands that a gate judges."""

from __future__ import annotations

from groundplan.checks.documents.shell import commands


def _words(text: str) -> list[tuple[str, ...]]:
    return [command.words for command in commands(text)]


def test_a_command_ends_with_its_line_and_a_backslash_goes_on() -> None:
    assert _words("make synth \\\n  check\ngit push") == [("make", "synth", "check"), ("git", "push")]


def test_quotes_hold_words_together_across_lines() -> None:
    assert _words("jq --arg a 'x |\n y' \"b c\"") == [("jq", "--arg", "a", "x |\n y", "b c")]


def test_what_is_substituted_comes_before_what_uses_it() -> None:
    assert _words('id="$(az ad app list --query "[?x==\'$N\']")" tool --id "$(a b)"') == [
        ("az", "ad", "app", "list", "--query", "[?x=='$N']"),
        ("a", "b"),
        ("tool", "--id", "$(...)"),
    ]


def test_keywords_loops_and_assignments_are_no_commands() -> None:
    text = "for x in a b; do\n  A=1 curl $x || exit 1\ndone\nif [ -z $x ]; then echo no; fi\nexport A\nn=$(( (2 + 1) / 3 ))"
    assert _words(text) == [("curl", "$x"), ("exit", "1"), ("[", "-z", "$x", "]"), ("echo", "no")]


def test_a_here_document_is_data() -> None:
    assert _words("python - <<'END'\nkubectl get pods\nEND\nmake") == [("python", "-"), ("make",)]


def test_a_function_of_the_text_is_no_tool() -> None:
    assert _words("check() {\n  node -p 1\n}\ncheck a") == [("node", "-p", "1")]


def test_a_pipe_says_what_is_read_and_a_redirect_what_is_written() -> None:
    first, second = commands("groundplan values a/b c | helm install --values - > out.txt # done")

    assert first.reads == ()
    assert second.reads == first.words
    assert second.writes == ("out.txt",)
    assert second.words == ("helm", "install", "--values", "-")


def test_a_placeholder_in_angle_brackets_is_a_word() -> None:
    assert _words("kubectl logs deploy/<service> <pod>") == [("kubectl", "logs", "deploy/<service>", "<pod>")]


def test_each_command_knows_its_line() -> None:
    assert [(command.tool, command.line) for command in commands("\na\n\nb | c", 10)] == [
        ("a", 11),
        ("b", 13),
        ("c", 13),
    ]


def test_a_tool_is_known_without_its_folder() -> None:
    assert [command.tool for command in commands(".venv/bin/groundplan synth")] == ["groundplan"]
