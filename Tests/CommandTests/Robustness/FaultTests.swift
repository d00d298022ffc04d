import Foundation
import TestSupport
import Testing

/// What can go wrong around the program, made to go wrong for real.
@Suite struct FaultTests {
  let folder: TemporaryFolder
  let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write("model.yaml", smallModel)
  }

  /// Runs a shell script with the program as `$0` and the model as `$1`. The script is fixed text of a test.
  private func shell(
    _ script: String, environment: [String: String] = [:]
  ) throws -> Program.Result {
    try Program.bash(
      ["-c", script, Program.path, model], environment: environment, in: folder)
  }

  private var isRoot: Bool { geteuid() == 0 }

  // MARK: Where results go

  @Test func `a full disk ends with 74, says so, and leaves the old results as they were`() throws {
    guard isRoot else {
      print("skipped: mounting a small disk takes root")
      return
    }
    let result = try shell(
      """
      mkdir disk && mount -t tmpfs -o size=256k tmpfs disk 2>/dev/null || exit 99
      trap 'umount disk' EXIT
      "$0" solve "$1" --out disk/plan >/dev/null || exit 98
      before=$(cat disk/plan/* | md5sum)
      head -c 300k /dev/zero > disk/fill 2>/dev/null
      "$0" solve "$1" --budget-scale 2 --out disk/plan >/dev/null; code=$?
      "$0" export "$1" --mps disk/a.mps; mps=$?
      "$0" solve "$1" --prove disk/proof.json >/dev/null; proof=$?
      after=$(cat disk/plan/* | md5sum)
      ls -A disk
      [ "$before" = "$after" ] || exit 97
      echo $code $mps $proof
      """)
    if result.code == 99 {
      print("skipped: no disk may be mounted here")
      return
    }
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output == "fill\nplan\n74 74 74\n")
    #expect(result.errors.contains("No space left on device"))
  }

  @Test func `standard output on a full device ends with 74`() throws {
    let result = try shell(
      "\"$0\" solve \"$1\" > /dev/full; a=$?; \"$0\" solve \"$1\" --json > /dev/full; b=$?; "
        + "\"$0\" --help > /dev/full; echo $a $b $?")
    #expect(result.output == "74 74 74\n")
  }

  @Test func `a folder that may not be written to ends with its reason and leaves nothing`() throws
  {
    let script = """
      mkdir closed && chmod 500 closed
      run() { "$0" "$@"; }
      if [ "$(id -u)" = 0 ]; then
        run() { setpriv --reuid=65534 --regid=65534 --clear-groups "$0" "$@"; }
        chmod 755 . && chown 65534 closed
        run --version >/dev/null 2>&1 || exit 99
      fi
      run solve "$1" --out closed/plan >/dev/null; a=$?
      run export "$1" --mps closed/a.mps; b=$?
      run new closed/model; c=$?
      chmod 700 closed; ls -A closed; echo $a $b $c
      """
    let result = try shell(script)
    if result.code == 99 {
      print("skipped: another user cannot run the program here")
      return
    }
    #expect(result.output == "2 2 2\n", "\(result.errors)")
    #expect(result.errors.contains("Permission denied"))
  }

  @Test func `an output folder removed under way is an output that failed, not a crash`() throws {
    let result = try shell(
      """
      mkdir -p away/out
      "$0" solve "$1" --out away/out/plan >/dev/null || exit 98
      # The folder goes while the program reads its model from a slow link.
      for i in 1 2 3 4 5 6; do
        mkdir -p away/out
        "$0" solve "$1" --out away/out/plan >/dev/null 2>>err & p=$!
        rm -rf away
        wait $p; code=$?
        case $code in 0|2|74) ;; *) echo "code $code";; esac
        find . -name '.*lodestone-*'
      done
      """)
    #expect(result.code == 0 && result.output == "", "\(result.output)\(result.errors)")
  }

  @Test func `two runs into one folder leave the whole of one of them`() throws {
    let result = try shell(
      """
      for i in 1 2 3 4 5 6; do
        "$0" solve "$1" --out plan >/dev/null & a=$!
        "$0" solve "$1" --budget-scale 2 --out plan >/dev/null & b=$!
        wait $a; x=$?; wait $b; y=$?
        case "$x$y" in 00|074|740) ;; *) echo "codes $x $y";; esac
        ls -A plan | grep -v -e '\\.csv$' -e '^plan.json$'
        ls -A | grep lodestone-
        grep -h '"budget_scale"' plan/plan.json >/dev/null || echo "no plan"
      done
      "$0" solve "$1" --out one >/dev/null; "$0" solve "$1" --budget-scale 2 --out two >/dev/null
      diff -r plan one >/dev/null || diff -r plan two >/dev/null || echo mixed
      """)
    #expect(result.code == 0 && result.output == "", "\(result.output)\(result.errors)")
  }

  @Test func `a reader that goes away early ends the program without a trace`() throws {
    let result = try shell(
      "\"$0\" solve \"$1\" --json | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}; "
        + "\"$0\" schema | head -c 1 > /dev/null; echo ${PIPESTATUS[0]}; "
        + "\"$0\" solve \"$1\" >&-; echo $?; \"$0\" validate nowhere 2>&-; echo $?")
    let codes = result.output.split(separator: "\n").compactMap { Int($0) }
    #expect(codes.count == 4)
    #expect(
      [0, 74, 141].contains(codes.first ?? -1)
        && [0, 74, 141].contains(codes.dropFirst().first ?? -1))
    #expect(codes.dropFirst(2) == [74, 1])
    #expect(!result.errors.contains("Fatal") && !result.errors.contains("rash"))
  }

  // MARK: What comes in

  @Test func `a model of 50 MB and one above the limit are answered within seconds`() throws {
    var text = smallModel + "\n  # padding\n"
    let line = "# " + String(repeating: "x", count: 97) + "\n"
    text += String(repeating: line, count: 500_000)
    let big = try folder.write("big.yaml", text)
    let start = ContinuousClock.now
    #expect(try Program.run(["solve", big, "--json"], in: folder).code == 0)
    #expect(ContinuousClock.now - start < .seconds(30))
    let larger = try folder.write("larger.yaml", text + String(repeating: line, count: 200_000))
    let refused = try Program.run(["validate", larger], in: folder)
    #expect(refused.code == 1 && refused.errors.contains("64 MB"))
  }

  @Test func `a table of 100,000 rows is read, and one bad cell in the last is found`() throws {
    var rows = "id,commodity,country,limit\n"
    for row in 0..<100_000 { rows += "s\(row),magnet,CN,1 t/yr\n" }
    _ = try folder.write("imports.csv", rows)
    let lines = smallModel.split(separator: "\n", omittingEmptySubsequences: false)
    let text = lines.joined(separator: "\n") + "\ntables: { imports: imports.csv }\n"
    let big = try folder.write("table.yaml", text)
    let start = ContinuousClock.now
    let fine = try Program.run(["validate", big], in: folder)
    #expect(fine.code == 0, "\(fine.errors.prefix(500))")
    _ = try folder.write("imports.csv", rows + "last,magnet,CN,1 t\n")
    let broken = try Program.run(["validate", big], in: folder)
    #expect(broken.code == 0 || broken.errors.contains("100002"))
    _ = try folder.write("imports.csv", rows + "last,magnet,CN,lots\n")
    let wrong = try Program.run(["validate", big], in: folder)
    #expect(wrong.code == 1)
    #expect((wrong.output + wrong.errors).contains("imports.csv:100002"))
    #expect(ContinuousClock.now - start < .seconds(90))
  }

  @Test func `devices, pipes and folders are refused without being read`() throws {
    let result = try shell(
      """
      mkfifo pipe
      for m in /dev/zero /dev/stdin pipe . /proc/self/mem ""; do
        timeout 10 "$0" validate "$m" >/dev/null 2>&1 </dev/zero; echo -n "$? "
        timeout 10 "$0" check "$m" "$1" >/dev/null 2>&1 </dev/zero; echo -n "$? "
      done
      """)
    #expect(result.output == "1 1 1 1 1 1 1 1 1 1 1 1 ", "\(result.output)")
  }

  // MARK: The surroundings

  @Test func `too little memory ends with a message or a plain failure, never with a wrong answer`()
    throws
  {
    let result = try shell(
      """
      for m in 60000 90000 100000 110000 120000 150000 200000 400000 4000000; do
        rm -rf plan
        (ulimit -v $m; timeout -k 1 60 "$0" solve "$1" --json --out plan) > out 2>err; code=$?
        echo $code
        if [ $code = 124 ] || [ $code = 137 ]; then echo "hangs"; fi
        if [ $code = 0 ]; then grep -q '"status": "optimal"' out || echo wrong; fi
        if [ $code != 0 ] && [ -e plan ]; then echo "half a plan"; fi
      done
      """)
    for fault in ["wrong", "half", "hangs"] {
      #expect(!result.output.contains(fault), "\(result.output)")
    }
    #expect(result.output.hasSuffix("0\n"), "\(result.output)\(result.errors)")
  }

  @Test func `a locale with decimal commas changes no byte`() throws {
    let script = """
      "$0" solve "$1" --out here >/dev/null; "$0" export "$1" --mps here.mps --lp here.lp
      cat here/* here.mps here.lp | md5sum
      rm -r here here.mps here.lp
      """
    let plain = try shell(script, environment: ["LC_ALL": "C"])
    #expect(plain.code == 0 && !plain.output.isEmpty)
    // Made here where the system has the sources; the name is set all the same where it has not.
    _ = try shell("mkdir -p locales && localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8")
    for name in ["de_DE.UTF-8", "tr_TR.UTF-8", "ar_EG.UTF-8"] {
      let other = try shell(
        script,
        environment: [
          "LC_ALL": name, "LANG": name, "LC_NUMERIC": name, "TZ": "Asia/Kathmandu",
          "LOCPATH": folder.path("locales"),
        ])
      #expect(other.output == plain.output, "\(name)")
    }
  }

  @Test func `control characters of a model do not reach the terminal`() throws {
    let text = smallModel.replacingOccurrences(of: "one plant", with: "\"bad \\e[2J\\u202e name\"")
      .replacingOccurrences(of: "plant:", with: "\"pl\\e[31mant\":")
    let path = try folder.write("hidden.yaml", text)
    for arguments in [
      ["solve", path], ["validate", path], ["describe", path], ["sources", path],
      ["solve", path, "--json"], ["solve", path, "--set", "a\u{1B}[2J=\u{1B}[3J"],
      ["solve", path, "--scenario", "\u{1B}[2J"], ["check", path, path],
      ["solve", "no\u{1B}[2Jwhere.yaml"], ["bad\u{1B}[2Jcommand"], ["solve", path, "--\u{1B}[2J"],
      ["solve", path, "--gap", "\u{1B}[2J"], ["solve", path, "--time-limit", "\u{1B}[2J"],
    ] {
      let result = try Program.run(arguments, in: folder)
      let shown = result.output + result.errors
      #expect(
        !shown.contains("\u{1B}") && !shown.unicodeScalars.contains("\u{202E}"), "\(arguments)")
    }
  }

  @Test func `tables stay inside the model's folder, links and all`() throws {
    let script = """
      mkdir inside outside
      printf 'id,commodity,country\\nx,magnet,CN\\n' > outside/t.csv
      cp outside/t.csv inside/fine.csv
      ln -s ../outside/t.csv inside/link.csv
      ln -s ../outside inside/folder
      ln -s fine.csv inside/own.csv
      ln -s loop.csv inside/loop.csv
      i=0
      for t in fine.csv own.csv link.csv folder/t.csv ../outside/t.csv "$PWD/outside/t.csv" \
        /etc/passwd loop.csv folder/../../outside/t.csv ./fine.csv; do
        { cat "$1"; echo; echo "tables: { imports: \\"$t\\" }"; } > inside/m.yaml
        "$0" validate inside/m.yaml > out 2>&1; echo -n "$? "
        grep -q root: out && echo leaked
      done
      """
    let result = try shell(script)
    #expect(result.output == "0 0 1 1 1 1 1 1 1 0 ", "\(result.output)")
  }

  @Test func `no part of the sources starts a shell`() throws {
    let sources = Repository.url.appendingPathComponent("Sources")
    let names = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
    for name in names where name.hasSuffix(".swift") || name.hasSuffix(".c") {
      let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
      for word in ["/bin/sh", "/bin/bash", "popen(", " system("] {
        #expect(!text.contains(word), "\(name) holds \(word)")
      }
    }
  }

  /// Neither says so where the thread cannot be started, and whoever waits for it waits for ever.
  @Test func `threads are started where a failure is heard`() throws {
    let sources = Repository.url.appendingPathComponent("Sources")
    let names = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
    for name in names where name.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
      for word in ["= Thread {", "Thread.detach", "DispatchSource"] {
        #expect(!text.contains(word), "\(name) holds \(word)")
      }
    }
  }
}
