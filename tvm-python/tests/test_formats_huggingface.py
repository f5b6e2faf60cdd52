"""The Hugging Face folder opens by the classes of ``transformers``, and generates the tokens of ``tvm``."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pytest
import torch
from formats_support import PROGRAMS, export, module, trace
from transformers import AutoModelForCausalLM, AutoTokenizer

ADDITION = PROGRAMS / "addition.c"


@pytest.fixture(scope="module")
def loaded():
    folder = export("huggingface", ADDITION)
    model = AutoModelForCausalLM.from_pretrained(folder, trust_remote_code=True)
    return model, AutoTokenizer.from_pretrained(folder, trust_remote_code=True)


def test_generation_ends_with_halt(loaded):
    model, tokenizer = loaded
    run = trace(ADDITION, "19+23")
    prompt = tokenizer(tokenizer.prompt("19+23"), return_tensors="pt")
    assert tokenizer.decode(prompt.input_ids[0]).split() == run.names[: run.start]
    tokens = model.generate(**prompt)[0]
    assert tokenizer.convert_ids_to_tokens(tokens.tolist()) == run.names
    assert tokenizer.output(tokens) == b"19+23=42\n"


def test_attentions_and_batches(loaded):
    model, tokenizer = loaded
    texts = [" ".join(trace(ADDITION, input).names[:80]) for input in ["12+34", "98+76"]]
    batch = tokenizer(texts, return_tensors="pt")
    output = model(**batch, output_attentions=True)
    assert len(output.attentions) == model.config.num_hidden_layers
    start = trace(ADDITION, "12+34").start
    assert torch.equal(output.logits.argmax(-1)[:, start - 1 : -1], batch.input_ids[:, start:])
    assert bool((output.logits.amax(-1) == 0).all())
    padded = dict(batch, attention_mask=torch.zeros_like(batch.attention_mask))
    with pytest.raises(ValueError, match="one length"):
        model(**padded)


def test_what_is_saved_is_loaded(loaded, tmp_path):
    model, tokenizer = loaded
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    again = AutoModelForCausalLM.from_pretrained(tmp_path, trust_remote_code=True)
    tokens = torch.tensor([tokenizer.convert_tokens_to_ids(trace(ADDITION, "1+1").names[:60])])
    assert torch.equal(again(tokens).logits, model(tokens).logits)
    assert AutoTokenizer.from_pretrained(tmp_path, trust_remote_code=True).prompt("1") == tokenizer.prompt("1")


def test_the_module_opens_the_same_folder(loaded):
    model = module().TransformerVM.from_pretrained(export("huggingface", ADDITION))
    run = trace(ADDITION, "1+1")
    assert model.verify(model.encode(run.names), run.start).ok


def test_an_unknown_token_and_another_type_are_errors(loaded):
    model, tokenizer = loaded
    with pytest.raises(Exception, match="UNK"):
        tokenizer("nonsense")
    with pytest.raises(Exception, match="float64"):
        model.to(torch.float32)(torch.tensor([[0]]))
    model.to(torch.float64)


def test_the_model_card_has_figures():
    card = (export("huggingface", ADDITION) / "README.md").read_text()
    assert "from_pretrained" in card and "| layers | " in card and "## Limits" in card
