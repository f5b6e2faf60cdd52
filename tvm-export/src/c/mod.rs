//! One file of C99: the code of `runtime.c`, then the numbers of the model.
//!
//! The program adds every sum in the order of the definition, so that it needs no bounds, and compares scores as 64-bit
//! integers. It ends with an error where a coordinate is so large that a score might not fit, and gives no token then.

mod heads;
mod numbers;

use std::fmt::Write as _;

use tvm_model::Model;

use heads::Caches;
use numbers::Numbers;

/// The code, which is the same for all models.
const RUNTIME: &str = include_str!("runtime.c");

/// How wide a line of numbers is.
const WIDTH: usize = 120;

/// The program, as the text of its file.
pub fn c(model: &Model) -> String {
    let numbers = Numbers::of(&model.weights);
    let caches = Caches::of(&model.weights);
    let mut text = introduction(model);
    let most = model.weights.layers.iter().map(|layer| layer.attention.selection.len()).max();
    let constants = [
        ("D_MODEL", model.weights.d_model()),
        ("TOKENS", model.weights.tokens()),
        ("LAYERS", model.weights.layers.len()),
        ("PERIOD", model.weights.position_periodic.rows()),
        ("CACHES", caches.shapes.len()),
        ("MOST_HEADS", most.unwrap_or(0).max(1)),
        ("HAS_PROGRAM", model.description.program.is_some().into()),
        ("READS_INPUT", model.description.reads_input.into()),
        ("EMBEDDING", numbers.embedding),
        ("POSITION_LINEAR", numbers.position_linear),
        ("POSITION_PERIODIC", numbers.position_periodic),
        ("UNEMBEDDING", numbers.unembedding),
    ];
    for (name, number) in constants {
        put(&mut text, format_args!("#define {name} {number}\n"));
    }
    text.push('\n');
    text.push_str(RUNTIME);
    text.push_str("\n/* ---- The model. ---- */\n\n");
    list(
        &mut text,
        "const double entries",
        numbers.entries.iter().map(|entry| format!("{entry:?}")),
    );
    list(&mut text, "const unsigned short places", numbers.places.iter().map(u32::to_string));
    list(&mut text, "const int line_ends", numbers.ends.iter().map(usize::to_string));
    let layers = numbers.layers.iter().zip(&caches.layers);
    let layers = layers.map(|(lines, caches)| {
        let fields = lines.iter().chain([&caches.start, &caches.end]);
        format!("{{{}}}", fields.map(usize::to_string).collect::<Vec<_>>().join(","))
    });
    list(&mut text, "const struct layer layers", layers);
    let shapes = caches.shapes.iter().map(|shape| {
        format!("{{{},{},{}}}", shape.kind.name(), shape.members.start, shape.members.end)
    });
    list(&mut text, "const struct shape shapes", shapes);
    list(&mut text, "const int members", caches.members.iter().map(usize::to_string));
    let names = model.vocabulary.names().iter();
    list(&mut text, "const char *const names", names.map(|name| quoted(name)));
    let generable = model.weights.generable.iter().map(|&can| u8::from(can).to_string());
    list(&mut text, "const unsigned char generable", generable);
    let sections = model.description.data.iter().map(|section| {
        let digits = section.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        quoted(&digits)
    });
    list(&mut text, "const char *const data", sections.chain(["NULL".to_string()]));
    text
}

fn introduction(model: &Model) -> String {
    let description = &model.description;
    let what = match &description.program {
        Some(program) => format!("the program `{}`", program.replace("*/", "* /")),
        None => "a universal model, which reads a program as `tvm compile` writes it".to_string(),
    };
    format!(
        "/* A transformer that transformer-vm has made: {what}.\n\n   cc -O2 FILE.c -lm && ./a.out\n\n   \
         An argument is the input of the program, `-` reads it from stdin; of a universal model it is the file with\n   \
         the program. With --tokens before it all tokens are printed instead of what the program writes. */\n\n"
    )
}

/// An array. C has no empty ones.
fn list(text: &mut String, declaration: &str, items: impl Iterator<Item = String>) {
    put(text, format_args!("{declaration}[] = {{\n"));
    let (mut width, mut any) = (0, false);
    for item in items {
        if width > 0 && width + item.len() >= WIDTH {
            text.push('\n');
            width = 0;
        }
        put(text, format_args!("{item},"));
        width += item.len() + 1;
        any = true;
    }
    text.push_str(if any { "\n};\n\n" } else { "0\n};\n\n" });
}

/// A text as C writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | b'?' => put(&mut quoted, format_args!("\\{}", byte as char)),
            0x20..=0x7e => quoted.push(byte as char),
            _ => put(&mut quoted, format_args!("\\{byte:03o}")),
        }
    }
    quoted + "\""
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a string takes everything");
}
