//! Temporary.
use tvm_core::machine::Machine;
fn main() {
    for machine in [Machine::classic(), Machine::full()] {
        let graph = machine.universal();
        println!("== {}", machine.name());
        for opcode in machine.opcodes() {
            println!("{} {:?}", opcode.mnemonic, opcode.code);
        }
        for (id, node) in graph.graph.nodes() {
            println!("{id:?} {} {node:?} {:?}", graph.graph.name_of(id), graph.graph.family(id));
        }
        for lookup in graph.graph.lookups() {
            println!("{lookup:?}");
        }
        for row in &graph.tokens {
            println!("{row:?}");
        }
    }
}
