//! What a program has to do with the world: sections of memory that are tokens of the prompt, requests to the
//! host, and answers. Where a program awaits something, the machine generates `await`; the host appends bytes
//! and the commit that completes the instruction, as if the machine had generated them.

use tvm_macros::opcode;

opcode! {
    /// Requests to the host and its answers.
    pub HOST {
        /// Writes a section of the prompt to memory at the address in the immediate. The section is its execution.
        memory.data = 0xfc : [] -> [] { }

        /// Begins a request, whose number is the immediate. Its arguments follow.
        host.request = 0x01 : [] -> [] {
            request.byte = immediate.byte;
            request;
        }

        /// Says an argument of the request.
        host.argument = 0x02 for i32, host.argument64 = 0x03 for i64 : [value: T] -> [] {
            argument[T].byte = value.byte;
        }

        /// Pushes what the host answers.
        host.receive = 0x04 for i32, host.receive64 = 0x05 for i64 : [] -> [answer: T] { await; }

        /// Writes as many bytes as the host answers to memory at an address.
        host.section = 0x0b : [address: i32] -> [] { await; }
    }
}
