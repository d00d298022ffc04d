import Allocation
import Foundation
import LinearProgramming
import Service
import SupplyChain

/// Something that takes bytes from outside.
public enum Target: String, CaseIterable, Sendable {
  /// A model file.
  case yaml
  /// A table of facilities beside a model.
  case csv
  /// A part of a model, which includes it with values for its parameters.
  case part
  /// A table of cases, as `sweep --cases` takes them.
  case cases
  /// A change path and its value, as `--set` takes them.
  case path
  /// A quantity, at each of the places where one is read.
  case quantity
  /// A model file, and the program that is built from it.
  case program
  /// A program in MPS format, which is then written, read again and, if small, solved.
  case mps
  /// A certificate, checked against a model; what is changed in it may prove less, never something false.
  case certificate
  /// A message of a session: JSON that is read, written and read again.
  case message

  /// Seeds from the repository and by hand.
  public func mutator(repository: URL) -> Mutator {
    switch self {
    case .yaml, .program:
      let folders = ["Tests/Reference/corpus", "Models"]
      let models = folders.flatMap { Seeds.files(repository.appendingPathComponent($0), "yaml") }
      return Mutator(seeds: models + [Array(Seeds.model.utf8)], words: Seeds.words)
    case .csv:
      let tables = Seeds.files(repository.appendingPathComponent("Tests/Reference/corpus"), "csv")
      return Mutator(seeds: tables + Seeds.tables.map { Array($0.utf8) }, words: Seeds.words)
    case .part: return Mutator(seeds: Seeds.parts.map { Array($0.utf8) }, words: Seeds.words)
    case .cases:
      return Mutator(
        seeds: (Seeds.tables + Seeds.cases).map { Array($0.utf8) }, words: Seeds.words)
    case .path: return Mutator(seeds: Seeds.settings.map { Array($0.utf8) }, words: Seeds.words)
    case .quantity:
      return Mutator(seeds: Seeds.quantities.map { Array($0.utf8) }, words: Seeds.units)
    case .mps: return Mutator(seeds: Seeds.programs.map { Array($0.utf8) }, words: Seeds.mpsWords)
    case .certificate: return Mutator(seeds: Question.all.map(\.bytes), words: Seeds.jsonWords)
    case .message:
      return Mutator(seeds: Seeds.messages.map { Array($0.utf8) }, words: Seeds.messageWords)
    }
  }
}

/// Runs inputs; a fault is a crash, a hang, or what `run` returns.
public final class Runner {
  private let folder: URL
  private let document: ModelDocument?
  private let questions = Question.all

  public init() {
    let memory = URL(fileURLWithPath: "/dev/shm")
    let isThere = FileManager.default.isWritableFile(atPath: memory.path)
    folder = (isThere ? memory : FileManager.default.temporaryDirectory).appendingPathComponent(
      "lodestone-fuzz-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    document = try? ModelDocument.read(text: Seeds.model)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// What is wrong, in words; nil where the input was read or refused as it should be.
  public func run(_ target: Target, _ input: [UInt8]) -> String? {
    switch target {
    case .yaml: return model(input)
    case .program: return program(input)
    case .csv: return table(input)
    case .part: return part(input)
    case .cases:
      let text = String(decoding: input, as: UTF8.self)
      return judge { () throws(ModelErrors) in try CaseTable(text: text) }
        ?? judge { () throws(ModelErrors) in try BaseYear(text: text) }
        ?? document.flatMap { document in
          judge { () throws(ModelErrors) in
            _ = try AwardFile(text: text).commitments(in: document.base)
          }
        }
    case .path: return setting(input)
    case .quantity: return quantity(input)
    case .mps: return mps(input)
    case .certificate: return certificate(input)
    case .message: return message(input)
    }
  }

  /// What is read says the same after it was written; what is refused has a reason and a place in the text.
  private func message(_ input: [UInt8]) -> String? {
    do throws(JSONInput.Problem) {
      let value = try JSONInput(input)
      let again = try? JSONInput(Array(value.json.utf8))
      return again == value ? nil : "a message that is written again reads as another"
    } catch {
      if error.message.isEmpty { return "refused without a reason" }
      return (0...input.count).contains(error.place) ? nil : "refused at \(error.place)"
    }
  }

  private func judge<Value>(_ body: () throws(ModelErrors) -> Value) -> String? {
    do throws(ModelErrors) {
      _ = try body()
      return nil
    } catch {
      return faults(error)
    }
  }

  /// A refusal has at least one error, and its text holds nothing that a terminal would act on.
  private func faults(_ errors: ModelErrors) -> String? {
    if errors.diagnostics.isEmpty { return "refused without a reason" }
    let text = errors.description
    for scalar in text.unicodeScalars {
      let isControl =
        scalar.value < 0x20 && scalar != "\n" && scalar != "\t"
        || (0x7F...0x9F).contains(scalar.value)
      if isControl || (0x202A...0x202E).contains(scalar.value) {
        return "a message holds the control character \(scalar.value): \(text.prefix(300))"
      }
    }
    if text.utf8.count > 200_000 { return "the messages are \(text.utf8.count) bytes long" }
    return nil
  }

  /// A model that is read says where its numbers come from, and is a model too with any of them changed a little.
  private func model(_ input: [UInt8]) -> String? {
    let document: ModelDocument
    do throws(ModelErrors) {
      document = try ModelDocument.read(bytes: input)
      let sources = try NumberSources(document)
      if !sources.problems.isEmpty,
        let fault = faults(ModelErrors(diagnostics: sources.problems))
      {
        return fault
      }
      let numbers = try ModelNumbers(document)
      for index in numbers.numbers.indices.prefix(20) {
        let changed = try? numbers.model(scaling: [(number: index, by: 0.999)])
        if let changed, changed.facilities.count != document.base.facilities.count {
          return "a number that is changed changes what else there is"
        }
      }
    } catch {
      return faults(error)
    }
    return nil
  }

  private func program(_ input: [UInt8]) -> String? {
    let document: ModelDocument
    do throws(ModelErrors) {
      document = try ModelDocument.read(bytes: input)
    } catch {
      return faults(error)
    }
    if let fault = shortSighted(document.base) { return fault }
    for relaxed in [false, true] {
      let built = AllocationProgram(document.base, relaxed: relaxed)
      do throws(SolverError) { try built.program.check() } catch {
        return "a model that was accepted gives a program that is not: \(error)"
      }
      if built.program.nonzeroCount > 20_000 { continue }
      let written = MPSWriter(built.program, names: .program).bytes()
      if let fault = reread(written, built.program) { return fault }
    }
    return nil
  }

  /// A model as it is seen with short sight gives a program too, and says nothing of later years.
  private func shortSighted(_ model: Model) -> String? {
    let (start, end) = (model.horizon.start, model.horizon.end)
    for last in Set([start, (start + end) / 2, end]) {
      let seen = model.seen(until: last)
      let levels = seen.commodities.compactMap(\.price) + seen.demand.map(\.quantity)
      if last < end, levels.contains(where: { ($0.years.last ?? 0) > last }) {
        return "a plan that sees to \(last) knows prices or demand of later years"
      }
      let isEarly = seen.limits.allSatisfy {
        ($0.from.map { $0 <= last || $0 > end }) ?? true
      }
      if last < end, !isEarly { return "a plan that sees to \(last) knows a later limit" }
      let built = AllocationProgram(seen, relaxed: true)
      do throws(SolverError) { try built.program.check() } catch {
        return "with sight to \(last) the program is none: \(error)"
      }
    }
    let listed = model.interchangeableFacilities.joined()
    if Set(listed).count != listed.count || !listed.allSatisfy(model.facilities.indices.contains) {
      return "a facility stands in two groups of those that are alike"
    }
    return nil
  }

  private func table(_ input: [UInt8]) -> String? {
    let file = folder.appendingPathComponent("facilities.csv")
    guard (try? Data(input).write(to: file)) != nil else { return nil }
    return judge { () throws(ModelErrors) in
      try ModelDocument.read(text: Seeds.modelWithTable, folder: folder.path)
    }
  }

  private func part(_ input: [UInt8]) -> String? {
    let file = folder.appendingPathComponent("part.yaml")
    guard (try? Data(input).write(to: file)) != nil else { return nil }
    return judge { () throws(ModelErrors) in
      try ModelDocument.read(text: Seeds.modelWithPart, folder: folder.path)
    }
  }

  private func setting(_ input: [UInt8]) -> String? {
    guard let document else { return "the seed model cannot be read" }
    let parts = input.split(separator: UInt8(ascii: "="), maxSplits: 1)
    let path = String(decoding: parts.first ?? [], as: UTF8.self)
    let value = String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self)
    let fault = judge { () throws(ModelErrors) in
      try document.model(settings: [(path: path, value: value)])
    }
    return fault ?? untold(document, (path: path, value: value))
  }

  /// A setting after which the model is as before is told, and one that is told changes nothing.
  private func untold(_ document: ModelDocument, _ setting: (path: String, value: String))
    -> String?
  {
    guard (try? document.model(settings: [setting])) != nil,
      let differences = try? document.differences(settings: [setting])
    else { return nil }
    let told = document.idleChanges(settings: [setting])
    if told.contains(where: { $0.severity == .error }) { return "an error among warnings" }
    let isIdle = told.contains { $0.message.contains("no effect") }
    if differences.isEmpty, !isIdle { return "a setting without effect is not told" }
    return nil
  }

  private func quantity(_ input: [UInt8]) -> String? {
    guard let document else { return "the seed model cannot be read" }
    let value = String(decoding: input, as: UTF8.self)
    for path in Seeds.quantityPaths {
      let model: Model
      do throws(ModelErrors) {
        model = try document.model(settings: [(path: path, value: value)])
      } catch {
        if let fault = faults(error) { return "\(path): \(fault)" }
        continue
      }
      // Whatever is accepted makes a program of finite numbers.
      do throws(SolverError) {
        try AllocationProgram(model, relaxed: true).program.check()
      } catch {
        return "\(path): a model that was accepted gives a program that is not: \(error)"
      }
    }
    return nil
  }

  private func certificate(_ input: [UInt8]) -> String? {
    let certificate: PlanCertificate
    do throws(CertificateError) { certificate = try PlanCertificate(bytes: input) } catch {
      return error.description.isEmpty ? "refused without a reason" : nil
    }
    for question in questions {
      let proof = PlanProof(certificate, question.allocation)
      switch proof.verdict {
      case .infeasible where !question.isInfeasible:
        return "a model that has a plan is proven to have none"
      case .optimal where question.isInfeasible:
        return "a model without a plan is proven to have one"
      case .optimal:
        for (stage, value) in zip(proof.stages, question.values)
        where abs(stage.value - value) > 1e-5 * max(1, abs(value)) {
          return "\(stage.value) is proven to be the best, which is \(value)"
        }
      default: break
      }
    }
    return nil
  }

  private func mps(_ input: [UInt8]) -> String? {
    let file: MPSFile
    do throws(MPSError) { file = try MPSReader.read(input) } catch {
      return error.message.isEmpty ? "refused without a reason" : nil
    }
    let program = file.program
    do throws(SolverError) { try program.check() } catch { return nil }
    if let fault = reread(MPSWriter(program).bytes(), program) { return fault }
    if program.columnCount > 60 || program.rowCount > 60 { return nil }
    var options = SolverOptions()
    options.timeLimit = 0.5
    options.iterationLimit = 500
    do throws(SolverError) { _ = try solve(program, options) } catch {
      // Contained failures, and numbers so far apart that scaling them leaves the range of a double.
      if case .solverFailed = error { return nil }
      if case .invalidProgram(let what) = error, what.contains("after scaling") { return nil }
      return "\(error)"
    }
    return nil
  }

  /// What was written must read back as the same program.
  private func reread(_ bytes: [UInt8], _ program: LinearProgram) -> String? {
    let back: LinearProgram
    do throws(MPSError) { back = try MPSReader.read(bytes, format: .free).program } catch {
      return "what was written cannot be read: \(error)"
    }
    let extra = program.objectiveOffset == 0 ? 0 : 1
    guard back.columnCount == program.columnCount + extra, back.rowCount == program.rowCount,
      back.nonzeroCount == program.nonzeroCount, back.integerCount == program.integerCount,
      back.cost.prefix(program.columnCount).elementsEqual(program.cost)
    else { return "what was written reads back as another program" }
    return nil
  }
}
