//! Keys: the frequent paths of the cache for integer keys, and calls for all others.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use tvm_native::{Function, key_word, word};
use tvm_runtime::attention::{GreatestKey, IntegerKeys};
use tvm_runtime::plan::{KeyKind, Register};

use crate::body::Body;
use crate::memory::CHANGING;

impl Body<'_, '_> {
    /// Is an unsigned integer less than another?
    pub(crate) fn is_less(&mut self, a: Value, b: Value) -> Value {
        self.builder.ins().icmp(IntCC::UnsignedLessThan, a, b)
    }

    fn call_for_place(&mut self, function: Function, keys: usize, point: [Value; 2]) -> Value {
        let keys = self.builder.ins().iconst(I64, keys as i64);
        self.call(function, keys, point);
        self.result(I64)
    }

    /// Stores the key of the position.
    pub(crate) fn key(&mut self, keys: usize, key: [Register; 2]) {
        let is_cut = self.known.magnitude(key[1]) > IntegerKeys::GREATEST;
        let key = key.map(|register| self.read(register));
        let place = match self.source.plan.keys[keys] {
            KeyKind::Greatest => self.greatest_key(keys, key, is_cut),
            KeyKind::Integer => self.integer_key(keys, key, is_cut),
            KeyKind::LookingUp | KeyKind::General => {
                self.call_for_place(Function::Insert, keys, key)
            }
        };
        self.set_place(keys, place);
    }

    /// Searches a key.
    pub(crate) fn find(&mut self, keys: usize, query: [Register; 2]) -> Value {
        if self.source.plan.keys[keys] == KeyKind::Greatest {
            return self.builder.ins().iconst(I64, i64::from(GreatestKey::WINNER.0));
        }
        let query = query.map(|register| self.read(register));
        if self.source.plan.keys[keys] != KeyKind::Integer {
            return self.call_for_place(Function::Find, keys, query);
        }
        let (rare, join) = (self.rare_block(), self.joining_block(&[I64]));
        let (place, stamp) = self.lookup(keys, query[0], rare);
        let before = self.builder.ins().load(I64, CHANGING, stamp, 0);
        self.builder.ins().brif(before, join, &[place.into()], rare, &[]);
        self.builder.switch_to_block(rare);
        let other = self.call_for_place(Function::Find, keys, query);
        self.builder.ins().jump(join, &[other.into()]);
        self.go_on_in(join)[0]
    }

    /// Stores a key where the greatest alone is remembered.
    fn greatest_key(&mut self, keys: usize, [x, y]: [Value; 2], is_cut: bool) -> Value {
        let (rare, join) = (self.rare_block(), self.joining_block(&[I64]));
        let cut = if is_cut { self.cut_at_both_ends(y) } else { y };
        let [winner, nowhere] = [GreatestKey::WINNER, GreatestKey::NOWHERE]
            .map(|place| self.builder.ins().iconst(I64, i64::from(place.0)));
        let address = self.changing_word(self.source.layout.keys(keys) + key_word::GREATEST);
        let greatest = self.builder.ins().load(F64, CHANGING, address, 0);
        let (wins, other) = (self.builder.create_block(), self.builder.create_block());
        let is_greatest = self.builder.ins().fcmp(FloatCC::GreaterThanOrEqual, cut, greatest);
        self.builder.ins().brif(is_greatest, wins, &[], other, &[]);
        self.builder.switch_to_block(wins);
        self.builder.ins().store(CHANGING, cut, address, 0);
        self.builder.ins().jump(join, &[winner.into()]);
        self.builder.switch_to_block(other);
        let is_less = self.builder.ins().fcmp(FloatCC::LessThan, cut, greatest);
        self.builder.ins().brif(is_less, join, &[nowhere.into()], rare, &[]);
        self.builder.switch_to_block(rare);
        let place = self.call_for_place(Function::Insert, keys, [x, y]);
        self.builder.ins().jump(join, &[place.into()]);
        self.go_on_in(join)[0]
    }

    /// The place for an integer and the address of its stamp. Goes to `rare` where it is in no page.
    fn lookup(&mut self, keys: usize, k: Value, rare: Block) -> (Value, Value) {
        let first_word = self.source.layout.keys(keys);
        let bits = self.nearest_from(k, 0);
        let first = self.builder.ins().iconst(I64, IntegerKeys::FIRST_INDEX as i64);
        let index = self.builder.ins().isub(bits, first);
        let shift = i64::from(IntegerKeys::PAGE.trailing_zeros());
        let page = self.builder.ins().ushr_imm_u(index, shift);
        let pages = self.changing_word(first_word + key_word::PAGES);
        let is_there = self.is_less(page, pages);
        let next = self.builder.create_block();
        self.builder.ins().brif(is_there, next, &[], rare, &[]);
        self.builder.switch_to_block(next);
        let firsts = self.changing_word(first_word + key_word::FIRST);
        let first = self.row_of(firsts, page, size_of::<u32>());
        let first = self.builder.ins().uload32(CHANGING, first, 0);
        // The first index is a multiple of the page.
        let within = self.builder.ins().band_imm_u(bits, IntegerKeys::PAGE as i64 - 1);
        let place = self.builder.ins().iadd(first, within);
        let stamps = self.changing_word(first_word + key_word::STAMPS);
        let stamp = self.row_of(stamps, place, size_of::<u64>());
        (place, stamp)
    }

    /// Stores a key that is probably an integer with a page, or below a chord.
    fn integer_key(&mut self, keys: usize, [x, y]: [Value; 2], is_cut: bool) -> Value {
        let (rare, join) = (self.rare_block(), self.joining_block(&[I64]));
        let (on, off) = (self.builder.create_block(), self.builder.create_block());
        let [half, minus_half] = [0.5, -0.5].map(|factor| self.number(factor));
        let k = self.builder.ins().fmul(x, half);
        let minus_k = self.builder.ins().fmul(x, minus_half);
        let height = self.builder.ins().fmul(k, minus_k);
        let is_on = self.builder.ins().fcmp(FloatCC::Equal, y, height);
        self.builder.ins().brif(is_on, on, &[], off, &[]);

        self.builder.switch_to_block(on);
        let (place, stamp) = self.lookup(keys, k, rare);
        let before = self.builder.ins().load(I64, CHANGING, stamp, 0);
        let again = self.builder.create_block();
        self.builder.ins().brif(before, again, &[], rare, &[]);
        self.builder.switch_to_block(again);
        self.stamp(stamp);
        self.builder.ins().jump(join, &[place.into()]);

        self.builder.switch_to_block(off);
        let cut = if is_cut { self.cut(y) } else { y };
        self.hidden(keys, [k, cut], join);
        self.outer(keys, [k, y], (join, rare));

        self.builder.switch_to_block(rare);
        let other = self.call_for_place(Function::Insert, keys, [x, y]);
        self.builder.ins().jump(join, &[other.into()]);
        self.go_on_in(join)[0]
    }

    /// The latest position with a key is this one.
    fn stamp(&mut self, stamp: Value) {
        let position = self.word(word::POSITION);
        let now = self.builder.ins().iadd_imm_u(position, 1);
        self.builder.ins().store(CHANGING, now, stamp, 0);
    }

    /// The second coordinate of a key as it is compared. No chord is above what is cut at the other end.
    fn cut(&mut self, y: Value) -> Value {
        let least = self.number(-IntegerKeys::GREATEST);
        // What is no number is the second of two.
        self.greater(least, y)
    }

    /// The second coordinate of a key, cut at both ends. What is no number stays so.
    fn cut_at_both_ends(&mut self, y: Value) -> Value {
        let [least, greatest] =
            [-IntegerKeys::GREATEST, IntegerKeys::GREATEST].map(|end| self.number(end));
        let cut = self.greater(least, y);
        self.lesser(greatest, cut)
    }

    /// Goes to `join` with place 0 where a point is below a chord.
    fn hidden(&mut self, keys: usize, [k, y]: [Value; 2], join: Block) {
        let nowhere = self.builder.ins().iconst(I64, 0);
        let first_word = self.source.layout.keys(keys) + key_word::CHORDS;
        for chord in 0..3 {
            let (other, first_word) = (self.builder.create_block(), first_word + 4 * chord);
            let from = self.changing_number(first_word);
            self.go_on_if(FloatCC::GreaterThanOrEqual, [k, from], other);
            let to = self.changing_number(first_word + 1);
            self.go_on_if(FloatCC::LessThanOrEqual, [k, to], other);
            let slope = self.changing_number(first_word + 2);
            let intercept = self.changing_number(first_word + 3);
            let rise = self.builder.ins().fmul(slope, k);
            let height = self.builder.ins().fadd(rise, intercept);
            let is_below = self.builder.ins().fcmp(FloatCC::LessThan, y, height);
            self.builder.ins().brif(is_below, join, &[nowhere.into()], other, &[]);
            self.builder.switch_to_block(other);
        }
    }

    /// Goes to `join` where a point is one of the outer keys, else to `rare`.
    fn outer(&mut self, keys: usize, point: [Value; 2], (join, rare): (Block, Block)) {
        let first_word = self.source.layout.keys(keys) + key_word::OUTER;
        let second_word = first_word + 4;
        let second = self.builder.create_block();
        self.go_on_if_outer(first_word, point, second);
        let place = self.stamp_outer(first_word);
        // The leftmost may be the rightmost too.
        let both = self.builder.create_block();
        let (mut is_both, words) = (Vec::new(), [0, 1]);
        for word in words {
            let number = self.changing_number(second_word + word);
            is_both.push(self.builder.ins().fcmp(FloatCC::Equal, number, point[word as usize]));
        }
        let is_both = self.builder.ins().band(is_both[0], is_both[1]);
        self.builder.ins().brif(is_both, both, &[], join, &[place.into()]);
        self.builder.switch_to_block(both);
        self.stamp_outer(second_word);
        self.builder.ins().jump(join, &[place.into()]);
        self.builder.switch_to_block(second);
        self.go_on_if_outer(second_word, point, rare);
        let place = self.stamp_outer(second_word);
        self.builder.ins().jump(join, &[place.into()]);
    }

    /// Stamps an outer key, and gives its place.
    fn stamp_outer(&mut self, first_word: u32) -> Value {
        let stamp = self.changing_word(first_word + 3);
        self.stamp(stamp);
        self.changing_word(first_word + 2)
    }

    fn go_on_if_outer(&mut self, first_word: u32, [k, y]: [Value; 2], other: Block) {
        for (word, coordinate) in [(first_word, k), (first_word + 1, y)] {
            let number = self.changing_number(word);
            self.go_on_if(FloatCC::Equal, [coordinate, number], other);
        }
    }

    /// Goes to another block unless two numbers compare so.
    fn go_on_if(&mut self, condition: FloatCC, [a, b]: [Value; 2], other: Block) {
        let next = self.builder.create_block();
        let holds = self.builder.ins().fcmp(condition, a, b);
        self.builder.ins().brif(holds, next, &[], other, &[]);
        self.builder.switch_to_block(next);
    }
}
