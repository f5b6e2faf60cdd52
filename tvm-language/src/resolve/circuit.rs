//! What circuits of operands and stores outside of the stack mean, and whether what they are given
//! fits them.

use syn::{Error, Ident};

use super::{Meaning, Names, Operand, suggestion};
use crate::expression::{Argument, Expression};
use crate::value_type::ValueType;
use crate::vocabulary::{
    ACCESSES, CIRCUITS, IN_MEMORY, OF_NUMBERS, Parts, STORES, Wire, nearest, parts, wires,
};

impl Names {
    /// What a part of something stored outside of the stack means.
    pub(crate) fn stored(
        &self,
        name: &Ident,
        arguments: &[Argument],
        attribute: Option<&Ident>,
    ) -> Result<Meaning, Error> {
        let known = self.store(name, arguments)?;
        let variant = part(name, known, attribute)?;
        if IN_MEMORY.contains(&name.to_string().as_str()) {
            let bytes = arguments.get(1).and_then(Argument::integer);
            return Ok(Meaning::Memory(variant, bytes.expect("checked")));
        }
        Ok(Meaning::Context(variant))
    }

    /// Checks what is in the brackets; gives the parts there are.
    pub(crate) fn store(&self, name: &Ident, arguments: &[Argument]) -> Result<Parts, Error> {
        let word = name.to_string();
        let known = self.operands.as_ref().and_then(|_| parts(STORES, &word));
        let Some(known) = known else {
            let words = STORES.iter().filter(|_| self.operands.is_some()).map(|(word, _)| *word);
            let hint = suggestion(nearest(words, &word));
            return Err(Error::new(
                name.span(),
                format!("nothing is stored as `{word}[..]`{hint}"),
            ));
        };
        if IN_MEMORY.contains(&word.as_str()) {
            self.access(name, arguments)?;
        } else if !matches!(arguments, [one] if one.value_type().is_some()) {
            let text =
                format!("`{word}` takes a type: `{word}[i32]`, `{word}[i64]` or `{word}[T]`");
            return Err(Error::new(name.span(), text));
        }
        Ok(known)
    }

    fn access(&self, name: &Ident, arguments: &[Argument]) -> Result<(), Error> {
        let [address, bytes] = arguments else {
            let text =
                format!("{name} takes an address and a number of bytes: `{name}[address, 4]`");
            return Err(Error::new(name.span(), text));
        };
        match self.operand(address) {
            Some(operand) if operand.value_type == ValueType::I32 => {}
            _ => {
                return Err(address.place().error("an address is an operand of type i32, by name"));
            }
        }
        match bytes.integer() {
            Some(bytes) if ACCESSES.contains(&bytes) => Ok(()),
            _ => {
                Err(bytes.place().error("an instruction accesses 1, 2, 4 or 8 bytes, or `size(T)`"))
            }
        }
    }

    /// What a circuit of operands means.
    pub(crate) fn circuit(
        &self,
        name: &Ident,
        arguments: &[Argument],
        attribute: Option<&Ident>,
    ) -> Result<Meaning, Error> {
        let known = parts(CIRCUITS, &name.to_string()).expect("the caller knows that it is one");
        let variant = part(name, known, attribute);
        match wires(&name.to_string()) {
            Some(wires) => self.operands_on_wires(name, arguments, wires)?,
            None => {
                let of_numbers = variant.as_ref().is_ok_and(|variant| OF_NUMBERS.contains(variant));
                self.operands_of_circuit(name, arguments, of_numbers)?;
            }
        }
        Ok(Meaning::Context(self.of_width(variant?)))
    }

    /// A product of two i64 is made of columns of bytes, one of two i32 of prefixes.
    fn of_width(&self, variant: &'static str) -> &'static str {
        let top = self.operands.iter().flatten().last();
        let is_wide = top.is_some_and(|top| top.value_type.words() == 2);
        if variant == "Product" && is_wide { "WideProduct" } else { variant }
    }

    /// A circuit has fixed wires: to the operand on top of the stack and the one below it.
    fn operands_of_circuit(
        &self,
        name: &Ident,
        arguments: &[Argument],
        of_numbers: bool,
    ) -> Result<(), Error> {
        let operands = self.operands.as_deref().unwrap_or_default();
        let [.., below, top] = operands else {
            let text = format!("`{name}` is of two operands, and this opcode has not so many");
            return Err(Error::new(name.span(), text));
        };
        let fitting = format!("`{name}({}, {})`", below.name, top.name);
        let given: Vec<Option<&Operand>> = arguments.iter().map(|one| self.operand(one)).collect();
        if given != [Some(below), Some(top)] {
            let text = format!(
                "`{name}` is of the two operands on top of the stack, in their order: {fitting}"
            );
            return Err(Error::new(name.span(), text));
        }
        let (one, other) = (below.value_type, top.value_type);
        let divides = name.to_string().starts_with("division");
        let text = if one != other || one.is_integer() == of_numbers {
            let wanted = if of_numbers { "numbers in floating point" } else { "integers" };
            let (one, other) = (one.name(), other.name());
            format!("{fitting} is of two {wanted} of one type, not of an {one} and an {other}")
        } else if divides && one != ValueType::I32 {
            format!("{fitting} is of two i32: numbers of 64 bits are divided by a routine")
        } else {
            return Ok(());
        };
        Err(Error::new(name.span(), text))
    }

    /// The operands of a circuit with wires of its own, which are those on top of the stack.
    fn operands_on_wires(
        &self,
        name: &Ident,
        arguments: &[Argument],
        wires: &[Wire],
    ) -> Result<(), Error> {
        let operands = self.operands.as_deref().unwrap_or_default();
        let number = wires.len();
        let Some(below) = operands.len().checked_sub(number) else {
            let text = format!("`{name}` is of {number} operands, and this opcode has not so many");
            return Err(Error::new(name.span(), text));
        };
        let top: Vec<&Operand> = operands[below..].iter().collect();
        let given: Vec<Option<&Operand>> = arguments.iter().map(|one| self.operand(one)).collect();
        let names: Vec<&str> = top.iter().map(|operand| operand.name.as_str()).collect();
        let fitting = format!("`{name}({})`", names.join(", "));
        if !given.into_iter().eq(top.iter().copied().map(Some)) {
            let text = format!(
                "`{name}` is of the {number} operands on top of the stack, in their order: {fitting}"
            );
            return Err(Error::new(name.span(), text));
        }
        let mut numbers = top.iter().map(|one| one.value_type).filter(|one| !one.is_integer());
        let of_one_type = numbers.next().is_none_or(|first| numbers.all(|other| other == first));
        let fits = |(wire, operand): (&Wire, &&Operand)| match wire {
            Wire::Number => !operand.value_type.is_integer(),
            Wire::Word => operand.value_type == ValueType::I32,
            Wire::Pair => operand.value_type == ValueType::I64,
        };
        if of_one_type && wires.iter().zip(&top).all(fits) {
            return Ok(());
        }
        let wanted: Vec<&str> = wires.iter().map(|wire| wire.wanted()).collect();
        let text = format!("{fitting} is of {}, in this order", wanted.join(", "));
        Err(Error::new(name.span(), text))
    }

    /// The operand that an argument names.
    pub(crate) fn operand(&self, argument: &Argument) -> Option<&Operand> {
        let Argument::Form(Expression::Name { name, attribute: None }) = argument else {
            return None;
        };
        self.operands.iter().flatten().find(|operand| *name == operand.name)
    }

    /// Is a call one of a circuit? `product` is also a function of two forms.
    pub(crate) fn is_circuit(&self, function: &Ident, arguments: &[Argument]) -> bool {
        self.operands.is_some()
            && parts(CIRCUITS, &function.to_string()).is_some()
            && (function != "product" || arguments.iter().any(|one| self.operand(one).is_some()))
    }
}

/// The variant of a part of a value, or of the value itself.
fn part(name: &Ident, known: Parts, attribute: Option<&Ident>) -> Result<&'static str, Error> {
    let word = attribute.map(Ident::to_string).unwrap_or_default();
    if let Some((_, variant)) = known.iter().find(|(part, _)| *part == word) {
        return Ok(variant);
    }
    let words: Vec<&str> =
        known.iter().map(|(part, _)| *part).filter(|part| !part.is_empty()).collect();
    let Some(attribute) = attribute else {
        let text = format!("`{name}` has several parts: say which, {}", listed(&words, "or"));
        return Err(Error::new(name.span(), text));
    };
    let text = match (&words[..], nearest(words.iter().copied(), &word)) {
        (_, Some(near)) => format!("`{name}` has no part `{word}`; did you mean `{near}`?"),
        ([], None) => format!("`{name}` is one value and has no parts: leave out `.{word}`"),
        (_, None) => format!("`{name}` has no part `{word}`, but {}", listed(&words, "and")),
    };
    Err(Error::new(attribute.span(), text))
}

fn listed(words: &[&str], joint: &str) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`.{word}`")).collect();
    words.join(&format!(" {joint} "))
}
