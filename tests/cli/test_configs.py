import pytest
from ml_collections import ConfigDict, FieldReference

from tests.cli.runs import CONFIG
from tfgan_zoo.cli import configs


def make():
    return ConfigDict(
        {
            "train": {
                "steps": 10,
                "rate": 0.5,
                "fast": True,
                "name": "a",
                "best": None,
                "best_by": "b",
            },
            "sizes": {"pair": (1, 2), "list": [1, 2]},
        }
    ).lock()


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("train.steps", "20", 20),
        ("train.steps", "-1", -1),
        ("train.steps", "1e4", 10_000),
        ("train.rate", "0.25", 0.25),
        ("train.rate", "3", 3.0),
        ("train.rate", "2e-4", 2e-4),
        ("train.fast", "false", False),
        ("train.fast", "True", True),
        ("train.name", "b", "b"),
        ("train.name", "12", "12"),
        ("train.name", "", ""),
        ("train.name", "none", "none"),
        ("train.best", "frechet_distance", "frechet_distance"),
        ("train.best", "0.5", 0.5),
        ("train.best", "none", None),
        ("train.best", "[1, true, null, (FALSE, None)]", [1, True, None, (False, None)]),
        ("train.best_by", "none", None),
        ("train.best_by", "None", None),
        ("sizes.pair", "(3, 4)", (3, 4)),
        ("sizes.pair", "[3, 4]", (3, 4)),
        ("sizes.list", "(3, 4)", [3, 4]),
    ],
)
def test_a_value_takes_the_type_of_its_field(field, text, value):
    config = make()
    configs.override(config, {field: text})
    found = configs.flatten(config)[field]
    assert found == value
    assert type(found) is type(value)


def test_places_that_look_may_be_nowhere():
    config, _ = configs.load("text_to_image_shapes")
    assert config.model.attention_stage == 2
    configs.override(config, {"model.attention_stage": "none"})
    assert config.model.attention_stage is None


def test_the_discriminators_norm_may_be_none_by_name():
    config, _ = configs.load("dcgan_digits")
    configs.override(config, {"model.discriminator_norm": "none"})
    assert config.model.discriminator_norm == "none"


SMOOTH = {"name": "least_squares", "label_smoothing": 0.1}


@pytest.mark.parametrize(
    ("name", "field", "text", "value"),
    [
        # A name in the config, a section, a list, nothing: all forms take each other's place.
        ("dcgan_mnist", "loss", '{"name": "least_squares", "label_smoothing": 0.1}', SMOOTH),
        ("dcgan_mnist", "loss", "hinge", "hinge"),
        ("began_digits", "loss", "energy_based", "energy_based"),
        (
            "began_digits",
            "loss",
            "{'name': 'began', 'gamma': 0.7}",
            {"name": "began", "gamma": 0.7},
        ),
        ("began_digits", "loss", "none", None),
        ("stylegan2_mnist", "penalties", "r1", "r1"),
        (
            "stylegan2_mnist",
            "penalties",
            '["r1", {"name": "gradient_penalty", "one_sided": true}]',
            ["r1", {"name": "gradient_penalty", "one_sided": True}],
        ),
        ("stylegan2_mnist", "penalties", "[]", []),
        (
            "dcgan_mnist",
            "augmentations",
            '{"name": "ada", "speed": 1000}',
            {"name": "ada", "speed": 1000},
        ),
        ("dcgan_mnist", "top_k", "0.5", 0.5),
    ],
)
def test_parts_by_name_and_with_arguments(name, field, text, value):
    config, _ = configs.load(name)
    configs.override(config, {f"compile.{field}": text})
    assert config.compile.to_dict()[field] == value


def test_a_whole_comes_before_its_parts():
    config, _ = configs.load("began_digits")
    whole = '{"name": "began", "gain": 0.1, "gamma": 0.5}'
    configs.override(config, {"compile.loss.gamma": "0.2", "compile.loss": whole})
    assert config.compile.loss.to_dict() == {"name": "began", "gain": 0.1, "gamma": 0.2}


@pytest.mark.parametrize("text", ["[{name: r1}]", "{name:", '{"name": least_squares}'])
def test_what_a_shell_has_taken_the_quotes_of(text):
    config, _ = configs.load("stylegan2_mnist")
    before = configs.flatten(config)
    with pytest.raises(ValueError, match=r"penalties': .* no list or dict.*single ones"):
        configs.override(config, {"compile.penalties": text})
    assert configs.flatten(config) == before


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("train.steps", "1.5", r"'train.steps' is int \(now 10\); '1.5' is float"),
        ("train.steps", "many", "'train.steps' is int .*'many' is text"),
        ("train.steps", "true", "'true' is bool"),
        ("train.steps", "none", "'none' is NoneType"),
        ("train.steps", "1e999", "'1e999' is float"),
        ("train.rate", "fast", r"'train.rate' is float \(now 0.5\); 'fast' is text"),
        ("train.rate", "true", "'true' is bool"),
        ("train.rate", "", "'' is text"),
        ("train.fast", "1", r"'train.fast' is bool \(now True\); '1' is int"),
        ("train.fast", "yes", "'yes' is text"),
        ("sizes.pair", "3", "'sizes.pair' is tuple .*'3' is int"),
    ],
)
def test_a_value_of_another_type(field, text, message):
    config = make()
    with pytest.raises(ValueError, match=message):
        configs.override(config, {field: text})
    assert config == make()


@pytest.mark.parametrize(
    ("field", "near"),
    [
        ("train.step", "train.steps"),
        ("trian.steps", "train.steps"),
        ("train", "train.rate|train.name"),
    ],
)
def test_an_unknown_field(field, near):
    with pytest.raises(ValueError, match=f"unknown config field '{field}' .did you mean '({near})"):
        configs.override(make(), {field: "1"})


def test_fields_that_follow_others():
    steps = FieldReference(10)
    config = ConfigDict({"steps": steps, "decay": {"steps": steps}}).lock()
    configs.override(config, {"steps": "20"})
    assert configs.flatten(config) == {"steps": 20, "decay.steps": 20}


def test_by_name_and_by_path():
    config, text = configs.load("dcgan_digits")
    assert config.model.name == "DCGAN"
    assert text.startswith("DCGAN")
    again, _ = configs.load(configs.named()["dcgan_digits"])
    assert again == config
    with pytest.raises(AttributeError, match="cannot be added since the config is locked"):
        config.train.new_field = 1


def test_configs_that_do_not_exist(tmp_path):
    with pytest.raises(
        ValueError, match=r"unknown config 'dcgan_digit' .did you mean 'dcgan_digits'"
    ):
        configs.load("dcgan_digit")
    with pytest.raises(ValueError, match=r"no config file 'nowhere/a.py'; .*dcgan_digits"):
        configs.load("nowhere/a.py")
    (tmp_path / "a.py").write_text("")
    with pytest.raises(ValueError, match=r"a.py' has no get_config\(\)"):
        configs.load(tmp_path / "a.py")


def test_a_config_without_a_docstring(tmp_path):
    (tmp_path / "a.py").write_text("def get_config():\n    return {'a': 1}\n")
    config, text = configs.load(tmp_path / "a.py")
    assert (config.a, text) == (1, "")
    assert configs.first_line(text) == configs.first_line(None) == ""


def test_differences():
    old, new = {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4}
    assert configs.differences(old, new) == [
        "b: 2 there, 5 now",
        "c: 3 there, '(absent)' now",
        "d: '(absent)' there, 4 now",
    ]
    assert configs.differences(old, old) == []


def test_the_tests_own_config():
    config, _ = configs.load(CONFIG)
    assert config.train.steps == config.optimizers.generator.learning_rate.decay_steps == 8
