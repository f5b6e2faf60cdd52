//! Engines: from a model's matrices and the tokens so far to the next token.
