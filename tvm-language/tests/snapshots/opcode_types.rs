/// Of both widths.
pub const TYPES: &[::tvm_core::machine::Opcode] = {
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i32_extend8_s_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        let extended_1_negative = scope
            .bind(
                "negative",
                |scope| scope.operand(0usize, ::tvm_core::machine::Attribute::Byte),
            );
        {
            let (value, conditions) = (
                scope.operand(0usize, ::tvm_core::machine::Attribute::Byte),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
        {
            let (value, conditions) = (
                ::tvm_core::graph::Form::constant(1),
                ::std::vec![
                    ::tvm_core::machine::Condition::NotNegative(extended_1_negative
                    .clone() - ::tvm_core::graph::Form::constant(128)),
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Carry, value, conditions);
        }
        {
            let (value, conditions) = (
                (scope.context(::tvm_core::machine::Context::Carry) * 255),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth((::tvm_core::graph::Form::constant(1)
                    - scope.context(::tvm_core::machine::Context::First)))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i64_extend8_s_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        let extended_1_negative = scope
            .bind(
                "negative",
                |scope| scope.operand(0usize, ::tvm_core::machine::Attribute::Byte),
            );
        {
            let (value, conditions) = (
                scope.operand(0usize, ::tvm_core::machine::Attribute::Byte),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
        {
            let (value, conditions) = (
                ::tvm_core::graph::Form::constant(1),
                ::std::vec![
                    ::tvm_core::machine::Condition::NotNegative(extended_1_negative
                    .clone() - ::tvm_core::graph::Form::constant(128)),
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Carry, value, conditions);
        }
        {
            let (value, conditions) = (
                (scope.context(::tvm_core::machine::Context::Carry) * 255),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth((::tvm_core::graph::Form::constant(1)
                    - scope.context(::tvm_core::machine::Context::First)))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn select_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                scope.operand(2usize, ::tvm_core::machine::Attribute::Byte),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope.operand(0usize,
                    ::tvm_core::machine::Attribute::Nonzero))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
        {
            let (value, conditions) = (
                (scope.operand(1usize, ::tvm_core::machine::Attribute::Byte) * 2),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth((::tvm_core::graph::Form::constant(1)
                    - scope.operand(0usize, ::tvm_core::machine::Attribute::Nonzero)))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn select64_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                scope.operand(2usize, ::tvm_core::machine::Attribute::Byte),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope.operand(0usize,
                    ::tvm_core::machine::Attribute::Nonzero))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
        {
            let (value, conditions) = (
                (scope.operand(1usize, ::tvm_core::machine::Attribute::Byte) * 2),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth((::tvm_core::graph::Form::constant(1)
                    - scope.operand(0usize, ::tvm_core::machine::Attribute::Nonzero)))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i32_lt_s_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                ::tvm_core::graph::Form::constant(1),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First)),
                    ::tvm_core::machine::Condition::NotNegative(::tvm_core::graph::Form::constant(0)
                    - scope.context(::tvm_core::machine::Context::OrderSigned) -
                    ::tvm_core::graph::Form::constant(1))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i64_lt_s_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                ::tvm_core::graph::Form::constant(1),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First)),
                    ::tvm_core::machine::Condition::NotNegative(::tvm_core::graph::Form::constant(0)
                    - scope.context(::tvm_core::machine::Context::OrderSigned) -
                    ::tvm_core::graph::Form::constant(1))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i32_ge_s_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                ::tvm_core::graph::Form::constant(1),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
        {
            let (value, conditions) = (
                ::tvm_core::graph::Form::constant((0 - 1)),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First)),
                    ::tvm_core::machine::Condition::NotNegative(::tvm_core::graph::Form::constant(0)
                    - scope.context(::tvm_core::machine::Context::OrderSigned) -
                    ::tvm_core::graph::Form::constant(1))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i64_ge_s_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                ::tvm_core::graph::Form::constant(1),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
        {
            let (value, conditions) = (
                ::tvm_core::graph::Form::constant((0 - 1)),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::First)),
                    ::tvm_core::machine::Condition::NotNegative(::tvm_core::graph::Form::constant(0)
                    - scope.context(::tvm_core::machine::Context::OrderSigned) -
                    ::tvm_core::graph::Form::constant(1))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i32_mul_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                scope.context(::tvm_core::machine::Context::Product),
                ::std::vec![],
            );
            scope.assign(::tvm_core::machine::Field::Wide, value, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i64_mul_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let (value, conditions) = (
                scope.context(::tvm_core::machine::Context::WideProduct),
                ::std::vec![],
            );
            scope.assign(::tvm_core::machine::Field::Wide, value, conditions);
        }
    }
    #[allow(unused_variables, clippy::clone_on_copy)]
    fn i32_div_u_(scope: &mut ::tvm_core::machine::Scope<'_>) {
        {
            let conditions = ::std::vec![
                ::tvm_core::machine::Condition::Truth((::tvm_core::graph::Form::constant(1)
                - scope.operand(0usize, ::tvm_core::machine::Attribute::Nonzero)))
            ];
            scope
                .control(
                    ::tvm_core::machine::Control::Trap("divide_by_zero"),
                    conditions,
                );
        }
        scope.digits(false);
        {
            let (value, conditions) = (
                scope.context(::tvm_core::machine::Context::DivisionByte),
                ::std::vec![
                    ::tvm_core::machine::Condition::Truth(scope
                    .context(::tvm_core::machine::Context::DivisionKnown))
                ],
            );
            scope.assign(::tvm_core::machine::Field::Byte, value, conditions);
        }
    }
    &[
        ::tvm_core::machine::Opcode {
            mnemonic: "i32.extend8_s",
            code: ::tvm_core::program::Code(192u8),
            documentation: "Extends the sign of the lowest byte.",
            declaration: "i32.extend8_s",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I32),
            opposite: ::core::option::Option::None,
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "wider",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[],
            build: i32_extend8_s_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i64.extend8_s",
            code: ::tvm_core::program::Code(194u8),
            documentation: "Extends the sign of the lowest byte.",
            declaration: "i32.extend8_s",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I64),
            opposite: ::core::option::Option::None,
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "wider",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[],
            build: i64_extend8_s_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "select",
            code: ::tvm_core::program::Code(27u8),
            documentation: "Chooses.",
            declaration: "select",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I32),
            opposite: ::core::option::Option::None,
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
                ::tvm_core::machine::StackValue {
                    name: "b",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
                ::tvm_core::machine::StackValue {
                    name: "c",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "chosen",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[],
            build: select_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "select64",
            code: ::tvm_core::program::Code(209u8),
            documentation: "Chooses.",
            declaration: "select",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I64),
            opposite: ::core::option::Option::None,
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
                ::tvm_core::machine::StackValue {
                    name: "b",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
                ::tvm_core::machine::StackValue {
                    name: "c",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "chosen",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[],
            build: select64_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i32.lt_s",
            code: ::tvm_core::program::Code(72u8),
            documentation: "Compares.",
            declaration: "i32.lt_s",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I32),
            opposite: ::core::option::Option::Some("i32.ge_s"),
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
                    name: "truth",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[],
            build: i32_lt_s_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i64.lt_s",
            code: ::tvm_core::program::Code(83u8),
            documentation: "Compares.",
            declaration: "i32.lt_s",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I64),
            opposite: ::core::option::Option::Some("i64.ge_s"),
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
                ::tvm_core::machine::StackValue {
                    name: "b",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "truth",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[],
            build: i64_lt_s_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i32.ge_s",
            code: ::tvm_core::program::Code(78u8),
            documentation: "Compares.",
            declaration: "i32.ge_s",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I32),
            opposite: ::core::option::Option::Some("i32.lt_s"),
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
                    name: "truth",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[],
            build: i32_ge_s_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i64.ge_s",
            code: ::tvm_core::program::Code(89u8),
            documentation: "Compares.",
            declaration: "i32.ge_s",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I64),
            opposite: ::core::option::Option::Some("i64.lt_s"),
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
                ::tvm_core::machine::StackValue {
                    name: "b",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "truth",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[],
            build: i64_ge_s_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i32.mul",
            code: ::tvm_core::program::Code(108u8),
            documentation: "Multiplies.",
            declaration: "i32.mul",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I32),
            opposite: ::core::option::Option::None,
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
                    name: "result",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[],
            build: i32_mul_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i64.mul",
            code: ::tvm_core::program::Code(126u8),
            documentation: "Multiplies.",
            declaration: "i32.mul",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I64),
            opposite: ::core::option::Option::None,
            pops: &[
                ::tvm_core::machine::StackValue {
                    name: "a",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
                ::tvm_core::machine::StackValue {
                    name: "b",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
            ],
            pushes: &[
                ::tvm_core::machine::StackValue {
                    name: "result",
                    value_type: ::tvm_core::machine::ValueType::I64,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[],
            build: i64_mul_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i32.div_u",
            code: ::tvm_core::program::Code(110u8),
            documentation: "Divides.",
            declaration: "i32.div_u",
            parameter: ::core::option::Option::Some(::tvm_core::machine::ValueType::I32),
            opposite: ::core::option::Option::None,
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
                    name: "quotient",
                    value_type: ::tvm_core::machine::ValueType::I32,
                },
            ],
            target: ::core::option::Option::Some(::tvm_core::machine::Target::Result),
            controls: &[
                ::tvm_core::machine::Control::Trap("divide_by_zero"),
                ::tvm_core::machine::Control::Divide,
            ],
            build: i32_div_u_,
        },
    ]
};
