//! Formats of printf and its relatives: which compile, which are refused, what is written. What they
//! write of every conversion is compared with the host in the tests of whole programs.

use super::*;

/// A program that makes a call.
fn program(call: &str) -> String {
    format!("#include <tvm.h>\nint main(void) {{ int n; (void)n; {call}; return 0; }}\n")
}

#[test]
fn conversions_that_are_not_there_do_not_compile() {
    if !has_clang() {
        return;
    }
    // Those that clang knows, with arguments of the right types.
    for (format, arguments) in [
        ("%n", ", &n"),
        ("a%%%d %-8ls", ", 1, L\"a\""),
        ("%lc", ", L'a'"),
        ("%S", ", L\"a\""),
        ("%Lf", ", 1.0L"),
        ("%1$d", ", 1"),
        ("%-10.3La", ", 1.0L"),
    ] {
        refused(&program(&format!("printf(\"{format}\"{arguments})")), &["tvm.h has %d %i"]);
        let call = format!("char t[9]; snprintf(t, sizeof t, \"{format}\"{arguments})");
        refused(&program(&call), &["tvm.h has %d %i"]);
    }
    refused(&program(r#"printf("%y", 1)"#), &["%y"]);
    refused(&program(r#"printf("%d %d", 1)"#), &["more '%' conversions"]);
    refused(&program(r#"sscanf("1", "%5d", &n)"#), &["sscanf of tvm.h"]);
}

#[test]
fn arguments_of_other_types_are_warned_of() {
    if !has_clang() {
        return;
    }
    for (call, types) in [
        (r#"printf("%lld", 1)"#, ["'long long'", "'int'"]),
        (r#"printf("%5.2f", 1)"#, ["'double'", "'int'"]),
        (r#"printf("%d", 1.0)"#, ["'int'", "'double'"]),
        (r#"char t[9]; sprintf(t, "%s", 1)"#, ["'char *'", "'int'"]),
    ] {
        let module = compile_text(&program(call), &CompileOptions::default()).unwrap();
        assert!(types.iter().all(|name| module.warnings.contains(name)), "{}", module.warnings);
    }
}

/// At run time, where the format is not known before.
#[test]
fn conversions_that_are_not_there_end_a_program_and_are_named() {
    if !has_clang() {
        return;
    }
    for (format, named) in
        [("a%5.2yb", "%5.2y"), ("a%ls", "%ls"), ("a%-3Lf", "%-3L"), ("a%hn", "%hn"), ("a%", "%")]
    {
        let call = format!(r#"static char f[] = "{format}"; printf(f + tvm_opaque(0), 1ll)"#);
        let outcome = run(&program(&call));
        let expected = format!("a\nprintf of tvm.h has no {named}\n");
        assert_eq!(String::from_utf8_lossy(&outcome.output), expected);
        assert!(!outcome.ended);
    }
}

#[test]
fn a_percent_sign_is_no_conversion() {
    if !has_clang() {
        return;
    }
    assert_writes(
        &program(r#"printf("%d%% yes, 5%% fine, %%%%%d%%%%.\n", 3, 4)"#),
        "3% yes, 5% fine, %%4%%.\n",
    );
}

#[test]
fn floating_point_is_printed_from_any_format() {
    if !has_clang() {
        return;
    }
    // The arguments are constants, so that they are moved as integers.
    let calls = r#"
        printf("%5.2f|%e|%g|%a|", 2.675, 1e300, 5e-324, 1.0);
        static char format[] = "%+.0f|%d|%G|%s|";
        printf(format + tvm_opaque(0), -2.5, 7, 1e-7, "text");
        printf("%f, %f, %f, %f, %f, %f, %f, %f, %f, and a text that is so long that nothing of "
               "what comes behind it can be seen: %.1f %05d\n", 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0,
               8.0, 9.0, 0.25, 42)"#;
    assert_writes(
        &program(calls),
        " 2.67|1.000000e+300|4.94066e-324|0x1p+0|-2|7|1E-07|text|1.000000, 2.000000, 3.000000, \
         4.000000, 5.000000, 6.000000, 7.000000, 8.000000, 9.000000, and a text that is so long \
         that nothing of what comes behind it can be seen: 0.2 00042\n",
    );
}

/// The functions of a module, by their names.
fn functions(text: &str) -> Vec<String> {
    let module = compile_text(text, &CompileOptions::default()).unwrap();
    let program = tvm_program::wasm::compile(&module.bytes, &sets::full()).unwrap();
    program.functions.into_iter().map(|function| function.name).collect()
}

#[test]
fn only_a_program_that_prints_floating_point_has_what_that_takes() {
    if !has_clang() {
        return;
    }
    let prints = |call: &str| functions(&program(call)).contains(&"tvm_floating_text".to_owned());
    assert!(prints(r#"printf("%.3f\n", 1.5)"#));
    for call in [
        r#"puts("%f")"#,
        r#"printf("100%% full: %d\n", 1)"#,
        r#"printf("%-+9.5lld %s\n", 1ll, "%f")"#,
        r#"char t[30]; snprintf(t, sizeof t, "%5d of 100%% e", 1); sprintf(t, "%s", "a"); puts(t)"#,
    ] {
        assert!(!prints(call), "{call}");
    }
}

#[test]
fn text_is_written_to_memory_as_far_as_there_is_room() {
    if !has_clang() {
        return;
    }
    assert_writes(
        r#"#include "tvm.h"
        static int list(char *to, size_t size, const char *format, ...) {
            va_list arguments;
            va_start(arguments, format);
            int length = vsnprintf(to, size, format, arguments);
            va_end(arguments);
            return length;
        }
        static void show(const char *format, ...) {
            va_list arguments;
            va_start(arguments, format);
            vprintf(format, arguments);
            va_end(arguments);
        }
        int main(void) {
            char text[12] = "...........";
            printf("%d ", snprintf(text, 5, "%d-%s", 123, "abc"));
            printf("%s %c\n", text, text[5]);
            printf("%d ", snprintf(0, 0, "%.3f|", 1.5));
            printf("%d ", snprintf(text, 1, "%x", 255));
            printf("[%s]\n", text);
            printf("%d %s\n", sprintf(text, "%08.3f", -1.25), text);
            printf("%d %s\n", list(text, sizeof text, "%s %s", "longer", "than that"), text);
            show("%d %s %.1f\n", 1, "two", 3.0);
            return 0;
        }"#,
        "7 123- .\n6 2 []\n8 -001.250\n16 longer than\n1 two 3.0\n",
    );
}

/// Numbers as text, and as what they are nearest to.
const NUMBERS: [&str; 12] = [
    "0.1",
    "-2.5e-3",
    "9007199254740993",
    "9007199254740992.99999999999999999999",
    "1.7976931348623157e308",
    "1.7976931348623159e308",
    "2.2250738585072011e-308",
    "2.4703282292062328e-324",
    "2.4703282292062327e-324",
    "123456789012345678901234567890e-40",
    "0.000000000000000000000000000000000000000000000000000000000000000001e70",
    "-0",
];

/// The bits of what strtod reads are those of what Rust reads.
#[test]
fn numbers_are_read_as_by_rust() {
    if !has_clang() {
        return;
    }
    let texts = NUMBERS.map(|text| format!("\"{text} rest\"")).join(", ");
    let module = compile_text(
        &format!(
            r#"#include "tvm.h"
            static const char *const texts[] = {{ {texts} }};
            int main(void) {{
                for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {{
                    union {{ double number; unsigned long long bits; }} read;
                    char *end;
                    read.number = strtod(texts[i], &end);
                    printf("%016llx%s\n", read.bits, end);
                }}
                return 0;
            }}"#
        ),
        &CompileOptions::default(),
    );
    let expected: String = NUMBERS
        .iter()
        .map(|text| format!("{:016x} rest\n", text.parse::<f64>().unwrap().to_bits()))
        .collect();
    let outcome = by_wasmi(&module.unwrap().bytes, b"");
    assert_eq!(String::from_utf8_lossy(&outcome.output), expected);
}
