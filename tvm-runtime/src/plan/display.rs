//! A plan as text, a step a line.

use std::fmt::{self, Display, Formatter};

use super::{Branches, Column, Form, KeyKind, Plan, Register, RingQuery, Step, ValueCache, Winner};

impl Display for Register {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0)
    }
}

impl Display for Winner {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "w{}", self.0)
    }
}

impl Display for Column {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Column::Slot(slot) => write!(f, "slot {slot}"),
            Column::Class => write!(f, "row"),
            Column::First => write!(f, "first"),
        }
    }
}

impl Display for Form {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut sum = Sum { f, empty: true };
        for (register, weight) in self.terms() {
            sum.term(*weight, Some(*register))?;
        }
        if self.offset() != 0.0 || self.terms().is_empty() {
            sum.term(self.offset(), None)?;
        }
        Ok(())
    }
}

/// A sum that is being written.
struct Sum<'a, 'b> {
    f: &'a mut Formatter<'b>,
    empty: bool,
}

impl Sum<'_, '_> {
    fn term(&mut self, weight: f64, register: Option<Register>) -> fmt::Result {
        let sign = match (weight < 0.0, self.empty) {
            (true, true) => "-",
            (true, false) => " - ",
            (false, true) => "",
            (false, false) => " + ",
        };
        self.empty = false;
        match (weight.abs(), register) {
            (1.0, Some(register)) => write!(self.f, "{sign}{register}"),
            (size, Some(register)) => write!(self.f, "{sign}{size} {register}"),
            (size, None) => write!(self.f, "{sign}{size}"),
        }
    }
}

/// `a, b, c`.
struct List<'a, T>(&'a [T]);

impl<T: Display> Display for List<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, item) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{item}")?;
        }
        Ok(())
    }
}

fn found(f: &mut Formatter<'_>, found: &[(Register, usize)]) -> fmt::Result {
    let results: Vec<String> = found.iter().map(|(to, place)| format!("{to} = #{place}")).collect();
    write!(f, "{}", results.join(", "))
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Step::Sum { to, form } => write!(f, "{to} = {form}"),
            Step::Ordered { to, terms } | Step::Watched { to, terms } => {
                let watched = if matches!(self, Step::Watched { .. }) { "watched, " } else { "" };
                write!(f, "{to} = {watched}in order ")?;
                let mut sum = Sum { f, empty: true };
                terms.iter().try_for_each(|(register, weight)| sum.term(*weight, Some(*register)))
            }
            Step::Watch { register, most } => write!(f, "watch {register} up to {most}"),
            Step::Open { to, gate } => write!(f, "{to} = max(0, {gate})"),
            Step::Product { to, gate, value } => write!(f, "{to} = max(0, {gate}) * {value}"),
            Step::Chain { to, ends: [first, step], chain } => {
                write!(f, "{to} = sum of max(0, {first} - m {step}), m < {}", chain.length())
            }
            Step::Table { to, x, table } => {
                write!(f, "table {table} at {x}: ")?;
                found(f, to)
            }
            Step::Mean { to, value, sum } => write!(f, "{to} = mean {sum} of {value}"),
            Step::Total { to, value, biased, sum } => {
                write!(f, "{to} = total {sum} of {value} + {}", biased.bias)
            }
            Step::Ring { values, asked, ring } => {
                write!(f, "ring {ring} keeps {}", List(values))?;
                for RingQuery { ago, found: results, .. } in asked {
                    write!(f, "\n    ")?;
                    found(f, results)?;
                    write!(f, " from {} ago", List(ago))?;
                }
                Ok(())
            }
            Step::Key { key: [x, y], keys } => write!(f, "keys {keys} remember ({x}, {y})"),
            Step::Keep { values, cache } => write!(f, "values {cache} keep {}", List(values)),
            Step::Find { to, query: [x, y], keys } => {
                write!(f, "{to} = the best of keys {keys} for ({x}, {y})")
            }
            Step::Read { to, winner, cache } => {
                found(f, to)?;
                write!(f, " of values {cache} at {winner}")
            }
        }
    }
}

impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "model {}", self.digest)?;
        for (to, slot) in &self.inputs.token {
            writeln!(f, "{to} = embedding of the token, {slot}")?;
        }
        for (to, slot) in &self.inputs.periodic {
            writeln!(f, "{to} = position mod {}, {slot}", self.period)?;
        }
        if let Some(to) = self.inputs.position {
            writeln!(f, "{to} = position")?;
        }
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        for (index, kind) in self.keys.iter().enumerate() {
            let kind = match kind {
                KeyKind::Greatest => "the greatest",
                KeyKind::Integer => "integers",
                KeyKind::LookingUp => "hull, upper half",
                KeyKind::General => "hull",
            };
            writeln!(f, "keys {index}: {kind}")?;
        }
        for (index, ValueCache { keys, width }) in self.values.iter().enumerate() {
            writeln!(f, "values {index}: {width} at the places of keys {keys}")?;
        }
        for (index, table) in self.tables.iter().enumerate() {
            writeln!(
                f,
                "table {index}: {} thresholds, {} columns",
                table.len(),
                table.slots.len()
            )?;
        }
        if let Some(Branches { row, common, .. }) = &self.branches {
            writeln!(f, "by row, which is {row}, and stage:")?;
            common.iter().try_for_each(|step| writeln!(f, "    {step}"))?;
            for (index, arm) in self.arms().arms.iter().enumerate().skip(1) {
                writeln!(f, "arm {index}:")?;
                arm.steps.iter().try_for_each(|step| writeln!(f, "    {step}"))?;
            }
        }
        for pattern in &self.output.patterns {
            let lines = &pattern.lines.lines;
            let (first, last) = (lines[0].token, lines[lines.len() - 1].token);
            let (rest, r, number) = (pattern.rest, pattern.r, lines.len());
            writeln!(f, "{number} tokens from {} to {}: {rest} + line at {r}", first.0, last.0)?;
        }
        for (token, score) in &self.output.singles {
            writeln!(f, "token {}: {score}", token.0)?;
        }
        Ok(())
    }
}
