"""The transformer as a module of PyTorch: ``tvm.torch.TransformerVM(model)``.

Everything else of the module, and what it holds, is in :mod:`transformer_vm.modeling`, which works without the rest of
this package. PyTorch is needed, 1.13 or later."""

import json
from typing import Any, Dict, Union

try:
    import torch
except ImportError as error:
    raise ImportError("transformer_vm.torch needs PyTorch: `pip install torch`") from error

from . import modeling
from .model import Model

__all__ = ["NotExact", "TransformerVM", "state_dict"]

NotExact = modeling.NotExact


def state_dict(model: Model) -> Dict[str, "torch.Tensor"]:
    """The weights of a model as the module has them."""
    return {_named(name): torch.from_numpy(matrix) for name, matrix in model.weights().items()}


def _named(name: str) -> str:
    return name if name.startswith("pos.") else f"{name}.weight"


class TransformerVM(modeling.TransformerVM):
    """The transformer as an eager module in float64, from a :class:`transformer_vm.Model`; all options are those of
    :class:`transformer_vm.modeling.TransformerVM`."""

    def __init__(self, model: Union[Model, Dict[str, Any]], **options: Any) -> None:
        if not isinstance(model, Model):
            super().__init__(model, **options)
            return
        files = dict(model._native.files("pytorch"))
        super().__init__(json.loads(files[modeling.CONFIG_FILE]), **options)
        self.load_state_dict(state_dict(model))
        self.eval()
