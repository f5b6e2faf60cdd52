//! Ablations: what an opcode does not need may be taken away wherever it is executed, and nothing changes; without the
//! neurons that are its own it breaks, and no other opcode uses them.

use std::collections::BTreeSet;

use serde_json::Value;
use tvm_core::model::{Role, Token};
use tvm_test_support::parallel::in_parallel;

use super::files::{Circuits, UNIVERSALS, array, flags, number, text};
use super::forward::{Forward, Memory, Place};

/// What the file says of an opcode.
struct Opcode {
    name: String,
    point: [f64; 2],
    /// What the next token does not need, and what neither it nor later positions do.
    unused: [Unused; 2],
    /// Its own neurons, by layer.
    own: Vec<Vec<bool>>,
}

/// What is not needed.
struct Unused {
    /// By layer.
    heads: Vec<Vec<bool>>,
    /// By layer.
    neurons: Vec<Vec<bool>>,
    /// Slots of values, by boundary.
    slots: Vec<Vec<usize>>,
}

impl Unused {
    fn of(circuits: &Circuits, needs: &Value) -> Unused {
        let layers = &circuits.model.weights.layers;
        let not = |flags: Vec<bool>| flags.into_iter().map(|flag| !flag).collect();
        let needed: BTreeSet<usize> = array(&needs["values"]).iter().map(number).collect();
        let mut slots = vec![Vec::new(); 2 * layers.len() + 1];
        for (index, value) in array(&circuits.circuits["values"]).iter().enumerate() {
            let lives = number(&value[2])..number(&value[3]);
            if !needed.contains(&index) {
                slots[lives].iter_mut().for_each(|slots| slots.push(number(&value[1])));
            }
        }
        let by_layer = |half: &str, members: &dyn Fn(usize) -> usize| {
            let all = array(&needs[half]).iter().enumerate();
            all.map(|(layer, ranges)| not(flags(ranges, members(layer)))).collect()
        };
        Unused {
            heads: by_layer("heads", &|layer| layers[layer].attention.selection.len()),
            neurons: by_layer("neurons", &|layer| layers[layer].feed_forward.gate.rows()),
            slots,
        }
    }

    /// Takes it away.
    fn ablate(&self, place: Place, numbers: &mut [f64]) {
        match place {
            Place::Boundary(boundary) => {
                self.slots[boundary].iter().for_each(|&slot| numbers[slot] = 0.0);
            }
            Place::Heads(layer) => {
                let heads = numbers.chunks_mut(2).zip(&self.heads[layer]);
                heads.filter(|(_, unused)| **unused).for_each(|(found, _)| found.fill(0.0));
            }
            Place::Neurons(layer) => {
                let neurons = numbers.iter_mut().zip(&self.neurons[layer]);
                neurons.filter(|(_, unused)| **unused).for_each(|(open, _)| *open = 0.0);
            }
        }
    }
}

impl Opcode {
    fn of(circuits: &Circuits, opcode: &Value) -> Opcode {
        let layers = circuits.model.weights.layers.iter();
        let own = layers.zip(array(&opcode["own_neurons"]));
        let own = own.map(|(layer, ranges)| flags(ranges, layer.feed_forward.gate.rows()));
        let coordinate = |axis: usize| opcode["point"][axis].as_f64().expect("a number");
        Opcode {
            name: text(&opcode["opcode"]).to_string(),
            point: [coordinate(0), coordinate(1)],
            unused: ["predicts", "remembers"].map(|needs| Unused::of(circuits, &opcode[needs])),
            own: own.collect(),
        }
    }

    fn is_own(&self, place: Place, neuron: usize) -> bool {
        matches!(place, Place::Neurons(layer) if self.own[layer][neuron])
    }
}

/// The opcodes of a model, and how a forward pass says which one it executes.
struct Ablation<'all> {
    circuits: &'all Circuits,
    forward: Forward<'all>,
    opcodes: Vec<Opcode>,
    /// Boundary and slot of both coordinates of the point.
    fetched: [(usize, usize); 2],
}

/// A run: from the end of the program in the prompt on, which opcode is executed and what is predicted.
struct Run {
    before: Memory,
    tokens: Vec<Token>,
    steps: Vec<Step>,
    /// How many tokens of the prompt follow the program.
    sections: usize,
}

struct Step {
    opcode: Option<usize>,
    predicts: Token,
}

impl<'all> Ablation<'all> {
    fn new(circuits: &'all Circuits) -> Ablation<'all> {
        let opcodes = array(&circuits.circuits["opcodes"]).iter();
        let place = |name: &str| {
            let mut values = array(&circuits.circuits["values"]).iter();
            let value = values.find(|value| value[0] == name).expect("machines fetch opcodes");
            (number(&value[2]), number(&value[1]))
        };
        Ablation {
            circuits,
            forward: Forward::new(&circuits.model.weights),
            opcodes: opcodes.map(|opcode| Opcode::of(circuits, opcode)).collect(),
            fetched: ["fetched.opcode_x", "fetched.opcode_y"].map(place),
        }
    }

    /// Executes a prompt as it is.
    fn run(&self, prompt: &[Token]) -> Run {
        let mut memory = self.forward.memory();
        let vocabulary = &self.circuits.model.vocabulary;
        let closed = prompt.iter().position(|&token| vocabulary.name(token) == "}");
        let (first, forced) = prompt.split_at(closed.expect("a prompt has a program"));
        for &token in first {
            self.forward.read(&mut memory, token, &mut |_, _| {});
        }
        let before = memory.clone();
        let (mut tokens, mut steps) = (forced.to_vec(), Vec::new());
        let roles = vocabulary.roles();
        let ends = |token: Token| {
            matches!(roles[token.0 as usize], Role::Halts | Role::Awaits | Role::Traps(_))
        };
        while !ends(tokens[steps.len()]) {
            assert!(steps.len() < 500, "the programs are short");
            let mut point = [0.0; 2];
            // Neurons that let something through, and are an opcode's own.
            let mut opened: BTreeSet<usize> = BTreeSet::new();
            let mut look = |place: Place, numbers: &mut [f64]| {
                for (axis, &(boundary, slot)) in self.fetched.iter().enumerate() {
                    if place == Place::Boundary(boundary) {
                        point[axis] = numbers[slot];
                    }
                }
                if let Place::Neurons(_) = place {
                    let open = (0..numbers.len()).filter(|&neuron| numbers[neuron] != 0.0);
                    open.for_each(|neuron| {
                        let owners = self.opcodes.iter().enumerate();
                        opened.extend(
                            owners
                                .filter(|(_, one)| one.is_own(place, neuron))
                                .map(|(index, _)| index),
                        );
                    });
                }
            };
            let predicts = self.forward.read(&mut memory, tokens[steps.len()], &mut look);
            let opcode = self.opcodes.iter().position(|opcode| opcode.point == point);
            assert!(opened.iter().all(|one| Some(*one) == opcode), "{opcode:?}: {opened:?}");
            steps.push(Step { opcode, predicts });
            if steps.len() >= forced.len() {
                tokens.push(predicts);
            }
        }
        Run { before, tokens, steps, sections: forced.len() - 1 }
    }

    /// What is predicted where `ablate` may replace what an opcode computes, at all positions.
    fn ablated(&self, run: &Run, ablate: impl Fn(usize, Place, &mut [f64])) -> Vec<Token> {
        let mut memory = run.before.clone();
        let steps = run.steps.iter().zip(&run.tokens);
        let predict = |(step, &token): (&Step, &Token)| {
            self.forward.read(&mut memory, token, &mut |place, numbers| {
                if let Some(opcode) = step.opcode {
                    ablate(opcode, place, numbers);
                }
            })
        };
        steps.map(predict).collect()
    }

    /// The same where it is done at one position at a time.
    fn ablated_one_by_one(
        &self,
        run: &Run,
        ablate: impl Fn(usize, Place, &mut [f64]),
    ) -> Vec<Token> {
        let mut memory = run.before.clone();
        let steps = run.steps.iter().zip(&run.tokens);
        let predict = |(step, &token): (&Step, &Token)| {
            let mut edit = |place: Place, numbers: &mut [f64]| {
                if let Some(opcode) = step.opcode {
                    ablate(opcode, place, numbers);
                }
            };
            let predicted = self.forward.read(&mut memory.clone(), token, &mut edit);
            self.forward.read(&mut memory, token, &mut |_, _| {});
            predicted
        };
        steps.map(predict).collect()
    }

    /// Checks one run; whether the opcode breaks without its own neurons, which not every run shows.
    fn check(&self, opcode: usize, sequence: &[Token], prompt: usize) -> bool {
        let (run, name) = (self.run(&sequence[..prompt]), &self.opcodes[opcode].name);
        let right: Vec<Token> = run.steps.iter().map(|step| step.predicts).collect();
        let generated = &right[run.sections..];
        assert!(generated.starts_with(&sequence[prompt..]), "{name}: the tokens of the pair");
        assert!(run.steps.iter().any(|step| step.opcode == Some(opcode)), "{name} is executed");
        let unused = |which: usize| {
            move |executed: usize, place: Place, numbers: &mut [f64]| {
                self.opcodes[executed].unused[which].ablate(place, numbers);
            }
        };
        assert_eq!(self.ablated_one_by_one(&run, unused(0)), right, "{name} predicts");
        assert_eq!(self.ablated(&run, unused(1)), right, "{name} remembers");
        let without_own = |executed: usize, place: Place, numbers: &mut [f64]| {
            let neurons = numbers.iter_mut().enumerate();
            let own = neurons.filter(|(neuron, _)| self.opcodes[opcode].is_own(place, *neuron));
            own.filter(|_| executed == opcode).for_each(|(_, open)| *open = 0.0);
        };
        let broken = self.ablated(&run, without_own);
        let differs = |at: usize| broken[at] != right[at] && run.steps[at].opcode == Some(opcode);
        (0..right.len()).any(differs)
    }
}

#[test]
fn unused_parts_change_nothing_and_own_neurons_break_their_opcode() {
    for circuits in &*UNIVERSALS {
        let ablation = Ablation::new(circuits);
        let pairs = array(&circuits.pairs["pairs"]);
        let opcodes: Vec<usize> = (0..ablation.opcodes.len()).collect();
        let whole = in_parallel(&opcodes, |&opcode| {
            let name = &ablation.opcodes[opcode].name;
            let runs = pairs.iter().filter(|pair| pair["opcode"] == **name);
            let breaks = runs.map(|pair| {
                let clean = circuits.tokens(&pair["clean"]);
                ablation.check(opcode, &clean, number(&pair["prompt"]))
            });
            // All runs are checked.
            let breaks: Vec<bool> = breaks.collect();
            (!breaks.contains(&true)).then_some(&name[..])
        });
        // These generate what the row of an instruction says of every opcode, or nothing.
        let without: BTreeSet<&str> = whole.into_iter().flatten().collect();
        let nothing = ["drop", "drop64", "input_base", "memory.data"];
        let having = opcodes.iter().map(|&opcode| &ablation.opcodes[opcode].name[..]);
        assert_eq!(without, having.filter(|name| nothing.contains(name)).collect());
        let own = |opcode: &Opcode| opcode.own.iter().flatten().any(|own| *own);
        assert!(ablation.opcodes.iter().all(|one| own(one) != without.contains(&one.name[..])));
    }
}

/// Every named value has what computes it and what reads it.
#[test]
fn every_value_is_computed_and_read() {
    for circuits in &*UNIVERSALS {
        let edges = array(&circuits.circuits["edges"]);
        let ends = |which: usize, other: usize, roles: &dyn Fn(&str) -> bool| -> BTreeSet<&str> {
            let edges = edges.iter().filter(|edge| roles(text(&edge[1])));
            edges.map(|edge| [text(&edge[which]), text(&edge[other])]).map(|[end, _]| end).collect()
        };
        let written = ends(2, 0, &|role| role == "writes");
        let read = ends(0, 2, &|role| role != "writes" && role != "overwrites");
        for (index, value) in array(&circuits.circuits["values"]).iter().enumerate() {
            let end = format!("v{index}");
            assert!(written.contains(&*end), "{value} is computed by nothing");
            assert!(read.contains(&*end), "{value} is read by nothing");
        }
    }
}
