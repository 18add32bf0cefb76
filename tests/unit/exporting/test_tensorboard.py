"""The export to TensorBoard, read back from its event files."""

import struct

import pytest
from snaketune.exporting.formats import export

pytest.importorskip("tensorboardX", reason="tensorboardX is not installed: pip install 'snaketune[tensorboard]'")


def events_in(folder):
    """The events of a folder's file."""
    from tensorboardX.proto.event_pb2 import Event

    (path,) = folder.glob("events.out.tfevents.*")
    data, events = path.read_bytes(), []
    while data:
        (size,) = struct.unpack("Q", data[:8])
        events.append(Event.FromString(data[12 : 12 + size]))
        data = data[16 + size :]
    assert events[0].file_version == "brain.Event:2"
    return events[1:]


def scalars(folder):
    return {
        (value.tag, event.step): value.simple_value
        for event in events_in(folder)
        for value in event.summary.value
        if value.WhichOneof("value") == "simple_value"
    }


def test_a_folder_for_each_trial(exported, tmp_path):
    from tensorboardX.proto.plugin_hparams_pb2 import HParamsPluginData

    made = exported(space={"x": [1, 2], "k": ["a", "b"]}, name="größe {x}/{k}", searches={"grid": {"strategy": "grid"}})
    made.finish(lambda params, run: {"loss": params["x"] / 4, "word": "w"})
    for trial in made.described().trials:
        made.report(trial.trial, "r0", '{"epoch": 2, "loss": 8.0, "time": 7}', '{"epoch": 4, "loss": 0.5, "time": 9}')
    place = tmp_path / "tb"
    export("tensorboard", made.described(), place, {})
    folders = [path.name for path in sorted(place.iterdir()) if path.is_dir()]
    assert folders == ["größe_1_a", "größe_1_b", "größe_2_a", "größe_2_b"]
    assert scalars(place / "größe_2_b") == {("loss", 2): 8.0, ("loss", 4): 0.5, ("result/loss", 0): 0.5}
    assert [event.wall_time for event in events_in(place / "größe_2_b")][1:3] == [7, 9]
    plugin = [
        HParamsPluginData.FromString(value.metadata.plugin_data.content)
        for event in events_in(place / "größe_2_b")
        for value in event.summary.value
        if value.metadata.plugin_data.plugin_name == "hparams"
    ]
    start = plugin[0].session_start_info
    assert (start.hparams["x"].number_value, start.hparams["k"].string_value) == (2.0, "b")
    assert plugin[-1].session_end_info.status == 1  # success
    (about,) = [value for event in events_in(place) for value in event.summary.value]
    experiment = HParamsPluginData.FromString(about.metadata.plugin_data.content).experiment
    assert [info.name for info in experiment.hparam_infos] == ["x", "k"]
    assert [list(info.domain_discrete) for info in experiment.hparam_infos] == [[1.0, 2.0], ["a", "b"]]
    assert [info.name.tag for info in experiment.metric_infos] == ["result/loss"]


def test_only_what_has_changed_is_written_under_another_name(exported, tmp_path):
    made = exported(space={"x": [1, 2]}, objective={"replicates": 2}, searches={"grid": {"strategy": "grid"}})
    first, second = made.propose("grid")
    for run in ("r0", "r1"):
        made.run(first.trial, run, {"loss": 1})
        made.report(first.trial, run, '{"step": 1, "loss": 1}')
    place = tmp_path / "tb"
    (place / "mine").mkdir(parents=True)
    assert export("tensorboard", made.described(), place, {}).changed
    assert scalars(place / "grid-0" / "r1") == {("loss", 1): 1.0}
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file()}
    assert not export("tensorboard", made.described(), place, {}).changed
    assert before == {path: path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file()}
    for run in ("r0", "r1"):
        made.run(second.trial, run, {"loss": 2})
    export("tensorboard", made.described(), place, {})
    (old,) = [path for path in before if not path.exists()]
    (new,) = [path for path in place.rglob("events*") if path not in before]
    assert old.parent == new.parent == place / "grid-1"
    assert new.name > old.name
    # A configuration with other names: folders of ours go, others stay.
    made = exported(
        space={"x": [1, 2]}, objective={"replicates": 2}, searches={"grid": {"strategy": "grid"}}, name="{x}"
    )
    export("tensorboard", made.described(), place, {})
    assert sorted(path.name for path in place.iterdir() if path.is_dir()) == ["1", "2", "mine"]
