//! The schedule as an integer program. With a binary `y[o, t]` = "operation `o` is done by phase
//! `t`", defined only inside the window of `o` and monotone in `t`:
//!
//! - precedence: `y[o, t] <= y[d, t - 1]` for every `d` whose value `o` reads;
//! - a value takes a slot at a boundary when it is written and some reader is not done:
//!   `a >= y[writer] - y[reader]`, continuous;
//! - the width `W` is at least the sum of all `a` at every boundary, and is minimised.

use std::collections::BTreeMap;

use good_lp::solvers::microlp::microlp;
use good_lp::{
    Expression, ProblemVariables, Solution, SolverModel, Variable, WithInitialSolution, WithMipGap,
    WithTimeLimit, constraint, variable,
};

use super::heuristic::Found;
use super::problem::{OperationId, Phase, Problem};
use super::windows::Windows;

/// What the solver found.
#[derive(Debug, Clone)]
pub struct Solved {
    /// The phase of every operation.
    pub phases: Vec<Phase>,
    /// No schedule is narrower than this.
    pub bound: usize,
}

/// Widths are integers, so a schedule less than one above the bound is optimal. The solver wants the
/// gap relative to the width of what it found, which is at most the width of the start.
const LESS_THAN_ONE: f64 = 0.999;

/// More than the possible error of the solver's bound.
const ROUNDING: f64 = 1e-6;

/// Minimises the width, starting from a schedule and its bound. `None` when nothing was found in time.
pub fn minimise(
    problem: &Problem,
    windows: &Windows,
    start: &Found,
    seconds: f64,
) -> Option<Solved> {
    let mut variables = ProblemVariables::new();
    let bound = start.bound;
    let width = variables.add(variable().min(bound as f64).max(start.width as f64));
    let done = Done::new(problem, windows, &mut variables);
    let living = Living::new(problem, windows, &done, &mut variables);
    let initial = done.values_at(&start.phases).chain([(width, start.width as f64)]);
    let initial: Vec<(Variable, f64)> = initial.collect();
    let mut model = variables.minimise(width).using(microlp);
    model = model.with_initial_solution(initial).with_time_limit(seconds);
    let gap = LESS_THAN_ONE / start.width as f64;
    model = model.with_mip_gap(gap as f32).expect("a gap is finite and positive");
    for rule in done.rules(problem, windows) {
        model.add_constraint(rule);
    }
    for rule in living.rules {
        model.add_constraint(rule);
    }
    for sum in living.sums {
        model.add_constraint(constraint!(sum <= width));
    }
    let solution = model.solve().ok()?;
    let phases = done.phases(windows, problem, &solution);
    let proven = solution.into_inner().stats().best_bound;
    // Widths are integers: what is above 43 is at least 44.
    let bound = proven.map_or(bound, |proven| bound.max((proven - ROUNDING).ceil() as usize));
    Some(Solved { phases, bound })
}

/// The variables `y`: for every operation, by phase, up to the last but one it may run in.
struct Done {
    allowed: Vec<Vec<Phase>>,
    variables: Vec<BTreeMap<Phase, Variable>>,
}

/// `y` at some phase: a constant outside of the window.
#[derive(Clone, Copy, PartialEq)]
enum Term {
    Never,
    Always,
    By(Variable),
}

impl Term {
    fn expression(self) -> Expression {
        match self {
            Term::Never => Expression::from(0.0),
            Term::Always => Expression::from(1.0),
            Term::By(variable) => Expression::from(variable),
        }
    }
}

impl Done {
    fn new(problem: &Problem, windows: &Windows, variables: &mut ProblemVariables) -> Done {
        let operations = (0..problem.operations.len()).map(OperationId);
        let allowed: Vec<Vec<Phase>> =
            operations.map(|operation| windows.allowed(problem, operation)).collect();
        let variables = allowed
            .iter()
            .map(|phases| {
                let open = &phases[..phases.len() - 1];
                open.iter().map(|&phase| (phase, variables.add(variable().binary()))).collect()
            })
            .collect();
        Done { allowed, variables }
    }

    /// `y[operation, phase]`, for any phase; -1 is before the first.
    fn by(&self, operation: OperationId, phase: i64) -> Term {
        let allowed = &self.allowed[operation.0];
        match allowed.iter().rposition(|allowed| allowed.0 as i64 <= phase) {
            None => Term::Never,
            Some(last) if last + 1 == allowed.len() => Term::Always,
            Some(place) => Term::By(self.variables[operation.0][&allowed[place]]),
        }
    }

    fn rules(&self, problem: &Problem, windows: &Windows) -> Vec<good_lp::Constraint> {
        let mut rules = Vec::new();
        for (index, variables) in self.variables.iter().enumerate() {
            let each: Vec<Variable> = variables.values().copied().collect();
            rules.extend(each.windows(2).map(|pair| constraint!(pair[0] <= pair[1])));
            for &phase in &self.allowed[index] {
                let own = self.by(OperationId(index), phase.0 as i64);
                for &source in &windows.before[index] {
                    let other = self.by(source, phase.0 as i64 - 1);
                    rules.extend(at_most(own, other));
                    if problem.operations[source.0].transient {
                        rules.extend(at_most(other, own));
                    }
                }
            }
        }
        rules
    }

    fn values_at(&self, phases: &[Phase]) -> impl Iterator<Item = (Variable, f64)> {
        let pairs = self.variables.iter().zip(phases).flat_map(|(variables, &at)| {
            let done = move |phase: Phase| f64::from(u8::from(at <= phase));
            variables.iter().map(move |(&phase, &variable)| (variable, done(phase)))
        });
        pairs.collect::<Vec<_>>().into_iter()
    }

    fn phases(&self, windows: &Windows, problem: &Problem, solution: &impl Solution) -> Vec<Phase> {
        let operations = 0..problem.operations.len();
        operations
            .map(|index| {
                let done = |phase: &&Phase| {
                    self.variables[index]
                        .get(phase)
                        .is_none_or(|&variable| solution.value(variable).round() > 0.5)
                };
                let chosen = self.allowed[index].iter().find(done);
                *chosen.unwrap_or(&Phase(*windows.phases[index].end()))
            })
            .collect()
    }
}

/// The constraint `a <= b`, unless it always holds.
fn at_most(a: Term, b: Term) -> Option<good_lp::Constraint> {
    if a == Term::Never || b == Term::Always || a == b {
        return None;
    }
    Some(constraint!(a.expression() <= b.expression()))
}

/// The variables `a` and the sums that the width bounds, a sum for every boundary.
struct Living {
    rules: Vec<good_lp::Constraint>,
    sums: Vec<Expression>,
}

impl Living {
    fn new(
        problem: &Problem,
        windows: &Windows,
        done: &Done,
        variables: &mut ProblemVariables,
    ) -> Living {
        let (bearers, readers) = (problem.bearers(), problem.readers());
        let is_output = problem.is_output();
        let mut living = Living { rules: Vec::new(), sums: Vec::new() };
        for boundary in 0..=2 * windows.layers {
            let phase = 2 * boundary as i64 - 1;
            // Values with the same writer and readers have the same live range.
            let mut classes: BTreeMap<(Option<OperationId>, Vec<OperationId>, bool), usize> =
                BTreeMap::new();
            for value in 0..problem.values.len() {
                let key = (bearers[value], readers[value].clone(), is_output[value]);
                *classes.entry(key).or_default() += 1;
            }
            let mut sum = Expression::from(0.0);
            for ((writer, readers, is_output), number) in classes {
                let written = writer.map_or(Term::Always, |writer| done.by(writer, phase));
                let pending: Vec<Term> =
                    readers.iter().map(|&reader| done.by(reader, phase)).collect();
                sum += living.life(written, &pending, is_output, variables) * number as f64;
            }
            living.sums.push(sum);
        }
        living
    }

    /// 1 when the value is written and is an output, or some reader is not done.
    fn life(
        &mut self,
        written: Term,
        readers: &[Term],
        is_output: bool,
        variables: &mut ProblemVariables,
    ) -> Expression {
        if is_output || readers.contains(&Term::Never) {
            return written.expression();
        }
        let waiting: Vec<Term> = readers
            .iter()
            .copied()
            .filter(|&reader| reader != Term::Always && reader != written)
            .collect();
        if written == Term::Never || waiting.is_empty() {
            return Expression::from(0.0);
        }
        if let [reader] = waiting.as_slice() {
            // The reader is done only after the writer, so the difference is the live range.
            return written.expression() - reader.expression();
        }
        let lives = variables.add(variable().min(0.0).max(1.0));
        for reader in waiting {
            let wait = written.expression() - reader.expression();
            self.rules.push(constraint!(lives >= wait));
        }
        lives.into()
    }
}
