// Made by tvm-web/build; do not edit.

export type About = { 
/**
 * The name of the program.
 */
title: string, 
/**
 * Whether the program is in the weights, or in the prompt of a universal model.
 */
kind: Kind, 
/**
 * The instruction set.
 */
instruction_set: string, 
/**
 * The width of the residual stream.
 */
d_model: number, 
/**
 * The layers in order.
 */
layers: Array<AboutLayer>, 
/**
 * The names of the tokens.
 */
vocabulary: Array<string>, 
/**
 * What each token of the vocabulary means to a run.
 */
token_kinds: Array<TokenKind>, 
/**
 * How many tokens the run begins with that are given.
 */
prompt_length: number, 
/**
 * The instructions of the program; of a program of which only the weights are known, their mnemonics.
 */
instructions: Array<Listed>, 
/**
 * Is the program known, so that there are steps and states?
 */
has_program: boolean, };

export type AboutLayer = { 
/**
 * The names of the heads.
 */
heads: Array<string>, 
/**
 * How many neurons there are.
 */
neurons: number, 
/**
 * Neighbouring neurons that serve one operation.
 */
parts: Array<Part>, };

export type Part = { 
/**
 * The name of the operation.
 */
name: string, 
/**
 * The first neuron.
 */
first: number, 
/**
 * How many there are.
 */
number: number, };

export type Listed = { 
/**
 * The instruction as text.
 */
text: string, 
/**
 * The name of the function that it is in, where functions are known.
 */
function: string | null, 
/**
 * The line of the source that it is made of, where that is known; from 1.
 */
line: number | null, };

export type Kind = "model" | "program";

export type TokenKind = "silent" | "byte" | "next" | "branch" | "call" | "return" | "output" | "await" | "halt" | "trap";

export type Progress = { 
/**
 * Tokens until now, of the prompt too.
 */
tokens: number, 
/**
 * Instructions that were completed.
 */
instructions: number, 
/**
 * Bytes of output.
 */
output_length: number, 
/**
 * About how many bytes the caches of the engine take.
 */
memory: number, 
/**
 * How the run ended, if it has.
 */
ended: Ended | null, };

export type Ended = { 
/**
 * In which way.
 */
kind: EndedKind, 
/**
 * The same in words.
 */
message: string, };

export type EndedKind = "halted" | "trap" | "limit" | "host" | "failed";

export type Step = { 
/**
 * The position of its first token in the whole sequence, prompt included, from 0.
 */
position: number, 
/**
 * How many tokens it took.
 */
tokens: number, 
/**
 * The instruction: its number in the program, from 0.
 */
instruction: number, 
/**
 * The name of the function that it is in, where functions are known.
 */
function: string | null, 
/**
 * The instruction as text.
 */
text: string, 
/**
 * Its operands, in the order in which WebAssembly pushes them.
 */
operands: Array<number | string>, 
/**
 * Where each operand was: it was taken from the stack, or read from a variable. In JSON `"stack"`, `{"local":3}`
 * or `{"global":7}`; of a value of 64 bits, the first of two words.
 */
operand_places: Array<"stack" | { local: number } | { global: number }>, 
/**
 * Its results, in the order in which WebAssembly pushes them.
 */
results: Array<number | string>, 
/**
 * Where each result went, as for operands.
 */
result_places: Array<"stack" | { local: number } | { global: number }>, 
/**
 * How many words of 32 bits are on the stack after it.
 */
stack_depth: number, 
/**
 * How many calls were open when it was executed.
 */
call_depth: number, 
/**
 * What it did beyond taking its operands and putting its results where they go. None if it trapped.
 */
effect: Effect | null, 
/**
 * The byte that it wrote.
 */
output: number | null, 
/**
 * The trap in which the program ended here. Nothing of the instruction was done then.
 */
trap: string | null, 
/**
 * Did the program end here as it should?
 */
halted: boolean, };

export type Effect = { "kind": "load", 
/**
 * The address of the first byte: operand and immediate together.
 */
address: number, 
/**
 * The bytes.
 */
bytes: Array<number>, 
/**
 * The value.
 */
value: number | string, } | { "kind": "store", 
/**
 * The address of the first byte: operand and immediate together.
 */
address: number, 
/**
 * The bytes that are in memory now.
 */
bytes: Array<number>, 
/**
 * The value, of which these are the lowest bytes.
 */
value: number | string, } | { "kind": "local_read", 
/**
 * Which one; of a value of 64 bits, the first of two.
 */
index: number, 
/**
 * Its value.
 */
value: number | string, } | { "kind": "local_written", 
/**
 * Which one; of a value of 64 bits, the first of two.
 */
index: number, 
/**
 * Its value.
 */
value: number | string, } | { "kind": "global_read", 
/**
 * Which one; of a value of 64 bits, the first of two.
 */
index: number, 
/**
 * Its value.
 */
value: number | string, } | { "kind": "global_written", 
/**
 * Which one; of a value of 64 bits, the first of two.
 */
index: number, 
/**
 * Its value.
 */
value: number | string, } | { "kind": "request", 
/**
 * The index of the import; 4294967295 where an export of the program returns.
 */
number: number, } | { "kind": "argument", 
/**
 * The argument.
 */
value: number | string, } | { "kind": "host_written", 
/**
 * The address of the first byte.
 */
address: number, 
/**
 * The bytes.
 */
bytes: Array<number>, } | { "kind": "branch", 
/**
 * Was it taken?
 */
taken: boolean, 
/**
 * The instruction that comes next.
 */
to: number, } | { "kind": "call", 
/**
 * The function's first instruction.
 */
to: number, 
/**
 * Its name. None where it is unknown, and for a call of the next instruction, by which
 * a function of many locals makes room for them.
 */
function: string | null, } | { "kind": "return", 
/**
 * The instruction that comes next.
 */
to: number, 
/**
 * The name of the function that it is in.
 */
function: string | null, } | { "kind": "memory_declared", 
/**
 * Its size in pages of 65,536 bytes.
 */
pages: number, } | { "kind": "memory_size", 
/**
 * The size in pages of 65,536 bytes.
 */
pages: number, } | { "kind": "memory_grown", 
/**
 * Its size before, in pages of 65,536 bytes.
 */
from: number, 
/**
 * Its size now.
 */
to: number, };

export type MachineState = { 
/**
 * The position.
 */
position: number, 
/**
 * The instruction that is under way, or that comes next.
 */
cursor: number, 
/**
 * The name of the function that it is in.
 */
function: string | null, 
/**
 * The position of its first token.
 */
begun: number, 
/**
 * How many instructions were completed.
 */
instructions: number, 
/**
 * How many bytes were written.
 */
output_length: number, 
/**
 * Has the program ended?
 */
ended: boolean, 
/**
 * The calls under way, outermost first.
 */
calls: Array<Call>, 
/**
 * The operand stack, bottom first.
 */
operands: Array<number>, 
/**
 * The locals of the innermost call that were written.
 */
locals: Array<Variable>, 
/**
 * The globals that were written.
 */
globals: Array<Variable>, 
/**
 * The size of memory in pages of 65,536 bytes.
 */
pages: number, 
/**
 * The instruction that the token before the position is of, if it is complete in the run.
 */
step: Step | null, 
/**
 * What that instruction wrote, if it is complete at the position.
 */
changed: Changed, };

export type Call = { 
/**
 * The name of the function that was called.
 */
function: string | null, 
/**
 * The call instruction.
 */
instruction: number, 
/**
 * The first locals of the call that were written.
 */
locals: Array<Variable>, };

export type Variable = { 
/**
 * Which word.
 */
index: number, 
/**
 * What it holds.
 */
value: number, };

export type Changed = { 
/**
 * Words of locals.
 */
locals: Array<number>, 
/**
 * Words of globals.
 */
globals: Array<number>, 
/**
 * The first address in memory, and how many bytes.
 */
memory: [number, number] | null, };

export type Seek = { 
/**
 * Behind the position, or before it?
 */
forward: boolean, } & ({ "kind": "token" } | { "kind": "instruction" } | { "kind": "line" } | { "kind": "call" } | { "kind": "return" } | { "kind": "output" } | { "kind": "trap" } | { "kind": "breakpoint", 
/**
 * The instructions.
 */
instructions: Array<number>, } | { "kind": "write", 
/**
 * The address.
 */
address: number, } | { "kind": "search", 
/**
 * The text.
 */
text: string, });

export type Wanted = { "kind": "token" } | { "kind": "instruction" } | { "kind": "line" } | { "kind": "call" } | { "kind": "return" } | { "kind": "output" } | { "kind": "trap" } | { "kind": "breakpoint", 
/**
 * The instructions.
 */
instructions: Array<number>, } | { "kind": "write", 
/**
 * The address.
 */
address: number, } | { "kind": "search", 
/**
 * The text.
 */
text: string, };

export type Found = { 
/**
 * Where it is, if it was found.
 */
position: number | null, 
/**
 * From where the search goes on; none if all was read.
 */
reached: number | null, };

export type HeadKeys = { 
/**
 * The name of the head.
 */
name: string, 
/**
 * Keys, in order of their positions.
 */
points: Array<KeyPoint>, 
/**
 * How many keys there are in all: one for each position until here.
 */
total: number, 
/**
 * The points on that side of the hull of which queries find points, by their indices, from left to right.
 */
hull: Array<number>, 
/**
 * The query.
 */
query: [number, number], 
/**
 * The key that won; none for a mean.
 */
attended: ScoredKey | null, 
/**
 * The best of the other keys that are kept, the latest of equals.
 */
runner_up: ScoredKey | null, };

export type KeyPoint = { 
/**
 * The first coordinate.
 */
x: number, 
/**
 * The second coordinate.
 */
y: number, 
/**
 * The position that it is of.
 */
position: number, 
/**
 * The token there.
 */
token: string, };

export type ScoredKey = { 
/**
 * Query times key, rounded to a number of JavaScript.
 */
score: number, 
/**
 * The first coordinate.
 */
x: number, 
/**
 * The second coordinate.
 */
y: number, 
/**
 * The position that it is of.
 */
position: number, 
/**
 * The token there.
 */
token: string, };

export type HeadWeights = { 
/**
 * The name of the head.
 */
name: string, 
/**
 * What its query reads.
 */
query: [Array<Weight>, Array<Weight>], 
/**
 * What its key reads.
 */
key: [Array<Weight>, Array<Weight>], 
/**
 * What its values read.
 */
value: [Array<Weight>, Array<Weight>], 
/**
 * What it writes.
 */
output: [Array<Weight>, Array<Weight>], };

export type NeuronWeights = { 
/**
 * The name of the neuron.
 */
name: string, 
/**
 * What its gate reads.
 */
gate: Array<Weight>, 
/**
 * What its value reads.
 */
value: Array<Weight>, 
/**
 * What it writes, for each unit of gate times value.
 */
output: Array<Weight>, };

export type Weight = { 
/**
 * The slot.
 */
slot: number, 
/**
 * The value that the slot holds there.
 */
name: string, 
/**
 * The weight.
 */
weight: number, };

export type SlotUse = { 
/**
 * The name of the value.
 */
name: string, 
/**
 * The first boundary at which it lives.
 */
first: number, 
/**
 * The boundary after the last at which it lives.
 */
end: number, 
/**
 * Who writes it.
 */
written: Array<User>, 
/**
 * Who reads it.
 */
read: Array<User>, };

export type User = { 
/**
 * The layer; for the embedding the first, for the unembedding the last.
 */
layer: number, 
/**
 * Which half of the layer.
 */
half: Half, 
/**
 * The head, or the first of the neurons that use it; none for the embedding and the unembedding.
 */
index: number | null, 
/**
 * The name of the head or of the operation.
 */
name: string, };

export type Half = "embedding" | "attention" | "feed_forward" | "unembedding";

export type ByteScores = { 
/**
 * Which tokens.
 */
kind: ByteKind, 
/**
 * Their scores, by byte.
 */
bytes: Array<ByteScore>, };

export type ByteKind = "byte" | "output";

export type ByteScore = { 
/**
 * The byte that it stands for.
 */
byte: number, 
/**
 * Its name.
 */
token: string, 
/**
 * Its score.
 */
score: number, };

export type Change = { "kind": "neuron", 
/**
 * Its layer.
 */
layer: number, 
/**
 * Its number in the layer.
 */
index: number, 
/**
 * The product.
 */
value: number, } | { "kind": "head", 
/**
 * Its layer.
 */
layer: number, 
/**
 * Its number in the layer.
 */
index: number, 
/**
 * The values.
 */
value: number, } | { "kind": "weight", 
/**
 * The layer; of no account for a matrix that is in none.
 */
layer: number, 
/**
 * The matrix, such as `attention.query`, `feed_forward.gate` or `unembedding`.
 */
matrix: string, 
/**
 * The row.
 */
row: number, 
/**
 * The column.
 */
column: number, 
/**
 * The weight.
 */
value: number, };

export type Comparison = { 
/**
 * How many tokens the changed run has.
 */
reached: number, 
/**
 * The first position at which the tokens differ.
 */
difference: Parting | null, 
/**
 * How the changed run ended, if it has.
 */
ended: Ended | null, 
/**
 * What both have written.
 */
output: Outputs, };

export type Parting = { 
/**
 * The position.
 */
position: number, 
/**
 * The token of the true run; none after its end.
 */
expected: string | null, 
/**
 * The token of the changed one; none after its end.
 */
got: string | null, };

export type Outputs = { 
/**
 * The true one.
 */
expected: Array<number>, 
/**
 * The changed one.
 */
got: Array<number>, };

export type ReplAnswer = { 
/**
 * Was the line kept?
 */
ok: boolean, 
/**
 * Why not.
 */
error: ReplError | null, 
/**
 * The stack after the last line that was kept, bottom first.
 */
stack: Array<TypedValue>, 
/**
 * The instructions that the last line executed.
 */
steps: Array<Step>, 
/**
 * How many tokens the sequence has.
 */
tokens: number, 
/**
 * What the program has written.
 */
output: Array<number>, };

export type ReplError = { 
/**
 * What is wrong.
 */
message: string, 
/**
 * The line in what was typed last, from 1; none where only the run says what is wrong.
 */
line: number | null, 
/**
 * The column, from 1.
 */
column: number | null, };

export type TypedValue = { 
/**
 * The type as WebAssembly writes it.
 */
type: string, 
/**
 * The value.
 */
value: number | string, };

export type Question = { "kind": "token", 
/**
 * The position.
 */
position: number, } | { "kind": "value", 
/**
 * The position.
 */
position: number, 
/**
 * The layer.
 */
layer: number, 
/**
 * The head.
 */
head: number, 
/**
 * Which of the two: 0 or 1.
 */
value: number, };

export type Why = { 
/**
 * What was asked.
 */
question: Question, 
/**
 * The token, or the value.
 */
answer: Answer, 
/**
 * The position of the forward pass in which it came about; none if the token was given.
 */
pass: number | null, 
/**
 * Where a token is from that was given.
 */
given: Given | null, 
/**
 * What changes the answer, from the first layer to the last.
 */
causes: Array<Cause>, 
/**
 * The cause, by its index, that leads on to where the token or the value is from.
 */
main: number | null, };

export type Answer = { "kind": "token", 
/**
 * Its name.
 */
name: string, } | { "kind": "value", 
/**
 * The number.
 */
number: number, };

export type Given = { "kind": "input", 
/**
 * Which, from 0.
 */
byte: number, } | { "kind": "program" } | { "kind": "host" };

export type Cause = { 
/**
 * Which part.
 */
part: CausePart, 
/**
 * The name of the head or the operation, or of the token that is read.
 */
name: string, 
/**
 * How the part was changed, in words.
 */
change: string, 
/**
 * What the answer is with the change.
 */
otherwise: Answer, 
/**
 * What the part has to do with the answer.
 */
effect: CauseEffect, 
/**
 * Where to go on.
 */
next: Question | null, };

export type CauseEffect = "decides" | "shapes" | "carries";

export type CausePart = { "kind": "read" } | { "kind": "head", 
/**
 * The layer.
 */
layer: number, 
/**
 * The head.
 */
index: number, 
/**
 * The position that it attended to; none for a mean.
 */
attended: number | null, } | { "kind": "neurons", 
/**
 * The layer.
 */
layer: number, 
/**
 * The first of them.
 */
first: number, 
/**
 * How many there are.
 */
number: number, };

export type Explanation = { position: number, token: string, 
/**
 * What the embedding sets.
 */
embedding: Stream, layers: Array<LayerView>, top: Array<ScoredView>, };

export type LayerView = { attention: AttentionView, feed_forward: FeedForwardView, };

export type AttentionView = { heads: Array<HeadView>, 
/**
 * The values that are stored there.
 */
values: Array<ValueView>, 
/**
 * How many slots hold something other than 0 that is no longer read.
 */
left_over: number, residual: Array<number>, };

export type FeedForwardView = { neurons: number, active: Array<NeuronView>, 
/**
 * The values that are stored there.
 */
values: Array<ValueView>, 
/**
 * How many slots hold something other than 0 that is no longer read.
 */
left_over: number, residual: Array<number>, };

export type Stream = { 
/**
 * The values that are stored there.
 */
values: Array<ValueView>, 
/**
 * How many slots hold something other than 0 that is no longer read.
 */
left_over: number, residual: Array<number>, };

export type ValueView = { name: string, slot: number, 
/**
 * Without the bias.
 */
value: number, 
/**
 * What the slot holds in addition.
 */
bias?: number, 
/**
 * Whether it is new here, or the slot holds another number than at the boundary before.
 */
written: boolean, };

export type HeadView = { name: string, kind: "latest" | "mean", has_key: boolean, query: [number, number], key: [number, number], attended: AttendedView | null, fetched: [number, number], writes: Array<WriteView>, };

export type AttendedView = { position: number, token: string, };

export type NeuronView = { name: string, neuron: number, gate: number, value: number, product: number, writes: Array<WriteView>, };

export type WriteView = { 
/**
 * The value that the slot holds after this half-layer.
 */
to: string, slot: number, amount: number, };

export type ScoredView = { token: string, score: number, 
/**
 * How much less it is than the best score.
 */
behind: number, };
