//! Expansions as they were last accepted, in `tests/snapshots`. A changed expansion fails; run with
//! `TVM_UPDATE=1` to accept it and read the difference in version control.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use proc_macro2::TokenStream;
use quote::quote;

use crate::{graph, opcode};

/// Every snapshot: its name and the expansion.
fn expansions() -> Vec<(&'static str, TokenStream)> {
    vec![
        ("graph_function", graph::expand(graph_function())),
        ("graph_calls", graph::expand(graph_calls())),
        ("graph_lookups", graph::expand(graph_lookups())),
        ("graph_mistake", graph::expand(graph_mistake())),
        ("opcode_family", opcode::expand(opcode_family())),
        ("opcode_types", opcode::expand(opcode_types())),
        ("opcode_controls", opcode::expand(opcode_controls())),
        ("opcode_mistake", opcode::expand(opcode_mistake())),
    ]
}

/// Parameters of both kinds, names and fields, arithmetic.
fn graph_function() -> TokenStream {
    quote! {
        /// Adds with a carry.
        pub fn adder(left, right, columns: &Columns) -> Adder {
            let total = left + 2 * right - -columns.carry * (limits::BYTE - 1);
            /// 1 when the sum is no byte.
            over = step(total > 255);
            /// The sum.
            sum = total - 256 * over;
        }
    }
}

/// Every function and every relation.
fn graph_calls() -> TokenStream {
    quote! {
        /// One of each.
        fn calls(x, y) -> Calls {
            let at_least = step(x >= y);
            let at_most = step(x <= y);
            let less = step(x < y);
            let same = equal(x, y);
            let gated = reglu(x, y);
            let multiplied = product(x, y + 1);
            let squared = square(x);
            let sum = cumsum(slot(x));
            let looked_up = table(x, 0..256, crate::bits::population);
            let counted = count(x, 4, LIMIT);
            let share = ratio(x, y, LIMIT);
            let before = recent(x, 2);
        }
    }
}

/// Lookups by integers, with a condition and without, and by pairs.
fn graph_lookups() -> TokenStream {
    quote! {
        /// Memory.
        fn memory(address, on, value) -> Memory {
            /// The value.
            loaded = lookup { key: address when on, query: address + 1, values: [value] };
            let [byte, tick] = lookup { key: address, query: address, values: [value, on] };
            let nearest = lookup { key: (address, 1), query: (byte, tick), values: [value] };
        }
    }
}

/// A mistake leaves the struct and the function in place.
fn graph_mistake() -> TokenStream {
    quote! {
        /// Multiplies.
        pub fn multiply(left, right) -> Multiplied {
            /// The product.
            product = left * right;
        }
    }
}

/// Operands, the machine, targets and fields.
fn opcode_family() -> TokenStream {
    quote! {
        /// Sums and stores.
        pub FAMILY {
            /// Wrapping sum.
            /// Each byte carries into the next.
            i32.add = 0x6a : [a b] -> [sum] {
                let total = a.byte + b.byte + carry;
                let over = step(total >= 256);
                sum.byte = total - 256 * over;
                sum.carry = over;
            }
            /// Stores.
            i32.store = 0x36 : [address: i32 value: i32] -> [] {
                let bytes = memory[address, 4];
                trap out_of_bounds when bytes.outside;
                bytes.byte = value.byte when first && address.nonzero;
                bytes.byte = immediate.byte;
            }
            /// Wrapping sum of halves; the first operand stays.
            i64.mix = 0xe9 : [a: i64 b] -> [a sum: i64] {
                sum.wide = a.high + b.value;
            }
        }
    }
}

/// Two opcodes of one declaration, functions, choices, conditions that are settled.
fn opcode_types() -> TokenStream {
    quote! {
        /// Of both widths.
        pub TYPES {
            /// The lowest bytes are those of a narrower number; the tick carries its sign on.
            fn extended(result, narrow, bytes) {
                let negative = narrow.byte;
                result.byte = narrow.byte when index < bytes;
                result.carry = 1 when negative >= 128 && index < bytes;
                result.byte = 255 * carry when index >= bytes;
            }

            fn twice(x) { 2 * x }

            /// Extends the sign of the lowest byte.
            i32.extend8_s = 0xc0, i64.extend8_s = 0xc2 : [a: T] -> [wider: T] {
                extended(wider, a, 1);
            }

            /// Chooses.
            select = 0x1b for i32, select64 = 0xd1 for i64 : [a: T b: T c: i32] -> [chosen: T] {
                chosen.byte = if c.nonzero { a.byte } else { twice(b.byte) };
            }

            /// Compares.
            i32.lt_s = 0x48, i64.lt_s = 0x53 : [a: T b: T] -> [truth: i32] opposite i32.ge_s, i64.ge_s {
                truth.byte = 1 when first && order(a, b).signed < 0;
            }

            /// Compares.
            i32.ge_s = 0x4e, i64.ge_s = 0x59 : [a: T b: T] -> [truth: i32] {
                truth.byte = if order(a, b).signed < 0 { 0 } else { 1 } when first;
            }

            /// Multiplies.
            i32.mul = 0x6c, i64.mul = 0x7e : [a: T b: T] -> [result: T] {
                result.wide = product(a, b);
            }

            /// Divides.
            i32.div_u = 0x6e : [a: i32 b: i32] -> [quotient: i32] {
                trap divide_by_zero when not b.nonzero;
                quotient.byte = division(a, b).byte;
            }
        }
    }
}

/// Every way to end an instruction.
fn opcode_controls() -> TokenStream {
    quote! {
        /// Control transfer.
        pub(crate) CONTROL {
            /// Ends.
            halt = 0x00 : [] -> [] { halt; }
            /// Branches.
            br_if = 0x0d : [a] -> [] { jump.byte = immediate.byte; jump when a.nonzero; }
            /// Calls.
            call = 0x10 : [] -> [] {
                trap exhausted when calls.depth > 100;
                jump.byte = immediate.byte;
                call;
            }
            /// Returns.
            return = 0x0f : [] -> [] { jump.byte = caller.byte; return; }
            /// Traps.
            unreachable = 0xfd : [] -> [] { trap unreachable; }
            /// Grows.
            memory.grow = 0x40 : [delta: i32] -> [old: i32] {
                old.byte = memory.pages when first;
                grow(old, delta);
            }
        }
    }
}

/// A mistake leaves the family in place, without opcodes.
fn opcode_mistake() -> TokenStream {
    quote! {
        /// Sums.
        pub FAMILY {
            /// Sum.
            i32.add = 0x6a : [a b] -> [sum] {
                sum.byte = a.byte + cary;
            }
        }
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots")
}

fn printed(name: &str, expansion: TokenStream) -> String {
    let file = syn::parse2(expansion)
        .unwrap_or_else(|error| panic!("the expansion of {name} is no list of items: {error}"));
    prettyplease::unparse(&file)
}

#[test]
fn expansions_are_those_accepted() {
    let update = std::env::var_os("TVM_UPDATE").is_some_and(|value| value == "1");
    let mut changed = Vec::new();
    for (name, expansion) in expansions() {
        let path = folder().join(name).with_extension("rs");
        let now = printed(name, expansion);
        // A checkout may have turned the ends of lines.
        let accepted = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        if update {
            fs::write(&path, now).expect("the folder of snapshots is writable");
        } else if now != accepted {
            changed.push(format!("== {name}, accepted:\n{accepted}\n== {name}, now:\n{now}"));
        }
    }
    assert!(changed.is_empty(), "TVM_UPDATE=1 accepts these:\n{}", changed.join("\n"));
    assert_none_is_left_over();
}

/// A snapshot that nothing is compared with is left over from a change.
fn assert_none_is_left_over() {
    let known: BTreeSet<String> =
        expansions().iter().map(|(name, _)| format!("{name}.rs")).collect();
    let stored: BTreeSet<String> = fs::read_dir(folder())
        .expect("the folder of snapshots exists")
        .map(|entry| entry.expect("its entries are readable").file_name().into_string())
        .map(|name| name.expect("snapshots have plain names"))
        .collect();
    assert_eq!(stored, known, "files on the left, expansions on the right");
}
