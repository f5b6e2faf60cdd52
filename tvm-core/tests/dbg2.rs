use tvm_core::machine::Machine; use tvm_core::program::*;
#[test] fn spec() { for name in ["hello","sudoku"] { let m = Machine::full(); let wasm = std::fs::read(format!("../programs/prebuilt/{name}.wasm")).unwrap();
 let p = wasm::compile(&wasm, &m.instruction_set()).unwrap(); println!("{name} {} instructions", p.instructions.len());
 let t=std::time::Instant::now();
 let c = tvm_core::compile::specialised(&m, &p, name).unwrap(); 
 println!("layers {} d {} bound {} sched {:?} all {:?} heads {} ffn {:?}", c.schedule.layers, c.schedule.d_model, c.schedule.bound, c.schedule.elapsed, t.elapsed(), c.model.heads(), c.model.layers.iter().map(|l| l.feed_forward.gate.rows()).collect::<Vec<_>>()); } }
