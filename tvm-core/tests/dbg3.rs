use tvm_core::machine::Machine; use tvm_core::program::*; use tvm_core::reference::Executor; use tvm_runtime::engine::*; use tvm_runtime::run::*; use tvm_runtime::Token;
struct O(Vec<Token>, Vec<u8>); impl Observer for O { fn token(&mut self,t:Token){self.0.push(t);} fn output(&mut self,b:u8){self.1.push(b);} }
#[test] fn run3() { let mach=Machine::full(); let set=mach.instruction_set();
 for name in ["hello","addition","fibonacci","collatz","min_cost_matching","sudoku"] { let wasm=std::fs::read(format!("../programs/prebuilt/{name}.wasm")).unwrap(); let p=wasm::compile(&wasm,&set).unwrap();
  let e = catalogue::read(std::path::Path::new("../programs")).unwrap().into_iter().find(|e| e.name==name).unwrap();
  let inp=e.input.as_bytes(); let mut want=vec![]; Executor::new(&p,&set,inp).unwrap().run(100000000,&mut |t| want.push(t.to_string())).unwrap();
  let spec=tvm_core::compile::specialised(&mach,&p,name).unwrap();
  let v=&spec.model.vocabulary; let mut prompt=v.parse("{ }").unwrap(); if p.reads_input() { prompt.extend(v.input_section(inp).unwrap()); }
  let mut en=Sparse::new(&spec.model, AttentionKind::Hull); let mut o=O(vec![],vec![]); let t=std::time::Instant::now(); let r=run(&mut en,v,&prompt,100000000,&mut o); let s=t.elapsed().as_secs_f64();
  let got: Vec<&str>=o.0[prompt.len()..].iter().map(|t| v.name(*t)).collect(); let diff=got.iter().zip(&want).position(|(a,b)| a!=b);
  println!("{name} {:?} equal {} diff {diff:?} {:.0} tok/s {s}", r, got==want, o.0.len() as f64/s); println!("out ok {}", String::from_utf8_lossy(&o.1)==e.expected_output);
 } }
