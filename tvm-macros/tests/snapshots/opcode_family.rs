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
                    scope.context(::tvm_core::machine::Context::First), scope
                    .operand(1usize, ::tvm_core::machine::Attribute::Nonzero)
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
    &[
        ::tvm_core::machine::Opcode {
            mnemonic: "i32.add",
            code: ::tvm_core::program::Code(106u8),
            documentation: "Wrapping sum. Each byte carries into the next.",
            pops: &["a", "b"],
            pushes: &["sum"],
            targets: &[::tvm_core::machine::Target::Result],
            controls: &[],
            build: i32_add_,
        },
        ::tvm_core::machine::Opcode {
            mnemonic: "i32.store",
            code: ::tvm_core::program::Code(54u8),
            documentation: "Stores.",
            pops: &["address", "value"],
            pushes: &[],
            targets: &[::tvm_core::machine::Target::Memory32],
            controls: &[],
            build: i32_store_,
        },
    ]
};
