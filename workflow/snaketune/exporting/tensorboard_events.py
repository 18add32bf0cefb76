"""Event files of TensorBoard, and what its HParams plugin looks for in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snaketune.exporting.domains import Choices, Range
from snaketune.values import is_number, text

__all__ = ["Event", "HParam", "experiment", "hparam_of", "scalar", "session", "write_events"]

_PLUGIN = "hparams"
_FILE_VERSION = "brain.Event:2"  # what event files begin with
# The plugin's words for how a session ended.
SUCCESS, FAILURE, RUNNING, UNKNOWN = "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING", "STATUS_UNKNOWN"


@dataclass(frozen=True)
class Event:
    """A summary (a protocol buffer) at a step; `time` in seconds since the epoch."""

    summary: Any
    step: int
    time: float


@dataclass(frozen=True)
class HParam:
    """A hyperparameter: the plugin knows numbers, booleans and texts, of which it gives each all values as one kind."""

    name: str
    kind: str
    domain: Choices | Range

    def give(self, value: object) -> Any:
        """What the plugin is given for a value."""
        if self.kind == "float64":
            return float(value) if is_number(value) else None
        return value if self.kind == "bool" else text(value)


def hparam_of(name: str, domain: Choices | Range, values: Iterable[object]) -> HParam:
    """The hyperparameter of that domain that has had these values."""
    listed = [*values, *(domain.values if isinstance(domain, Choices) else ())]
    if all(map(is_number, listed)):
        return HParam(name, "float64", domain)
    return HParam(name, "bool" if all(isinstance(value, bool) for value in listed) else "string", domain)


def experiment(name: str, hparams: Sequence[HParam], metrics: Mapping[str, str]) -> Any:
    """The summary that says what there is to compare; `metrics` are names by tag."""
    from tensorboardX.proto import api_pb2, plugin_hparams_pb2

    infos = []
    for each in hparams:
        info = api_pb2.HParamInfo(name=each.name, type=f"DATA_TYPE_{each.kind.upper()}")
        if isinstance(each.domain, Range):
            info.domain_interval.min_value, info.domain_interval.max_value = each.domain.low, each.domain.high
        else:
            info.domain_discrete.extend([each.give(value) for value in each.domain.values])
        infos.append(info)
    shown = [
        api_pb2.MetricInfo(name=api_pb2.MetricName(tag=tag), display_name=metric) for tag, metric in metrics.items()
    ]
    return _summary(
        "_hparams_/experiment",
        plugin_hparams_pb2.HParamsPluginData(
            experiment=api_pb2.Experiment(name=name, hparam_infos=infos, metric_infos=shown)
        ),
    )


def session(hparams: Mapping[str, Any], *, group: str, status: str, started: float, finished: float) -> list[Any]:
    """The summaries of a session's begin and end; `hparams` as they are given (`HParam.give`)."""
    from tensorboardX.proto import plugin_hparams_pb2

    start = plugin_hparams_pb2.SessionStartInfo(group_name=group, start_time_secs=started)
    for name, value in hparams.items():
        place = start.hparams[name]
        if isinstance(value, bool):
            place.bool_value = value
        elif isinstance(value, float):
            place.number_value = value
        elif value is not None:
            place.string_value = value
    end = plugin_hparams_pb2.SessionEndInfo(status=status, end_time_secs=finished)
    return [
        _summary("_hparams_/session_start_info", plugin_hparams_pb2.HParamsPluginData(session_start_info=start)),
        _summary("_hparams_/session_end_info", plugin_hparams_pb2.HParamsPluginData(session_end_info=end)),
    ]


def scalar(tag: str, value: float) -> Any:
    """The summary of a number."""
    from tensorboardX.proto.summary_pb2 import Summary

    return Summary(value=[Summary.Value(tag=tag, simple_value=value)])


def write_events(path: Path, events: Iterable[Event]) -> None:
    """Writes an event file."""
    from tensorboardX.proto import event_pb2
    from tensorboardX.record_writer import RecordWriter

    listed = list(events)
    writer = RecordWriter(str(path))
    first = min((event.time for event in listed), default=0.0)
    writer.write(event_pb2.Event(wall_time=first, file_version=_FILE_VERSION).SerializeToString())
    for event in listed:
        made = event_pb2.Event(wall_time=event.time, step=event.step, summary=event.summary)
        writer.write(made.SerializeToString())
    writer.close()


def _summary(tag: str, content: Any) -> Any:
    from tensorboardX.proto.summary_pb2 import Summary, SummaryMetadata

    plugin = SummaryMetadata.PluginData(plugin_name=_PLUGIN, content=content.SerializeToString())
    return Summary(value=[Summary.Value(tag=tag, metadata=SummaryMetadata(plugin_data=plugin))])
