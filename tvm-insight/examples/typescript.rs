//! Prints the types of what sessions answer, for TypeScript.

fn main() {
    print!("{}", tvm_insight::session::typescript());
}
