//! Exceptions. One that is thrown lies in globals of the front end: the number of its tag, and what it
//! carries. Whoever throws drops its operands and branches to the innermost block that catches, or returns;
//! so does every function behind a call that can leave an exception and finds that number. What catches
//! compares the number, and sets it to 0.
//!
//! A reference to an exception is the exception itself: an i64 of the number and of the word that it
//! carries. There are no others: what carries more than a word can be caught, but not thrown by reference, so
//! `throw_ref` is refused where there can be a reference to such.

use wasmparser::{BlockType, Catch, Operator, RefType, ValType};

use super::assembly::{Label, Step};
use super::frame::{Caught, Frame, Handler, Kind, WayOut};
use super::leaving::Leaves;
use super::lowering::Lowering;
use super::{operators, peephole};
use crate::wasm::module::{is_exception_reference, words};
use crate::{Code, ValueType};

/// Words of a reference to an exception besides its number.
const REFERRED_WORDS: u32 = 1;

/// What to say of an exception that does not fit into a reference.
const TOO_WIDE: &str = ": an exception that this module catches by reference carries more than a word, which \
     is not supported";

impl Lowering<'_> {
    /// Lowers the operator if it is about exceptions.
    pub(crate) fn exception(&mut self, operator: &Operator<'_>) -> bool {
        match operator {
            Operator::Throw { tag_index } => self.throw(*tag_index, operator),
            Operator::ThrowRef => self.throw_reference(operator),
            Operator::Rethrow { relative_depth } => self.rethrow(*relative_depth),
            Operator::Try { blockty } => {
                self.check_exceptions(operator);
                self.open_try(*blockty);
            }
            Operator::TryTable { try_table } => {
                self.check_exceptions(operator);
                let landing = self.assembly.label();
                let clauses = try_table.catches.clone();
                self.open_catching(Kind::TryTable { landing, clauses }, try_table.ty);
            }
            Operator::Catch { tag_index } => self.open_handler(Some(*tag_index)),
            Operator::CatchAll => self.open_handler(None),
            Operator::Delegate { relative_depth } => self.close_delegate(*relative_depth),
            Operator::RefNull { hty }
                if RefType::new(true, *hty)
                    .is_some_and(|one| is_exception_reference(one.into())) =>
            {
                let null = self.value_type(ValType::EXNREF, "value");
                if null == ValueType::I64 {
                    self.context.opcodes.push_wide(0, &mut self.assembly);
                }
                self.operands.push(null);
            }
            // No other reference is an i64.
            Operator::RefIsNull if self.operands.top() == Some(ValueType::I64) => {
                peephole::lower_word(&mut self.assembly, self.context.opcodes);
                self.assembly.instruction(self.context.opcodes.is_zero, 0);
                self.operands.pop();
                self.operands.push(ValueType::I32);
            }
            _ => return false,
        }
        true
    }

    /// Notes it if the instruction set has no exceptions.
    fn check_exceptions(&mut self, operator: &Operator<'_>) {
        let opcodes = self.context.opcodes;
        if opcodes.uncaught.is_none() || opcodes.not_equal.is_none() {
            let name = operators::name(operator);
            let lacking = self.unsupported(name, operators::OF_THE_FULL_SET);
            self.lacks(lacking);
        }
    }

    fn throw(&mut self, tag: u32, operator: &Operator<'_>) {
        self.check_exceptions(operator);
        let payload = self.payload(tag);
        self.operands.pop_values(payload.len());
        let opcodes = self.context.opcodes;
        let mut word = self.context.leaving.payload() + words(&payload);
        for &value_type in payload.iter().rev() {
            word -= words(&[value_type]);
            self.assembly.instruction(opcodes.global_set.of(value_type), word);
        }
        let number = self.number_of(tag);
        self.assembly.instruction(opcodes.constant, number);
        self.set_pending();
        self.raise(self.frames.len());
        self.reachable = false;
    }

    fn throw_reference(&mut self, operator: &Operator<'_>) {
        self.check_exceptions(operator);
        if self.context.leaving.referred_words() > REFERRED_WORDS {
            let lacking = self.unsupported(operators::name(operator), TOO_WIDE);
            self.lacks(lacking);
        }
        self.operands.pop();
        let opcodes = self.context.opcodes;
        let set = opcodes.global_set.of(ValueType::I32);
        self.assembly.instruction(set, self.context.leaving.payload());
        self.set_pending();
        self.raise_if_pending();
        // The reference was null.
        self.assembly.instruction(Code::UNREACHABLE, 0);
        self.reachable = false;
    }

    /// Throws the exception of a handler again.
    fn rethrow(&mut self, depth: u32) {
        let Kind::Catch(Handler { caught, .. }) = &self.frame(depth).kind else {
            unreachable!("validated: `rethrow` belongs to a handler");
        };
        let caught =
            caught.expect("the body was read, and a handler with a `rethrow` keeps its exception");
        let opcodes = self.context.opcodes;
        let [get, set] = [opcodes.local_get, opcodes.global_set].map(|one| one.of(ValueType::I32));
        for word in 0..caught.words {
            self.assembly.instruction(get, caught.word + 1 + word);
            self.assembly.instruction(set, self.context.leaving.payload() + word);
        }
        match caught.number {
            Some(number) => self.assembly.instruction(opcodes.constant, number),
            None => self.assembly.instruction(get, caught.word),
        }
        self.set_pending();
        self.raise(self.frames.len());
        self.reachable = false;
    }

    /// Emits what has to follow a call that can leave something. The arguments have been popped, and the
    /// results are not yet pushed.
    pub(crate) fn settle(&mut self, leaves: Leaves) {
        if leaves.tail_call {
            self.make_tail_call(leaves.exception);
        } else if leaves.exception {
            self.raise_if_pending();
        }
    }

    /// Goes to the innermost block that catches if there is an exception.
    pub(crate) fn raise_if_pending(&mut self) {
        self.get_pending();
        let way = self.way_out(self.frames.len());
        let target = match way {
            WayOut { landing: Some(landing), surplus: 0 } => landing,
            _ => match self.ways_out.get(&way) {
                Some(&known) => known,
                None => {
                    let label = self.assembly.label();
                    self.ways_out.insert(way, label);
                    label
                }
            },
        };
        self.branch(Code::BR_IF, target);
    }

    /// Goes to the block that catches the exceptions within the outermost `open` blocks.
    fn raise(&mut self, open: usize) {
        let way = self.way_out(open);
        self.leave_by(way);
    }

    fn way_out(&self, open: usize) -> WayOut {
        let catcher = self.frames[open - 1].catcher.map(|index| &self.frames[index]);
        let words = catcher.map_or(0, |frame| frame.words);
        // Operands that are lost are not counted.
        let surplus = self.operands.words().saturating_sub(words);
        WayOut { landing: catcher.and_then(Frame::landing), surplus }
    }

    fn leave_by(&mut self, way: WayOut) {
        if self.assembly.is_full() {
            return;
        }
        self.context.opcodes.drop_words(way.surplus, &mut self.assembly);
        match way.landing {
            Some(landing) => self.branch(Code::BR, landing),
            None => self.assembly.push(Step::Return),
        }
    }

    /// Emits the ways out of the function that calls share, at its end.
    pub(crate) fn emit_ways_out(&mut self) {
        if self.emit_ways_to(None) {
            self.assembly.push(Step::Return);
        }
    }

    /// Emits the ways to a label, or out of the function: each drops what the next one does not, and the
    /// last one goes on with what follows. Gives whether there are any.
    fn emit_ways_to(&mut self, landing: Option<Label>) -> bool {
        let ways: Vec<_> =
            self.ways_to(landing).map(|(way, label)| (way.surplus, *label)).collect();
        let next = ways.iter().rev().skip(1).map(|(surplus, _)| *surplus).chain([0]);
        for ((surplus, label), next) in ways.iter().rev().zip(next) {
            self.assembly.bind(*label);
            self.context.opcodes.drop_words(surplus - next, &mut self.assembly);
        }
        !ways.is_empty()
    }

    fn ways_to(&self, landing: Option<Label>) -> impl Iterator<Item = (&WayOut, &Label)> {
        let all = [0, u32::MAX].map(|surplus| WayOut { landing, surplus });
        self.ways_out.range(all[0]..=all[1])
    }

    /// Does anything lead to the label?
    fn is_reached(&self, landing: Label) -> bool {
        self.assembly.is_used(landing) || self.ways_to(Some(landing)).next().is_some()
    }

    /// Binds a label of exceptions to what follows.
    fn bind_landing(&mut self, landing: Label) {
        self.emit_ways_to(Some(landing));
        self.assembly.bind(landing);
    }

    pub(crate) fn get_pending(&mut self) {
        let get = self.context.opcodes.global_get.of(ValueType::I32);
        self.assembly.instruction(get, self.context.leaving.pending());
    }

    /// Pops the number of what is left.
    pub(crate) fn set_pending(&mut self) {
        let set = self.context.opcodes.global_set.of(ValueType::I32);
        self.assembly.instruction(set, self.context.leaving.pending());
    }

    /// Says that nothing is left.
    fn clear_pending(&mut self) {
        self.assembly.instruction(self.context.opcodes.constant, 0);
        self.set_pending();
    }

    /// The types of what an exception with this tag carries.
    fn payload(&mut self, tag: u32) -> Vec<ValueType> {
        let module = self.context.module;
        self.types(module.signature(module.tags[tag as usize].type_index)).0
    }

    fn number_of(&self, tag: u32) -> u32 {
        self.context.leaving.of_exception(self.context.module, tag)
    }

    /// Branches to a new label, given back, if the exception has another tag.
    fn branch_unless(&mut self, tag: u32) -> Label {
        let others = self.assembly.label();
        let number = self.number_of(tag);
        self.get_pending();
        let opcodes = self.context.opcodes;
        self.assembly.instruction(opcodes.constant, number);
        self.assembly.instruction(opcodes.not_equal.unwrap_or(opcodes.is_zero), 0);
        self.branch(Code::BR_IF, others);
        others
    }

    /// Pushes what the exception carries.
    fn push_payload(&mut self, tag: u32) {
        let payload = self.payload(tag);
        let mut word = self.context.leaving.payload();
        for &value_type in &payload {
            let get = self.context.opcodes.global_get.of(value_type);
            self.assembly.instruction(get, word);
            word += words(&[value_type]);
        }
        self.operands.push_all(&payload);
    }

    /// Opens a block whose exceptions go elsewhere.
    fn open_catching(&mut self, kind: Kind, block: BlockType) {
        let end = self.assembly.label();
        self.open(kind, end, block);
        let innermost = self.frames.len() - 1;
        self.frames[innermost].catcher = Some(innermost);
    }

    /// Lowers the way from a block that has been closed to its clauses.
    pub(crate) fn land(&mut self, landing: Label, clauses: &[Catch]) {
        if !self.is_reached(landing) {
            return;
        }
        let reachable = self.reachable;
        let height = self.operands.below(0);
        self.assembly.begin_aside();
        self.bind_landing(landing);
        let mut catches_all = false;
        for clause in clauses {
            catches_all = self.clause(clause);
            self.operands.truncate(height);
            if catches_all {
                break;
            }
        }
        if !catches_all {
            self.raise(self.frames.len());
        }
        self.assembly.end_aside();
        self.reachable = reachable;
    }

    /// Lowers a clause; gives whether it catches all.
    fn clause(&mut self, clause: &Catch) -> bool {
        let (tag, with_reference, depth) = match *clause {
            Catch::One { tag, label } => (Some(tag), false, label),
            Catch::OneRef { tag, label } => (Some(tag), true, label),
            Catch::All { label } => (None, false, label),
            Catch::AllRef { label } => (None, true, label),
        };
        let others = tag.map(|tag| self.branch_unless(tag));
        if let Some(tag) = tag {
            self.push_payload(tag);
        }
        if with_reference {
            self.push_reference();
        }
        self.clear_pending();
        self.go(depth);
        if let Some(others) = others {
            self.assembly.bind(others);
        }
        others.is_none()
    }

    /// Pushes the exception as a reference. One that carries nothing has a word that means nothing.
    fn push_reference(&mut self) {
        self.get_pending();
        let get = self.context.opcodes.global_get.of(ValueType::I32);
        self.assembly.instruction(get, self.context.leaving.payload());
        let reference = self.value_type(ValType::EXNREF, "value");
        self.operands.push(reference);
    }

    fn open_try(&mut self, block: BlockType) {
        let landing = self.assembly.label();
        self.open_catching(Kind::Try { landing }, block);
    }

    /// Lowers `catch` or `catch_all`: the end of what is before it, and the beginning of the handler.
    pub(crate) fn open_handler(&mut self, tag: Option<u32>) {
        let innermost = self.frames.len() - 1;
        let (others, body_ends) = self.end_handled(innermost);
        self.reachable = others.is_some_and(|label| self.is_reached(label));
        let mut handler = Handler { others: None, body_ends, caught: None };
        if let Some(label) = others.filter(|_| self.reachable) {
            self.bind_landing(label);
            handler.others = tag.map(|tag| self.branch_unless(tag));
            handler.caught = self.keep(tag);
            if let Some(tag) = tag {
                self.push_payload(tag);
            }
            self.clear_pending();
        }
        let around = self.frames[innermost - 1].catcher;
        let frame = &mut self.frames[innermost];
        (frame.kind, frame.catcher) = (Kind::Catch(handler), around);
    }

    /// Ends the body of a `try`, or a handler. Gives where other exceptions are, and whether the end of the
    /// body is reached.
    fn end_handled(&mut self, innermost: usize) -> (Option<Label>, bool) {
        let Frame { target, height, .. } = self.frames[innermost];
        let ended = match self.frames[innermost].kind {
            Kind::Try { landing } => {
                self.assembly.begin_aside();
                self.handlers += 1;
                (Some(landing), self.reachable)
            }
            Kind::Catch(Handler { others, body_ends, .. }) => {
                if self.reachable {
                    self.branch(Code::BR, target);
                }
                (others, body_ends)
            }
            _ => unreachable!("validated: a handler belongs to a `try`"),
        };
        self.operands.truncate(height);
        ended
    }

    /// Keeps the exception of a handler in locals, if `rethrow` may need it.
    fn keep(&mut self, tag: Option<u32>) -> Option<Caught> {
        let leaving = self.context.leaving;
        if self.handlers > leaving.keeping(self.function) {
            return None;
        }
        let word = self.kept_exceptions + (self.handlers - 1) * (1 + leaving.payload_words());
        let number = tag.map(|tag| self.number_of(tag));
        let words = match tag {
            Some(tag) => words(&self.payload(tag)),
            None => leaving.payload_words(),
        };
        let opcodes = self.context.opcodes;
        let [get, set] = [opcodes.global_get, opcodes.local_set].map(|one| one.of(ValueType::I32));
        let first = u32::from(number.is_some());
        for offset in first..=words {
            self.assembly.instruction(get, leaving.pending() + offset);
            self.assembly.instruction(set, word + offset);
        }
        Some(Caught { number, word, words })
    }

    /// Lowers the `end` of a `try`, behind its body or its last handler. The frame has been popped.
    pub(crate) fn close_try(&mut self, frame: &Frame) {
        self.operands.truncate(frame.height);
        match frame.kind {
            Kind::Try { landing } => self.land(landing, &[]),
            Kind::Catch(Handler { others, body_ends, .. }) => {
                if self.reachable {
                    self.branch(Code::BR, frame.target);
                }
                if let Some(label) = others.filter(|label| self.assembly.is_used(*label)) {
                    self.assembly.bind(label);
                    self.raise(self.frames.len());
                }
                self.assembly.end_aside();
                self.handlers -= 1;
                self.reachable = body_ends;
            }
            _ => unreachable!("only a `try` is closed like this"),
        }
        self.arrive(frame.target);
    }

    /// Lowers `delegate`: the end of a `try` whose exceptions go to another block's.
    pub(crate) fn close_delegate(&mut self, depth: u32) {
        let frame = self.frames.pop().expect("validated: `delegate` closes a `try`");
        self.operands.truncate(frame.height);
        if let Some(landing) = frame.landing().filter(|label| self.is_reached(*label)) {
            self.assembly.begin_aside();
            self.bind_landing(landing);
            self.raise(self.frames.len() - depth as usize);
            self.assembly.end_aside();
        }
        self.arrive(frame.target);
        self.operands.push_all(&frame.results);
    }
}
