"""The PyTorch module as a model of TransformerLens: ``run_with_cache``, ``run_with_hooks`` and hooks by its names.

TransformerLens has no hard attention, no heads without softmax and no position that is not a row of a table, so its own
models cannot hold this one. Its hook points can be in any module. So the module stays as it is, and its hook points
become those of TransformerLens, under the names that people know: ``blocks.3.attn.hook_pattern``,
``blocks.3.hook_resid_pre``, ``blocks.3.mlp.hook_post``. :func:`names` says what the heads and neurons are.
"""

from typing import Dict, List

from torch import Tensor, nn
from transformer_lens.hook_points import HookPoint as LensHookPoint
from transformer_lens.HookedRootModule import HookedRootModule


class HookedTransformerVM(HookedRootModule):
    """A ``TransformerVM`` with the hook points of TransformerLens. It takes the module over: its hook points are
    replaced."""

    def __init__(self, model: nn.Module):
        super().__init__()
        _replace_hook_points(model)
        # Not a submodule: its parts are, under the names of TransformerLens.
        object.__setattr__(self, "vm", model)
        self.embed, self.pos, self.hook_embed = model.tok_embed, model.pos, model.hook_embed
        self.blocks, self.unembed = model.layers, model.head
        self.setup()

    def forward(self, tokens: Tensor, return_type: str = "logits") -> Tensor:
        """The scores of the next token at every position."""
        if return_type != "logits":
            raise ValueError(f'there are no probabilities, so `return_type` is "logits", not {return_type!r}')
        return self.vm(tokens).logits

    def names(self) -> List[Dict[str, List[str]]]:
        """For every block the names of its heads and of its neurons, by their index in the activations."""
        return [{"heads": block.attn.head_names, "neurons": block.mlp.neuron_names} for block in self.blocks]


def _replace_hook_points(model: nn.Module) -> None:
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if type(child).__name__ == "HookPoint" and not isinstance(child, LensHookPoint):
                setattr(module, name, LensHookPoint())
