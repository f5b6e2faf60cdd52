//! `tvm xray`: a run in the browser, looked into while it goes on. From a server on this machine, as one file, or as a folder
//! for a web host; and the pages of `tvm bundle --html`, which only run a program. All of it runs in the page.

mod assets;
mod book;
mod examples;
mod host;
mod lines;
mod page;
mod server;

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tvm_core::interface;
use tvm_core::machine::Machine;
use tvm_core::pipeline::specialised;
use tvm_core::toolchain::{self, clang::CompileOptions, compile_source};
use tvm_host::message::tell;
use tvm_host::output_file::{self, Existing};
use tvm_insight::session::HostRecord;
use tvm_model::Model;
use tvm_toolchain::clang::{Entry, Language};
use tvm_toolchain::without_clang;

use crate::arguments::{BundleArguments, XrayArguments};
use crate::execution::{Job, load, name};
use crate::failure::Failure;
use crate::files;
use crate::output::print;
use crate::run::{ModelFile, universal_prompt};
use examples::{EXAMPLES, Example};
use lines::Lines;
use page::{Door, Kind, Page, Program, Source, View};
use server::{Answer, Local};

/// Where the book is on a site.
const BOOK: &str = "book/index.html";
const BOOK_FOLDER: &str = "book";

/// How every file begins that is compressed by gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The kind of a file whose bytes are data.
const BYTES: &str = "application/octet-stream";

/// Programs of so many instructions have a model of their own, which is made within seconds. A longer one is run by the
/// universal model.
const SPECIALISED: usize = 4_000;

pub(crate) fn execute(arguments: &XrayArguments) -> Result<(), Failure> {
    let page = match &arguments.program {
        Some(path) => xray(arguments, path)?,
        None => catalogue(arguments)?,
    };
    if let Some(path) = &arguments.output {
        return files::write(path, page.self_contained().as_bytes());
    }
    if let Some(path) = &arguments.site {
        return write_site(path, Page { book: Some(BOOK), ..page });
    }
    let server = Local::listen(arguments.port, answers(&page));
    let server = server.map_err(|error| Failure::Usage(not_listening(arguments.port, &error)))?;
    let url = server.url();
    print(&format!("{url}\n"))?;
    tell("The page is there until this command ends: Ctrl-C.");
    if !arguments.no_open
        && let Err(error) = open::that_detached(&url)
    {
        tell(format!("No browser was opened ({error}): open the address above."));
    }
    server.serve().map_err(|error| Failure::Usage(format!("the server has failed: {error}")))
}

fn not_listening(port: u16, error: &std::io::Error) -> String {
    match port {
        0 => format!("cannot listen on 127.0.0.1: {error}"),
        port => {
            format!("cannot listen on port {port} of 127.0.0.1: {error}; choose another --port")
        }
    }
}

/// A page of a program that is only run, with the model of the program in it.
pub(crate) fn bundle(arguments: &BundleArguments) -> Result<String, Failure> {
    let machine = arguments.isa.machine();
    let path = &arguments.program;
    let job = load(path, &machine, &arguments.c, Some(&arguments.input))?;
    let title = name(path);
    let model = specialised(&machine, &job.program, &title)?.model;
    if model.description.interface.is_some() {
        let text =
            "the program calls functions of a host, and a page has none: bundle it without --html";
        return Err(Failure::Usage(text.to_owned()));
    }
    let program = Program {
        title: title.clone(),
        kind: Kind::Model,
        data: model.to_bytes(),
        model: None,
        input: job.input,
        source: None,
        lines: Lines::new(),
        about: arguments.about.clone(),
        host: None,
    };
    let programs = vec![program];
    let page = Page { title, view: View::Run, universal: None, programs, book: None };
    Ok(page.self_contained())
}

/// A page of a program with everything that there is to see.
fn xray(arguments: &XrayArguments, path: &Path) -> Result<Page, Failure> {
    let machine = arguments.isa.machine();
    let Job { program, input } = load(path, &machine, &arguments.c, Some(&arguments.input))?;
    let options = arguments.c.options(Entry::Main);
    let data = without_clang(path, &machine.instruction_set(), &options)?;
    let title = name(path);
    let source = source(path)?;
    let model = match program.instructions.len() <= SPECIALISED {
        true => Some(specialised(&machine, &program, &title)?.model),
        false => None,
    };
    let job = Job { program, input };
    let host = recorded(arguments, &machine, (&job, model.as_ref()), path)?;
    let Job { program: _, input } = job;
    let model = model.map(|model| model.to_bytes());
    let lines = match Language::of(path) {
        Some(_) => lines::of(path, &data, &options).unwrap_or_default(),
        None => Lines::new(),
    };
    let (kind, about) = (Kind::Program, None);
    let program =
        Program { title: title.clone(), kind, data, model, input, source, lines, about, host };
    let programs = vec![program];
    let universal = Some(arguments.isa.universal().0);
    Ok(Page { title, view: View::Xray, universal, programs, book: None })
}

/// What the host of a program does, in a run that is made for it; none of a program that needs none.
fn recorded(
    arguments: &XrayArguments,
    machine: &Machine,
    (job, model): (&Job, Option<&Model<'_>>),
    path: &Path,
) -> Result<Option<HostRecord>, Failure> {
    let interface = interface(&job.program, machine);
    if !interface.needs_host() {
        arguments.world.refuse()?;
        return Ok(None);
    }
    let name = path.display().to_string();
    let record = match model {
        Some(model) => {
            let prompt = model.prompt(&job.input)?;
            host::record(arguments, (model, None), (&prompt, &interface), &name)
        }
        None => {
            let file = ModelFile::choose(None, arguments.isa)?;
            let model = file.read()?;
            let prompt = universal_prompt(&model.vocabulary, job, &machine.instruction_set())?;
            host::record(arguments, (&model, file.kernel), (&prompt, &interface), &name)
        }
    };
    record.map(Some)
}

/// A page of all programs of the catalogue.
fn catalogue(arguments: &XrayArguments) -> Result<Page, Failure> {
    let for_one = [
        (arguments.input.input.is_some(), "--input is the input of a program"),
        (arguments.world.given().is_some(), "--dir and --env are for a program"),
        (
            !arguments.c.options(Entry::Main).further.is_empty(),
            "--source, -I, -D and -O are for the source of a program",
        ),
    ];
    if let Some((_, what)) = for_one.into_iter().find(|(is_given, _)| *is_given) {
        let message = format!("{what}: name the program, or leave it out for the catalogue");
        return Err(Failure::Usage(message));
    }
    let machine = arguments.isa.machine();
    let set = machine.instruction_set();
    let program = |example: &Example| {
        let source = toolchain::Source::Wasm(example.module.to_vec());
        let program = compile_source(&source, &set, &CompileOptions::default())?.program;
        let model = specialised(&machine, &program, example.name)?.model;
        Ok(Program {
            title: example.name.to_owned(),
            kind: Kind::Program,
            data: example.module.to_vec(),
            model: Some(model.to_bytes()),
            input: example.input.as_bytes().to_vec(),
            source: Some(Source {
                name: format!("{}.c", example.name),
                text: example.source.to_owned(),
            }),
            lines: Lines::new(),
            about: Some(example.about.to_owned()),
            host: None,
        })
    };
    let programs: Result<Vec<Program>, Failure> = EXAMPLES.iter().map(program).collect();
    let universal = Some(arguments.isa.universal().0);
    Ok(Page {
        title: "transformer-vm".to_owned(),
        view: View::Xray,
        universal,
        programs: programs?,
        book: None,
    })
}

/// The text of a program, unless it is a module.
fn source(path: &Path) -> Result<Option<Source>, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = String::from_utf8(files::read(path)?).ok();
    Ok(text.filter(|text| !text.starts_with('\0')).map(|text| Source { name, text }))
}

fn answers(page: &Page) -> Vec<Answer> {
    let answer = |path: &str, kind, bytes: &[u8]| Answer {
        path: path.to_owned(),
        kind,
        bytes: bytes.to_vec(),
    };
    let html = page.beside_files(Door::Server);
    let mut answers = vec![answer("", "text/html; charset=utf-8", html.as_bytes())];
    answers.extend(assets::APP.map(|(name, kind, text)| answer(name, kind, text.as_bytes())));
    answers.extend(page.data().iter().map(|file| answer(&file.name, BYTES, file.bytes)));
    answers
}

/// Writes the page with its files and the book to a folder. What the page loads is compressed, since not every web host does
/// that.
fn write_site(path: &Path, page: Page) -> Result<(), Failure> {
    let mut all = vec![("index.html".to_owned(), page.beside_files(Door::Site).into_bytes())];
    all.extend(assets::APP.map(|(name, _, text)| (name.to_owned(), text.as_bytes().to_vec())));
    all.extend(page.data().into_iter().map(|file| (file.name, compressed(file.bytes))));
    let book = book::files().into_iter();
    all.extend(book.map(|(name, bytes)| (format!("{BOOK_FOLDER}/{name}"), bytes)));
    let all = all.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    Ok(output_file::write_folder(path, all, Existing::Refuse)?)
}

/// Bytes as gzip, which the app recognises; those that are it already stay as they are.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    if bytes.starts_with(&GZIP) {
        return bytes.to_vec();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("a list takes all bytes")
}
