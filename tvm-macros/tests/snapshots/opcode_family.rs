/// Sums and stores.
pub const FAMILY: &[::tvm_core::machine::Opcode] = {
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i32_add_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        let total = {
            let form = ((scope.operand(1usize, ::tvm_core::machine::Attribute::Byte)
                + scope.operand(0usize, ::tvm_core::machine::Attribute::Byte))
                + scope.context(::tvm_core::machine::Context::Carry));
            scope.graph().name("i32.add.total", form)
        };
        let over = {
            let form = {
                let difference = total.clone() - ::tvm_core::graph::Form::constant(256);
                scope.graph().step(difference)
            };
            scope.graph().name("i32.add.over", form)
        };
        {
            let (value, conditions) = (
                (total.clone() - (over.clone() * 256)),
                ::std::vec![],
            );
            scope
                .assign(
                    ::tvm_core::machine::Target::Result,
                    ::tvm_core::machine::Field::Byte,
                    value,
                    conditions,
                );
        }
        {
            let (value, conditions) = (over.clone(), ::std::vec![]);
            scope
                .assign(
                    ::tvm_core::machine::Target::Result,
                    ::tvm_core::machine::Field::Carry,
                    value,
                    conditions,
                );
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i32_store_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                scope.operand(0usize, ::tvm_core::machine::Attribute::Byte),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First)),
                    ::tvm_core::machine::Condition::Truth(scope.operand(1usize,
                    ::tvm_core::machine::Attribute::Nonzero))
                ],
            );
            scope
                .assign(
                    ::tvm_core::machine::Target::Memory32,
                    ::tvm_core::machine::Field::Byte,
                    value,
                    conditions,
                );
        }
        {
            let (value, conditions) = (
                scope.context(::tvm_core::machine::Context::ImmediateByte),
                ::std::vec![],
            );
            scope
                .assign(
                    ::tvm_core::machine::Target::Memory32,
                    ::tvm_core::machine::Field::Byte,
                    value,
                    conditions,
                );
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i64_mix_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                (scope.operand(1usize, ::tvm_core::machine::Attribute::High)
                    + scope.operand(0usize, ::tvm_core::machine::Attribute::Value)),
                ::std::vec![],
            );
            scope
                .assign(
                    ::tvm_core::machine::Target::Result,
                    ::tvm_core::machine::Field::Wide,
                    value,
                    conditions,
                );
        }
    }
    &[
        ::tvm_core::machine::Opcode {
            mnemonic: "i32.add",
            code: ::tvm_core::program::Code(106u8),
            documentation: "Wrapping sum. Each byte carries into the next.",
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
                ::tvm_core::machine::StackValue {
                    name: "b",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "sum",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            targets: &[::tvm_core::machine::Target::Result],
            controls: &[],
            build: i32_add_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i32.store",
            code: ::tvm_core::program::Code(54u8),
            documentation: "Stores.",
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "address",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
                ::tvm_core::machine::StackValue {
                    name: "value",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            pushes: &[],
            targets: &[::tvm_core::machine::Target::Memory32],
            controls: &[],
            build: i32_store_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i64.mix",
            code: ::tvm_core::program::Code(233u8),
            documentation: "Wrapping sum of halves; the first operand stays.",
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
                ::tvm_core::machine::StackValue {
                    name: "b",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
                ::tvm_core::machine::StackValue {
                    name: "sum",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
            ],
            targets: &[::tvm_core::machine::Target::Result],
            controls: &[],
            build: i64_mix_,
        },
    ]
};
