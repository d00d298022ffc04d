import Foundation
import Fuzzing
import TestSupport

// Runs seeded inputs against every reader for a while:
//
//     swift run -c release fuzz --seconds 600 --seed 7 [--target yaml] [--repository .] [--keep FOLDER]
//     swift run -c release fuzz --replay FILE --target yaml
//
// Before an input is run it is written to a file in memory, so that it is there after a crash. A run of more
// than two seconds of processor time ends the process by SIGPROF, too much memory by a failed allocation.

#if os(Linux)
  let processorTimer = __itimer_which_t(ITIMER_PROF.rawValue)
  let dataLimit = __rlimit_resource_t(RLIMIT_DATA.rawValue)
  let ownUsage = __rusage_who_t(RUSAGE_SELF.rawValue)
#else
  let processorTimer = ITIMER_PROF
  let dataLimit = RLIMIT_DATA
  let ownUsage = RUSAGE_SELF
#endif

func argument(_ name: String) -> String? {
  guard let place = CommandLine.arguments.firstIndex(of: "--" + name),
    place + 1 < CommandLine.arguments.count
  else { return nil }
  return CommandLine.arguments[place + 1]
}

func fail(_ text: String) -> Never {
  FileHandle.standardError.write(Data((text + "\n").utf8))
  exit(1)
}

/// The input that is being run, in a file that outlives a crash.
struct CurrentInput {
  private let memory: UnsafeMutableRawPointer
  private static let size = 1 << 17

  init(_ path: String) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0, ftruncate(descriptor, off_t(Self.size)) == 0,
      let memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else { fail("cannot write \(path)") }
    self.memory = memory
  }

  /// The first eight bytes hold the length.
  func set(_ input: [UInt8]) {
    memory.storeBytes(of: UInt64(input.count), as: UInt64.self)
    input.withUnsafeBytes {
      memory.advanced(by: 8).copyMemory(
        from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
    }
  }
}

let repository = URL(fileURLWithPath: argument("repository") ?? ".")
let runner = Runner()

if let file = argument("replay") {
  guard let target = Target(rawValue: argument("target") ?? "") else { fail("name a --target") }
  guard let data = FileManager.default.contents(atPath: file) else { fail("cannot read \(file)") }
  let start = ContinuousClock.now
  print(runner.run(target, [UInt8](data)) ?? "fine", ContinuousClock.now - start)
  exit(0)
}

let seconds = Double(argument("seconds") ?? "60") ?? 60
let seed = UInt64(argument("seed") ?? "1") ?? 1
let chosen = argument("target").map { name in
  [Target(rawValue: name) ?? { fail("the targets are \(Target.allCases.map(\.rawValue))") }()]
}
let targets = chosen ?? Target.allCases
let keep = URL(fileURLWithPath: argument("keep") ?? FileManager.default.temporaryDirectory.path)
let current = CurrentInput(keep.appendingPathComponent("fuzz-current-\(seed)").path)

// Swift's own text and code maps take some of this; what is left is what an input may use.
var limit = rlimit(rlim_cur: 1 << 30, rlim_max: 1 << 30)
setrlimit(dataLimit, &limit)

let mutators = Dictionary(
  uniqueKeysWithValues: targets.map { ($0, $0.mutator(repository: repository)) })
var random = Random(seed)
var counts: [Target: Int] = [:]
var slowest: [Target: Duration] = [:]
var faults = 0
let start = ContinuousClock.now
var now = start
var told = start

while now - start < .seconds(seconds) {
  for target in targets {
    guard let mutator = mutators[target] else { continue }
    // Cheap targets get more inputs: each has about the same time.
    let share = ContinuousClock.now + .milliseconds(200)
    while ContinuousClock.now < share {
      let input = mutator.input(&random)
      current.set(input)
      var timer = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: 2, tv_usec: 0))
      setitimer(processorTimer, &timer, nil)
      let begin = ContinuousClock.now
      let fault = runner.run(target, input)
      let time = ContinuousClock.now - begin
      counts[target, default: 0] += 1
      if time > (slowest[target] ?? .zero) {
        slowest[target] = time
        if time > .milliseconds(300) {
          let name = "slow-\(target.rawValue)-\(seed)"
          try? Data(input).write(to: keep.appendingPathComponent(name))
        }
      }
      if let fault {
        faults += 1
        let name = "fault-\(target.rawValue)-\(seed)-\(faults)"
        try? Data(input).write(to: keep.appendingPathComponent(name))
        print("\(name): \(fault)")
        if faults >= 50 { fail("too many faults") }
      }
    }
  }
  now = ContinuousClock.now
  if now - told > .seconds(60) {
    told = now
    print("\(counts.values.reduce(0, +)) executions, \(faults) faults")
    fflush(nil)
  }
}
var off = itimerval()
setitimer(processorTimer, &off, nil)
var usage = rusage()
getrusage(ownUsage, &usage)
for target in targets {
  print(
    "\(target.rawValue): \(counts[target] ?? 0) executions, slowest \(slowest[target] ?? .zero)")
}
print(
  "\(counts.values.reduce(0, +)) executions, \(faults) faults, \(usage.ru_maxrss / 1024) MB at most"
)
exit(faults == 0 ? 0 : 1)
