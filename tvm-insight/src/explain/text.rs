//! The report as text. Values that are 0 are listed together, and so are the active neurons of one
//! operation.

use std::collections::BTreeMap;
use std::fmt::{Formatter, Result};

use super::view::{
    AttentionView, FeedForwardView, HeadView, NeuronView, Stream, ValueView, View, WriteView,
};
use crate::number::Number;
use tvm_model::Selection;

/// The width of a line of values.
const WIDTH: usize = 100;

/// Names of heads and neurons are padded to at most this.
const NAMES: usize = 32;

pub(super) fn write(f: &mut Formatter<'_>, view: &View<'_>) -> Result {
    writeln!(f, "position {}: `{}`", view.position, view.token)?;
    writeln!(f, "\nembedding")?;
    write_stream(f, &view.embedding)?;
    for (index, layer) in view.layers.iter().enumerate() {
        writeln!(f, "\nlayer {index}, attention")?;
        write_attention(f, view.position, &layer.attention)?;
        writeln!(f, "\nlayer {index}, feed-forward")?;
        write_feed_forward(f, &layer.feed_forward)?;
    }
    writeln!(f, "\nnext token")?;
    let tokens: Vec<String> = view.top.iter().map(|one| format!("`{}`", one.token)).collect();
    let longest = tokens.iter().map(|token| token.chars().count()).max().unwrap_or(0);
    for (index, (scored, token)) in view.top.iter().zip(tokens).enumerate() {
        write!(f, "  {:3}  {token:longest$}  score {}", index + 1, scored.score)?;
        match index {
            0 => writeln!(f)?,
            _ => writeln!(f, ", {} behind", scored.behind)?,
        }
    }
    Ok(())
}

fn write_attention(f: &mut Formatter<'_>, position: usize, half: &AttentionView<'_>) -> Result {
    let longest = longest(half.heads.iter().map(|head| head.name.as_str()));
    for head in &half.heads {
        write!(f, "  {:longest$}  ", head.name)?;
        write_head(f, position, head)?;
        write_writes(f, head.writes.iter().map(|write| (write.to.as_str(), write.amount)))?;
    }
    write_stream(f, &half.stream)
}

fn write_head(f: &mut Formatter<'_>, position: usize, head: &HeadView<'_>) -> Result {
    let [x, y] = head.fetched;
    match (head.kind, &head.attended) {
        (Selection::Latest, Some(attended)) if head.has_key => {
            let [q0, q1] = head.query;
            write!(f, "query ({q0}, {q1})")?;
            let [k0, k1] = head.key;
            write!(f, ", own key ({k0}, {k1})")?;
            match position - attended.position {
                0 => write!(f, " -> own position")?,
                ago => write!(
                    f,
                    " -> position {} (`{}`, {ago} ago)",
                    attended.position, attended.token
                )?,
            }
            write!(f, " -> {x}, {y}")
        }
        (Selection::Mean, _) => write!(f, "mean of {} positions -> {x}, {y}", position + 1),
        (Selection::Latest, _) => write!(f, "own position, without a key -> {x}, {y}"),
    }
}

fn write_feed_forward(f: &mut Formatter<'_>, half: &FeedForwardView) -> Result {
    writeln!(f, "  {} of {} neurons are active", half.active.len(), half.neurons)?;
    let runs = half.active.chunk_by(|one, next| one.run.is_some() && one.run == next.run);
    let named = runs.map(|run| (run_name(run), run));
    let (silent, telling): (Vec<_>, Vec<_>) =
        named.partition(|(_, run)| run.iter().all(|neuron| neuron.product == Number(0.0)));
    let longest = longest(telling.iter().map(|(name, _)| *name));
    for (name, run) in telling {
        write!(f, "  {name:longest$}  ")?;
        if let [NeuronView { gate, value, product, .. }] = run {
            write!(f, "{gate} * {value} = {product}")?;
        } else {
            write!(f, "{} active", run.len())?;
        }
        let together = sums(run.iter().flat_map(|neuron| &neuron.writes));
        write_writes(f, together.values().map(|(to, amount)| (*to, Number(*amount))))?;
    }
    let silent: Vec<String> = silent.into_iter().map(|(name, _)| name.to_string()).collect();
    write_list(f, "active, product 0:", &silent, "")?;
    write_stream(f, &half.stream)
}

/// The name of one neuron, or of a run of which several are active.
fn run_name(run: &[NeuronView]) -> &str {
    match (run, &run[0].run) {
        ([_, _, ..], Some((_, name))) => name,
        _ => &run[0].name,
    }
}

/// What is added to every slot, by slot.
fn sums<'a>(writes: impl Iterator<Item = &'a WriteView>) -> BTreeMap<usize, (&'a str, f64)> {
    let mut sums = BTreeMap::new();
    for WriteView { to, slot, amount: Number(amount) } in writes {
        sums.entry(*slot).or_insert((to.as_str(), 0.0)).1 += amount;
    }
    sums
}

/// The end of a line: what changes by how much.
fn write_writes<'a>(
    f: &mut Formatter<'_>,
    writes: impl Iterator<Item = (&'a str, Number)>,
) -> Result {
    let text: Vec<String> = writes
        .filter(|(_, Number(amount))| *amount != 0.0)
        .map(|(to, amount)| match amount {
            Number(size) if size < 0.0 => format!("{to} {amount}"),
            _ => format!("{to} +{amount}"),
        })
        .collect();
    match text.as_slice() {
        [] => writeln!(f),
        _ => writeln!(f, "  =>  {}", text.join(", ")),
    }
}

fn longest<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(|name| name.chars().count()).max().unwrap_or(0).min(NAMES)
}

fn write_stream(f: &mut Formatter<'_>, stream: &Stream) -> Result {
    let (zeros, others): (Vec<&ValueView>, Vec<&ValueView>) =
        stream.values.iter().partition(|value| value.value == Number(0.0));
    let said = |written: bool| -> Vec<String> {
        let values = others.iter().filter(|value| value.written == written);
        values.map(|value| assignment(value)).collect()
    };
    let (written, kept): (Vec<&ValueView>, Vec<&ValueView>) =
        zeros.iter().partition(|value| value.written);
    let written: Vec<String> = written.into_iter().map(|value| value.name.clone()).collect();
    let more = match kept.len() {
        0 => String::new(),
        number => format!("({number} more are 0)"),
    };
    write_list(f, "written:", &said(true), "")?;
    write_list(f, "written, 0:", &written, "")?;
    write_list(f, "kept:", &said(false), &more)?;
    match stream.left_over {
        0 => Ok(()),
        1 => writeln!(f, "  1 slot holds a value that is no longer read"),
        number => writeln!(f, "  {number} slots hold values that are no longer read"),
    }
}

fn assignment(value: &ValueView) -> String {
    let ValueView { name, value: number, bias, written, .. } = value;
    match (bias, written) {
        (0, _) | (_, false) => format!("{name} = {number}"),
        (bias, true) => format!("{name} = {number} (held as {bias} + {number})"),
    }
}

/// A heading and items with commas, in lines of at most [`WIDTH`], then a remark.
fn write_list(f: &mut Formatter<'_>, heading: &str, items: &[String], remark: &str) -> Result {
    if items.is_empty() && remark.is_empty() {
        return Ok(());
    }
    write!(f, "  {heading}")?;
    let mut column = 2 + heading.chars().count();
    let last = items.len().saturating_sub(1);
    let commas = items.iter().enumerate().map(|(index, item)| match index == last {
        true => item.clone(),
        false => format!("{item},"),
    });
    for item in commas.chain((!remark.is_empty()).then(|| remark.to_string())) {
        let length = item.chars().count() + 1;
        if column + length > WIDTH {
            write!(f, "\n     ")?;
            column = 5;
        }
        write!(f, " {item}")?;
        column += length;
    }
    writeln!(f)
}
