//! Lines of the source of a program in C: from what clang writes for debuggers, in the format DWARF, section 6.2.
//!
//! The program is compiled once more with that information. The lines are taken only if the code is the same, byte for byte, as
//! that of the module that is shown.

use std::borrow::Cow;
use std::num::NonZeroU64;
use std::ops::Range;
use std::path::Path;

use gimli::{
    AttributeValue, Dwarf, EndianSlice, LineProgramHeader, LittleEndian, Reader, SectionId, Unit,
};
use tvm_core::toolchain::clang::{self, CompileOptions};
use wasmparser::{Parser, Payload};

/// From each place of the code on the line that it is of, in order; line 0 is none. Places count bytes from the beginning of
/// the section of the code.
pub(super) type Lines = Vec<(u32, u32)>;

/// The lines of the file of a program, if clang is here and makes the same code.
pub(super) fn of(path: &Path, module: &[u8], options: &CompileOptions) -> Option<Lines> {
    let options = CompileOptions { debug_information: true, ..options.clone() };
    let debugged = clang::compile(path, &options).ok()?.bytes;
    (code(&debugged)? == code(module)?).then(|| read(&debugged, path).ok()).flatten()
}

/// The section of the code.
fn code(module: &[u8]) -> Option<&[u8]> {
    Parser::new(0).parse_all(module).map_while(Result::ok).find_map(|payload| match payload {
        Payload::CodeSectionStart { unchecked_range, .. } => {
            module.get(unchecked_range.start as usize..unchecked_range.end as usize)
        }
        _ => None,
    })
}

fn read(module: &[u8], path: &Path) -> Result<Lines, gimli::Error> {
    let sections: Vec<(String, &[u8])> = Parser::new(0)
        .parse_all(module)
        .map_while(Result::ok)
        .filter_map(|payload| match payload {
            Payload::CustomSection(section) => Some((section.name().to_owned(), section.data())),
            _ => None,
        })
        .collect();
    let section = |id: SectionId| -> Result<EndianSlice<'_, LittleEndian>, gimli::Error> {
        let found = sections.iter().find(|(name, _)| name == id.name());
        Ok(EndianSlice::new(found.map_or(&[][..], |(_, data)| data), LittleEndian))
    };
    let dwarf = Dwarf::load(section)?;
    let mut lines = Lines::new();
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        add(&dwarf, &dwarf.unit(header)?, path, &mut lines)?;
    }
    // Of one place the last row counts, but for the end of a sequence where another begins.
    lines.sort_by_key(|(address, _)| *address);
    lines.dedup_by(|next, before| {
        let is_same = next.0 == before.0;
        if is_same && next.1 != 0 {
            before.1 = next.1;
        }
        is_same
    });
    lines.dedup_by_key(|(_, line)| *line);
    Ok(lines)
}

/// The code of an inlined function: where it is, and the line that calls it.
struct Inlined {
    range: Range<u64>,
    line: u64,
}

/// Adds the lines of a unit. What was inlined from another file is of the line that calls it.
fn add<R: Reader>(
    dwarf: &Dwarf<R>,
    unit: &Unit<R>,
    path: &Path,
    lines: &mut Lines,
) -> Result<(), gimli::Error> {
    let Some(program) = unit.line_program.clone() else { return Ok(()) };
    let is_own = |index: u64| is_file(dwarf, unit, program.header(), index, path);
    let inlined = inlined(dwarf, unit, &is_own)?;
    let calling = |address: u64| {
        // The innermost comes last.
        let around = inlined.iter().rev().find(|inlined| inlined.range.contains(&address));
        around.map_or(0, |inlined| inlined.line)
    };
    let mut rows = program.clone().rows();
    while let Some((_, row)) = rows.next_row()? {
        let line = match (row.end_sequence(), is_own(row.file_index())) {
            (true, _) => 0,
            (false, true) => row.line().map_or(0, NonZeroU64::get),
            (false, false) => calling(row.address()),
        };
        let number = |number: u64| u32::try_from(number).unwrap_or(0);
        lines.push((number(row.address()), number(line)));
    }
    Ok(())
}

/// The functions that were inlined where the file of the program calls them, each before those within it.
fn inlined<R: Reader>(
    dwarf: &Dwarf<R>,
    unit: &Unit<R>,
    is_own: &impl Fn(u64) -> bool,
) -> Result<Vec<Inlined>, gimli::Error> {
    let mut found = Vec::new();
    let mut entries = unit.entries();
    while let Some(entry) = entries.next_dfs()? {
        if entry.tag() != gimli::DW_TAG_inlined_subroutine {
            continue;
        }
        let file = match entry.attr_value(gimli::DW_AT_call_file) {
            Some(AttributeValue::FileIndex(file)) => file,
            _ => continue,
        };
        let line = entry.attr(gimli::DW_AT_call_line).and_then(|line| line.udata_value());
        let Some(line) = line.filter(|_| is_own(file)) else { continue };
        let mut ranges = dwarf.die_ranges(unit, entry)?;
        while let Some(range) = ranges.next()? {
            found.push(Inlined { range: range.begin..range.end, line });
        }
    }
    Ok(found)
}

/// Is a file of a line program the file of the program? Its name decides: folders may be written in several ways.
fn is_file<R: Reader>(
    dwarf: &Dwarf<R>,
    unit: &Unit<R>,
    header: &LineProgramHeader<R>,
    index: u64,
    path: &Path,
) -> bool {
    let name = header.file(index).and_then(|file| dwarf.attr_string(unit, file.path_name()).ok());
    let text = name.as_ref().and_then(|name| name.to_string_lossy().ok());
    let text: Option<Cow<'_, str>> = text;
    text.is_some_and(|text| Path::new(&*text).file_name() == path.file_name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tvm_test_support::tools;

    #[test]
    fn every_statement_has_its_line() {
        if !tools::is_here("clang", clang::find(&CompileOptions::default()).is_ok()) {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.c");
        let text = "#include <tvm.h>\nint main(void) {\n  putchar('a');\n  putchar('b');\n\n  putchar('c');\n  return 0;\n}\n";
        fs::write(&path, text).unwrap();
        let options = CompileOptions::default();
        let module = clang::compile(&path, &options).unwrap().bytes;
        let lines = of(&path, &module, &options).unwrap();
        for line in [3, 4, 6] {
            assert!(lines.iter().any(|(_, of)| *of == line), "{lines:?}");
        }
        assert!(lines.is_sorted_by(|one, next| one.0 < next.0));
        // Another module has no lines of this file.
        fs::write(&path, text.replace("'b'", "'x' + tvm_opaque(1)")).unwrap();
        assert_eq!(of(&path, &module, &options), None);
    }
}
