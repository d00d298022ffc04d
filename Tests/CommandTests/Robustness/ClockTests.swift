import Foundation
import TestSupport
import Testing

/// The clock of the day is set forwards and backwards while the program runs; what it measures is time all the
/// same.
@Suite(.needsFakeTime) struct ClockTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// `$1`: the jump; `$2`: seconds until it; the rest: the command. Prints the exit code and the true seconds.
  private static let script = """
    library=$(ls /usr/lib/*/faketime/libfaketimeMT.so.1 2>/dev/null | head -1)
    jump=$1 wait=$2; shift 2
    echo +0s > offset
    (sleep $wait; echo $jump > offset) & other=$!
    start=$SECONDS
    code=0
    env LD_PRELOAD=$library FAKETIME_TIMESTAMP_FILE=$PWD/offset FAKETIME_NO_CACHE=1 \\
      FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1 timeout 120 lodestone "$@" >out 2>err || code=$?
    wait $other
    echo $code $((SECONDS - start))
    """

  private func run(_ jump: String, after wait: Double, _ command: [String]) throws -> [Int] {
    let result = try Program.shell(
      ClockTests.script, arguments: [jump, "\(wait)"] + command, in: folder)
    #expect(result.code == 0, "\(result.errors)")
    return result.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
  }

  @Test(arguments: ["-3600s", "+3600s"])
  func `a time limit is met when the clock jumps by an hour`(jump: String) throws {
    let size = "facilities=60,step=month,seed=3,modules=yes,years=10"
    #expect(try Program.run(["new", "big", "--generate", size], in: folder).code == 0)
    let ended = try run(
      jump, after: 1, ["solve", folder.path("big.yaml"), "--gap", "0", "--time-limit", "4"])
    #expect(ended.first == 4, "\(ended)")
    #expect((3...60).contains(ended.last ?? 0), "\(ended)")
  }

  @Test(arguments: ["-3600s", "+3600s"])
  func `a sweep solves every case when the clock jumps by an hour`(jump: String) throws {
    let scales = (0..<40).map { "\(Double($0) / 40)" }.joined(separator: ",")
    let command = [
      "sweep", Repository.path("Tests/Reference/corpus/wide-year.yaml"), "--vary",
      "budget_scale=" + scales, "--store", folder.path("a.db"), "--jobs", "1",
      "--json",
    ]
    let ended = try run(jump, after: 0.2, command)
    #expect(ended.first == 0, "\(ended)")
    let text = try String(contentsOfFile: folder.path("out"), encoding: .utf8)
    #expect(text.contains("\"solved\": 40"), "\(text)")
  }
}
