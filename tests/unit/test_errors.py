"""Messages are bounded whatever is in them, and keep what is of use."""

from snaketune.errors import ConfigError, StudyError, did_you_mean


def test_a_short_message_is_as_it_is():
    assert str(StudyError("one\n  two")) == "one\n  two"
    assert str(ConfigError("space.lr", "low must be below high").under("searches.a")) == (
        "searches.a.space.lr: low must be below high"
    )


def test_long_words_lines_and_lists_of_lines():
    error = ConfigError.of([("space." + "k" * 9999, "found " + "v" * 9999 + " mend it")] * 3 + [("", "w " * 9999)] * 99)
    text = str(error)
    assert len(text) < 17_000
    first = text.splitlines()[0]
    assert first.startswith("space.kkk")
    assert first.endswith("v mend it")
    assert text.endswith("… and 62 more lines")
    assert len(str(StudyError("x" * 1_000_000))) < 300


def test_the_nearest_word_and_a_few_of_many():
    text = did_you_mean("p299", [f"p{i}" for i in range(3000)] + ["x" * 9999])
    assert text.startswith(" Did you mean 'p299'? Allowed: p0, p1, p10, ")
    assert text.endswith(" and 2971 more.")
    assert len(text) < 400
    assert did_you_mean("lr" * 9999, ["lr"]) == " Allowed: lr."
