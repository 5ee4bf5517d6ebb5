"""What a Vega-Lite specification says, without how it looks.

Data, marks, what is encoded of the data and how it is transformed, and the words in the drawing. Not: theme, colours, sizes,
how far an axis goes, order of layers, the version of the library, and where a specification leaves what several views share.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

_LAYERED, _SIDE_BY_SIDE = "layer", ("concat", "hconcat", "vconcat")
_MARK = ("type", "text", "extent", "interpolate")
_ENCODED = ("field", "type", "aggregate", "bin", "timeUnit", "impute", "datum", "test", "param")
_GUIDES = ("axis", "legend", "header")


def drawn(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Take out of a specification what it says; each view with its own data, encodings and transformations."""
    return _view(spec, spec.get("datasets", {}), {})


def _view(spec: Mapping[str, Any], datasets: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    own = {
        "data": spec.get("data", above.get("data")),
        "encoding": _merged(above.get("encoding", {}), spec.get("encoding", {})),
        "transform": [*above.get("transform", []), *spec.get("transform", [])],
    }
    said: dict[str, Any] = {}
    if title := _title(spec.get("title")):
        said["title"] = title
    if _LAYERED in spec:
        said[_LAYERED] = _each_once(_view(part, datasets, own) for part in spec[_LAYERED])
    elif beside := next((name for name in _SIDE_BY_SIDE if name in spec), None):
        said["views"] = [_view(part, datasets, own) for part in spec[beside]]
    elif "spec" in spec:
        said |= {"repeat": spec["repeat"]} if "repeat" in spec else {"facet": _facet(spec.get("facet", {}))}
        said["view"] = _view(spec["spec"], datasets, own)
    else:
        said |= {"mark": _mark(spec.get("mark")), "data": _data(own["data"], datasets)}
        said |= {"encoding": _encoding(own["encoding"]), "transform": _with_data(own["transform"], datasets)}
    return said


def _merged(above: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Channels of a view over those that it shares with others, as Vega-Lite merges them."""
    both = {
        name: above[name] | own[name]
        for name in above.keys() & own.keys()
        if isinstance(above[name], dict) and isinstance(own[name], dict)
    }
    return {**above, **own, **both}


def _data(data: Any, datasets: Mapping[str, Any]) -> Any:
    if not isinstance(data, dict):
        return None
    if data.get("name") in datasets:
        return datasets[data["name"]]
    return data.get("values", {name: value for name, value in data.items() if name not in ("name", "format")})


def _with_data(transform: Any, datasets: Mapping[str, Any]) -> Any:
    """Transformations with the data that they look up, which a specification only names."""
    match transform:
        case {"name": str(name)} if name in datasets:
            return datasets[name]
        case dict():
            return {key: _with_data(value, datasets) for key, value in transform.items()}
        case list():
            return [_with_data(value, datasets) for value in transform]
    return transform


def _mark(mark: Any) -> dict[str, Any]:
    given = mark if isinstance(mark, dict) else {"type": mark}
    return {name: given[name] for name in _MARK if name in given}


def _encoding(channels: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: _channel(channel, name == "text") for name, channel in channels.items()}
    return {name: channel for name, channel in said.items() if channel}


def _channel(channel: Any, text: bool) -> Any:
    """A channel without scale, axis and constants: a constant is a place or a look, but in a text it is words."""
    if isinstance(channel, list):
        return [part for part in (_channel(part, text) for part in channel) if part]
    if not isinstance(channel, dict):
        return {}
    said: dict[str, Any] = {name: channel[name] for name in _ENCODED if channel.get(name) is not None}
    if "stack" in channel:  # none lays bars over one another, where they would stand on one another
        said["stack"] = channel["stack"]
    if text and isinstance(channel.get("value"), str):
        said["value"] = channel["value"]
    if scale := (channel.get("scale") or {}).get("type"):  # a logarithm is read otherwise than a length
        said["scale"] = scale
    guides = [channel, *(channel[name] for name in _GUIDES if isinstance(channel.get(name), dict))]
    if titles := [title for title in (_title(guide.get("title")) for guide in guides) if title]:
        said["title"] = titles[-1]
    if condition := _channel(channel.get("condition"), text):
        said["condition"] = condition
    return said


def _facet(facet: Mapping[str, Any]) -> Any:
    return _channel(facet, text=False) if "field" in facet else _encoding(facet)


def _title(title: Any) -> list[str]:
    """The words of a title and its subtitle, line by line."""
    if isinstance(title, dict):
        return [*_title(title.get("text")), *_title(title.get("subtitle"))]
    return [line for line in (title if isinstance(title, list) else [title]) if isinstance(line, str) and line]


def _each_once(views: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Layers in an order of their own: which lies on which is a look, as is one drawn twice for its rim."""
    return [view for _, view in sorted({json.dumps(view, sort_keys=True): view for view in views}.items())]
