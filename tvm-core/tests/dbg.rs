use tvm_core::machine::Machine; use tvm_core::graph::*;
#[test] fn dbg() { let g = Machine::full().universal().graph; let show=|f:&Form| f.terms().map(|(n,c)| format!("{c}*{}[{}]", g.name_of(n), n.0)).collect::<Vec<_>>().join(" + ")+&format!(" + {}", f.offset());
 for (id,n) in g.nodes() { if [288u32].contains(&id.0) { if let Node::ReGlu{value,gate}=n { println!("{} value {} gate {}", g.name_of(id), show(value), show(gate)); } } } 
 println!("{}", g.nodes().count()); }
