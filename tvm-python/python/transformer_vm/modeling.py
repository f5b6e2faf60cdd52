"""The transformer as a PyTorch module.

Weights, tokens and caches; nothing else of transformer-vm is needed, so that an exported folder can hold this file.
What is here holds for every exported model:

- Everything is computed in float64, and the tokens are those of the engines of transformer-vm.
- A library adds up a matrix product in an order of its own. Rows where that might round are listed in the
  configuration (``order``) and added from left to right, as the definition says.
- That no other sum rounds is known while numbers stay within the limits of the configuration. With ``check`` (the
  default) every forward pass looks at them, and raises :class:`NotExact` when one is passed.
- Attention is the definition: a ``latest`` head takes the value at the latest of the positions with the greatest score,
  a ``mean`` head the mean of the values so far. With ``attention="softmax"`` heads of the first kind are softmax heads.
"""

import json
import os
from typing import Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple, Union

import torch
from torch import Tensor, nn

# Integers up to here, and one beyond, are exact in float64.
EXACT = 2.0**53
# What is added in order, and products that grow with the sequence, are at most so large.
WATCHED = 2.0**53 - 2.0**48
# The most positions for which the limits were derived.
POSITIONS = 2**37
# Numbers of scores that a block of positions may take when a trace is checked.
BLOCK_SCORES = 2**24

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"


class NotExact(ArithmeticError):
    """A number is too large for float64 to be certain that nothing was rounded."""


class HookPoint(nn.Module):
    """Gives what it is given. A place for a hook."""

    def forward(self, value: Tensor) -> Tensor:
        return value


def add_in_order(terms: Tensor) -> Tensor:
    """Partial sums along the last dimension, from left to right."""
    if terms.device.type == "cpu":
        return terms.cumsum(-1)  # The CPU adds one by one.
    sums = [terms[..., 0]]
    for index in range(1, terms.shape[-1]):
        sums.append(sums[-1] + terms[..., index])
    return torch.stack(sums, -1)


class Linear(nn.Module):
    """A matrix without a bias. The rows of ``order`` are added from left to right."""

    def __init__(self, rows: int, columns: int, order: Sequence[int] = ()):
        super().__init__()
        weight = torch.zeros(rows, columns, dtype=torch.float64)
        self.weight = nn.Parameter(weight, requires_grad=False)
        self.order = list(order)
        self.check = True
        self._columns: Optional[List[Tensor]] = None

    def forward(self, x: Tensor) -> Tensor:
        product = x @ self.weight.T
        if not self.order:
            return product
        product = product.clone()
        for row, columns in zip(self.order, self._columns_in_order()):
            if len(columns) == 0:
                continue
            terms = x[..., columns] * self.weight[row, columns]
            sums = add_in_order(terms)
            if self.check and bool(((terms.abs() > WATCHED) | (sums.abs() > WATCHED)).any()):
                raise NotExact(f"row {row} of a matrix of {self.weight.shape[0]} rows: its sum is too large")
            product[..., row] = sums[..., -1]
        return product

    def _columns_in_order(self) -> List[Tensor]:
        """The columns that are not zero, of every row of ``order``."""
        if self._columns is None or self._columns[0].device != self.weight.device:
            self._columns = [self.weight[row].nonzero()[:, 0] for row in self.order]
        return self._columns


class Limits(nn.Module):
    """What slots may hold here: (slot, least, greatest)."""

    def __init__(self, limits: Iterable[Sequence[float]], place: str):
        super().__init__()
        self.limits = [tuple(limit) for limit in limits]
        self.place = place
        self._tensors: Optional[Tuple[Tensor, Tensor, Tensor]] = None

    def forward(self, x: Tensor) -> None:
        if not self.limits:
            return
        if self._tensors is None or self._tensors[0].device != x.device:
            slots, low, high = zip(*self.limits)
            number = dict(dtype=torch.float64, device=x.device)
            slots = torch.tensor(slots, dtype=torch.long, device=x.device)
            self._tensors = slots, torch.tensor(low, **number), torch.tensor(high, **number)
        slots, low, high = self._tensors
        held = x.index_select(-1, slots)
        if bool(((held < low) | (held > high)).any()):
            passed = ((held < low) | (held > high)).flatten(0, -2).any(0)
            raise NotExact(f"after {self.place}: slot {int(slots[passed][0])} is beyond its limit")


class Remembered(NamedTuple):
    """What heads see of all positions, and at each of the new ones."""

    keys: Tensor
    values: Tensor
    #: The sums of the values up to each of the new positions.
    sums: Tensor
    #: The greatest magnitudes of keys up to each of the new positions.
    greatest: Tensor


class LayerCache:
    """Keys and values of all positions so far, the sums of the values and the greatest magnitudes of keys."""

    def __init__(self):
        self.keys: Optional[Tensor] = None
        self.values: Optional[Tensor] = None
        self.sums: Optional[Tensor] = None
        self.greatest: Optional[Tensor] = None
        self.length = 0

    def append(self, keys: Tensor, values: Tensor) -> Remembered:
        """Takes up keys and values of new positions, ``[batch, heads, positions, 2]``."""
        sums, greatest = values.cumsum(2), keys.abs().cummax(2).values
        if self.sums is not None:
            sums = sums + self.sums[:, :, None]
            greatest = torch.maximum(greatest, self.greatest[:, :, None])
        self.sums, self.greatest = sums[:, :, -1].clone(), greatest[:, :, -1].clone()
        end = self.length + keys.shape[2]
        if self.keys is None or end > self.keys.shape[2]:
            self._grow(keys, 2 * end)
        self.keys[:, :, self.length : end] = keys
        self.values[:, :, self.length : end] = values
        self.length = end
        return Remembered(self.keys[:, :, :end], self.values[:, :, :end], sums, greatest)

    def _grow(self, like: Tensor, capacity: int) -> None:
        batch, heads, _, width = like.shape
        keys, values = (like.new_zeros(batch, heads, capacity, width) for _ in range(2))
        if self.keys is not None:
            keys[:, :, : self.length] = self.keys[:, :, : self.length]
            values[:, :, : self.length] = self.values[:, :, : self.length]
        self.keys, self.values = keys, values


class Cache:
    """What a model remembers of the positions so far."""

    def __init__(self, layers: int):
        self.layers = [LayerCache() for _ in range(layers)]
        self.length = 0

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """How many positions there are. The name is that of Hugging Face."""
        return self.length


class Attention(nn.Module):
    """The heads of a layer. Each has two coordinates. Gives ``(output, pattern)``."""

    def __init__(self, d_model: int, shape: dict, names: Sequence[str]):
        super().__init__()
        self.kinds: List[str] = list(shape["heads"])
        self.head_names = list(names)
        order, rows = shape.get("order", {}), 2 * len(self.kinds)
        self.q = Linear(rows, d_model, order.get("attn.q", ()))
        self.k = Linear(rows, d_model, order.get("attn.k", ()))
        self.v = Linear(rows, d_model, order.get("attn.v", ()))
        self.o = Linear(d_model, rows, order.get("attn.o", ()))
        self.hook_q, self.hook_k, self.hook_v = HookPoint(), HookPoint(), HookPoint()
        self.hook_attn_scores, self.hook_pattern, self.hook_z = HookPoint(), HookPoint(), HookPoint()
        # Heads whose scores are compared exactly only while they are looked at: (head, most of each product).
        self.watched_heads = [tuple(watched) for watched in shape.get("watched_heads", ())]
        self.check = True
        self.softmax: Optional[Tuple[float, float]] = None
        self._searching: Optional[List[int]] = None

    @property
    def means(self) -> List[int]:
        """The heads that give a mean."""
        return [head for head, kind in enumerate(self.kinds) if kind == "mean"]

    def forward(
        self, x: Tensor, cache: Optional[LayerCache] = None, patterns: bool = True
    ) -> Tuple[Tensor, Optional[Tensor]]:
        split = lambda hook, rows: hook(rows.unflatten(-1, (len(self.kinds), 2)))
        q, k, v = split(self.hook_q, self.q(x)), split(self.hook_k, self.k(x)), split(self.hook_v, self.v(x))
        # [batch, heads, positions, 2]
        q, k, v = q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)
        remembered = (cache or LayerCache()).append(k, v)
        if self.check and self.watched_heads:
            self._look_at_products(q, remembered)
        if patterns or self.softmax:
            z, pattern = self._with_pattern(q, remembered)
        else:
            z, pattern = self._by_index(q, remembered), None
        z = self.hook_z(z.transpose(1, 2))
        return self.o(z.flatten(-2)), pattern

    def _with_pattern(self, q: Tensor, remembered: Remembered) -> Tuple[Tensor, Tensor]:
        """Every head in full, with the weight of every position."""
        keys, values, sums, _ = remembered
        positions, length = q.shape[2], keys.shape[2]
        own = torch.arange(length - positions, length, device=q.device)
        future = torch.arange(length, device=q.device) > own[:, None]
        scores = (q @ keys.transpose(-1, -2)).masked_fill(future, float("-inf"))
        if self.check:
            self._look_at_scores(scores.max(-1).values, range(len(self.kinds)))
        scores = self.hook_attn_scores(scores)
        pattern = self._weights(scores)
        if self.means and pattern.requires_grad:
            # A gradient needs the weights as the softmax has given them.
            pattern = pattern.clone()
        for head in self.means:
            share = 1.0 / (own + 1).to(q.dtype)
            pattern[:, head] = (~future).to(q.dtype) * share[:, None]
        hooked = self.hook_pattern(pattern)
        z = hooked @ values
        if hooked is pattern:
            # The sum of the values, divided once: not a sum of quotients.
            for head in self.means:
                z[:, head] = sums[:, head] / (own + 1).to(q.dtype)[:, None]
        return z, hooked

    def _weights(self, scores: Tensor) -> Tensor:
        if self.softmax:
            temperature, tie_bonus = self.softmax
            later = torch.arange(scores.shape[-1], device=scores.device, dtype=scores.dtype)
            return ((scores + tie_bonus * later) / temperature).softmax(-1)
        # Of equal numbers argmax takes the first.
        latest = scores.shape[-1] - 1 - scores.flip(-1).argmax(-1, keepdim=True)
        return torch.zeros_like(scores).scatter_(-1, latest, 1.0)

    def _by_index(self, q: Tensor, remembered: Remembered) -> Tensor:
        """The same without weights: what is selected is read, and a head without keys selects its own position."""
        keys, values, sums, _ = remembered
        positions, length = q.shape[2], keys.shape[2]
        z = values[:, :, length - positions :].clone()
        own = torch.arange(length - positions, length, device=q.device)
        searching = self._searching_heads()
        if searching:
            index = torch.tensor(searching, device=q.device)
            q, keys, values = (each.index_select(1, index) for each in (q, keys, values))
            # The last position first, as the first of equal numbers is taken.
            scores = q @ keys.flip(2).transpose(-1, -2)
            if positions > 1:
                future = torch.arange(length - 1, -1, -1, device=q.device) > own[:, None]
                scores.masked_fill_(future, float("-inf"))
            greatest, first = scores.max(-1)
            if self.check:
                self._look_at_scores(greatest, searching)
            latest = (length - 1 - first)[..., None].expand(-1, -1, -1, values.shape[-1])
            z[:, searching] = values.gather(2, latest)
        if self.means:
            z[:, self.means] = sums[:, self.means] / (own + 1).to(q.dtype)[:, None]
        return z

    def _searching_heads(self) -> List[int]:
        if self._searching is None:
            keys = self.k.weight.unflatten(0, (len(self.kinds), 2)).abs().sum((1, 2)) if self.kinds else []
            latest = [head for head, kind in enumerate(self.kinds) if kind == "latest"]
            self._searching = [head for head in latest if float(keys[head]) != 0.0]
        return self._searching

    def _look_at_products(self, q: Tensor, remembered: Remembered) -> None:
        """Are the products of all scores exact?"""
        heads, *most = (list(column) for column in zip(*self.watched_heads))
        products = q[:, heads].abs() * remembered.greatest[:, heads]
        most = torch.tensor(most, dtype=q.dtype, device=q.device).T[:, None]
        self._refuse((products > most).any(-1), heads)

    def _look_at_scores(self, greatest: Tensor, heads: Sequence[int]) -> None:
        """Are the greatest scores, and the integers next to them, exact?"""
        watched = {head for head, *_ in self.watched_heads}
        places = [place for place, head in enumerate(heads) if head in watched]
        if places:
            self._refuse(greatest[:, places].abs() >= EXACT, [heads[place] for place in places])

    def _refuse(self, wrong: Tensor, heads: Sequence[int]) -> None:
        """``wrong`` is ``[batch, heads, positions]``."""
        if bool(wrong.any()):
            head = heads[int(wrong.any(2).any(0).nonzero()[0, 0])]
            raise NotExact(f"head {head} ({self.head_names[head]}): a score is too large for float64")


class MLP(nn.Module):
    """Gated neurons: ``max(0, gate) * value``."""

    def __init__(self, d_model: int, shape: dict, names: Sequence[str]):
        super().__init__()
        self.neuron_names = list(names)
        order, neurons = shape.get("order", {}), shape["neurons"]
        self.gate = Linear(neurons, d_model, order.get("mlp.gate", ()))
        self.value = Linear(neurons, d_model, order.get("mlp.value", ()))
        self.out = Linear(d_model, neurons, order.get("mlp.out", ()))
        self.hook_pre, self.hook_value, self.hook_post = HookPoint(), HookPoint(), HookPoint()
        self.watched_neurons = list(shape.get("watched_neurons", ()))
        self.check = True

    def forward(self, x: Tensor) -> Tensor:
        gate, value = self.hook_pre(self.gate(x)), self.hook_value(self.value(x))
        post = gate.clamp(min=0.0) * value
        if self.check and self.watched_neurons:
            if bool((post[..., self.watched_neurons].abs() > WATCHED).any()):
                raise NotExact("a product of a neuron is too large")
        return self.out(self.hook_post(post))


class Layer(nn.Module):
    """Attention, then neurons; both add to the residual stream."""

    def __init__(self, index: int, d_model: int, shape: dict, names: dict):
        super().__init__()
        self.attn = Attention(d_model, shape, names["heads"])
        self.mlp = MLP(d_model, shape, names["neurons"])
        limits = shape.get("limits", {})
        self.attn_limits = Limits(limits.get("attn", ()), f"the attention of layer {index}")
        self.mlp_limits = Limits(limits.get("mlp", ()), f"the neurons of layer {index}")
        self.hook_resid_pre, self.hook_attn_out, self.hook_resid_mid = HookPoint(), HookPoint(), HookPoint()
        self.hook_mlp_out, self.hook_resid_post = HookPoint(), HookPoint()
        self.check = True

    def forward(self, x: Tensor, cache: Optional[LayerCache] = None, patterns: bool = True):
        x = self.hook_resid_pre(x)
        attended, pattern = self.attn(x, cache, patterns)
        x = self.hook_resid_mid(x + self.hook_attn_out(attended))
        if self.check:
            self.attn_limits(x)
        x = self.hook_resid_post(x + self.hook_mlp_out(self.mlp(x)))
        if self.check:
            self.mlp_limits(x)
        return x, pattern


class Embedding(nn.Module):
    """A row for every token."""

    def __init__(self, tokens: int, d_model: int):
        super().__init__()
        weight = torch.zeros(tokens, d_model, dtype=torch.float64)
        self.weight = nn.Parameter(weight, requires_grad=False)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.weight[tokens]


class Position(nn.Module):
    """The position times ``linear``, then row ``position mod period`` of ``periodic``."""

    def __init__(self, period: int, d_model: int):
        super().__init__()
        zeros = lambda rows: nn.Parameter(torch.zeros(rows, d_model, dtype=torch.float64), requires_grad=False)
        self.linear, self.periodic = zeros(1), zeros(period)

    def forward(self, embedded: Tensor, positions: Tensor) -> Tensor:
        moved = embedded + positions.to(self.linear.dtype)[:, None] * self.linear
        return moved + self.periodic[positions % self.periodic.shape[0]]


class Output(NamedTuple):
    """What a forward pass gives."""

    #: ``[batch, positions, tokens]``; tokens that are only read have minus infinity.
    logits: Tensor
    #: For every layer ``[batch, heads, positions, all positions]``, if asked for.
    patterns: Optional[List[Tensor]]
    cache: Optional[Cache]


class Verification(NamedTuple):
    """What checking a trace has found."""

    #: How many tokens were predicted.
    checked: int
    #: The first position whose token is not the predicted one.
    position: Optional[int] = None
    #: The token that is predicted there.
    expected: Optional[int] = None

    @property
    def ok(self) -> bool:
        return self.position is None


class Value(NamedTuple):
    """A named number of the residual stream: in its slot from boundary ``first`` to before ``end``, with ``bias``
    added. Boundary 0 is the embedding, boundary ``2 i + 1`` the attention of layer ``i``, ``2 i + 2`` its neurons."""

    name: str
    slot: int
    first: int
    end: int
    bias: int


def _members(runs: Sequence[Sequence], number: int) -> List[str]:
    """Names of heads or neurons from runs of them: ``name``, ``name[1]``, ``name[2]``."""
    names = [""] * number
    ends = [first for first, _ in runs[1:]] + [number]
    for (first, name), end in zip(runs, ends):
        for index in range(first, end):
            names[index] = name if index == first else f"{name}[{index - first}]"
    return names


def section(content: bytes) -> List[str]:
    """Bytes as tokens of a prompt."""
    plain = lambda byte: 0x21 <= byte <= 0x7E and byte not in b"{}"
    return [chr(byte) if plain(byte) else f"{byte:02x}" for byte in content] + ["commit(+0,sts=0,bt=0)"]


class TransformerVM(nn.Module):
    """A model that transformer-vm has exported.

    ``config`` is the contents of its config.json. ``attention`` is ``"hard"``, the definition, or ``"softmax"`` with a
    ``temperature`` and a ``tie_bonus`` that is added to the score of a position for every position before it.
    """

    def __init__(
        self,
        config: dict,
        attention: str = "hard",
        temperature: float = 1.0,
        tie_bonus: float = 0.0,
        check: bool = True,
    ):
        super().__init__()
        self.config = config
        d_model, shapes = config["d_model"], config["layers"]
        self.vocabulary: List[str] = list(config["vocabulary"])
        self.token_ids: Dict[str, int] = {name: token for token, name in enumerate(self.vocabulary)}
        self.generable: List[int] = list(config["generable"])
        names = config.get("names") or {"values": [], "layers": [{"heads": [], "neurons": []}] * len(shapes)}
        self.values: List[Value] = [Value(*value) for value in names["values"]]
        named = [
            {"heads": _members(runs["heads"], len(shape["heads"])), "neurons": _members(runs["neurons"], shape["neurons"])}
            for shape, runs in zip(shapes, names["layers"])
        ]
        self.tok_embed = Embedding(len(self.vocabulary), d_model)
        self.pos = Position(config["period"], d_model)
        self.hook_embed = HookPoint()
        layers = zip(shapes, named)
        self.layers = nn.ModuleList(Layer(index, d_model, *layer) for index, layer in enumerate(layers))
        self.head = Linear(len(self.vocabulary), d_model, config.get("order", {}).get("head", ()))
        self.set_attention(attention, temperature, tie_bonus)
        self.set_check(check)
        self._only_read: Optional[Tensor] = None

    @classmethod
    def from_parts(cls, config: dict, tensors: Dict[str, Tensor], **options) -> "TransformerVM":
        """From a configuration and the tensors of the weights."""
        model = cls(config, **options)
        model.load_state_dict(tensors)
        return model.eval()

    @classmethod
    def from_pretrained(cls, folder: Union[str, os.PathLike], **options) -> "TransformerVM":
        """From a folder that ``tvm export`` wrote."""
        from safetensors.torch import load_file

        with open(os.path.join(folder, CONFIG_FILE), encoding="utf-8") as file:
            config = json.load(file)
        tensors = load_file(os.path.join(folder, WEIGHTS_FILE))
        if "transformer_vm" in config:  # A folder for Hugging Face.
            config = config["transformer_vm"]
            tensors = {name[len("model.") :]: tensor for name, tensor in tensors.items()}
        return cls.from_parts(config, tensors, **options)

    def set_attention(self, attention: str = "hard", temperature: float = 1.0, tie_bonus: float = 0.0) -> None:
        """How heads of the kind ``latest`` weigh positions."""
        if attention not in ("hard", "softmax"):
            raise ValueError(f'attention is "hard" or "softmax", not {attention!r}')
        for layer in self.layers:
            layer.attn.softmax = (temperature, tie_bonus) if attention == "softmax" else None

    def set_check(self, check: bool) -> None:
        """Whether limits are looked at. What was patched may be beyond them."""
        for module in self.modules():
            if hasattr(module, "check"):
                module.check = check

    # Names

    def value_at(self, slot: int, boundary: int) -> Optional[Value]:
        """The named value in a slot at a boundary."""
        held = (value for value in self.values if value.slot == slot and value.first <= boundary < value.end)
        return next(held, None)

    def slot_names(self, boundary: int) -> List[str]:
        """For every slot the name of what it holds at a boundary."""
        held = {value.slot: value.name for value in self.values if value.first <= boundary < value.end}
        return [held.get(slot, "") for slot in range(self.config["d_model"])]

    def heads_named(self, name: str) -> List[Tuple[int, int]]:
        """All (layer, head) of a name, the members of its run included."""
        return self._named(name, [layer.attn.head_names for layer in self.layers])

    def neurons_named(self, name: str) -> List[Tuple[int, int]]:
        """All (layer, neuron) of a name, the members of its run included."""
        return self._named(name, [layer.mlp.neuron_names for layer in self.layers])

    def _named(self, name: str, layers: List[List[str]]) -> List[Tuple[int, int]]:
        is_of = lambda other: other == name or other.startswith(f"{name}[")
        return [(layer, index) for layer, names in enumerate(layers) for index, one in enumerate(names) if is_of(one)]

    # Tokens

    def prompt(self, input: bytes = b"") -> List[int]:
        """The prompt of a model with a program in its weights."""
        description = self.config["description"]
        names = ["{", "}"]
        for data in description.get("data", []):
            names += section(bytes.fromhex(data))
        if description.get("reads_input"):
            names += section(input + b"\0")
        return self.encode(names)

    def encode(self, names: Union[str, Sequence[str]]) -> List[int]:
        """Tokens from their names, which white space separates."""
        names = names.split() if isinstance(names, str) else names
        unknown = [name for name in names if name not in self.token_ids]
        if unknown:
            raise ValueError(f"token `{unknown[0]}`, which this model does not know")
        return [self.token_ids[name] for name in names]

    def decode(self, tokens: Iterable[int]) -> str:
        """The names of tokens."""
        return " ".join(self.vocabulary[int(token)] for token in tokens)

    def output(self, tokens: Iterable[int]) -> bytes:
        """What a program has written in these tokens."""
        written = bytearray()
        for name in (self.vocabulary[int(token)] for token in tokens):
            if name.startswith("out(") and name.endswith(")"):
                inside = name[4:-1]
                written += bytes([int(inside, 16)]) if len(inside) == 2 else inside.encode()
        return bytes(written)

    def ends(self, token: int) -> bool:
        """Is it the last token of a run?"""
        name = self.vocabulary[token]
        return name == "halt" or name.startswith("trap(")

    # Computing

    def forward(
        self, tokens: Tensor, cache: Optional[Cache] = None, patterns: bool = True
    ) -> Output:
        """Scores of the next token at every position of ``tokens``, ``[batch, positions]``. With a cache, these are the
        positions after those that it holds. Without ``patterns`` nothing is computed but what is selected."""
        tokens = torch.as_tensor(tokens, device=self.tok_embed.weight.device)
        begin = cache.length if cache else 0
        if begin + tokens.shape[1] > POSITIONS:
            raise NotExact(f"the sequence is longer than {POSITIONS} tokens")
        positions = torch.arange(begin, begin + tokens.shape[1], device=tokens.device)
        x = self.hook_embed(self.pos(self.tok_embed(tokens), positions))
        weights = []
        for index, layer in enumerate(self.layers):
            x, pattern = layer(x, cache.layers[index] if cache else None, patterns)
            weights.append(pattern)
        if cache:
            cache.length += tokens.shape[1]
        logits = self.head(x).masked_fill(self._mask(), float("-inf"))
        return Output(logits, weights if patterns else None, cache)

    def _mask(self) -> Tensor:
        device = self.head.weight.device
        if self._only_read is None or self._only_read.device != device:
            mask = torch.ones(len(self.vocabulary), dtype=torch.bool, device=device)
            mask[self.generable] = False
            self._only_read = mask
        return self._only_read

    def new_cache(self) -> Cache:
        """A cache that holds nothing."""
        return Cache(len(self.layers))

    @torch.no_grad()
    def generate(
        self, prompts: Sequence[Sequence[int]], max_tokens: int = 1_000_000, block: Optional[int] = None
    ) -> List[List[int]]:
        """The whole sequences of a batch, each to its last token, or until there are ``max_tokens`` in it."""
        rows = [list(map(int, prompt)) for prompt in prompts]
        known = min(len(row) for row in rows)
        cache = self.new_cache()
        following = None
        for begin, end in self._blocks(known, block):
            read = torch.tensor([row[begin:end] for row in rows])
            following = self(read, cache, patterns=False).logits[:, -1].argmax(-1)
        done = [False] * len(rows)
        while True:
            column = []
            for index, row in enumerate(rows):
                if not done[index] and len(row) == cache.length:
                    row.append(int(following[index]))
                position = min(cache.length, len(row) - 1)
                column.append([row[position]])
                done[index] = done[index] or (position == len(row) - 1 and self._is_over(row, max_tokens))
            if all(done):
                return rows
            following = self(torch.tensor(column), cache, patterns=False).logits[:, -1].argmax(-1)

    def _is_over(self, row: List[int], max_tokens: int) -> bool:
        return self.ends(row[-1]) or len(row) >= max_tokens

    @torch.no_grad()
    def verify(self, tokens: Sequence[int], start: int, block: Optional[int] = None) -> Verification:
        """Checks a finished trace: is every token from position ``start`` on, where the prompt ends, the one that the
        model gives? All positions of a block are computed at once."""
        tokens = torch.as_tensor(tokens, dtype=torch.long)
        cache, checked = self.new_cache(), 0
        for begin, end in self._blocks(len(tokens) - 1, block):
            logits = self(tokens[None, begin:end], cache, patterns=False).logits[0]
            expected = logits.argmax(-1).to(tokens.device)
            following = tokens[begin + 1 : end + 1]
            generated = torch.arange(begin + 1, end + 1) >= start
            wrong = ((expected != following) & generated).nonzero()
            if len(wrong):
                first = int(wrong[0, 0])
                checked += int(generated[:first].sum())
                return Verification(checked, begin + 1 + first, int(expected[first]))
            checked += int(generated.sum())
        return Verification(checked)

    def _blocks(self, positions: int, block: Optional[int]) -> Iterable[Tuple[int, int]]:
        """Cuts positions into blocks whose scores take bounded memory."""
        heads = max([len(layer.attn.kinds) for layer in self.layers] + [1])
        begin = 0
        while begin < positions:
            size = block or max(1, min(512, BLOCK_SCORES // (heads * (begin + 512))))
            end = min(positions, begin + size)
            yield begin, end
            begin = end

    # Hooks

    def hook_points(self) -> Dict[str, HookPoint]:
        """All places for hooks by name, such as ``layers.3.attn.hook_pattern``."""
        return {name: module for name, module in self.named_modules() if isinstance(module, HookPoint)}

    def run_with_hooks(self, tokens: Tensor, hooks: Sequence[Tuple[str, Callable]]) -> Output:
        """A forward pass in which ``function(value, name)`` may return another value at each named place."""
        points, handles = self.hook_points(), []
        try:
            for name, function in hooks:
                hook = lambda _module, _inputs, value, name=name, function=function: function(value, name)
                handles.append(points[name].register_forward_hook(hook))
            return self(tokens)
        finally:
            for handle in handles:
                handle.remove()

    def run_with_cache(self, tokens: Tensor, names: Optional[Callable[[str], bool]] = None):
        """A forward pass, and what every place for a hook gave: all, or those whose names a function accepts."""
        seen: Dict[str, Tensor] = {}
        keep = lambda value, name: seen.__setitem__(name, value.detach())
        chosen = [name for name in self.hook_points() if names is None or names(name)]
        return self.run_with_hooks(tokens, [(name, keep) for name in chosen]), seen
