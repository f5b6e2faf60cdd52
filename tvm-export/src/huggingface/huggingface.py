"""The module of modeling.py as a model of Hugging Face's transformers.

``generate`` goes on to ``halt`` or to a trap. Logits are scores less the greatest one: they are exact in float64, and the
greatest stays the greatest where a caller converts them to float32.
"""

from typing import Optional

import torch
from transformers import PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutputWithPast

try:
    from transformers import GenerationMixin
except ImportError:  # Where it is not exported, PreTrainedModel has it already.
    GenerationMixin = object

from .modeling import Cache, NotExact, TransformerVM


class TransformerVMConfig(PretrainedConfig):
    """The fields of config.json. Those of modeling.py are in ``transformer_vm``."""

    model_type = "transformer-vm"

    def __init__(self, transformer_vm: Optional[dict] = None, **fields):
        self.transformer_vm = transformer_vm or {}
        super().__init__(**fields)


class TransformerVMForCausalLM(PreTrainedModel, GenerationMixin):
    """A model that transformer-vm has exported."""

    config_class = TransformerVMConfig
    base_model_prefix = "model"
    _supports_cache_class = False
    _keys_to_ignore_on_load_missing = []

    def __init__(self, config: TransformerVMConfig):
        super().__init__(config)
        self.model = TransformerVM(config.transformer_vm)
        self.post_init()

    def _init_weights(self, module):
        """All weights are in the file."""

    @classmethod
    def _supports_default_dynamic_cache(cls, *_):
        return False

    def _prepare_cache_for_generation(self, *_, **__):
        """The first forward pass makes the cache."""

    def get_input_embeddings(self):
        return self.model.tok_embed

    def get_output_embeddings(self):
        return None

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: Optional[torch.Tensor] = None,
        past_key_values: Optional[Cache] = None,
        use_cache: Optional[bool] = None,
        output_attentions: Optional[bool] = None,
        **_,
    ) -> CausalLMOutputWithPast:
        if self.model.head.weight.dtype != torch.float64:
            raise NotExact("the weights are not float64: load the model with this dtype, or with none")
        if attention_mask is not None and not bool((attention_mask != 0).all()):
            raise ValueError("a batch has sequences of one length: there is no token for padding")
        cache = past_key_values if isinstance(past_key_values, Cache) else None
        if cache is None and use_cache:
            cache = self.model.new_cache()
        output = self.model(input_ids, cache, patterns=bool(output_attentions))
        logits = output.logits - output.logits.amax(-1, keepdim=True)
        patterns = tuple(output.patterns) if output_attentions else None
        return CausalLMOutputWithPast(logits=logits, past_key_values=cache, attentions=patterns)

    def prepare_inputs_for_generation(self, input_ids, past_key_values=None, attention_mask=None, **_):
        cache = past_key_values if isinstance(past_key_values, Cache) else None
        read = cache.length if cache is not None else 0
        given = {"input_ids": input_ids[:, read:], "attention_mask": attention_mask}
        return {**given, "past_key_values": cache, "use_cache": True}
