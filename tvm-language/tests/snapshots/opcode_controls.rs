/// Control transfer.
pub(crate) const CONTROL: &[::tvm_core::machine::Opcode] = {
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn halt_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let conditions = ::std::vec![];
            scope.control(::tvm_core::machine::Control::Halt, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn br_if_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                scope.context(::tvm_core::machine::Context::ImmediateByte),
                ::std::vec![],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
        {
            let conditions = ::std::vec![
                ::tvm_core::machine::Condition::Truth(scope.operand(0usize,
                ::tvm_core::machine::Attribute::Nonzero))
            ];
            scope.control(::tvm_core::machine::Control::Jump, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn call_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let conditions = ::std::vec![
                ::tvm_core::machine::Condition::NotNegative(scope
                .context(::tvm_core::machine::Context::CallsDepth) -
                ::tvm_core::graph::Form::constant(100) -
                ::tvm_core::graph::Form::constant(1))
            ];
            scope.control(::tvm_core::machine::Control::Trap("exhausted"), conditions);
        }
        {
            let (value, conditions) = (
                scope.context(::tvm_core::machine::Context::ImmediateByte),
                ::std::vec![],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
        {
            let conditions = ::std::vec![];
            scope.control(::tvm_core::machine::Control::Call, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn return_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                scope.context(::tvm_core::machine::Context::CallerByte),
                ::std::vec![],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
        {
            let conditions = ::std::vec![];
            scope.control(::tvm_core::machine::Control::Return, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn unreachable_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let conditions = ::std::vec![];
            scope.control(::tvm_core::machine::Control::Trap("unreachable"), conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn memory_grow_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                scope.context(::tvm_core::machine::Context::MemoryPages),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
        {
            let conditions = ::std::vec![];
            scope.control(::tvm_core::machine::Control::Grow, conditions);
        }
    }
    &[
        ::tvm_core::machine::Opcode {
            mnemonic: "halt",
            code: ::tvm_core::program::Code(0u8),
            documentation: "Ends.",
            declaration: "halt",
            parameter: ::core::option::Option::None,
            opposite: ::core::option::Option::None,
            pops: &[],
            pushes: &[],
            target: ::core::option::Option::None,
            controls: &[::tvm_core::machine::Control::Halt],
            build: halt_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "br_if",
            code: ::tvm_core::program::Code(13u8),
            documentation: "Branches.",
            declaration: "br_if",
            parameter: ::core::option::Option::None,
            opposite: ::core::option::Option::None,
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            pushes: &[],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Offset),
            controls: &[::tvm_core::machine::Control::Jump],
            build: br_if_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "call",
            code: ::tvm_core::program::Code(16u8),
            documentation: "Calls.",
            declaration: "call",
            parameter: ::core::option::Option::None,
            opposite: ::core::option::Option::None,
            pops: &[],
            pushes: &[],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Offset),
            controls: &[
                ::tvm_core::machine::Control::Trap("exhausted"),
                ::tvm_core::machine::Control::Call,
            ],
            build: call_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "return",
            code: ::tvm_core::program::Code(15u8),
            documentation: "Returns.",
            declaration: "return",
            parameter: ::core::option::Option::None,
            opposite: ::core::option::Option::None,
            pops: &[],
            pushes: &[],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Offset),
            controls: &[::tvm_core::machine::Control::Return],
            build: return_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "unreachable",
            code: ::tvm_core::program::Code(253u8),
            documentation: "Traps.",
            declaration: "unreachable",
            parameter: ::core::option::Option::None,
            opposite: ::core::option::Option::None,
            pops: &[],
            pushes: &[],
            target: ::core::option::Option::None,
            controls: &[::tvm_core::machine::Control::Trap("unreachable")],
            build: unreachable_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "memory.grow",
            code: ::tvm_core::program::Code(64u8),
            documentation: "Grows.",
            declaration: "memory.grow",
            parameter: ::core::option::Option::None,
            opposite: ::core::option::Option::None,
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "delta",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "old",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[::tvm_core::machine::Control::Grow],
            build: memory_grow_,
        },
    ]
};
