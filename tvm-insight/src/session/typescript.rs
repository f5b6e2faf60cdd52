//! The types of what is written as JSON, for TypeScript.

use ts_rs::{Config, TS};

use super::{
    About, AboutLayer, Answer, ByteKind, ByteScore, ByteScores, Call, Cause, CauseEffect,
    CausePart, Change, Changed, Comparison, Ended, EndedKind, Found, Given, Half, HeadKeys,
    HeadWeights, KeyPoint, Kind, Listed, MachineState, NeuronWeights, Outputs, Part, Parting,
    Progress, Question, ReplAnswer, ReplError, ScoredKey, Seek, SlotUse, TokenKind, TypedValue,
    User, Variable, Wanted, Weight, Why,
};
use crate::execution::{Effect, Step};
use crate::explain;

/// A module of TypeScript with all types.
pub fn typescript() -> String {
    let config = Config::new().with_large_int("number");
    let mut module = "// Made by tvm-web/build; do not edit.\n".to_owned();
    let mut add = |declarations: Vec<String>| {
        for declaration in declarations {
            module += &format!("\nexport {declaration}\n");
        }
    };
    macro_rules! types {
        ($($of:ty),* $(,)?) => { add(vec![$(<$of>::decl(&config)),*]) };
    }
    types!(
        About,
        AboutLayer,
        Part,
        Listed,
        Kind,
        TokenKind,
        Progress,
        Ended,
        EndedKind,
        Step,
        Effect,
        MachineState,
        Call,
        Variable,
        Changed,
        Seek,
        Wanted,
        Found,
        HeadKeys,
        KeyPoint,
        ScoredKey,
        HeadWeights,
        NeuronWeights,
        Weight,
        SlotUse,
        User,
        Half,
        ByteScores,
        ByteKind,
        ByteScore,
        Change,
        Comparison,
        Parting,
        Outputs,
        ReplAnswer,
        ReplError,
        TypedValue,
        Question,
        Why,
        Answer,
        Given,
        Cause,
        CauseEffect,
        CausePart
    );
    add(explain::declarations(&config));
    module
}
