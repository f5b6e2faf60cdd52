//! What a comparison came to, as a table or as JSON.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::print;

/// What a candidate said.
pub(super) struct Row {
    pub(super) model: &'static str,
    pub(super) candidate: &'static str,
    pub(super) scope: Scope,
    /// How many tokens were compared.
    pub(super) tokens: usize,
    /// Of how many.
    pub(super) of: usize,
    pub(super) seconds: f64,
    pub(super) difference: Option<Difference>,
}

/// Which tokens are compared, and with whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Generated tokens, with the reference.
    Generated,
    /// What is answered inside a prompt that is too long for a slow candidate, with the plan.
    Prompt,
}

impl Scope {
    /// Whose tokens are expected.
    fn expected_by(self) -> &'static str {
        match self {
            Scope::Generated => "the reference",
            Scope::Prompt => "the plan",
        }
    }
}

/// The first token that is another.
pub(super) struct Difference {
    pub(super) position: usize,
    pub(super) expected: String,
    pub(super) found: String,
    /// The tokens before it.
    pub(super) before: String,
    pub(super) place: String,
}

/// The rows as they come.
pub(super) struct Report {
    pub(super) json: bool,
    pub(super) rows: Vec<Value>,
    /// What the first difference was.
    pub(super) differs: Option<String>,
}

impl Report {
    pub(super) fn add(&mut self, row: Row) -> Result<(), Failure> {
        if !self.json {
            if self.rows.is_empty() {
                print("model        by             tokens compared    seconds  verdict\n")?;
            }
            print(&text_of(&row))?;
        }
        if let (None, Some(difference)) = (&self.differs, &row.difference) {
            let Difference { position, expected, found, .. } = difference;
            let (by, other) = (row.candidate, row.scope.expected_by());
            self.differs =
                Some(format!("token {position} is `{found}` by {by}, and `{expected}` by {other}"));
        }
        self.rows.push(json_of(&row));
        Ok(())
    }

    pub(super) fn conclude(self) -> Result<(), Failure> {
        if self.json {
            let agree = self.differs.is_none();
            print(&format!("{}\n", json!({ "agree": agree, "results": self.rows })))?;
        }
        self.differs.map_or(Ok(()), |message| Err(Failure::Differs(message)))
    }
}

fn text_of(row: &Row) -> String {
    let Row { model, candidate, scope, tokens, of, seconds, difference } = row;
    let compared = format!("{tokens} of {of}");
    let head = format!("{model:<12} {candidate:<13} {compared:>16} {seconds:>10.3}");
    match difference {
        None if *scope == Scope::Prompt => format!("{head}  equal to the plan inside the prompt\n"),
        None => format!("{head}  equal\n"),
        Some(Difference { position, expected, found, before, place }) => format!(
            "{head}  DIFFERS at token {position}\n  before    {before}\n  expected  {expected}\n  \
             found     {found}\n  in        {place}\n"
        ),
    }
}

fn json_of(row: &Row) -> Value {
    let Row { model, candidate, scope, tokens, of, seconds, difference } = row;
    let difference = difference.as_ref().map(|difference| {
        json!({
            "position": difference.position,
            "expected": difference.expected,
            "found": difference.found,
            "before": difference.before,
            "place": difference.place,
        })
    });
    json!({
        "model": model,
        "by": candidate,
        "compared": match scope {
            Scope::Generated => "generated tokens, with the reference",
            Scope::Prompt => "answers inside the prompt, with the plan",
        },
        "tokens": tokens,
        "of": of,
        "seconds": seconds,
        "difference": difference,
    })
}
