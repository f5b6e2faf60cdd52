//! A plan without its steps: what machine code of all its blocks reads and remembers. It is written as bytes with
//! that code, so that a process that runs the code derives no plan.
//!
//! What a table or a row of inputs holds is not written but where in the matrices it is, and is computed from them
//! by the functions that the derivation uses. So the numbers are those of the derived plan.

use super::derive::input_rows;
use super::{Column, Inputs, KeyKind, Output, OutputPattern, Plan, Register, ValueCache, bounds};
use crate::bytes::{MalformedData, Reader, Writer};
use crate::patterns::{Lines, Table, constant_slot};
use tvm_weights::{Digest, Weights};

/// In place of a slot: what is no column of a matrix.
const CLASS: f64 = -1.0;
const FIRST: f64 = -2.0;

/// All kinds, by the number that is written.
const KINDS: [KeyKind; 4] =
    [KeyKind::Greatest, KeyKind::Integer, KeyKind::LookingUp, KeyKind::General];

impl Plan {
    /// All of the plan of these weights but its steps, as bytes.
    pub fn frame(&self, weights: &Weights<'_>) -> Vec<u8> {
        let (plan, mut writer) = (self, Writer::default());
        writer.word(plan.digest.0 as u64);
        writer.word((plan.digest.0 >> u64::BITS) as u64);
        for count in [plan.sums, plan.registers, plan.winners] {
            writer.count(count);
        }
        let kind = |kind: &KeyKind| KINDS.iter().position(|other| other == kind).expect("all");
        numbers(&mut writer, plan.keys.iter().map(kind));
        numbers(&mut writer, plan.values.iter().map(|cache| cache.keys));
        numbers(&mut writer, plan.values.iter().map(|cache| cache.width));
        numbers(&mut writer, plan.rings.iter().copied());
        inputs(&mut writer, &plan.inputs.token, &plan.embedding);
        inputs(&mut writer, &plan.inputs.periodic, &plan.periodic);
        registers(&mut writer, plan.inputs.position);
        writer.count(plan.tables.len());
        plan.tables.iter().for_each(|table| write_table(&mut writer, table));
        let (known, _) = Lines::of(weights, constant_slot(weights));
        let patterns = plan.output.patterns.iter();
        let place = |pattern: &OutputPattern| {
            let first = |lines: &Lines| (lines.slot, lines.lines[0].token);
            known.iter().position(|lines| first(lines) == first(&pattern.lines)).expect("found")
        };
        numbers(&mut writer, patterns.clone().map(place));
        registers(&mut writer, patterns.clone().map(|pattern| pattern.rest));
        registers(&mut writer, patterns.map(|pattern| pattern.r));
        writer.into_bytes()
    }

    /// Reads what [`Plan::frame`] has written for these weights; none when it was for others. The plan has no
    /// steps, no classes, and no tokens that are scored one by one: only code of all blocks that was made before
    /// can run it.
    ///
    /// # Errors
    /// [`MalformedData`] for other bytes.
    pub fn of_frame(bytes: &[u8], weights: &Weights<'_>) -> Result<Option<Plan>, MalformedData> {
        let mut reader = Reader::new(bytes);
        let [low, high] = [reader.word()?, reader.word()?].map(u128::from);
        let digest = Digest(high << u64::BITS | low);
        if digest != Digest::of(weights) {
            return Ok(None);
        }
        let mut count = || reader.word().map(|count| count as usize);
        let [sums, registers, winners] = [count()?, count()?, count()?];
        let keys = read_numbers(&mut reader)?.into_iter().map(|kind| KINDS.get(kind).copied());
        let keys = keys.collect::<Option<Vec<KeyKind>>>();
        let keys = keys.ok_or_else(|| reader.malformed("no cache is of such a kind"))?;
        let places = read_numbers(&mut reader)?;
        let widths = read_numbers(&mut reader)?.into_iter();
        let values = places.into_iter().zip(widths);
        let values = values.map(|(keys, width)| ValueCache { keys, width }).collect();
        let rings = read_numbers(&mut reader)?;
        let (token, embedding) = read_inputs(&mut reader, &weights.embedding)?;
        let (periodic_inputs, periodic) = read_inputs(&mut reader, &weights.position_periodic)?;
        let position = read_registers(&mut reader)?.first().copied();
        let one = constant_slot(weights);
        let tables = reader.things(|reader| read_table(reader, weights, one))?;
        let output = read_output(&mut reader, weights, one)?;
        reader.end()?;
        Ok(Some(Plan {
            digest,
            inputs: Inputs { token, periodic: periodic_inputs, position },
            embedding,
            periodic,
            period: weights.position_periodic.rows(),
            steps: Vec::new(),
            tables,
            keys,
            values,
            rings,
            sums,
            output,
            branches: None,
            registers,
            winners,
            bounds: bounds::Bounds::default(),
        }))
    }
}

fn numbers(writer: &mut Writer, numbers: impl Iterator<Item = usize>) {
    writer.numbers(&numbers.map(|number| number as f64).collect::<Vec<f64>>());
}

fn registers(writer: &mut Writer, registers: impl IntoIterator<Item = Register>) {
    numbers(writer, registers.into_iter().map(|Register(register)| register as usize));
}

fn inputs(writer: &mut Writer, inputs: &[(Register, Column)], rows: &[f64]) {
    registers(writer, inputs.iter().map(|(register, _)| *register));
    let number = |(_, column): &(Register, Column)| match column {
        Column::Slot(slot) => *slot as f64,
        Column::Class => CLASS,
        Column::First => FIRST,
    };
    let columns: Vec<f64> = inputs.iter().map(number).collect();
    writer.numbers(&columns);
    for (at, _) in columns.iter().enumerate().filter(|(_, column)| **column < 0.0) {
        let of_tokens = rows.iter().skip(at).step_by(inputs.len()).copied();
        writer.numbers(&of_tokens.collect::<Vec<f64>>());
    }
}

/// Neurons by their distances, which are small numbers.
fn write_table(writer: &mut Writer, table: &Table) {
    let (slots, added) = table.columns();
    writer.count(table.layer);
    let neurons = || table.neurons().iter().map(|&neuron| f64::from(neuron));
    let before = [0.0].into_iter().chain(neurons());
    let distances = neurons().zip(before).map(|(neuron, before)| neuron - before);
    writer.numbers(&distances.collect::<Vec<f64>>());
    numbers(writer, slots.iter().map(|&slot| slot.into()));
    writer.count(added.len());
    added.iter().for_each(|column| writer.numbers(column));
}

fn read_numbers(reader: &mut Reader<'_>) -> Result<Vec<usize>, MalformedData> {
    Ok(reader.numbers()?.into_iter().map(|number| number as usize).collect())
}

fn read_registers(reader: &mut Reader<'_>) -> Result<Vec<Register>, MalformedData> {
    Ok(reader.numbers()?.into_iter().map(|number| Register(number as u32)).collect())
}

type InputRows = (Vec<(Register, Column)>, Vec<f64>);

fn read_inputs(
    reader: &mut Reader<'_>,
    matrix: &tvm_weights::Matrix<'_>,
) -> Result<InputRows, MalformedData> {
    let registers = read_registers(reader)?;
    let mut inputs = Vec::new();
    for (register, slot) in registers.into_iter().zip(reader.numbers()?) {
        let column = match slot {
            CLASS => Column::Class,
            FIRST => Column::First,
            _ => Column::Slot(slot as usize),
        };
        if matches!(column, Column::Slot(slot) if slot >= matrix.columns()) {
            return Err(reader.malformed("the matrix has no such slot"));
        }
        inputs.push((register, column));
    }
    let mut rows = input_rows(&inputs, matrix);
    for (at, (_, column)) in inputs.iter().enumerate() {
        if matches!(column, Column::Class | Column::First) {
            let of_tokens = reader.numbers()?;
            let places = rows.iter_mut().skip(at).step_by(inputs.len());
            places.zip(of_tokens).for_each(|(place, number)| *place = number);
        }
    }
    Ok((inputs, rows))
}

fn read_table(
    reader: &mut Reader<'_>,
    weights: &Weights<'_>,
    one: Option<u16>,
) -> Result<Table, MalformedData> {
    let layer = reader.word()? as usize;
    let mut last = 0.0;
    let sum = |distance: f64| {
        last += distance;
        last as usize
    };
    let neurons: Vec<usize> = reader.numbers()?.into_iter().map(sum).collect();
    let slots: Vec<u16> = read_numbers(reader)?.into_iter().map(|slot| slot as u16).collect();
    let added = reader.things(Reader::numbers)?;
    let of_layer = weights.layers.get(layer).map(|layer| &layer.feed_forward);
    let of_layer = of_layer.filter(|of| neurons.iter().all(|&neuron| neuron < of.gate.rows()));
    let table = of_layer.zip(one).and_then(|(of_layer, one)| {
        Table::again(of_layer, (layer, &neurons), one, (&slots, &added))
    });
    table.ok_or_else(|| reader.malformed("the neurons give no such table"))
}

fn read_output(
    reader: &mut Reader<'_>,
    weights: &Weights<'_>,
    one: Option<u16>,
) -> Result<Output, MalformedData> {
    let (known, _) = Lines::of(weights, one);
    let places = read_numbers(reader)?;
    let (rest, r) = (read_registers(reader)?, read_registers(reader)?);
    let mut patterns = Vec::new();
    for (place, (rest, r)) in places.into_iter().zip(rest.into_iter().zip(r)) {
        let lines = known.get(place).cloned();
        let lines = lines.ok_or_else(|| reader.malformed("there is no such pattern of tokens"))?;
        patterns.push(OutputPattern { number: patterns.len(), rest, r, lines: lines.into() });
    }
    Ok(Output { patterns, ..Output::default() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tvm_test_support::models::{Numbers, model, model_that_breaks_its_kind};

    use super::*;

    /// All of a plan that a frame has.
    fn without_steps(plan: &Plan) -> String {
        let Plan { digest, inputs, embedding, periodic, period, tables, keys, .. } = plan;
        let Plan { values, rings, sums, registers, winners, output, .. } = plan;
        let read = (digest, inputs, embedding, periodic, period, tables, &output.patterns);
        format!("{read:?} {:?}", (keys, values, rings, sums, registers, winners))
    }

    proptest! {
        #[test]
        fn a_frame_has_what_the_plan_has(
            weights in prop_oneof![model(Numbers::Integers), model(Numbers::Fractions)],
        ) {
            let plan = Plan::new(&weights);
            let read = Plan::of_frame(&plan.frame(&weights), &weights).unwrap().unwrap();
            prop_assert_eq!(without_steps(&read), without_steps(&plan));
            prop_assert!(read.steps.is_empty());
        }
    }

    #[test]
    fn a_frame_is_of_its_weights_alone() {
        let [own, other] = [3, 4].map(model_that_breaks_its_kind);
        let bytes = Plan::new(&own).frame(&own);
        assert!(Plan::of_frame(&bytes, &own).unwrap().is_some());
        assert!(Plan::of_frame(&bytes, &other).unwrap().is_none());
    }

    #[test]
    fn bytes_that_are_changed_are_read_or_refused() {
        let weights = model_that_breaks_its_kind(9);
        let bytes = Plan::new(&weights).frame(&weights);
        // What is before is the digest.
        for place in 16..bytes.len() {
            assert!(Plan::of_frame(&bytes[..place], &weights).is_err(), "{place} bytes");
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[place] ^= 1 << bit;
                // What it is read as is not known.
                let _ = Plan::of_frame(&changed, &weights);
            }
        }
    }
}
