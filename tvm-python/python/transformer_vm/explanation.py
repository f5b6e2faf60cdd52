"""What a model did at one position, with the names of its parts."""

from html import escape
from typing import Any, Dict, Iterable, List, Sequence

__all__ = ["Explanation"]


class Explanation(Dict[str, Any]):
    """What a model did at one position: a dict, a text (``str``) and, in a notebook, tables.

    ``embedding`` is the residual stream that the token sets. Every one of ``layers`` has ``attention``, with its
    ``heads``, and ``feed_forward``, with the ``active`` neurons; both have the ``values`` of the residual stream after
    them by name, and the numbers of all slots as ``residual``. ``top`` has the best next tokens with their scores.
    """

    def __init__(self, fields: Dict[str, Any], text: str) -> None:
        super().__init__(fields)
        self._text = text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Explanation of position {self['position']}, token {self['token']!r}>"

    def values_at(self, boundary: int) -> Dict[str, float]:
        """The named values of the residual stream at a boundary: 0 is the embedding, ``2 i + 1`` the end of the
        attention of layer ``i``, ``2 i + 2`` the end of the layer."""
        stream = self["embedding"]
        if boundary:
            layer = self["layers"][(boundary - 1) // 2]
            stream = layer["feed_forward" if boundary % 2 == 0 else "attention"]
        return {value["name"]: value["value"] for value in stream["values"]}

    def _repr_html_(self) -> str:
        head = f"<p>position {self['position']}, token <code>{escape(self['token'])}</code></p>"
        top = _table(("next token", "score", "behind"), [(x["token"], x["score"], x["behind"]) for x in self["top"]])
        layers = "".join(self._layer(index, layer) for index, layer in enumerate(self["layers"]))
        return head + top + _folded("embedding", _stream(self["embedding"])) + layers

    @staticmethod
    def _layer(index: int, layer: Dict[str, Any]) -> str:
        attention, neurons = layer["attention"], layer["feed_forward"]
        rows: List[Sequence[Any]] = [
            (head["name"], head["query"], head["key"], _attended(head), head["fetched"], _writes(head["writes"]))
            for head in attention["heads"]
        ]
        heads = _table(("head", "query", "key", "attends to", "fetches", "writes"), rows)
        rows = [(x["name"], x["gate"], x["value"], x["product"], _writes(x["writes"])) for x in neurons["active"]]
        active = _table(("neuron", "gate", "value", "product", "writes"), rows)
        title = f"layer {index}: {len(attention['heads'])} heads, {len(rows)} of {neurons['neurons']} neurons active"
        return _folded(title, heads + _stream(attention) + active + _stream(neurons))


def _attended(head: Dict[str, Any]) -> str:
    attended = head["attended"]
    return "all positions" if attended is None else f"{attended['position']}: {attended['token']}"


def _writes(writes: Iterable[Dict[str, Any]]) -> str:
    return ", ".join(f"{write['to']} {write['amount']:+}" for write in writes)


def _stream(stream: Dict[str, Any]) -> str:
    rows: List[Sequence[Any]] = [(x["name"], x["slot"], x["value"]) for x in stream["values"] if x["written"]]
    return _table(("value", "slot", "is now"), rows)


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{body}</details>"


def _table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return "<table>" + _line("th", header) + "".join(_line("td", row) for row in rows) + "</table>"


def _line(tag: str, cells: Sequence[Any]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"
