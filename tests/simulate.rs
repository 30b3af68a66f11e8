//! The command `luyue simulate`, run as a separate process.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::standing::support::{comparable, examples};

fn simulate(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_luyue"))
        .arg("simulate")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // The command may end before it has read all of its input, which breaks the pipe.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn printed(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn expected_status(standing: &Value) -> i32 {
    if standing.get("error").is_some() { 2 } else { 0 }
}

/// Covers only a few examples, because starting the program once per example is slow. `--lines` covers all of them.
#[test]
fn a_file_and_standard_input_give_the_same_result() {
    for (name, case, expected) in examples().into_iter().step_by(17) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), case.to_string()).unwrap();
        let from_file = simulate(&[file.path().to_str().unwrap()], b"");
        assert_eq!(from_file.status.code(), Some(expected_status(&expected)), "{name}");
        assert_eq!(comparable(printed(&from_file)), comparable(expected.clone()), "{name}");
        let from_input = simulate(&["-"], case.to_string().as_bytes());
        assert_eq!(from_input.stdout, from_file.stdout, "{name}");
    }
}

#[test]
fn lines_give_every_example_in_order_and_broken_lines_an_error_in_their_place() {
    let mut input = Vec::new();
    let mut expected = Vec::new();
    for (_, case, standing) in examples() {
        writeln!(input, "{case}").unwrap();
        expected.push(comparable(standing));
    }
    input.extend(b"{broken\n\n[]\n\xff\xfe\n");
    expected.extend(vec![json!({"error": {"path": ""}}); 4]);
    // The last line may lack a newline.
    let (_, case, standing) = examples().swap_remove(0);
    input.extend(case.to_string().into_bytes());
    expected.push(comparable(standing));
    let output = simulate(&["--lines", "-"], &input);
    assert_eq!(output.status.code(), Some(0));
    let lines = String::from_utf8(output.stdout).unwrap();
    let found: Vec<Value> = lines.lines().map(|line| comparable(serde_json::from_str(line).unwrap())).collect();
    assert_eq!(found.len(), expected.len());
    for (n, (found, expected)) in found.into_iter().zip(expected).enumerate() {
        assert_eq!(found, expected, "line {n}");
    }
}

#[test]
fn a_line_is_answered_before_the_next_is_read_to_its_end() {
    let (_, case, _) = examples().swap_remove(0);
    let many = format!("{case}\n").repeat(300);
    let output = simulate(&["--lines", "-"], many.as_bytes());
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 300);
}

#[test]
fn words_are_added_on_request_in_the_chosen_language() {
    let (_, case, _) = examples().into_iter().find(|(name, ..)| name == "programme-midyear.json").unwrap();
    let texts = |arguments: &[&str]| {
        let standing = printed(&simulate(arguments, case.to_string().as_bytes()));
        let mut texts = Vec::new();
        collect_texts(&standing, &mut texts);
        texts
    };
    assert_eq!(texts(&["-"]), Vec::<String>::new());
    let (chinese, english) = (texts(&["-", "--lang", "zh"]), texts(&["-", "--lang", "en"]));
    assert_eq!(chinese.len(), english.len());
    for (chinese, english) in chinese.iter().zip(&english) {
        let any_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(any_chinese(chinese) && !any_chinese(english), "{chinese} / {english}");
        for text in [chinese, english] {
            assert!(!text.contains(['{', '}', '$', '\u{2068}']) && !text.contains("trail-"), "{text}");
        }
    }
    assert!(chinese.iter().any(|text| text.contains("逾期 4 天，减去宽限 2 天，计 2 天")), "{chinese:#?}");
    assert!(
        english.iter().any(|text| text.starts_with("4 days late, less 2 days of grace. 2 days at")),
        "{english:#?}"
    );
}

fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Object(keys) => {
            let is_step = keys.contains_key("rule") && keys.contains_key("inputs");
            match keys.get("text") {
                Some(Value::String(text)) => texts.push(text.clone()),
                _ => assert!(!is_step || texts.is_empty(), "a step without words: {keys:?}"),
            }
            keys.values().for_each(|value| collect_texts(value, texts));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_texts(value, texts)),
        _ => {}
    }
}

#[test]
fn an_invalid_case_says_so_in_the_language() {
    let (_, mut case, _) = examples().swap_remove(0);
    case["terms"]["ends_on"] = json!("2001-01-01");
    let error = |lang: &str| printed(&simulate(&["-", "--lang", lang], case.to_string().as_bytes()))["error"].clone();
    assert_eq!(error("zh")["path"], "terms.ends_on");
    assert!(error("zh")["message"].as_str().unwrap().starts_with("服务结束日期早于开始日期 20"));
    assert!(error("en")["message"].as_str().unwrap().starts_with("The contract ends before it starts on 20"));
}

#[test]
fn invalid_arguments_and_unreadable_files_fail() {
    assert_eq!(simulate(&[], b"").status.code(), Some(2), "one of FILE and --lines");
    assert_eq!(simulate(&["-", "--lines", "-"], b"").status.code(), Some(2), "not both");
    assert_eq!(simulate(&["-", "--lang", "fr"], b"").status.code(), Some(2));
    let missing = simulate(&["/nowhere/case.json"], b"");
    assert_eq!(missing.status.code(), Some(1));
    assert!(missing.stdout.is_empty() && String::from_utf8_lossy(&missing.stderr).contains("/nowhere/case.json"));
}
