"""Tokens are words that white space separates; tokenizer.json has all of them."""

from typing import Iterable, List, Union

from transformers import PreTrainedTokenizerFast


class TransformerVMTokenizer(PreTrainedTokenizerFast):
    """The vocabulary of a model, the prompt of its program, and what the program has written."""

    model_input_names = ["input_ids", "attention_mask"]

    @property
    def program(self) -> dict:
        """What tokenizer_config.json says of the program. (With an ``__init__`` of its own the class would not be given
        tokenizer.json as it is.)"""
        return self.init_kwargs.get("program") or {}

    def prompt(self, input: Union[bytes, str] = b"") -> str:
        """The prompt of a model with a program in its weights, as text."""
        input = input.encode() if isinstance(input, str) else input
        words = ["{", "}"]
        for data in self.program.get("data", []):
            words += self._section(bytes.fromhex(data))
        if self.program.get("reads_input"):
            words += self._section(input + b"\0")
        return " ".join(words)

    @staticmethod
    def _section(content: bytes) -> List[str]:
        plain = lambda byte: 0x21 <= byte <= 0x7E and byte not in b"{}"
        return [chr(byte) if plain(byte) else f"{byte:02x}" for byte in content] + ["commit(+0,sts=0,bt=0)"]

    def output(self, tokens: Iterable[int]) -> bytes:
        """What a program has written in these tokens."""
        written = bytearray()
        for name in self.convert_ids_to_tokens([int(token) for token in tokens]):
            if name.startswith("out(") and name.endswith(")"):
                inside = name[4:-1]
                written += bytes([int(inside, 16)]) if len(inside) == 2 else inside.encode()
        return bytes(written)
