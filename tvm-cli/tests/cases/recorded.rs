//! Recorded runs of programs with a host: executed again without it, compared by every command that looks at a run, and
//! refused where they are not what a run of the program is.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use super::hosts::{with_input, workplace};
use crate::commands::{stderr, stdout};

#[test]
fn a_recorded_sequence_is_executed_again() {
    let place = workplace();
    let mut run = place.tvm("run program.wat --dir inside --record tokens.txt -q -- file");
    assert_eq!(with_input(&mut run, "").status.code(), Some(2));
    fs::remove_file(place.path("inside/file")).unwrap();
    let output = place.tvm("replay tokens.txt").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("generated tokens are the same"), "{}", stderr(&output));
    let recorded = fs::read_to_string(place.path("tokens.txt")).unwrap();
    let specialised = place.tvm("specialise program.wat -o program.tvm").output().unwrap();
    assert!(specialised.status.success(), "{}", stderr(&specialised));
    let mut run = place.tvm("run --model program.tvm --record again.txt -q file");
    assert_eq!(with_input(&mut run, "").status.code(), Some(100 + 8));
    let output = place.tvm("replay again.txt --model program.tvm -q").output().unwrap();
    assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(0)));
    // A host can say anything, but the model says the rest.
    let position = recorded.find(" await ").unwrap();
    let (before, after) = recorded.split_at(position);
    let changed = format!("{}{}", before.replacen(" request ", " branch_taken ", 1), after);
    fs::write(place.path("halts.wat"), r#"(module (func (export "_start")))"#).unwrap();
    let halts = place.tvm("run halts.wat --record halts.txt -q").output().unwrap();
    assert!(halts.status.success(), "{}", stderr(&halts));
    let halted = fs::read_to_string(place.path("halts.txt")).unwrap();
    let long = format!("`{}…` is no token of the model", "x".repeat(100));
    for (text, message) in [
        (&format!("{halted} 00"), "the program has ended before it"),
        (&recorded.replacen("} ", &format!("}} {} ", "x".repeat(100_000)), 1), long.as_str()),
        (&changed, "and the model generates"),
        (&recorded.replacen("} ", "} nonsense ", 1), "`nonsense` is no token of the model"),
        (&format!("{before} await 00 00"), "the sequence ends here"),
        (&"i32.const".to_owned(), "begins with `{`"),
        (&String::new(), "the sequence ends here"),
    ] {
        fs::write(place.path("wrong.txt"), text).unwrap();
        let output = place.tvm("replay wrong.txt").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(stderr(&output).contains(message), "{message}: {}", stderr(&output));
    }
}

/// The words of a file.
fn words(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().split_whitespace().map(str::to_owned).collect()
}

#[test]
fn a_recorded_run_is_verified_traced_and_explained() {
    let place = workplace();
    let run = "run program.wat --dir inside --input given -q --record tokens.txt -- file";
    assert_eq!(place.tvm(run).output().unwrap().status.code(), Some(2));
    let specialise = place.tvm("specialise program.wat -o program.tvm").status().unwrap();
    assert!(specialise.success());
    let run = "run --model program.tvm --dir inside --input given -q --record special.txt file";
    assert_eq!(place.tvm(run).output().unwrap().status.code(), Some(2));
    let invoke = "run library.wat --invoke add -q --record invoked.txt 1 2";
    assert!(place.tvm(invoke).output().unwrap().status.success());
    fs::remove_file(place.path("inside/file")).unwrap();
    for what in [
        "--replay tokens.txt",
        "program.wat --replay tokens.txt",
        "program.wat --replay special.txt",
        "library.wat --replay invoked.txt",
        "library.wat --invoke add 1 2",
        "program.wat --dir inside --input given file",
    ] {
        let output = place.tvm(&format!("verify {what} --slow-tokens 30 --json")).output().unwrap();
        assert!(output.status.success(), "{what}: {}", stderr(&output));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (&report["agree"], report["results"].as_array().unwrap().len()),
            (&true.into(), 15)
        );
        assert!(report["results"][0]["tokens"].as_u64().unwrap() > 100, "{what}: {report}");
    }
    let (recorded, special) = (words(&place.path("tokens.txt")), words(&place.path("special.txt")));
    // The same run by the universal model has the program in its prompt.
    let prompt = recorded.iter().position(|word| word == "}").unwrap() + 1;
    let long = [&recorded[..prompt], &special[2..]].concat();
    for (command, expected) in [
        ("trace --replay tokens.txt --tokens", &recorded),
        ("trace program.wat --replay special.txt --tokens", &long),
    ] {
        let output = place.tvm(command).output().unwrap();
        assert!(output.status.success(), "{command}: {}", stderr(&output));
        let text = stdout(&output);
        let found: Vec<&str> =
            text.lines().skip(1).map(|line| line.split_whitespace().last().unwrap()).collect();
        assert!(found == *expected, "{command}");
    }
    let output = place.tvm("trace program.wat --replay tokens.txt --function _start").output();
    let traced = stdout(&output.unwrap());
    assert!(traced.contains("host.request") && traced.contains("_start"), "{traced}");
    for (command, expected) in [
        ("eval --replay tokens.txt", &recorded),
        ("eval program.wat --replay special.txt", &long),
        ("reference --replay tokens.txt", &recorded),
        ("reference program.wat --replay special.txt", &long),
    ] {
        let output = place.tvm(&format!("{command} -q --trace again.txt")).output().unwrap();
        assert!(output.status.success(), "{command}: {}", stderr(&output));
        assert!(words(&place.path("again.txt")) == *expected, "{command}");
    }
    for (command, words) in [
        ("explain --replay tokens.txt", &recorded),
        ("explain --model program.tvm --replay special.txt", &special),
    ] {
        // A byte of the host, far from the prompt.
        let position = words.len() - 30;
        let output = place.tvm(&format!("{command} {position}")).output().unwrap();
        let expected = format!("position {position}: `{}`", words[position]);
        assert!(stdout(&output).starts_with(&expected), "{command}: {}", stderr(&output));
    }
}

#[test]
fn what_is_no_recorded_run_of_the_program_is_said() {
    let place = workplace();
    let run = "run program.wat --input given -q --record tokens.txt -- some arguments";
    assert_eq!(place.tvm(run).output().unwrap().status.code(), Some(100 + 8));
    let recorded = fs::read_to_string(place.path("tokens.txt")).unwrap();
    let run = "run echo.wat -q --input x --record ended.txt";
    assert!(place.tvm(run).output().unwrap().status.success());
    let ended = fs::read_to_string(place.path("ended.txt")).unwrap();
    let (before, answers) = recorded.split_at(recorded.find(" await ").unwrap());
    let three = answers.replacen(" 03 00 00 00 ", " 02 00 00 00 ", 1);
    assert_ne!(three, answers);
    for (name, text) in [
        ("answer.txt", before.to_owned() + &three),
        ("generated.txt", before.to_owned() + &answers.replacen("request", "branch_taken", 1)),
        ("short.txt", format!("{before} await 01 02")),
        ("long.txt", before.to_owned() + &answers.replacen(" await ", " await 00 ", 1)),
        ("special.txt", "{ } await".to_owned()),
        ("more.txt", ended + " 00"),
    ] {
        fs::write(place.path(name), text).unwrap();
    }
    for (command, status, message) in [
        ("verify --replay answer.txt", 1, "in the run with the host, and the reference generates"),
        ("verify --replay generated.txt", 1, "is `branch_taken` in the run with the host"),
        ("verify --replay more.txt", 1, "and the reference has ended before it"),
        ("replay more.txt", 1, "the program has ended before it"),
        ("trace --replay more.txt", 1, "the program has ended before it"),
        ("trace --replay generated.txt", 1, "and the model generates"),
        ("eval --replay generated.txt -q", 1, "and the model generates"),
        ("reference --replay generated.txt -q", 1, "and the model generates"),
        ("verify --replay short.txt", 1, "the sequence ends here"),
        ("trace --replay short.txt", 1, "the sequence ends here"),
        ("verify --replay long.txt", 1, "the host answers 5 bytes where 4 are awaited"),
        ("verify --replay special.txt", 1, "its program was in the weights: say which PROGRAM"),
        ("verify library.wat --replay tokens.txt", 1, "it is of another program"),
        (
            "verify --replay tokens.txt --dir inside",
            2,
            "with --replay the host is not asked: leave --dir out",
        ),
        ("verify --replay tokens.txt --input x", 2, "cannot be used with"),
        ("verify --replay nowhere.txt", 1, "cannot read `nowhere.txt`"),
        ("trace program.wat", 1, "tvm run --record FILE"),
        ("eval program.wat -q", 1, "tvm run --record FILE"),
        ("verify library.wat --invoke ask", 1, "nobody provides `more`"),
    ] {
        let output = place.tvm(command).output().unwrap();
        let found = stderr(&output);
        assert!(found.contains(message), "{command}: {found}");
        assert_eq!(output.status.code(), Some(status), "{command}");
    }
}

#[test]
fn a_record_that_cannot_be_written_is_a_failure() {
    let place = workplace();
    let (program, flood) = (place.bundle("program"), place.bundle("flood"));
    let output = place.tvm("run program.wat --input x -q --record /dev/full").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("cannot write `/dev/full`"), "{}", stderr(&output));
    // A run without end does not go on in vain.
    for mut command in [
        place.tvm("run flood.wat -q --record /dev/full"),
        place.command(&flood, "--trace /dev/full"),
    ] {
        let output = crate::processes::wait(
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap(),
        );
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        assert!(stderr(&output).contains("cannot write `/dev/full`"), "{}", stderr(&output));
    }
    // Who reads a record need not read all of it.
    assert!(Command::new("mkfifo").arg(place.path("fifo")).status().unwrap().success());
    for mut command in [
        place.tvm("run program.wat --input x -q --record fifo"),
        place.command(&program, "--trace fifo"),
    ] {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        drop(File::open(place.path("fifo")).unwrap());
        let output = crate::processes::wait(child);
        assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(1)), "{command:?}");
        assert!(stdout(&output).starts_with("program"), "{command:?}");
    }
    let before = place.others();
    let output = place.tvm("run program.wat --input x -q --record nowhere/tokens.txt").output();
    assert_eq!(output.unwrap().status.code(), Some(1));
    assert_eq!(place.others(), before);
}

#[test]
fn a_part_of_a_recorded_sequence_is_no_other_run() {
    let place = workplace();
    let run = "run library.wat --invoke add -q --record tokens.txt 1 2";
    assert!(place.tvm(run).output().unwrap().status.success());
    let recorded = words(&place.path("tokens.txt"));
    let prompt = recorded.iter().position(|word| word == "}").unwrap() + 1;
    let is_byte = |word: &str| word.len() == 2 && u8::from_str_radix(word, 16).is_ok();
    let awaits = |word: &String| word == "await";
    let first = recorded.iter().position(awaits).unwrap();
    assert!(is_byte(&recorded[first + 1]));
    let replay = |words: &[String]| {
        fs::write(place.path("part.txt"), words.join(" ")).unwrap();
        let output = place.tvm("replay part.txt").output().unwrap();
        (output.status.code().unwrap(), stderr(&output))
    };
    let part = |length| replay(&recorded[..length]);
    let ends = |said: &str| said.contains("the sequence ends before the program does");
    for length in [0, 1, prompt - 1, first + 2, first + 5] {
        let (status, said) = part(length);
        assert!(status == 1 && said.contains("the sequence ends here"), "{length}: {said}");
    }
    for length in [prompt, first, first + 6, first + 8] {
        let (status, said) = part(length);
        assert!(status == 0 && ends(&said), "{length}: {said}");
    }
    fs::write(place.path("part.txt"), recorded[..prompt + 60].join(" ") + " nonsense").unwrap();
    let output = place.tvm("replay part.txt --max-tokens 40").output().unwrap();
    let said = stderr(&output);
    assert!(said.starts_with("40 generated tokens are the same") && !ends(&said), "{said}");
    for length in [first + 1, recorded.len()] {
        let (status, said) = part(length);
        assert!(status == 0 && !ends(&said), "{length}: {said}");
    }
    let edited = |at: usize, remove: usize, insert: &[&str]| {
        let mut words = recorded.clone();
        words.splice(at..at + remove, insert.iter().map(|&word| word.to_owned()));
        replay(&words)
    };
    let commit = recorded.iter().skip(first).position(|word| word.starts_with("commit")).unwrap();
    for (what, (status, said)) in [
        ("a byte more", edited(first + 1, 0, &["00"])),
        ("a byte less", edited(first + 1, 1, &[])),
        ("another byte", edited(first + 1, 1, &["07"])),
        ("no bytes", edited(first + 1, commit - 1, &[])),
        ("another commit", edited(first + commit, 1, &["commit(-1,sts=0,bt=0)"])),
        ("no answer", edited(first + 1, commit, &[])),
        ("a generated token less", edited(prompt, 1, &[])),
        ("more after the end", edited(recorded.len(), 0, &["00"])),
        (
            "more of the host after the end",
            edited(recorded.len(), 0, &["09", "00", "00", "00", "commit(+1,sts=1,bt=0)", "halt"]),
        ),
    ] {
        assert_eq!(status, 1, "{what}: {said}");
        let is_said = ["and the model generates", "the sequence ends here"];
        assert!(is_said.iter().any(|text| said.contains(text)), "{what}: {said}");
    }
}
