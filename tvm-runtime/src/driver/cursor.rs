//! The current instruction of a run, computed from the tokens. A token that completes an instruction
//! moves the cursor to the next one; a branch also adds the offset in the four bytes before it. The tokens
//! of a program in the prompt complete no instruction, so the cursor is 0 after them. An input section
//! completes instruction 0, `input_base`. The cursor is used only in messages.

use tvm_weights::{Move, Role};

/// Follows the cursor of a run, token by token.
#[derive(Debug, Clone, Default)]
pub(super) struct Follower {
    cursor: u32,
    /// The last four bytes, the latest as the most significant.
    bytes: u32,
    /// The open calls, as the numbers of their call instructions, the innermost last. `None` is a call of
    /// the next instruction: a function with many locals uses it to get another window of locals.
    calls: Vec<Option<u32>>,
    /// The number of open calls beyond those.
    deeper: u64,
}

/// The greatest number of calls that are stored: twice as many as a program can have open before it traps.
/// Only a broken model opens more.
const REMEMBERED_CALLS: usize = 1 << 17;

/// An instruction, and the calls that lead to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The instruction's number, from 0.
    pub instruction: u32,
    /// The numbers of the call instructions of the open calls, the innermost first.
    pub calls: Vec<u32>,
}

/// The effect of a token on the cursor, as numbers to calculate with: branches would be slow, since a run
/// has millions of tokens a second and the processor could not predict them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Step {
    /// The byte of a byte token, else 0.
    byte: u8,
    /// By how many bits the last bytes are shifted: 8 for a byte token, else 0.
    shift: u8,
    /// 1 when it completes an instruction.
    advance: u8,
    /// All bits set when the bytes before it are an offset, else 0.
    offset: u32,
    /// Does it open or close a call?
    call: Option<Move>,
    /// Does it write output, end the program, or wait for the host?
    is_event: bool,
}

impl Step {
    /// The step of a token with this role.
    pub(super) fn of(role: &Role) -> Step {
        match *role {
            Role::Byte(byte) => Step { byte, shift: 8, ..Step::default() },
            Role::Completes(Move::Next) => Step { advance: 1, ..Step::default() },
            Role::Outputs(_) => Step { advance: 1, is_event: true, ..Step::default() },
            Role::Completes(going) => {
                let call = (going != Move::Branch).then_some(going);
                Step { advance: 1, offset: u32::MAX, call, ..Step::default() }
            }
            Role::Halts | Role::Awaits | Role::Traps(_) => {
                Step { is_event: true, ..Step::default() }
            }
            Role::Silent => Step::default(),
        }
    }

    /// How many instructions the token completes: 0 or 1.
    #[inline]
    pub(super) fn completed(self) -> u64 {
        u64::from(self.advance)
    }

    /// Does the token write output, end the program, or wait for the host? Few tokens do.
    #[inline]
    pub(super) fn is_event(self) -> bool {
        self.is_event
    }
}

impl Follower {
    /// Moves by a token.
    #[inline]
    pub(super) fn follow(&mut self, step: Step) {
        if let Some(call) = step.call {
            self.call(call);
        }
        self.bytes = self.bytes >> step.shift | u32::from(step.byte) << 24;
        let distance = u32::from(step.advance).wrapping_add(self.bytes & step.offset);
        self.cursor = self.cursor.wrapping_add(distance);
    }

    fn call(&mut self, going: Move) {
        if going == Move::Call {
            if self.calls.len() == REMEMBERED_CALLS {
                self.deeper += 1;
            } else {
                self.calls.push((self.bytes != 0).then_some(self.cursor));
            }
        } else if self.deeper > 0 {
            self.deeper -= 1;
        } else {
            self.calls.pop();
        }
    }

    /// The number of open calls, including those that only get a window of locals.
    pub(super) fn call_depth(&self) -> usize {
        self.calls.len() + self.deeper as usize
    }

    /// The current instruction.
    pub(super) fn place(&self) -> Place {
        let calls = self.calls.iter().rev().flatten().copied().collect();
        Place { instruction: self.cursor, calls }
    }
}

#[cfg(test)]
mod tests {
    use tvm_model::token::role;

    use super::*;

    /// The place after these tokens.
    fn place(tokens: &str) -> Place {
        let mut follower = Follower::default();
        tokens.split_whitespace().for_each(|name| follower.follow(Step::of(&role(name))));
        follower.place()
    }

    fn instruction(tokens: &str) -> u32 {
        place(tokens).instruction
    }

    #[test]
    fn what_completes_an_instruction_leads_to_the_next() {
        assert_eq!(instruction("{ }"), 0);
        assert_eq!(instruction("{ } 07 00 00 00 commit(+1,sts=1,bt=0)"), 1);
        assert_eq!(instruction("{ } 07 00 00 00 commit(+1,sts=1,bt=0) out(07)"), 2);
        assert_eq!(instruction("{ } commit(-1,sts=0,bt=0) trap(unreachable)"), 1);
        assert_eq!(instruction("{ } 01 02 03 04 divided 05 06 07"), 0);
    }

    #[test]
    fn a_branch_adds_its_last_four_bytes() {
        assert_eq!(instruction("{ } branch_taken 02 01 00 00 commit(+0,sts=0,bt=1)"), 0x103);
        let back = "branch_taken fd ff ff ff commit(-1,sts=0,bt=1)";
        assert_eq!(instruction(&format!("{{ }} out(a) out(b) out(c) {back}")), 1);
        assert_eq!(instruction("{ } 09 branch_taken 02 00 00 00 commit(-1,sts=0,bt=1)"), 3);
    }

    #[test]
    fn neither_a_program_in_the_prompt_nor_its_input_misleads() {
        let program = "{ input_base 10 00 00 00 i32.const 07 00 00 00 halt 00 00 00 00 }";
        assert_eq!(instruction(program), 0);
        assert_eq!(instruction(&format!("{program} a 7f 00 commit(+0,sts=0,bt=0)")), 1);
    }

    #[test]
    fn calls_are_open_until_they_return() {
        let call = "branch_taken 05 00 00 00 call_commit";
        let inner = format!("{{ }} out(a) {call} out(b) {call}");
        assert_eq!(place(&inner), Place { instruction: 14, calls: vec![8, 1] });
        // The difference of two immediates: its bytes borrow.
        let back = "branch_taken fa' ff' ff' ff' return_commit";
        let returned = place(&format!("{inner} {back}"));
        assert_eq!(returned, Place { instruction: 9, calls: vec![1] });
    }

    #[test]
    fn calls_without_end_are_not_all_remembered() {
        let [mut follower, mut shallow] = [Follower::default(), Follower::default()];
        let step = |name: &str| Step::of(&role(name));
        let call = |follower: &mut Follower| {
            let names = ["07", "00", "00", "00", "call_commit"];
            names.iter().for_each(|name| follower.follow(step(name)));
        };
        let back = |follower: &mut Follower| follower.follow(step("return_commit"));
        (0..REMEMBERED_CALLS + 5).for_each(|_| call(&mut follower));
        assert_eq!(follower.calls.len(), REMEMBERED_CALLS);
        (0..REMEMBERED_CALLS + 4).for_each(|_| back(&mut follower));
        call(&mut shallow);
        assert_eq!(follower.place().calls, shallow.place().calls);
    }

    #[test]
    fn room_for_locals_is_no_call() {
        let room = "branch_taken 00 00 00 00 call_commit";
        let call = "branch_taken 05 00 00 00 call_commit";
        let inside = place(&format!("{{ }} {room} {call}"));
        assert_eq!(inside, Place { instruction: 7, calls: vec![1] });
        let no_more = "branch_taken 00 00 00 00 return_commit";
        let after = place(&format!("{{ }} {room} {no_more}"));
        assert_eq!(after, Place { instruction: 2, calls: vec![] });
    }
}
