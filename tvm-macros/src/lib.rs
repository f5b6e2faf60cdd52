//! `graph!` and `opcode!`: the language in which the machine is written.
