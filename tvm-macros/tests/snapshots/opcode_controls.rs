/// Control transfer.
pub(crate) const CONTROL: &[::tvm_core::machine::Opcode] = {
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn all_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let conditions = ::std::vec![
                ::tvm_core::machine::Condition::Truth(scope.operand(0usize,
                ::tvm_core::machine::Attribute::Nonzero))
            ];
            scope.control(::tvm_core::machine::Control::Jump, conditions);
        }
        {
            let conditions = ::std::vec![];
            scope.control(::tvm_core::machine::Control::Call, conditions);
        }
        {
            let conditions = ::std::vec![];
            scope.control(::tvm_core::machine::Control::Return, conditions);
        }
        {
            let conditions = ::std::vec![];
            scope.control(::tvm_core::machine::Control::Halt, conditions);
        }
        {
            let conditions = ::std::vec![];
            scope.control(::tvm_core::machine::Control::Trap("unreachable"), conditions);
        }
        {
            let conditions = ::std::vec![
                ::tvm_core::machine::Condition::Truth(scope.operand(0usize,
                ::tvm_core::machine::Attribute::Nonzero)),
                ::tvm_core::machine::Condition::Truth(scope
                .context(::tvm_core::machine::Context::First))
            ];
            scope.control(::tvm_core::machine::Control::Trap("zero"), conditions);
        }
        {
            let conditions = ::std::vec![];
            scope.control(::tvm_core::machine::Control::Divide, conditions);
        }
    }
    &[
        ::tvm_core::machine::Opcode {
            mnemonic: "all",
            code: ::tvm_core::program::Code(1u8),
            documentation: "Everything at once.",
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            targets: &[],
            controls: &[
                ::tvm_core::machine::Control::Jump,
                ::tvm_core::machine::Control::Call,
                ::tvm_core::machine::Control::Return,
                ::tvm_core::machine::Control::Halt,
                ::tvm_core::machine::Control::Trap("unreachable"),
                ::tvm_core::machine::Control::Trap("zero"),
                ::tvm_core::machine::Control::Divide,
            ],
            build: all_,
        },
    ]
};
