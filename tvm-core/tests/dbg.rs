use tvm_core::machine::Machine; use tvm_core::schedule::*; use tvm_core::weights::*;
#[test] fn dbg() { 
  let m = if std::env::var("FULL").is_ok() { Machine::full() } else { Machine::classic() };
   let g = m.universal(); let l = lower(&g);
   println!("{} ops {} values {}", m.name(), l.problem.operations.len(), l.problem.values.len());
   let t = std::time::Instant::now();
   let s = solve(&l.problem, &Options{least_layers: std::env::var("L").ok().and_then(|x| x.parse().ok()).unwrap_or(0), rounds: 0, solver: Some(std::time::Duration::from_secs(90))}).unwrap();
   println!("layers {} d {} bound {} {:?} {:?} {:?}", s.layers, s.d_model, s.bound, s.elapsed, t.elapsed(), profile(&l.problem, &s.phases, s.layers));
   if std::env::var("TEXT").is_ok() { println!("{}", describe(&l.problem, &s)); }
   let b: usize = std::env::var("B").ok().and_then(|x| x.parse().ok()).unwrap_or(0);
   if b>0 { use tvm_core::graph::*; let show=|f:&Form| f.terms().take(12).map(|(n,c)| format!("{c}*{}", g.graph.name_of(n))).collect::<Vec<_>>().join(" + ")+&format!(" + {}", f.offset());
     let lv=lives(&l.problem,&s.phases,2*s.layers+1);
     for (n,v) in &l.values { if lv[v.0].contains(&b) { let d=match g.graph.node(*n){ Node::Persist(f)=>format!("persist {}",show(f)), Node::ReGlu{value,gate}=>format!("reglu v[{}] g[{}]",show(value),show(gate)), Node::Lookup{lookup,..}=>format!("lookup q[{}]",show(&g.graph.lookups()[lookup.0 as usize].query[0])), Node::Cumsum(f)=>format!("cumsum {}",show(f)), x=>format!("{x:?}")}; let rd=l.problem.readers()[v.0].iter().map(|o| l.problem.operations[o.0].name.clone()+"@"+&s.phases[o.0].0.to_string()).collect::<Vec<_>>().join(","); println!("LIVE {} {:?} = {}  READ {}", g.graph.name_of(*n), lv[v.0], d.chars().take(230).collect::<String>(), rd.chars().take(150).collect::<String>()); } } }
   // critical chain
   let w = l.problem.writers();
   let mut at: Vec<usize> = vec![0; l.problem.operations.len()];
   fn go(p:&Problem, w:&Vec<Option<OperationId>>, o: usize, memo:&mut Vec<Option<usize>>)->usize { if let Some(x)=memo[o]{return x;} let op=&p.operations[o]; let from=op.reads.iter().filter_map(|v| w[v.0]).map(|q| go(p,w,q.0,memo)+1).max().unwrap_or(0); let mut t=from; while !op.kind.allows(Phase(t)){t+=1;} memo[o]=Some(t); t }
   let mut memo=vec![None; at.len()];
   for o in 0..at.len() { at[o]=go(&l.problem,&w,o,&mut memo); }
   let last=*at.iter().max().unwrap();
   for o in 0..at.len() { if at[o]/4==last/4 { let mut c=o; print!("CHAIN "); loop { print!("{}@{} <- ", l.problem.operations[c].name, at[c]); let nx=l.problem.operations[c].reads.iter().filter_map(|v| w[v.0]).max_by_key(|q| at[q.0]); match nx { Some(q)=>c=q.0, None=>break } } println!(); } }
}
#[test] fn phases() { use tvm_core::graph::*; let g = Machine::full().universal().graph;
 let mut f=None; for (id,_) in g.nodes() { if g.name_of(id)=="result_byte" { f=Some(id);} }
 let mut cur=f.unwrap(); loop { print!("{}[{}]@{:?} <- ", g.name_of(cur), cur.0, g.phase(cur)); let forms: Vec<Form> = match g.node(cur) { Node::Persist(f)|Node::Cumsum(f)=>vec![f.clone()], Node::ReGlu{value,gate}=>vec![value.clone(),gate.clone()], Node::Lookup{lookup,value}=>{let l=&g.lookups()[lookup.0 as usize]; l.key.iter().chain(&l.query).chain([&l.values[*value]]).cloned().collect()}, _=>vec![]};
  if cur==f.unwrap() { for (n,c) in forms[0].terms() { println!("  TERM {c} {} {:?}", g.name_of(n), g.phase(n)); } }
  match forms.iter().flat_map(|f| f.terms().map(|(n,_)| n)).max_by_key(|n| g.phase(*n)) { Some(n)=>cur=n, None=>break } } println!(); }
